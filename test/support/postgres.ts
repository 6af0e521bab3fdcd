// PostgreSQL servers for tests: PGlite with pgvector, embedded and behind a socket, and the system's own, started on a free port
// by a user who is not root.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import pg from 'pg';
import { until } from './program.ts';

export interface TestServer {
  /** Address for the administrator; it has no password. */
  readonly url: string;
  /** Runs statements as the administrator. */
  readonly run: (sql: string) => Promise<Record<string, unknown>[]>;
  readonly close: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

const runAt =
  (url: string): TestServer['run'] =>
  async (sql) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const result = (await client.query(sql)) as pg.QueryResult<Record<string, unknown>>;
      return result.rows;
    } finally {
      await client.end();
    }
  };

/** PGlite has one session, which all connections share. */
export async function startPglite(): Promise<TestServer> {
  const db = await PGlite.create({ extensions: { vector } });
  const port = await freePort();
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 10 });
  await server.start();
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;
  return {
    url,
    run: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
    async close() {
      await server.stop();
      await db.close();
    },
  };
}

const installed = '/usr/lib/postgresql';

/** Programs of the newest PostgreSQL that Debian has installed; null where there is none. */
export function postgresPrograms(): string | null {
  if (!existsSync(installed)) return null;
  const versions = readdirSync(installed).sort((a, b) => Number(b) - Number(a));
  const found = versions
    .map((version) => join(installed, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  return found ?? null;
}

/** User and group of the server if the tests run as root, whom PostgreSQL refuses. */
function serverUser(): { readonly uid: number; readonly gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (what: '-u' | '-g') => Number(execFileSync('id', [what, 'nobody']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

export interface ServerSettings {
  /** Files put into the data folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Settings as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server of its own with the user `admin`, without passwords unless `pg_hba.conf` is given, in a temporary folder. */
export async function startPostgres(
  bin: string,
  { files = {}, settings: more = {} }: ServerSettings = {},
): Promise<TestServer> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-postgres-'));
  const user = serverUser();
  chmodSync(folder, 0o700);
  if ('uid' in user && user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, stdio: 'ignore' as const };
  const settings = ['-U', 'admin', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'];
  execFileSync(join(bin, 'initdb'), ['-D', data, ...settings], options);
  for (const [name, text] of Object.entries(files)) {
    const file = join(data, name);
    writeFileSync(file, text, { mode: 0o600 });
    if ('uid' in user && user.uid !== undefined) chownSync(file, user.uid, user.gid);
  }
  const port = await freePort();
  const given = Object.entries(more).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const flags = [...given, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...flags], options);
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const url = `postgresql://admin@127.0.0.1:${port}/postgres`;
  const run = runAt(url);
  await until(() =>
    run('SELECT 1').then(
      () => true,
      () => server.exitCode !== null,
    ),
  );
  return {
    url,
    run,
    async close() {
      // Fast shutdown: open sessions are ended.
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
