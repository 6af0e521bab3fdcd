// Ranking codes on a PostgreSQL server beside the local index: `npm run -s bench -- shared [--codes=<n,n>] [--hnsw=<n>]
// [--queries=<n>]`. Clustered codes of 128 bits; the 2000 nearest are asked for, as a search does. The servers are the system's
// PostgreSQL and PGlite, which is WebAssembly on one core and here for its pgvector: figures of HNSW are of PGlite unless the
// system's server has pgvector too. `--hnsw` bounds the codes that PGlite gets.
import { parseArgs } from 'node:util';
import { itemAt } from '../src/shared/at.ts';
import { HammingIndex } from '../src/engine/search/hamming/hamming-index.ts';
import { connectPostgres, type Postgres } from '../src/engine/shared-library/postgres.ts';
import { hexOf } from '../src/engine/shared-library/shared-search.ts';
import { nearestCodes } from '../src/engine/shared-library/sql/ranking.ts';
import { makeIndex } from '../src/engine/shared-library/sql/server-index.ts';
import { makeSchema, schemaOf, useVectors, type SharedSchema } from '../src/engine/shared-library/sql/schema.ts';
import { postgresPrograms, startPglite, startPostgres, type TestServer } from '../test/support/postgres.ts';
import { idsOf, makeCodes, queriesOf, type CodeSet } from './lib/codes.ts';
import { digits, machine, median, openTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    codes: { type: 'string', default: '1000000,10000000' },
    hnsw: { type: 'string', default: '1000000' },
    queries: { type: 'string', default: '20' },
  },
});
const sizes = values.codes.split(',').map(Number);
const queryCount = Number(values.queries);
const bits = 128;
/** Number of codes that a search compares closely. */
const wanted = 2000;
const page = 20_000;

async function load(db: Postgres, set: CodeSet): Promise<SharedSchema> {
  const schema = schemaOf('bench');
  const widths = { sharedWidth: 8, realWidth: 8, bits };
  const names = { encoderId: 'bench', modelId: 'bench', modelSum: '' };
  const format = { ...names, ...widths, vectors: await useVectors(db) };
  await db.transaction(() => makeSchema(db, schema, format));
  // Codes alone are measured; photos would only make loading longer.
  await db.query(`ALTER TABLE ${schema}.codes DROP CONSTRAINT codes_photo_id_fkey`);
  const bytes = bits / 8;
  for (let from = 0; from < set.n; from += page) {
    const ids = Array.from({ length: Math.min(page, set.n - from) }, (_, i) => from + i + 1);
    const codes = ids.map((id) => hexOf(set.codes.subarray((id - 1) * bytes, id * bytes)));
    await db.query(
      `INSERT INTO ${schema}.codes (photo_id, folder_id, code)
       SELECT id, 1, ('x' || code)::bit(${bits}) FROM unnest($1::bigint[], $2::text[]) AS g(id, code)`,
      [ids, codes],
    );
  }
  await db.query(`ANALYZE ${schema}.codes`);
  return { db, schema, format };
}

/** Bytes of a table or an index, for a million codes. */
async function bytesOf(db: Postgres, what: string, n: number): Promise<string> {
  const [row] = await db.query<{ bytes: number }>(`SELECT pg_total_relation_size($1::regclass) AS bytes`, [what]);
  return `${((row?.bytes ?? Number.NaN) / n).toFixed(1)} MB`;
}

/** Share of the nearest distances among the found ones; among equal distances any is right. */
function recallOf(found: readonly (readonly number[])[], exact: readonly (readonly number[])[]): string {
  const shares = exact.map((distances, q) => {
    const last = distances.at(-1) ?? 0;
    return itemAt(found, q).filter((distance) => distance <= last).length / distances.length;
  });
  return (shares.reduce((sum, share) => sum + share, 0) / shares.length).toFixed(3);
}

const row = openTable(
  ['where', 'ranking', 'codes', 'median ms', 'slowest ms', 'recall', 'bytes a million'],
  [26, 14, 10, 10, 10, 7, 15],
);

async function measure(
  where: string,
  shared: SharedSchema,
  set: CodeSet,
  exact: readonly (readonly number[])[],
  approximate: boolean,
  bytes: string,
): Promise<void> {
  const times: number[] = [];
  const found: number[][] = [];
  for (const [q, code] of queriesOf(set).entries()) {
    // The first query is run twice, so that caches are warm as in a busy server.
    if (q === 0) await nearestCodes(shared, hexOf(code), wanted, null, approximate);
    const started = performance.now();
    const near = await nearestCodes(shared, hexOf(code), wanted, null, approximate);
    times.push(performance.now() - started);
    found.push(near.map(({ distance }) => distance));
  }
  const ranking = approximate ? 'HNSW' : shared.format.vectors ? 'exact, <~>' : 'exact, count';
  row([
    where,
    ranking,
    String(set.n),
    digits(median(times)),
    digits(Math.max(...times)),
    recallOf(found, exact),
    bytes,
  ]);
}

async function onServer(where: string, server: TestServer, set: CodeSet, exact: number[][]): Promise<void> {
  const db = await connectPostgres(server.url);
  try {
    const shared = await load(db, set);
    const table = `${shared.schema}.codes`;
    await measure(where, shared, set, exact, false, await bytesOf(db, table, set.n));
    if (!shared.format.vectors) return;
    await db.query(`SET maintenance_work_mem = '512MB'`);
    const started = performance.now();
    const watcher = await connectPostgres(server.url);
    const work = { signal: new AbortController().signal, progress: () => undefined };
    await makeIndex(shared, watcher, work).finally(() => watcher.close());
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    await measure(where, shared, set, exact, true, await bytesOf(db, `${shared.schema}.codes_hnsw`, set.n));
    console.log(`  HNSW of ${set.n} codes was made and measured in ${seconds} s.`);
  } finally {
    await db.close();
    await server.close();
  }
}

const bin = postgresPrograms();
for (const n of sizes) {
  const set = makeCodes('clustered', n, bits, queryCount);
  const index = new HammingIndex({ ids: idsOf(n), codes: set.codes }, bits);
  const times: number[] = [];
  const exact = queriesOf(set).map((code) => {
    const started = performance.now();
    const { distances } = index.rank(code, wanted);
    times.push(performance.now() - started);
    return Array.from(distances);
  });
  const memory = `${(index.memoryBytes / n).toFixed(1)} MB`;
  row([
    'this library, one thread',
    'exact',
    String(n),
    digits(median(times)),
    digits(Math.max(...times)),
    '1.000',
    memory,
  ]);
  if (bin === null) console.log('  There is no PostgreSQL below /usr/lib/postgresql.');
  else await onServer('PostgreSQL', await startPostgres(bin), set, exact);
  if (n <= Number(values.hnsw)) await onServer('PGlite (WebAssembly)', await startPglite(), set, exact);
}
console.log(`\n${machine()}`);
