// Records the files of an encoder when it is added. Rows are stored under the encoder's id for years, so an id is bound to the
// checksums of its files: rows of two networks never have the same id.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { sha256OfFile } from '../runtime/plain-file.ts';

export interface EncoderFile {
  readonly size: number;
  readonly mtimeMs: number;
  /** Changes with every replacement, also by a copy that keeps the time of modification. */
  readonly ctimeMs: number;
  readonly sha256: string;
}

/** Files by path relative to the encoder's folder. */
export type EncoderFiles = Readonly<Record<string, EncoderFile>>;

const unusable = (id: string, dir: string, what: string): HashlensError =>
  new HashlensError(
    'encoder-invalid',
    `The encoder ${id} in ${dir} ${what}, so it is not used: its rows would not fit those that are stored. Put its own files back, or add the new ones as another encoder from a folder of another name.`,
  );

/** Reads every file once: about a second a gigabyte. */
export async function recordFiles(dir: string, names: readonly string[]): Promise<EncoderFiles> {
  const files: Record<string, EncoderFile> = {};
  for (const name of names) {
    const path = join(dir, name);
    const { size, mtimeMs, ctimeMs } = await stat(path);
    files[name] = { size, mtimeMs, ctimeMs, sha256: await sha256OfFile(path) };
  }
  return files;
}

/** Whether two records are of the same bytes. */
export function sameFiles(a: EncoderFiles, b: EncoderFiles): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name]?.sha256 === b[name]?.sha256);
}

/**
 * Compares a folder with what was recorded of it: sizes always, checksums of files whose times have changed.
 * @param names files the encoder would use now
 * @returns the record with the new times, or null where nothing has changed
 * @throws HashlensError `encoder-missing` without the folder or a file, `encoder-invalid` for other bytes
 */
export async function verifyFiles(
  id: string,
  dir: string,
  names: readonly string[],
  recorded: EncoderFiles,
): Promise<EncoderFiles | null> {
  if (names.length !== Object.keys(recorded).length || !names.every((name) => name in recorded)) {
    throw unusable(id, dir, 'has other networks than when it was added');
  }
  const now: Record<string, EncoderFile> = { ...recorded };
  let changed = false;
  for (const [name, known] of Object.entries(recorded)) {
    const path = join(dir, name);
    const found = await stat(path).catch((cause: unknown) => {
      throw new HashlensError('encoder-missing', `The encoder ${id} in ${dir} lacks ${name}.`, { cause });
    });
    if (found.size !== known.size) throw unusable(id, dir, `has another ${name} than when it was added`);
    if (found.mtimeMs === known.mtimeMs && found.ctimeMs === known.ctimeMs) continue;
    if ((await sha256OfFile(path)) !== known.sha256) {
      throw unusable(id, dir, `has another ${name} than when it was added`);
    }
    now[name] = { ...known, mtimeMs: found.mtimeMs, ctimeMs: found.ctimeMs };
    changed = true;
  }
  return changed ? now : null;
}
