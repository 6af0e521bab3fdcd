// Reads NumPy's .npz archives: ZIP files of .npy files, stored or deflated (numpy.savez, numpy.savez_compressed).
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, crc32, inflateRaw } from 'node:zlib';
import { open as openZip, type Entry } from 'yauzl';
import { HashlensError } from '../../shared/errors.ts';
import { entryOf } from '../../shared/at.ts';
import { refuseOtherFormat } from './other-formats.ts';
import { unreadable, type MatrixFile, type Shape } from './matrix.ts';
import { mostHeaderBytes, npyHeaderOf, parseNpy, type NpyArray } from './npy.ts';
import { readAt } from './read-at.ts';

export const isNpz = (name: string): boolean => /\.npz$/i.test(name);

export interface NpzFile extends MatrixFile {
  /** Array by its name in the archive, without `.npy`. Throws as `read`. */
  readArray(name: string): Promise<NpyArray>;
}

/** The archive's .npy files by the name of the array. */
async function entriesOf(path: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  await new Promise<void>((resolve, reject) => {
    openZip(path, (error, zip) => {
      if (error !== null) return reject(error);
      zip.on('entry', (entry: Entry) => {
        if (/\.npy$/i.test(entry.fileName)) entries.set(entry.fileName.slice(0, -'.npy'.length), entry);
      });
      zip.on('end', resolve);
      zip.on('error', reject);
    });
  });
  return entries;
}

const inflate = promisify<Buffer, object, Buffer>(inflateRaw);

/** Bytes of an entry as it is in the file, `most` at most. yauzl's own streams do not end where they are left early. */
async function packedBytes(file: FileHandle, entry: Entry, most: number): Promise<Buffer> {
  const { relativeOffsetOfLocalHeader: from, compressedSize } = entry;
  const { buffer } = await readAt(file, from, 30);
  const header = Buffer.from(buffer);
  if (header.toString('latin1', 0, 4) !== 'PK\x03\x04')
    throw new RangeError(`${entry.fileName} is not where it should be`);
  const start = from + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  return Buffer.from((await readAt(file, start, Math.min(most, compressedSize))).buffer);
}

/** The first `most` bytes of an array's file, or all of them. */
async function bytesOf(file: FileHandle, entry: Entry, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const { compressionMethod: method, uncompressedSize: size, fileName } = entry;
  if (method !== 0 && method !== 8) throw new RangeError(`${fileName} is compressed in an unknown way`);
  const packed = await packedBytes(file, entry, most);
  const isWhole = most === Number.POSITIVE_INFINITY;
  // A beginning of deflated bytes has no end mark.
  const finishFlush = isWhole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const bytes = method === 0 ? packed : await inflate(packed, { finishFlush });
  if (isWhole && (bytes.length !== size || crc32(bytes) !== entry.crc32))
    throw new RangeError(`${fileName} is damaged`);
  return bytes;
}

/** @throws HashlensError `unreadable`; `unsupported-format` where the file is a Git LFS pointer */
export async function openNpz(path: string): Promise<NpzFile> {
  await refuseOtherFormat(path);
  const read = async <T>(work: (file: FileHandle) => Promise<T>): Promise<T> => {
    const file = await open(path);
    try {
      return await work(file);
    } catch (error) {
      if (error instanceof HashlensError) throw error;
      throw unreadable(path, error instanceof Error ? error.message : 'it is damaged', error);
    } finally {
      await file.close();
    }
  };
  const matrices = new Map<string, Shape>();
  const others = new Map<string, string>();
  const entries = await read(() => entriesOf(path));
  await read(async (file) => {
    for (const [name, entry] of entries) {
      const { kind, shape } = npyHeaderOf(path, await bytesOf(file, entry, mostHeaderBytes));
      const [rows, columns = 1, ...further] = shape;
      if (kind === null) others.set(name, 'an array of something other than numbers');
      else if (rows === undefined) others.set(name, 'a single number');
      else if (further.length > 0) others.set(name, `an array of ${shape.length} dimensions`);
      else matrices.set(name, { rows, columns });
    }
  });
  const readArray = (name: string): Promise<NpyArray> => {
    if (!matrices.has(name)) throw new RangeError(`${path} has no ${name}`);
    return read(async (file) => parseNpy(`${path}, ${name}`, await bytesOf(file, entryOf(entries, name))));
  };
  return { path, matrices, others, readArray, read: readArray };
}
