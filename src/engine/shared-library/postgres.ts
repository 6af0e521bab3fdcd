// The connection to a PostgreSQL server that the person named. Nothing here connects by itself; the driver is loaded
// with the first connection.
import { userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { HashlensError, type ErrorCode } from '../../shared/errors.ts';
import { passwordOf } from './password-file.ts';
import { isSocket, parameterOf, serverName, sslMode } from './server-url.ts';
import { tlsOptions } from './tls-options.ts';

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
 * @throws HashlensError `server-unreachable`, `server-refused`, `not-found`, `bad-argument`, `io-error`, `not-allowed`
 */
export async function connectPostgres(url: string): Promise<Postgres> {
  const { default: pg } = await import('pg');
  const given = configOf(url);
  const open = async (ssl: ConnectionOptions | false): Promise<Client> => {
    const client = new pg.Client({
      ...given,
      ssl,
      application_name: 'hashlens',
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      types: {
        getTypeParser: ((oid: number, format?: 'text') =>
          oid === int8 ? Number : (pg.types.getTypeParser(oid, format) as unknown)) as typeof pg.types.getTypeParser,
      },
    });
    // A failure between two queries is the error of the next one.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const mode = isSocket(url) ? 'disable' : sslMode(url);
  try {
    if (mode === 'disable') return postgresOf(await open(false), url);
    const tls = tlsOptions(url);
    // A server may accept only one kind of connection; libpq then tries the other.
    const [first, second] =
      mode === 'allow' ? [false as const, tls] : mode === 'prefer' ? [tls, false as const] : [tls];
    const client = await open(first).catch((error: unknown) => {
      if (second === undefined || !isOfOtherKind(error)) throw error;
      return open(second).catch((other: unknown) => {
        throw isWithoutTls(other) ? error : other;
      });
    });
    return postgresOf(client, url);
  } catch (error) {
    throw serverError(error, url);
  }
}

const isWithoutTls = (error: unknown): boolean => error instanceof Error && /does not support SSL/.test(error.message);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const isOfTls = (error: unknown): boolean =>
  error instanceof Error && /SSL|TLS|certificate|self.signed|CERT_|altnames/i.test(`${codeOf(error)} ${error.message}`);

/** Whether a connection failed because it used TLS, or because it did not. */
const isOfOtherKind = (error: unknown): boolean => codeOf(error) === '28000' || isOfTls(error);

/** Settings of an address in the form of the driver. */
function configOf(url: string): ClientConfig {
  const user = parameterOf(url, 'user') ?? userInfo().username;
  const database = parameterOf(url, 'dbname') ?? user;
  const host = parameterOf(url, 'host') ?? 'localhost';
  const port = parameterOf(url, 'port') ?? '5432';
  const password = parameterOf(url, 'password') ?? (process.env['PGPASSWORD'] || null);
  return {
    ...{ user, database, host, port: Number(port) },
    // Called when the server wants a password. Empty without one, so that the driver looks nowhere else.
    password: () => password ?? passwordOf(parameterOf(url, 'passfile'), { host, port, database, user }) ?? '',
  };
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

/** Whether an error of `connectPostgres` means a password that is not the user's. */
export const isWrongPassword = (error: unknown): boolean => error instanceof Error && codeOf(error.cause) === '28P01';

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
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const known = meanings.find(({ codes }) => codes.test(code));
  if (known) return new HashlensError(known.code, `${known.says(where)} (${message}).`, { cause: error });
  if (/terminated|timeout|timed out|closed|ended|not queryable/i.test(message)) {
    return new HashlensError('server-unreachable', `The connection to the server ${where} has ended (${message}).`);
  }
  if (/client password must be|SASL: SCRAM-SERVER-FIRST-MESSAGE/.test(message)) {
    return new HashlensError('server-refused', `The server ${where} asks for a password, and none is known.`);
  }
  if (isOfTls(error)) {
    return new HashlensError('server-refused', `No safe connection to the server ${where} could be made (${message}).`);
  }
  return new HashlensError('internal', `The server ${where} has failed: ${message}`, { cause: error });
}
