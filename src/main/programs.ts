// Programs that open a photo: on Linux those installed for its type, and those that the person has chosen.
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A program and its arguments; one of them is `%f` or `%u` where the file goes. */
export interface Program {
  /** Name of its desktop entry, or its path. */
  readonly id: string;
  readonly name: string;
  readonly command: readonly string[];
}

interface DesktopEntry {
  readonly name: string;
  readonly command: readonly string[];
  readonly types: readonly string[];
}

/**
 * Reads a desktop entry (freedesktop.org, Desktop Entry Specification 1.5).
 * @param languages of the person, as `de_DE` or `de`, the most wanted first
 * @returns null for one that is hidden, runs in a terminal, or takes no file
 */
export function parseProgram(text: string, languages: readonly string[]): DesktopEntry | null {
  /** By key in lower case. */
  const values = new Map<string, string>();
  let isEntry = false;
  for (const line of text.split(/\r?\n/)) {
    const group = /^\[(.+)\]\s*$/.exec(line);
    if (group !== null) {
      isEntry = group[1] === 'Desktop Entry';
      continue;
    }
    const [, key, value] = (isEntry ? /^([A-Za-z0-9-]+(?:\[[^\]]+\])?)\s*=\s*(.*?)\s*$/.exec(line) : null) ?? [];
    if (key === undefined || value === undefined || values.has(key.toLowerCase())) continue;
    values.set(key.toLowerCase(), unescaped(value));
  }
  const isTrue = (key: string): boolean => values.get(key) === 'true';
  if (values.get('type')?.toLowerCase() !== 'application' || isTrue('hidden') || isTrue('terminal')) return null;
  const named = languages.flatMap((language) => [language, language.split(/[_.@]/)[0] ?? '']);
  const name =
    named.map((language) => values.get(`name[${language.toLowerCase()}]`)).find(Boolean) ?? values.get('name');
  const command = splitExec(values.get('exec') ?? '');
  if (name === undefined || command === null || !command.some((part) => fileCode.test(part))) return null;
  return {
    name,
    command: command.map((part) => (part === '%c' ? literal(name) : part)),
    types: (values.get('mimetype') ?? '').split(';').filter(Boolean),
  };
}

/** A string value's escapes. */
const unescaped = (value: string): string =>
  value.replace(/\\([sntr\\])/g, (_all, sign: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[sign] ?? '\\');

/** Codes for one file, several, and their addresses. */
const fileCode = /^%[fFuU]$/;

/** Arguments of an `Exec` line. Null where its quotes are wrong. */
function splitExec(exec: string): readonly string[] | null {
  const parts: string[] = [];
  let rest = exec.trim();
  while (rest !== '') {
    const [all, quoted, plain] = /^(?:"((?:[^"\\]|\\.)*)"|([^\s"'\\]+))(?=\s|$)\s*/.exec(rest) ?? [];
    if (all === undefined) return null;
    parts.push(quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'));
    rest = rest.slice(all.length);
  }
  return parts;
}

/** Text as an argument of a command, in which a single percent sign starts a field code. */
const literal = (text: string): string => text.replaceAll('%', '%%');

/** The arguments with the file in its place. Other field codes, as that of an icon, are left out. */
export function withFile(command: readonly string[], file: string): readonly string[] {
  return command.flatMap((part) => {
    if (/^%[fF]$/.test(part)) return [file];
    if (/^%[uU]$/.test(part)) return [pathToFileURL(file).href];
    return /^%[a-zA-Z]$/.test(part) ? [] : [part.replaceAll('%%', '%')];
  });
}

/** Folders with desktop entries, the person's own first. */
export function applicationFolders(env: NodeJS.ProcessEnv): readonly string[] {
  const own = env['XDG_DATA_HOME'] || path.join(os.homedir(), '.local/share');
  const shared = (env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share').split(':');
  // The specification ignores relative folders.
  return [own, ...shared]
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'applications'));
}

/**
 * Programs whose desktop entries name a type, by name. Of entries with one id the first folder's counts.
 * @param type of the file
 */
export async function installedPrograms(
  type: string,
  folders: readonly string[],
  languages: readonly string[],
): Promise<readonly Program[]> {
  const entries = new Map<string, DesktopEntry | null>();
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    for (const name of names.filter((one) => one.endsWith('.desktop'))) {
      const id = name.split(path.sep).join('-');
      if (entries.has(id)) continue;
      const text = await readFile(path.join(folder, name), 'utf8').catch(() => '');
      entries.set(id, parseProgram(text, languages));
    }
  }
  const programs = [...entries].flatMap(([id, entry]): Program[] =>
    entry?.types.includes(type) === true ? [{ id, name: entry.name, command: entry.command }] : [],
  );
  return programs.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** A program that the person chose by its file. A Mac's program is a folder, which the system opens. */
export function chosenProgram(file: string, platform: NodeJS.Platform = process.platform): Program {
  const name = path.basename(file).replace(/\.(?:app|exe|AppImage)$/, '');
  const start = platform === 'darwin' && file.endsWith('.app') ? ['/usr/bin/open', '-a', file] : [file];
  return { id: file, name, command: [...start.map(literal), '%f'] };
}
