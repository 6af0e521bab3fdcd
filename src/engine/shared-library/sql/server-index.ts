// pgvector's HNSW index of the codes of a shared library: made by the server, watched meanwhile, and measured.
import { setTimeout } from 'node:timers/promises';
import type { ServerIndexOutcome } from '../../../shared/contract/shared-library.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { LongWork } from '../../runtime/long-work.ts';
import type { Postgres } from '../postgres.ts';
import { nearestCodes } from './ranking.ts';
import { setAbout, type SharedSchema } from './schema.ts';

/** Number of queries and neighbours for measuring the recall of an index. */
const measured = { queries: 50, neighbours: 100 } as const;
const lookEveryMs = 1000;

/** @throws HashlensError `unsupported-format` where the server has no pgvector */
export function requireVectors({ format }: SharedSchema): void {
  if (format.vectors) return;
  throw new HashlensError(
    'unsupported-format',
    'This shared library was made on a server without pgvector, which has the index; search there is exact.',
  );
}

/** Share of an index that a session has made, 0 to 1; null if it makes none, or the server does not report it. */
export async function indexedShare(watcher: Postgres, pid: number): Promise<number | null> {
  // A method reports blocks of the table that it has read, or rows that it has inserted.
  const [row] = await watcher.query<{ share: number | null }>(
    `SELECT coalesce(blocks_done::float8 / nullif(blocks_total, 0), tuples_done::float8 / nullif(tuples_total, 0)) AS share
     FROM pg_stat_progress_create_index WHERE pid = $1`,
    [pid],
  );
  return row?.share ?? null;
}

/**
 * Runs a statement that makes an index, and reports its progress. An abort ends it on the server; no cancellation is
 * on its way at the end, where it would hit the next statement.
 * @throws the signal's reason after an abort
 */
export async function createIndex(
  db: Postgres,
  watcher: Postgres,
  statement: string,
  rows: number,
  { signal, progress }: LongWork,
): Promise<void> {
  const message = 'Making the index';
  const [session] = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = session?.pid ?? 0;
  signal.throwIfAborted();
  let isMade = false;
  let greatest = 0;
  const made = db.query(statement).finally(() => (isMade = true));
  const settled = made.catch(() => undefined);
  const look = async (): Promise<void> => {
    while (!isMade) {
      const share = await indexedShare(watcher, pid).catch(() => null);
      // Each phase of the server counts from 0, and PostgreSQL counts all blocks as read while it reads the first one.
      if (share !== null && share < 1) greatest = Math.max(greatest, share);
      if (share !== null && !isMade) progress(Math.floor(greatest * rows), rows, message);
      // The server ignores a cancellation that comes before the statement, so that it is repeated.
      const { aborted } = signal;
      if (aborted) await watcher.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined);
      const pause = setTimeout(lookEveryMs, undefined, aborted ? {} : { signal }).catch(() => undefined);
      await Promise.race([settled, pause]);
    }
  };
  progress(0, rows, message);
  // A cancellation on its way when the statement ends would hit the next one.
  const [outcome, lookOutcome] = await Promise.allSettled([made, look()]);
  signal.throwIfAborted();
  for (const part of [outcome, lookOutcome]) if (part.status === 'rejected') throw part.reason;
}

/**
 * Creates the HNSW index of the codes, and measures the share of the nearest codes that it finds.
 * @param watcher another connection to the same server
 * @returns the mean share, and the number of neighbours in the measurement
 * @throws HashlensError `unsupported-format` where the server has no pgvector
 */
export async function makeIndex(shared: SharedSchema, watcher: Postgres, work: LongWork): Promise<ServerIndexOutcome> {
  const { db, schema } = shared;
  requireVectors(shared);
  work.signal.throwIfAborted();
  const [counted] = await db.query<{ n: number }>(`SELECT count(*) AS n FROM ${schema}.codes`);
  const statement = `CREATE INDEX IF NOT EXISTS codes_hnsw ON ${schema}.codes USING hnsw (code bit_hamming_ops)`;
  await createIndex(db, watcher, statement, counted?.n ?? 0, work);
  await db.query(`ANALYZE ${schema}.codes`);
  const samples = await db.query<{ code: string }>(
    `SELECT code::text AS code FROM (SELECT code FROM ${schema}.codes ORDER BY md5(photo_id::text) LIMIT $1) c`,
    [measured.queries],
  );
  let [found, wanted] = [0, 0];
  for (const [i, { code }] of samples.entries()) {
    work.signal.throwIfAborted();
    work.progress(i, samples.length, 'Measuring the index');
    const hex = hexOfBits(code);
    const exact = await nearestCodes(shared, hex, measured.neighbours, null, false);
    const near = await nearestCodes(shared, hex, measured.neighbours, null, true);
    // Any code at an equal distance is right: a neighbour may be as far as the last of the nearest.
    const last = exact.at(-1)?.distance ?? 0;
    wanted += exact.length;
    found += near.filter(({ distance }) => distance <= last).length;
  }
  const recall = wanted === 0 ? 1 : found / wanted;
  await setAbout(db, schema, 'recall', String(recall));
  return { recall, neighbours: measured.neighbours };
}

function hexOfBits(bits: string): string {
  return (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('');
}
