// Codes and rows in files of other programs, read by numpy, Parquet's reader and FAISS.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { jsonLinesOf } from '../support/json-lines.ts';
import { exchangeRequests, type VectorExportOutcome } from '../../src/shared/contract/exchange.ts';
import { openStore } from '../../src/engine/store/database.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import { indexedAlbum, sampleAlbum, type IndexedAlbum } from '../support/engine.ts';
import { numberAt } from '../../src/shared/at.ts';

let album: IndexedAlbum;
let folder: string;
let codes: { ids: Int32Array; codes: Uint8Array };

/** Whether Python finds a package here. */
function hasPython(name: string): boolean {
  try {
    execFileSync('python3', ['-c', `import ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const python = async (program: string): Promise<unknown> =>
  parseJson(z.unknown(), (await promisify(execFile)('python3', ['-c', program])).stdout);

async function exported(wanted: Record<string, string>): Promise<Job> {
  const params = exchangeRequests['exchange.export'].params.parse(wanted);
  return album.engine.finished((await album.engine.api['exchange.export'](params)).id);
}
async function written(name: string, wanted: Record<string, string>): Promise<VectorExportOutcome> {
  const job = await exported({ ...wanted, folder: join(folder, name) });
  if (job.exported === null) throw new Error(job.error?.message ?? job.state);
  return job.exported;
}
const file = (...names: string[]): Buffer => readFileSync(join(folder, ...names));
const manifestSchema = z.looseObject({
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});
const manifest = (name: string) => parseJson(manifestSchema, file(name, 'manifest.json').toString());

beforeAll(async () => {
  album = await indexedAlbum((target) => cpSync(join(sampleAlbum, 'animals'), target, { recursive: true }));
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  const { libraryDir } = await album.engine.api['library.status']({});
  const store = openStore(libraryDir);
  const model = store.models.list().find(({ bits }) => bits === 128);
  if (model === undefined) throw new Error('there is no model');
  codes = store.codes.all('photo', model.id, 16);
  store.close();
});
afterAll(async () => {
  await album.close();
});

describe('codes', () => {
  it("as numpy's file are the bytes search compares, with ids and paths in the same order", async () => {
    const { shape, files } = await written('npy', { what: 'codes', format: 'npy' });
    expect(shape).toEqual([codes.ids.length, 16]);
    expect(codes.ids.length).toBeGreaterThan(3);
    expect(file('npy', 'codes.npy').subarray(128).equals(codes.codes)).toBe(true);
    const ids = new BigInt64Array(new Uint8Array(file('npy', 'ids.npy').subarray(128)).buffer);
    expect(Array.from(ids, Number)).toEqual(Array.from(codes.ids));
    const named = jsonLinesOf(z.object({ id: z.number(), path: z.string() }), file('npy', 'items.jsonl').toString());
    expect(named.map(({ id }) => id)).toEqual(Array.from(codes.ids));
    expect(named.every(({ path }) => existsSync(path))).toBe(true);
    expect(files).toEqual(['manifest.json', 'codes.npy', 'ids.npy', 'items.jsonl']);
  });

  it('come with a manifest that names model, encoder, shape and the sum of each file', () => {
    const facts = manifest('npy');
    expect(facts).toMatchObject({
      ...{ what: 'codes', of: 'photos', shape: [codes.ids.length, 16], dtype: 'uint8', bits: 128, bitOrder: 'little' },
      ...{ model: { id: 'rotation-starter-1' }, encoder: { id: 'starter-1' } },
    });
    for (const { name, bytes, sha256 } of facts.files) {
      const content = file('npy', name);
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    }
  });

  it('as Parquet have the same bytes, one row a photo', async () => {
    await written('parquet', { what: 'codes', format: 'parquet' });
    const content = file('parquet', 'codes.parquet');
    const rows = await parquetReadObjects({ file: new Uint8Array(content).buffer, utf8: false });
    expect(rows.map((row) => Number(row['id']))).toEqual(Array.from(codes.ids));
    expect(Buffer.concat(rows.map((row) => row['code'] as Uint8Array)).equals(codes.codes)).toBe(true);
  });

  it.skipIf(!hasPython('numpy'))('are read by numpy (skipped without python3-numpy)', async () => {
    const path = JSON.stringify(join(folder, 'npy', 'codes.npy'));
    const read = await python(`import numpy, json; a = numpy.load(${path}); print(json.dumps([a.shape, a.tolist()]))`);
    const rows = Array.from(codes.ids, (_, i) => Array.from(codes.codes.subarray(i * 16, (i + 1) * 16)));
    expect(read).toEqual([[codes.ids.length, 16], rows]);
  });

  it.skipIf(!hasPython('faiss'))('are searched by FAISS (skipped without python3-faiss)', async () => {
    await written('faiss', { what: 'codes', format: 'faiss' });
    const path = JSON.stringify(join(folder, 'faiss', 'codes.faiss'));
    const found = await python(
      `import faiss, json; i = faiss.read_index_binary(${path}); ` +
        `print(json.dumps([i.d, i.ntotal, i.search(i.reconstruct_n(0, i.ntotal), 1)[0].tolist()]))`,
    );
    expect(found).toEqual([128, codes.ids.length, Array.from(codes.ids, () => [0])]);
  });
});

describe('rows', () => {
  const floats = (content: Buffer, from: number): Float32Array =>
    new Float32Array(new Uint8Array(content.subarray(from)).buffer);

  it('of the model have the signs of the codes where the model has no other rows', async () => {
    const { shape } = await written('rows', { what: 'rows', format: 'npy' });
    const [n, width] = shape;
    expect(width).toBe(128);
    const rows = floats(file('rows', 'rows.npy'), 128);
    expect(rows).toHaveLength(n * width);
    const wrong = Array.from(rows).filter((x, i) => {
      const bit = (numberAt(codes.codes, Math.floor(i / 128) * 16 + ((i % 128) >> 3)) >> (i & 7)) & 1;
      return x !== 0 && x > 0 !== (bit === 1);
    });
    expect(wrong).toEqual([]);
  });

  it('for FAISS have length one, so that its inner product is the cosine', async () => {
    await written('unit', { what: 'features', format: 'faiss' });
    const [n, width] = manifest('unit')['shape'] as [number, number];
    const rows = floats(file('unit', 'rows.faiss'), 45);
    const lengths = Array.from({ length: n }, (_, i) => Math.hypot(...rows.subarray(i * width, (i + 1) * width)));
    for (const length of lengths) expect(length).toBeCloseTo(1, 5);
    expect(manifest('unit')).toMatchObject({ unitLength: true, metric: 'cosine' });
  });

  it('of captions as Parquet are lists beside the text', async () => {
    await written('captions', { what: 'rows', of: 'caption', format: 'parquet' });
    const content = file('captions', 'rows.parquet');
    const rows = await parquetReadObjects({ file: new Uint8Array(content).buffer });
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      expect(row['text']).toMatch(/\w/);
      expect(row['row']).toHaveLength(128);
    }
  });
});

describe('a folder', () => {
  it('with something in it is refused, and so is one of the library', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine.txt'), '');
    await expect(exported({ what: 'codes', format: 'npy', folder: full })).rejects.toMatchObject({
      code: 'bad-argument',
    });
    const { libraryDir } = await album.engine.api['library.status']({});
    await expect(exported({ what: 'codes', format: 'npy', folder: join(libraryDir, 'export') })).rejects.toMatchObject({
      code: 'bad-argument',
    });
  });
});
