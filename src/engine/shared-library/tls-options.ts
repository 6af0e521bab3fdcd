// TLS as `sslmode`, `sslrootcert`, `sslcert` and `sslkey` mean it to libpq. Source: PostgreSQL's documentation, "SSL Support".
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { firstLine, HashlensError } from '../../shared/errors.ts';
import { ownFile, parameterOf, sslMode } from './server-url.ts';

/**
 * Options of a connection by TLS. With `verify-full` certificate and name of the server are checked, with `verify-ca` the
 * certificate alone, with the other modes neither, unless a root certificate is there, which is then the one to be signed by.
 * @throws HashlensError `io-error` for a file that cannot be read, `not-allowed` for a key that others may read
 */
export function tlsOptions(url: string): ConnectionOptions {
  const mode = sslMode(url);
  const root = parameterOf(url, 'sslrootcert') ?? ifThere(ownFile('root.crt'));
  // The one who named a root certificate wants it checked.
  const checked = mode === 'verify-full' || mode === 'verify-ca' || (root !== null && root !== 'system');
  const certificate = parameterOf(url, 'sslcert') ?? ifThere(ownFile('postgresql.crt'));
  const key = parameterOf(url, 'sslkey') ?? ifThere(ownFile('postgresql.key'));
  if (certificate !== null && key !== null) requirePrivate(key);
  return {
    rejectUnauthorized: checked,
    ...(checked && root !== null && root !== 'system' ? { ca: read(root, 'root certificate') } : {}),
    ...(checked && mode !== 'verify-full' ? { checkServerIdentity: () => undefined } : {}),
    ...(certificate === null || key === null ? {} : { cert: read(certificate, 'certificate'), key: read(key, 'key') }),
  };
}

const ifThere = (file: string): string | null => (existsSync(file) ? file : null);

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new HashlensError('io-error', `The ${what} ${file} cannot be read (${firstLine(error)}); check its name.`);
  }
}

/** As libpq: nobody but the owner may read it, or the group where it belongs to root. */
function requirePrivate(key: string): void {
  if (process.platform === 'win32' || !existsSync(key)) return;
  const { mode, uid } = statSync(key);
  if ((mode & (uid === 0 ? 0o027 : 0o077)) === 0) return;
  throw new HashlensError(
    'not-allowed',
    `The key ${key} is not used, because others may read it; chmod 600 keeps it to you.`,
  );
}
