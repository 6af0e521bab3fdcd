// The connection to a PostgreSQL server that the person named. Nothing here connects by itself; the driver is loaded
// with the first connection.
import type { Client, ClientConfig } from 'pg';
import { HashlensError, type ErrorCode } from '../../shared/errors.ts';
import { isSocket, serverName, sslMode } from './server-url.ts';

export interface Postgres {
  /** @throws HashlensError, whose message has no password in it */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs `work` in a transaction. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const connectMs = 15_000;
/** int8: ids and counts, which are below 2^53. */
const int8 = 20;

/**
 * Connects. Passwords come from the address, else from `PGPASSWORD` or `.pgpass`; TLS is used as in libpq: if the
 * server has it, unless `sslmode` says otherwise.
 * @throws HashlensError `server-unreachable`, `server-refused`, `not-found`, `bad-argument`
 */
export async function connectPostgres(url: string): Promise<Postgres> {
  const { default: pg } = await import('pg');
  const open = async (more: ClientConfig): Promise<Client> => {
    const client = new pg.Client({
      connectionString: libpqUrl(url),
      application_name: 'hashlens',
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      types: {
        getTypeParser: ((oid: number, format?: 'text') =>
          oid === int8 ? Number : (pg.types.getTypeParser(oid, format) as unknown)) as typeof pg.types.getTypeParser,
      },
      ...more,
    });
    // A failure between two queries is the error of the next one.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const mode = sslMode(url);
  const plain = { ssl: false };
  try {
    if (isSocket(url) || mode === 'disable' || mode === 'allow') return postgresOf(await open(plain), url);
    if (mode !== 'prefer') return postgresOf(await open({}), url);
    return postgresOf(
      await open({ ssl: { rejectUnauthorized: false } }).catch((error: unknown) => {
        if (error instanceof Error && /does not support SSL/.test(error.message)) return open(plain);
        throw error;
      }),
      url,
    );
  } catch (error) {
    throw serverError(error, url);
  }
}

/** The driver interprets `sslmode` like libpq on request. */
function libpqUrl(text: string): string {
  const url = new URL(text);
  if (url.searchParams.has('sslmode')) url.searchParams.set('uselibpqcompat', 'true');
  return url.href;
}

function postgresOf(client: Client, url: string): Postgres {
  const query = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    try {
      const { rows } = await client.query({ text: sql, values: [...values] });
      return rows as Row[];
    } catch (error) {
      throw serverError(error, url);
    }
  };
  return {
    query,
    async transaction(work) {
      await query('BEGIN');
      try {
        const result = await work();
        await query('COMMIT');
        return result;
      } catch (error) {
        // A lost connection has been rolled back by the server.
        await query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    close: () => client.end().catch(() => undefined),
  };
}

/** Classes of PostgreSQL's and the network's error codes, with their meaning for a person. */
const meanings: readonly {
  readonly codes: RegExp;
  readonly code: ErrorCode;
  readonly says: (where: string) => string;
}[] = [
  {
    codes: /^28/,
    code: 'server-refused',
    says: (where) => `The server ${where} does not accept this user or password`,
  },
  {
    codes: /^42501$/,
    code: 'server-refused',
    says: (where) => `The server ${where} does not allow this; ask its administrator for the right`,
  },
  { codes: /^3D000$/, code: 'not-found', says: (where) => `There is no such database on the server ${where}` },
  { codes: /^(3F000|42P01)$/, code: 'not-found', says: (where) => `Nothing is published under this name at ${where}` },
  { codes: /^53/, code: 'disk-full', says: (where) => `The server ${where} has no room or no free connection left` },
  {
    codes: /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|ENOENT|EACCES|08|57P)/,
    code: 'server-unreachable',
    says: (where) => `The server ${where} cannot be reached; check its address and that it is running`,
  },
];

function serverError(error: unknown, url: string): HashlensError {
  if (error instanceof HashlensError) return error;
  const where = serverName(url);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  const known = meanings.find(({ codes }) => codes.test(code));
  if (known) return new HashlensError(known.code, `${known.says(where)} (${message}).`, { cause: error });
  if (/terminated|timeout|timed out|closed|ended|not queryable/i.test(message)) {
    return new HashlensError('server-unreachable', `The connection to the server ${where} has ended (${message}).`);
  }
  if (/SSL|TLS|certificate|self.signed/i.test(message)) {
    return new HashlensError('server-refused', `No safe connection to the server ${where} could be made (${message}).`);
  }
  return new HashlensError('internal', `The server ${where} has failed: ${message}`, { cause: error });
}
