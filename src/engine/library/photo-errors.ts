// Explains a fault of one photo in a sentence that a person understands.
import path from 'node:path';
import { HashlensError, systemLimits } from '../../shared/errors.ts';
import { NoPicture } from '../imaging/picture.ts';
import { maxPixels } from '../imaging/pixel-input.ts';

/** The code of a file system's error; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** Converts any error of reading or decoding the photo to a HashlensError with its name and the remedy. */
export function toPhotoError(photoPath: string, error: unknown): HashlensError {
  const name = path.basename(photoPath);
  if (error instanceof HashlensError && error.code === 'needs-frames') {
    const message = `${name} is a video; install ffmpeg to have its frames searched.`;
    return new HashlensError('unsupported-format', message, { cause: error });
  }
  if (error instanceof HashlensError) return error;
  const cause = { cause: error };
  const message = error instanceof Error ? error.message : String(error);
  const code = systemCode(error);

  if (code === 'ENOENT' || code === 'ENOTDIR' || /file is missing|does not exist/i.test(message)) {
    // Node shows bytes of a name that are not UTF-8 as U+FFFD, and then finds no such file.
    const remedy = name.includes('\uFFFD')
      ? 'cannot be opened because its name is not valid Unicode; rename it and scan again'
      : 'is no longer there; scan its folder again';
    return new HashlensError('io-error', `${name} ${remedy}.`, cause);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new HashlensError('io-error', `You may not read ${name}; change its permissions and try again.`, cause);
  }
  // libvips names its own threads, ONNX Runtime and libraries the system's.
  if (/creat\w* thread|Resource temporarily unavailable/i.test(message) || systemLimits.test(code ?? '')) {
    return new HashlensError(
      'system-limit',
      `${name} could not be read: the system allows no more threads, open files or memory; close other programs, then try again.`,
      cause,
    );
  }
  if (code !== undefined) {
    return new HashlensError('io-error', `${name} could not be read (${code}); check the disk and try again.`, cause);
  }
  if (/pixel limit/i.test(message)) return tooManyPixels(photoPath, cause);
  if (/unsupported image format|support for this compression|unsupported codec|not built in/i.test(message)) {
    return unsupported(photoPath, 'a kind of image', cause);
  }
  if (error instanceof NoPicture) return unsupported(photoPath, message, cause);
  if (/^Input (?:buffer|file) is empty/i.test(message)) return emptyFile(photoPath);
  return new HashlensError(
    'unreadable',
    `${name} is damaged and cannot be decoded; open it in a photo editor and save it again, or restore it from a backup.`,
    cause,
  );
}

export function tooManyPixels(photoPath: string, options?: ErrorOptions): HashlensError {
  return new HashlensError(
    'unsupported-format',
    `${path.basename(photoPath)} has more than ${maxPixels / 1e6} million pixels, too many to decode; save a smaller copy of it.`,
    options,
  );
}

export function emptyFile(photoPath: string): HashlensError {
  return new HashlensError(
    'unreadable',
    `${path.basename(photoPath)} is empty (0 bytes); restore it from a backup or delete it.`,
  );
}

/** `what`: the file's real type, e.g. `a HEIC image`. */
export function unsupported(photoPath: string, what: string, options?: ErrorOptions): HashlensError {
  return new HashlensError(
    'unsupported-format',
    `${path.basename(photoPath)} holds ${what} that Hashlens cannot read yet; save it as JPEG or PNG to index it.`,
    options,
  );
}

/** `what`: the file's real type, e.g. `text`; null if unknown. */
export function notAnImage(photoPath: string, what: string | null): HashlensError {
  return new HashlensError(
    'not-an-image',
    `${path.basename(photoPath)} is named like a photo but ${
      what === null
        ? 'does not begin like one: it is another kind of file, or damaged from its first byte; restore it from a backup or delete it'
        : `holds ${what}; give it its proper extension or delete it`
    }.`,
  );
}

/** A photo whose decoding was stopped because it needed too much. */
export function tooHeavy(photoPath: string, what: 'memory' | 'time'): HashlensError {
  return new HashlensError(
    'too-heavy',
    `${path.basename(photoPath)} takes more ${what} to decode than Hashlens gives one photo; save a smaller copy of it.`,
  );
}
