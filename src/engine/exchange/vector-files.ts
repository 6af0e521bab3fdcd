// Writes files of codes and rows page by page: numpy's, Parquet's and FAISS'.
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { ExchangeFormat } from '../../shared/contract/exchange.ts';
import { binaryFlatHeader, binaryFlatHeaderBytes, flatHeader, flatHeaderBytes } from './faiss-header.ts';
import { npyHeader, npyHeaderBytes } from './numpy-header.ts';

/** Some of the rows, in order. */
export interface VectorPage {
  readonly ids: readonly number[];
  /** Path of each photo, text of each caption or tag. */
  readonly names: readonly string[];
  /** `[ids.length, width]`: packed codes, or numbers. */
  readonly rows: Uint8Array | Float32Array;
}

export interface VectorFiles {
  add(page: VectorPage): Promise<void>;
  /** Completes the files. @returns their names */
  finish(): Promise<string[]>;
  /** Closes all open files, complete or not. */
  close(): Promise<void>;
}

/** Kind and shape of the rows. */
export interface VectorShape {
  /** `codes`: `width` bytes a row; `rows`: `width` float32 numbers. */
  readonly of: 'codes' | 'rows';
  readonly width: number;
  /** Name of the column of names: `path` or `text`. */
  readonly named: 'path' | 'text';
}

export function openVectorFiles(folder: string, format: ExchangeFormat, shape: VectorShape): Promise<VectorFiles> {
  return format === 'parquet' ? Promise.resolve(parquetFile(folder, shape)) : flatFiles(folder, format, shape);
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

const bytesOf = ({ rows }: VectorPage): Uint8Array => new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);

/** A file whose header is written last, when the number of rows is known. */
class HeadedFile {
  readonly #file: FileHandle;
  #at: number;
  constructor(file: FileHandle, headerBytes: number) {
    this.#file = file;
    this.#at = headerBytes;
  }

  static async make(path: string, headerBytes: number): Promise<HeadedFile> {
    return new HeadedFile(await open(path, 'wx'), headerBytes);
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#write(bytes, this.#at);
    this.#at += bytes.length;
  }

  async finish(header: Uint8Array): Promise<void> {
    await this.#write(header, 0);
  }

  /** One write may take fewer bytes than given. */
  async #write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The rows in numpy's file or FAISS', `ids.npy`, and `items.jsonl` with the name of each row. */
async function flatFiles(folder: string, format: 'npy' | 'faiss', shape: VectorShape): Promise<VectorFiles> {
  const { of, width, named } = shape;
  const name = `${of}.${format}`;
  const headerBytes = format === 'npy' ? npyHeaderBytes : of === 'codes' ? binaryFlatHeaderBytes : flatHeaderBytes;
  const header = (n: number): Uint8Array => {
    if (format === 'npy') return npyHeader(of === 'codes' ? '|u1' : '<f4', [n, width]);
    return of === 'codes' ? binaryFlatHeader(8 * width, n) : flatHeader(width, n);
  };
  const rows = await HeadedFile.make(join(folder, name), headerBytes);
  const ids = await HeadedFile.make(join(folder, 'ids.npy'), npyHeaderBytes);
  const items = await HeadedFile.make(join(folder, 'items.jsonl'), 0);
  let count = 0;
  return {
    async add(page) {
      await rows.append(bytesOf(page));
      await ids.append(Buffer.from(BigInt64Array.from(page.ids, BigInt).buffer));
      const lines = page.ids.map((id, i) => `${JSON.stringify({ id, [named]: page.names[i] })}\n`);
      await items.append(Buffer.from(lines.join('')));
      count += page.ids.length;
    },
    async finish() {
      await rows.finish(header(count));
      await ids.finish(npyHeader('<i8', [count]));
      return [name, 'ids.npy', 'items.jsonl'];
    },
    async close() {
      for (const file of [rows, ids, items]) await file.close();
    },
  };
}

/** One file with the columns `id`, `path` or `text`, and `code` (bytes) or `row` (a list of float32). */
function parquetFile(folder: string, { of, width, named }: VectorShape): VectorFiles {
  const name = `${of}.parquet`;
  const vector: Schema =
    of === 'codes'
      ? [{ name: 'code', type: 'FIXED_LEN_BYTE_ARRAY', type_length: width, repetition_type: 'REQUIRED' }]
      : [
          { name: 'row', repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
        ];
  const schema: Schema = [
    { name: 'root', num_children: 3 },
    { name: 'id', type: 'INT64', repetition_type: 'REQUIRED' },
    { name: named, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    ...vector,
  ];
  const writer = new ParquetWriter({ writer: fileWriter(join(folder, name)), schema, createdBy: 'Hashlens' });
  return {
    async add({ ids, names, rows }) {
      const vectors = ids.map((_, i) => {
        const row = rows.subarray(i * width, (i + 1) * width);
        return row instanceof Float32Array ? Array.from(row) : row;
      });
      await writer.write({
        columnData: [
          { name: 'id', data: ids.map(BigInt) },
          { name: named, data: [...names] },
          { name: of === 'codes' ? 'code' : 'row', data: vectors },
        ],
        rowGroupSize: Math.max(1, ids.length),
      });
    },
    async finish() {
      await writer.finish();
      return [name];
    },
    close: () => Promise.resolve(),
  };
}
