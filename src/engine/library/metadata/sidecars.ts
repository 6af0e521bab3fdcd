// Files beside a photo that describe it: XMP, plain text with one caption a line, Google Takeout's JSON, the
// files of Picasa and of Apple's export.
import path from 'node:path';
import { decodeUndeclared } from '../../text/charset.ts';
import { openInside } from '../open-inside.ts';
import { maxAppleExport, readAppleExport, type AppleFields } from './apple-export.ts';
import { maxPicasa, readPicasa, type PicasaFields } from './picasa.ts';
import { isAppleExportName, isPicasaName } from './sidecar-names.ts';
import { maxTakeout, readTakeout, type TakeoutFields } from './takeout.ts';
import { hasEnd, maxXmp, readXmp, type XmpFields } from './xmp.ts';

/** Most bytes of a text sidecar; a longer file describes more than one photo. */
const maxText = 64 * 1024;

/** A faulty sidecar. Its earlier content is kept. */
export interface SidecarFault {
  readonly path: string;
  /** `empty`: it has no text at all, which may be intended for a text file. */
  readonly kind: 'empty' | 'zeros' | 'damaged' | 'character-set' | 'too-large';
  readonly source: 'sidecar' | 'text-file' | 'takeout' | 'picasa' | 'apple';
}

export interface Sidecars {
  /** In the given order: `photo.jpg.xmp` comes before `photo.xmp`. */
  readonly xmp: readonly XmpFields[];
  readonly lines: readonly string[];
  readonly takeout: readonly TakeoutFields[];
  readonly picasa: readonly PicasaFields[];
  readonly apple: readonly AppleFields[];
  readonly faults: readonly SidecarFault[];
}

/** Missing sidecars count as empty. The photo is kept without the damaged ones, which are listed. */
export async function readSidecars(root: string, photo: string, relativePaths: readonly string[]): Promise<Sidecars> {
  const xmp: XmpFields[] = [];
  const lines: string[] = [];
  const takeout: TakeoutFields[] = [];
  const picasa: PicasaFields[] = [];
  const apple: AppleFields[] = [];
  const faults: SidecarFault[] = [];
  for (const relative of relativePaths) {
    const isText = /\.(?:txt|caption)$/i.test(relative);
    const isJson = /\.json$/i.test(relative);
    const isPicasa = isPicasaName(path.posix.basename(relative));
    const isApple = isAppleExportName(path.posix.basename(relative));
    const limit = isText ? maxText : isJson ? maxTakeout : isPicasa ? maxPicasa : isApple ? maxAppleExport : maxXmp;
    const source = isText ? 'text-file' : isJson ? 'takeout' : isPicasa ? 'picasa' : isApple ? 'apple' : 'sidecar';
    const fault = (kind: SidecarFault['kind']): void => void faults.push({ path: relative, kind, source });
    const bytes = await readUpTo(root, relative, limit);
    if (bytes === null) continue;
    if (bytes === 'too-large') {
      // A large JSON belongs to another program.
      if (!isJson) fault(bytes);
      continue;
    }
    if (bytes.every((byte) => byte === 0)) fault(bytes.length === 0 ? 'empty' : 'zeros');
    else if (isPicasa) {
      const fields = readPicasa(bytes, path.posix.basename(photo));
      if (fields === undefined) fault('character-set');
      else if (fields !== null) picasa.push(fields);
    } else if (isApple) {
      const fields = readAppleExport(bytes, path.posix.basename(photo));
      if (fields === undefined) fault('damaged');
      else if (fields !== null) apple.push(fields);
    } else if (isJson) {
      const fields = readTakeout(bytes);
      if (fields === undefined) fault('damaged');
      else if (fields !== null) takeout.push(fields);
    } else if (isText) {
      const found = linesOf(bytes);
      if (typeof found === 'string') fault(found);
      else lines.push(...found);
    } else {
      const fields = readXmp(bytes);
      // A truncated file may have only a part of the text.
      if (fields === null || !hasEnd(bytes)) fault('damaged');
      if (fields !== null) xmp.push(fields);
    }
  }
  return { xmp, lines, takeout, picasa, apple, faults };
}

function linesOf(bytes: Buffer): string[] | SidecarFault['kind'] {
  const text = decodeUndeclared(bytes)?.text;
  // NUL after decoding UTF-16 means that this is not text.
  if (text === undefined) return bytes.includes(0) ? [] : 'character-set';
  if (text.includes('\0')) return [];
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  return lines.length === 0 ? 'empty' : lines;
}

/** Null when the file is outside the folder or cannot be read. Bounded even if the file grows meanwhile. */
async function readUpTo(root: string, relative: string, limit: number): Promise<Buffer | 'too-large' | null> {
  try {
    await using file = await openInside(root, relative);
    const { size } = await file.stat();
    if (size > limit) return 'too-large';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  }
}
