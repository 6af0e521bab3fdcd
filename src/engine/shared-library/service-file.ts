// Services: groups of settings of connections in a file, as libpq has them. Source: PostgreSQL's documentation, "The Connection
// Service File".
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import { readPlainTextNow } from '../runtime/plain-file.ts';

/** Settings of a service in the text of a file; null where the file does not have it. */
export function readService(text: string, service: string): Map<string, string> | null {
  let found: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const group = /^\[(.*)\]$/.exec(line);
    if (group !== null) {
      // The first group of this name counts.
      if (found !== null) return found;
      if (group[1] === service) found = new Map();
    } else if (found !== null) {
      const [, key = '', value = ''] = /^([^=]*)=(.*)$/.exec(line) ?? [];
      found.set(key.trim(), value.trim());
    }
  }
  return found;
}

/**
 * Settings of a service, from the file of the person, else from that of the system.
 * @throws HashlensError `not-found`
 */
export function serviceSettings(
  service: string,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const { PGSERVICEFILE, PGSYSCONFDIR, APPDATA } = environment;
  const own =
    process.platform === 'win32'
      ? join(APPDATA ?? '.', 'postgresql', '.pg_service.conf')
      : join(homedir(), '.pg_service.conf');
  const places = [PGSERVICEFILE ?? own, ...(PGSYSCONFDIR === undefined ? [] : [join(PGSYSCONFDIR, 'pg_service.conf')])];
  for (const place of places) {
    let text: string;
    try {
      text = readPlainTextNow(place);
    } catch {
      continue;
    }
    const found = readService(text, service);
    if (found !== null) return found;
  }
  throw new HashlensError('not-found', `The service ${service} is not described in ${places.join(' or ')}.`);
}
