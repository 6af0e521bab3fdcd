// Progress and cancellation of an index made by the server. On the system's PostgreSQL, whose indexes of other methods report
// their progress like pgvector's; skipped without one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres, type Postgres } from '../../src/engine/shared-library/postgres.ts';
import { createIndex } from '../../src/engine/shared-library/sql/server-index.ts';
import { postgresPrograms, startPostgres, type TestServer } from '../support/postgres.ts';

const bin = postgresPrograms();

describe("an index of the system's PostgreSQL (skipped where /usr/lib/postgresql has none)", () => {
  let server: TestServer;
  let db: Postgres;
  let watcher: Postgres;
  const test = bin === null ? it.skip : it;
  const rows = 4000;

  beforeAll(async () => {
    if (bin === null) return;
    server = await startPostgres(bin);
    db = await connectPostgres(server.url);
    watcher = await connectPostgres(server.url);
    // An index of this function takes as long as its sleeps.
    await db.query(`CREATE FUNCTION slow(n integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(0.001); RETURN n; END'`);
    await db.query(`CREATE TABLE numbers AS SELECT n, repeat('x', 400) AS room FROM generate_series(1, ${rows}) AS n`);
  });
  afterAll(async () => {
    if (bin === null) return;
    await db.close();
    await watcher.close();
    await server.close();
  });

  test('its progress is told while it is made', async () => {
    const told: [number, number][] = [];
    await createIndex(db, watcher, 'CREATE INDEX made ON numbers (slow(n))', rows, {
      signal: new AbortController().signal,
      progress: (done, total) => told.push([done, total]),
    });
    expect(told[0]).toEqual([0, rows]);
    const between = told.filter(([done, total]) => done > 0 && done < total);
    expect(between.length).toBeGreaterThan(0);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).toSorted((a, b) => a - b));
    expect(await server.run(`SELECT indisvalid AS made FROM pg_index WHERE indexrelid = 'made'::regclass`)).toEqual([
      { made: true },
    ]);
  });

  test('it ends on the server when it is cancelled, and nothing of it is left', async () => {
    const controller = new AbortController();
    const work = { signal: controller.signal, progress: () => controller.abort() };
    const making = createIndex(db, watcher, 'CREATE INDEX stopped ON numbers (slow(n))', rows, work);
    await expect(making).rejects.toMatchObject({ name: 'AbortError' });
    expect(await db.query(`SELECT to_regclass('stopped') AS there`)).toEqual([{ there: null }]);
  });
});
