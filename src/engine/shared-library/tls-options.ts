// TLS as `sslmode`, `sslrootcert`, `sslcert` and `sslkey` mean it to libpq. Source: PostgreSQL's documentation, "SSL Support".
import { existsSync, statSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { firstLine, HashlensError } from '../../shared/errors.ts';
import { readPlainTextNow } from '../runtime/plain-file.ts';
import { ownFile, parameterOf, sslMode } from './server-url.ts';

/**
 * Options of a connection by TLS. `verify-full` checks certificate and name of the server, `verify-ca` only the certificate,
 * the other modes neither, unless there is a root certificate, which must then have signed the server's.
 * @throws HashlensError `io-error` for a file that cannot be read, `not-allowed` for a key that others may read
 */
export function tlsOptions(url: string): ConnectionOptions {
  const mode = sslMode(url);
  const root = parameterOf(url, 'sslrootcert') ?? ifThere(ownFile('root.crt'));
  // A given root certificate is meant to be checked.
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
    return readPlainTextNow(file);
  } catch (error) {
    throw new HashlensError('io-error', `The ${what} ${file} cannot be read (${firstLine(error)}); check its name.`);
  }
}

/** Refuses a key by libpq's rule: nobody but the owner may read it, or the group where it belongs to root. */
function requirePrivate(key: string): void {
  if (process.platform === 'win32' || !existsSync(key)) return;
  const { mode, uid } = statSync(key);
  if ((mode & (uid === 0 ? 0o027 : 0o077)) === 0) return;
  throw new HashlensError(
    'not-allowed',
    `The key ${key} is not used, because others may read it; chmod 600 keeps it to you.`,
  );
}
