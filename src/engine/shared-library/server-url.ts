// Addresses of PostgreSQL servers: completed from service file and environment like libpq does, and without the password
// wherever they are stored or shown.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { serviceSettings } from './service-file.ts';

/** Parameters of an address, and libpq's environment variables for them. */
const variables = {
  service: 'PGSERVICE',
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  dbname: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const;

export type ServerParameter = keyof typeof variables;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Parameters that name a file, relative to the folder in which the address was given. */
const files: ReadonlySet<string> = new Set(['passfile', 'sslrootcert', 'sslcert', 'sslkey']);

/** Modes of TLS, in libpq's names. */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

/** @throws HashlensError `bad-argument`, without the text, which may contain a password */
function parse(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new HashlensError(
    'bad-argument',
    'The address of the server is not one of PostgreSQL; it is like postgresql://user@host:5432/database.',
  );
}

/** Value of a parameter of an address; null without one. @throws HashlensError `bad-argument` */
function parameterIn(url: URL, name: ServerParameter): string | null {
  const plain: Readonly<Partial<Record<ServerParameter, string>>> = {
    // An IPv6 address is in brackets.
    host: decoded(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    user: decoded(url.username),
    password: decoded(url.password),
    dbname: decoded(url.pathname.replace(/^\//, '')),
  };
  return url.searchParams.get(name) ?? (plain[name] || null);
}

/** @throws HashlensError `bad-argument` for a percent sign that is not an escape */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HashlensError(
      'bad-argument',
      'The address of the server has a “%” that belongs to no character; write it as %25.',
    );
  }
}

/** Value of one parameter of a server's address; null without it. */
export const parameterOf = (text: string, name: ServerParameter): string | null => parameterIn(parse(text), name);

/**
 * The address, completed from its service, then from the variables `PGHOST`, `PGUSER` and so on. Names of files become
 * absolute.
 * @throws HashlensError `bad-argument`, `not-found` for a service that no file has
 */
export function completedUrl(text: string, environment: Environment): string {
  const url = parse(text);
  const add = (name: ServerParameter, value: string | undefined): void => {
    if (value === undefined || value === '' || parameterIn(url, name) !== null) return;
    if (name === 'dbname') url.pathname = `/${encodeURIComponent(value)}`;
    else url.searchParams.set(name, value);
  };
  const names = Object.keys(variables) as ServerParameter[];
  const service = parameterIn(url, 'service') ?? environment['PGSERVICE'];
  if (service !== undefined && service !== '') {
    const settings = serviceSettings(service, environment);
    for (const name of names) if (name !== 'service') add(name, settings.get(name));
    // The address holds its settings now; a later reader may have other files.
    url.searchParams.delete('service');
  }
  for (const name of names) if (name !== 'service') add(name, environment[variables[name]]);
  for (const name of names) {
    const value = files.has(name) ? parameterIn(url, name) : null;
    // `system` stands for the certificates of the system.
    if (value !== null && !(name === 'sslrootcert' && value === 'system')) {
      url.searchParams.set(name, resolve(value.replace(/^~(?=\/)/, homedir())));
    }
  }
  return url.href;
}

/** The address without its password, and the password. Only the former is stored, logged or shown. */
export function withoutPassword(text: string): { readonly url: string; readonly password: string | null } {
  const url = parse(text);
  const password = parameterIn(url, 'password');
  url.password = '';
  url.searchParams.delete('password');
  return { url: url.href, password };
}

/** The address with a password, which replaces its own. */
export function withPassword(text: string, password: string): string {
  const url = new URL(withoutPassword(text).url);
  url.searchParams.set('password', password);
  return url.href;
}

/** The server for a person: `anna@host:5432/photos`. */
export function serverName(text: string): string {
  const url = parse(text);
  const user = parameterIn(url, 'user');
  const port = parameterIn(url, 'port');
  const place = `${parameterIn(url, 'host') ?? 'localhost'}${port === null ? '' : `:${port}`}/${parameterIn(url, 'dbname') ?? ''}`;
  return user === null ? place : `${user}@${place}`;
}

/** @throws HashlensError `bad-argument` for a mode that libpq does not know */
export function sslMode(text: string): SslMode {
  const given = parameterIn(parse(text), 'sslmode') ?? 'prefer';
  const mode = sslModes.find((each) => each === given);
  if (mode !== undefined) return mode;
  throw new HashlensError('bad-argument', `sslmode is one of ${sslModes.join(', ')}, and not “${given}”.`);
}

/** Whether the server is reached through a socket of this machine. */
export const isSocket = (text: string): boolean => parameterIn(parse(text), 'host')?.startsWith('/') === true;

/** A file of the person for PostgreSQL's programs, such as `root.crt`. */
export const ownFile = (name: string, { APPDATA }: Environment = process.env): string =>
  process.platform === 'win32' ? join(APPDATA ?? '.', 'postgresql', name) : join(homedir(), '.postgresql', name);
