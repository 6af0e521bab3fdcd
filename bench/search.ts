// Exact Hamming search against other engines: `npm run -s bench -- search [--quick | --n=<codes>] [--json]`.
// Same codes, same queries, one thread, in one run; distances of all engines are compared.
import { HammingIndex, IdMask } from '../src/engine/search/hamming/hamming-index.ts';
import { readBandwidth } from './lib/bandwidth.ts';
import { firstOf, idsOf, makeCodes, queriesOf, type CodeSet } from './lib/codes.ts';
import { loadTimes, type LoadTimes } from './lib/library-load.ts';
import { best, machine, median, digits, openTable, printTable, timed } from './lib/report.ts';
import {
  faiss,
  hashlens,
  plainJs,
  sqliteVec,
  usearch,
  type SearchEngine,
  type EngineMeasurement,
} from './lib/search-engines.ts';
import { itemAt } from '../src/shared/at.ts';

const flags = new Set(process.argv.slice(2));
const quick = flags.has('--quick');
const json = flags.has('--json');
const nearest = 50;
const oneSize = process.argv.find((flag) => flag.startsWith('--n='))?.slice(4);
const sizes = oneSize !== undefined ? [Number(oneSize)] : quick ? [100_000] : [100_000, 1_000_000, 10_000_000];
/** Ours comes first, because the others are compared with it. */
const engines: Readonly<Record<string, SearchEngine>> = {
  Hashlens: hashlens,
  FAISS: faiss,
  'plain JS': plainJs,
  'sqlite-vec': sqliteVec,
  usearch,
};

interface Row {
  readonly engine: string;
  readonly codes: string;
  readonly n: number;
  readonly bits: number;
  readonly bestMs: number | null;
  readonly medianMs: number | null;
  /** Times as long as ours, by the medians. */
  readonly ratio: number | null;
  /** Share of correct distances. */
  readonly right: number | null;
  readonly memoryRatio: number | null;
  readonly note: string;
}

/** Share of distances that equal ours, place by place, for the queries that the other engine has answered. */
function agreement(ours: EngineMeasurement, other: EngineMeasurement): number {
  const pairs = other.distances.flatMap((list, q) => list.map((distance, i) => distance === ours.distances[q]?.[i]));
  return pairs.filter(Boolean).length / pairs.length;
}

async function compare(set: CodeSet, add: (row: Row) => void): Promise<void> {
  const { distribution, n, bits } = set;
  const runs = Math.max(20, Math.min(200, Math.round(1e8 / n)));
  let ours: EngineMeasurement | null = null;
  for (const [engine, measure] of Object.entries(engines)) {
    const result = await measure(set, nearest, runs);
    const head = { engine, codes: distribution, n, bits };
    if (typeof result === 'string') {
      add({ ...head, bestMs: null, medianMs: null, ratio: null, right: null, memoryRatio: null, note: result });
      continue;
    }
    ours ??= result;
    add({
      ...head,
      bestMs: best(result.times),
      medianMs: median(result.times),
      ratio: median(result.times) / median(ours.times),
      right: agreement(ours, result),
      memoryRatio: result.memoryBytes === null ? null : result.memoryBytes / set.codes.length,
      note: result.note,
    });
  }
}

const started = performance.now();
if (!json) console.log(`${machine()}\nexact top ${nearest}, one thread; times are medians (best) of whole searches\n`);
const heads = ['engine', 'codes', 'n', 'bits', 'ms', 'best', 'x ours', 'distances equal', 'memory/codes', ''];
const line = json ? null : openTable(heads, [10, 9, 8, 4, 7, 7, 7, 15, 12, 0]);
const number = (x: number | null, print: (x: number) => string) => (x === null ? '-' : print(x));
const rows: Row[] = [];
const details: { what: string; n: number; bits: number; ms: number; note: string }[] = [];
for (const bits of [64, 128]) {
  for (const distribution of ['random', 'clustered'] as const) {
    const all = makeCodes(distribution, Math.max(...sizes), bits, 20);
    for (const n of sizes) {
      const set = firstOf(all, n);
      await compare(set, (r) => {
        rows.push(r);
        line?.([
          r.engine,
          r.codes,
          String(r.n),
          String(r.bits),
          number(r.medianMs, digits),
          number(r.bestMs, digits),
          number(r.ratio, (x) => x.toFixed(1)),
          number(r.right, (x) => (x === 1 ? 'all' : `${(100 * x).toFixed(1)}%`)),
          number(r.memoryRatio, (x) => x.toFixed(3)),
          r.note,
        ]);
      });
      if (distribution === 'random') await detail(set);
    }
  }
}

/** Scan against memory bandwidth, threads, filters and changes. */
async function detail(set: CodeSet): Promise<void> {
  const { n, bits, codes } = set;
  const queries = queriesOf(set);
  const runs = n > 2e6 ? 30 : 100;
  const query = (run: number) => itemAt(queries, run % queries.length);
  const add = (what: string, ms: number, note = '') => details.push({ what, n, bits, ms, note });
  const index = new HammingIndex({ ids: idsOf(n), codes }, bits);
  const bandwidth = await readBandwidth(codes.length, runs);
  const scan = timed(runs, (run) => index.rank(query(run), nearest));
  const share = (times: readonly number[], pick: typeof median) =>
    ((100 * pick(bandwidth.times)) / pick(times)).toFixed(0);
  const gigabytes = (times: readonly number[]) => (codes.length / best(times) / 1e6).toFixed(1);
  add('reading the same bytes', median(bandwidth.times), `${gigabytes(bandwidth.times)} GB/s at best`);
  add(
    'search',
    median(scan),
    `${gigabytes(scan)} GB/s at best; share of the bandwidth: best ${share(scan, best)}%, median ${share(scan, median)}%`,
  );
  add('search, nearest 400', median(timed(runs, (run) => index.rank(query(run), 400))));
  const threaded = new HammingIndex({ ids: idsOf(n), codes }, bits, { threads: 2, parallelFrom: 0 });
  await threaded.threadsReady();
  add('search, 2 threads', median(timed(runs, (run) => threaded.rank(query(run), nearest))));
  await threaded.close();
  for (const [name, every] of [
    ['half', 2],
    ['1 of 100', 100],
  ] as const) {
    const mask = IdMask.of(idsOf(n).filter((id) => (Math.imul(id, 0x9e3779b1) >>> 8) % every === 0));
    add(`search among ${name}`, median(timed(runs, (run) => index.rank(query(run), nearest, mask))));
  }
  const some = Int32Array.from({ length: 1000 }, (_, i) => Math.floor((i * n) / 1000) + 1);
  const someCodes = codes.subarray(0, (1000 * bits) / 8);
  add('remove 1000 codes', best(timed(1, () => index.remove(some))));
  add('search with 1000 removed', median(timed(runs, (run) => index.rank(query(run), nearest))));
  add(
    'add 1000 codes at the end',
    best([
      ...timed(3, (run) =>
        index.add(
          some.map((id) => id + (run + 3) * n),
          someCodes,
        ),
      ),
    ]),
  );
}

const loads: LoadTimes[] = [];
const library = Math.min(1_000_000, Math.max(...sizes));
console.error(`loading ${library} codes from SQLite`);
if (oneSize === undefined || library === Number(oneSize)) loads.push(await loadTimes(library, 128, 3));

if (json) console.log(JSON.stringify({ machine: machine(), nearest, rows, details, loads }, null, 2));
else {
  console.log('\nHashlens in detail, random codes');
  printTable(
    ['what', 'n', 'bits', 'ms', ''],
    details.map((d) => [d.what, String(d.n), String(d.bits), digits(d.ms), d.note]),
  );
  console.log('\nLoading from SQLite at start, ms');
  printTable(
    ['photos', 'bits', 'row by row', 'as text', 'packed', 'first answer', 'longest turn', 'packing once'],
    loads.map((l) =>
      [l.photos, l.bits, l.byRow, l.asText, l.packed, l.firstAnswer, l.longestTurn, l.packing].map((x) =>
        String(Math.round(x)),
      ),
    ),
  );
  console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s in all`);
}
