// Progress and cancellation of an index made by the server. On the system's PostgreSQL, whose indexes of other methods report
// their progress like pgvector's; skipped without one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres, type Postgres } from '../../src/engine/shared-library/postgres.ts';
import { indexLibrary } from '../../src/engine/jobs/server-index-job.ts';
import type { SharedFormat } from '../../src/engine/shared-library/sql/schema.ts';
import { createIndex } from '../../src/engine/shared-library/sql/server-index.ts';
import { until } from '../support/program.ts';
import { postgresPrograms, startPostgres, type TestServer } from '../support/postgres.ts';

const bin = postgresPrograms();
const sharedFormat: SharedFormat = {
  ...{ encoderId: 'starter-1', sharedWidth: 512, modelId: 'itq-64', modelSum: '', bits: 64, realWidth: 64 },
  vectors: true,
};

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
    const steps: [number, number][] = [];
    await createIndex(db, watcher, 'CREATE INDEX made ON numbers (slow(n))', rows, {
      signal: new AbortController().signal,
      progress: (done, total) => steps.push([done, total]),
    });
    expect(steps[0]).toEqual([0, rows]);
    const between = steps.filter(([done, total]) => done > 0 && done < total);
    expect(between.length).toBeGreaterThan(0);
    expect(steps.map(([done]) => done)).toEqual(steps.map(([done]) => done).toSorted((a, b) => a - b));
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

  test('a cancellation that is answered after the statement has ended is awaited, so that it hits no later one', async () => {
    const controller = new AbortController();
    let [sent, answered] = [0, 0];
    const late: Postgres = {
      ...watcher,
      async query<Row>(sql: string, values?: readonly unknown[]) {
        if (!sql.includes('pg_cancel_backend')) return watcher.query<Row>(sql, values);
        sent++;
        const found = await watcher.query<Row>(sql, values);
        await new Promise((resolve) => setTimeout(resolve, 300));
        answered++;
        return found;
      },
    };
    const work = { signal: controller.signal, progress: () => controller.abort() };
    const making = createIndex(db, late, 'CREATE INDEX stopped ON numbers (slow(n))', rows, work);
    await expect(making).rejects.toMatchObject({ name: 'AbortError' });
    expect(sent).toBeGreaterThan(0);
    expect(answered).toBe(sent);
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('it is not begun after a cancellation, and one that comes before the server has begun it is not lost', async () => {
    const making = async (when: 'before it is sent' | 'before it arrives'): Promise<boolean> => {
      const controller = new AbortController();
      let isSent = false;
      const late: Postgres = {
        ...db,
        async query<Row>(sql: string, values?: readonly unknown[]) {
          if (sql.startsWith('CREATE INDEX')) {
            isSent = true;
            controller.abort();
            // The cancellation has arrived once a later statement of the same connection has an answer.
            await watcher.query('SELECT 1');
          }
          const found = await db.query<Row>(sql, values);
          if (when === 'before it is sent') controller.abort();
          return found;
        },
      };
      const work = { signal: controller.signal, progress: () => undefined };
      const made = createIndex(late, watcher, 'CREATE INDEX late ON numbers (slow(n))', rows, work);
      await expect(made).rejects.toMatchObject({ name: 'AbortError' });
      expect(await db.query(`SELECT to_regclass('late') AS there`)).toEqual([{ there: null }]);
      return isSent;
    };
    expect(await making('before it is sent')).toBe(false);
    expect(await making('before it arrives')).toBe(true);
  });

  test('its connection is closed where the server allows no second one', async () => {
    await server.run('CREATE ROLE one LOGIN CONNECTION LIMIT 1');
    const url = server.url.replace(/\/\/[^@]*@/, '//one@');
    const shared = { schema: 'none', format: sharedFormat };
    const libraries = {
      connect: connectPostgres,
      connectTo: async (to: string) => ({ ...shared, db: await connectPostgres(to) }),
    };
    const work = { signal: new AbortController().signal, progress: () => undefined };
    await expect(indexLibrary(libraries, url, 'none', work)).rejects.toThrow(/no free connection/);
    await until(async () => {
      const [{ n } = { n: null }] = await server.run(
        `SELECT count(*) AS n FROM pg_stat_activity WHERE usename = 'one'`,
      );
      return Number(n) === 0;
    }, 20_000);
  });
});
