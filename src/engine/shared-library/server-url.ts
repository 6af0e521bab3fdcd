// Addresses of PostgreSQL servers: completed from the environment like libpq does, and without the password wherever
// they are stored or shown.
import { HashlensError } from '../../shared/errors.ts';

/** Parameters of an address, and libpq's environment variables for them. */
const variables = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const;

/** @throws HashlensError `bad-argument`, without the text, which may contain a password */
function parse(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new HashlensError(
    'bad-argument',
    'The address of the server is not one of PostgreSQL; it is like postgresql://user@host:5432/database.',
  );
}

function said(url: URL, name: keyof typeof variables): string | null {
  const plain = {
    host: url.hostname,
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    dbname: decodeURIComponent(url.pathname.replace(/^\//, '')),
  } as Readonly<Partial<Record<keyof typeof variables, string>>>;
  return url.searchParams.get(name) ?? (plain[name] || null);
}

/** The address, completed from the variables `PGHOST`, `PGUSER` and so on. */
export function completedUrl(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  const url = parse(text);
  for (const [name, variable] of Object.entries(variables) as [keyof typeof variables, string][]) {
    const value = environment[variable];
    if (value === undefined || value === '' || said(url, name) !== null) continue;
    if (name === 'dbname') url.pathname = `/${encodeURIComponent(value)}`;
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** The address without its password, and the password. Only the former is stored, logged or shown. */
export function withoutPassword(text: string): { readonly url: string; readonly password: string | null } {
  const url = parse(text);
  const password = said(url, 'password');
  url.password = '';
  url.searchParams.delete('password');
  return { url: url.href, password };
}

/** The server for a person: `anna@host:5432/photos`. */
export function serverName(text: string): string {
  const url = parse(text);
  const user = said(url, 'user');
  const port = said(url, 'port');
  const place = `${said(url, 'host') ?? 'localhost'}${port === null ? '' : `:${port}`}/${said(url, 'dbname') ?? ''}`;
  return user === null ? place : `${user}@${place}`;
}

/** Mode of TLS, in libpq's names. */
export const sslMode = (text: string): string => parse(text).searchParams.get('sslmode') ?? 'prefer';

/** Whether the server is reached through a socket of this machine. */
export const isSocket = (text: string): boolean => said(parse(text), 'host')?.startsWith('/') === true;
