// The search engines, each behind one function: the same codes and queries, in one thread.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { z } from 'zod';
import { HammingIndex } from '../../src/engine/search/hamming/hamming-index.ts';
import { idsOf, queriesOf, type CodeSet } from './codes.ts';
import { int32At, itemAt, uint16At, uint8At } from '../../src/shared/at.ts';
import { parseJson } from '../../src/shared/json.ts';
import { answered, timed } from './report.ts';

export interface EngineMeasurement {
  /** Milliseconds of each search. */
  readonly times: readonly number[];
  /** For each query the distances of its nearest, ascending. */
  readonly distances: readonly (readonly number[])[];
  /** Bytes besides the program itself, where they are known. */
  readonly memoryBytes: number | null;
  readonly note: string;
}

/** A measurement, or the reason for having none. */
export type SearchEngine = (set: CodeSet, n: number, runs: number) => Promise<EngineMeasurement | string>;

/** Time for the timed searches of a rival, and again for the searches whose distances are compared. */
const budgetMs = 2000;

export const hashlens: SearchEngine = async (set, n, runs) => {
  const index = new HammingIndex({ ids: idsOf(set.n), codes: set.codes }, set.bits);
  const queries = queriesOf(set);
  const query = (run: number) => itemAt(queries, run % queries.length);
  const times = timed(runs, (run) => index.rank(query(run), n));
  const distances = queries.map((code) => Array.from(index.rank(code, n).distances));
  return { times, distances, memoryBytes: index.memoryBytes, note: `kernel: ${index.kernel}` };
};

/** The straightforward program: all distances, then a counting sort. */
export const plainJs: SearchEngine = async (set, n, runs) => {
  const perCode = set.bits / 32;
  const words = new Int32Array(set.codes.buffer, set.codes.byteOffset, set.n * perCode);
  const found = new Uint16Array(set.n);
  const search = (code: Uint8Array): number[] => {
    const query = new Int32Array(Uint8Array.from(code).buffer);
    const histogram = new Int32Array(set.bits + 1);
    for (let i = 0, at = 0; i < set.n; i++) {
      let distance = 0;
      for (let w = 0; w < perCode; w++, at++) {
        let v = int32At(words, at) ^ int32At(query, w);
        v -= (v >>> 1) & 0x55555555;
        v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
        distance += Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      found[i] = distance;
      histogram[distance] = int32At(histogram, distance) + 1;
    }
    let limit = 0;
    for (let sum = int32At(histogram, 0); sum < n; limit++) sum += int32At(histogram, limit + 1);
    const near: [number, number][] = [];
    for (let i = 0; i < set.n; i++) if (uint16At(found, i) <= limit) near.push([uint16At(found, i), i]);
    near.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return near.slice(0, n).map(([distance]) => distance);
  };
  const queries = queriesOf(set);
  const times = timed(runs, (run) => search(itemAt(queries, run % queries.length)), budgetMs);
  return { times, distances: answered(queries, search, budgetMs), memoryBytes: null, note: '' };
};

export const sqliteVec: SearchEngine = async (set, n, runs) => {
  if (set.n > 2_000_000) return 'not run: filling the table takes minutes, a query seconds';
  const loaded = await import('sqlite-vec').catch(() => null);
  if (!loaded) return 'not run: npm package sqlite-vec is not installed';
  const db = new SQLite(':memory:');
  loaded.load(db);
  db.exec(`CREATE VIRTUAL TABLE codes USING vec0(code bit[${set.bits}])`);
  const insert = db.prepare('INSERT INTO codes (rowid, code) VALUES (?, vec_bit(?))');
  const bytes = set.bits / 8;
  db.transaction(() => {
    for (let i = 0; i < set.n; i++) insert.run(BigInt(i + 1), set.codes.subarray(i * bytes, (i + 1) * bytes));
  })();
  const select = db
    .prepare<[Uint8Array, number], number>('SELECT distance FROM codes WHERE code MATCH vec_bit(?) AND k = ?')
    .pluck();
  const queries = queriesOf(set);
  const search = (code: Uint8Array) => select.all(code, n);
  const times = timed(runs, (run) => search(itemAt(queries, run % queries.length)), budgetMs);
  const distances = answered(queries, search, budgetMs);
  db.close();
  return { times, distances, memoryBytes: null, note: `version ${loadedVersion(loaded)}` };
};
const loadedVersion = (loaded: { load(db: unknown): void }): string => {
  const db = new SQLite(':memory:');
  loaded.load(db);
  const version = db.prepare<[], string>('SELECT vec_version()').pluck().get() ?? '';
  db.close();
  return version;
};

/**
 * usearch has two ways. Its `exactSearch` takes no packed bits, and for unpacked ones gives NaN for every Hamming
 * distance; its index keeps bits but is a graph, built slowly and searched approximately. So the graph is measured, at the
 * smallest size, and the check of distances shows what it misses.
 */
export const usearch: SearchEngine = async (set, n, runs) => {
  if (set.n > 100_000)
    return 'not run: its exact search knows no bits (NaN distances); the graph takes minutes to build';
  const loaded = await import('usearch').catch(() => null);
  if (!loaded) return 'not run: npm package usearch is not installed';
  const { Index, MetricKind, ScalarKind } = loaded;
  const unpack = (codes: Uint8Array) =>
    Int8Array.from({ length: codes.length * 8 }, (_, i) => (uint8At(codes, i >> 3) >> (i & 7)) & 1);
  const index = new Index({
    metric: MetricKind.Hamming,
    quantization: ScalarKind.B1,
    dimensions: set.bits,
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 64,
    multi: false,
  });
  index.add(
    BigUint64Array.from({ length: set.n }, (_, i) => BigInt(i + 1)),
    unpack(set.codes),
    // Building is not measured; it takes most of a minute with one thread.
    cpus().length,
  );
  const queries = queriesOf(set).map(unpack);
  const search = (code: Int8Array) => Array.from(index.search(code, n, 1).distances);
  const times = timed(runs, (run) => search(itemAt(queries, run % queries.length)));
  return { times, distances: queries.map(search), memoryBytes: null, note: 'a graph: approximate' };
};

const faissProgram = `
import sys, json, time, numpy, faiss
folder, bits, n, runs, budget = sys.argv[1], *map(int, sys.argv[2:])
faiss.omp_set_num_threads(1)
codes = numpy.fromfile(folder + "/codes", numpy.uint8).reshape(-1, bits // 8)
queries = numpy.fromfile(folder + "/queries", numpy.uint8).reshape(-1, bits // 8)
index = faiss.IndexBinaryFlat(bits)
index.add(codes)
times = []
end = time.perf_counter() + budget / 1000
for run in range(-2, runs):
    if len(times) >= 3 and time.perf_counter() > end: break
    query = queries[max(run, 0) % len(queries)][None]
    start = time.perf_counter()
    index.search(query, n)
    if run >= 0: times.append((time.perf_counter() - start) * 1000)
distances = [sorted(map(int, index.search(q[None], n)[0][0])) for q in queries]
print(json.dumps({"times": times, "distances": distances, "version": faiss.__version__}))
`;

const faissAnswer = z.object({
  times: z.array(z.number()),
  distances: z.array(z.array(z.number())),
  version: z.string(),
});

/** Debian's python3-faiss belongs to Debian's own Python. */
export const faiss: SearchEngine = async (set, n, runs) => {
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import faiss']).status !== 0) return 'not run: no FAISS (Debian: python3-faiss)';
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
  try {
    writeFileSync(join(folder, 'codes'), set.codes);
    writeFileSync(join(folder, 'queries'), set.queries);
    const args = ['-c', faissProgram, folder, String(set.bits), String(n), String(runs), String(budgetMs)];
    const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) return `failed: ${stderr.slice(-200)}`;
    const answer = parseJson(faissAnswer, stdout);
    return { ...answer, memoryBytes: null, note: `version ${answer.version}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
