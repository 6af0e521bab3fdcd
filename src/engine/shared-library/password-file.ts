// Passwords of servers in a file of the person, `.pgpass`, as libpq reads it. Source: PostgreSQL's documentation, "The Password
// File". The driver's package for it accepts no backslash before a colon that ends a field, and no short lines.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readPlainTextNow } from '../runtime/plain-file.ts';

export interface PasswordPlace {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

/** The fields of a line, without their escapes. The last one goes to the end of the line. */
function fieldsOf(line: string): readonly string[] {
  const fields = [''];
  for (let i = 0; i < line.length; i++) {
    const letter = line.charAt(i);
    if (letter === ':' && fields.length < 5) {
      fields.push('');
      continue;
    }
    const isEscape = letter === '\\' && i + 1 < line.length;
    if (isEscape) i++;
    fields.push(`${fields.pop() ?? ''}${isEscape ? line.charAt(i) : letter}`);
  }
  return fields;
}

/** Password of the first line that fits; null where none does. */
export function readPassword(text: string, { host, port, database, user }: PasswordPlace): string | null {
  // A socket counts as the machine itself.
  const wanted = [host.startsWith('/') ? 'localhost' : host, port, database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    if (fields.length === 5 && wanted.every((value, i) => fields[i] === '*' || fields[i] === value)) {
      return fields[4] ?? null;
    }
  }
  return null;
}

/**
 * Password of the file; null where it has none, or where others may read it.
 * @param file of `passfile` or `PGPASSFILE`; null for the one in the person's folder
 * @param warn called when the file is not used
 */
export function passwordOf(
  file: string | null,
  place: PasswordPlace,
  warn: (message: string) => void = (message) => process.stderr.write(`${message}\n`),
): string | null {
  const isWindows = process.platform === 'win32';
  const path =
    file ?? (isWindows ? join(process.env['APPDATA'] ?? '.', 'postgresql', 'pgpass.conf') : join(homedir(), '.pgpass'));
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return null;
    if (!isWindows && (stats.mode & 0o077) !== 0) {
      warn(`${path} is not used, because others may read it; chmod 600 keeps it to you.`);
      return null;
    }
    return readPassword(readPlainTextNow(path), place);
  } catch {
    return null;
  }
}
