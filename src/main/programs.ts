// Programs that open a photo: on Linux those installed for its type, and those that the person has chosen.
import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { entriesOf, parseKeyFile } from './key-file.ts';
import { applicationFolders, associationFiles, associations, desktopNames } from './mime-apps.ts';
import { plainTextOf } from './plain-text.ts';

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
  /** File that is there where the program is installed; null where the entry names none. */
  readonly tryExec: string | null;
  /** Desktops that alone have the program; null for all of them. */
  readonly onlyIn: readonly string[] | null;
  readonly notIn: readonly string[];
}

/**
 * Reads a desktop entry (freedesktop.org, Desktop Entry Specification 1.5).
 * @param languages of the person, as `de_DE` or `de`, the most wanted first
 * @returns null for one that is hidden, runs in a terminal, or takes no file
 */
export function parseProgram(text: string, languages: readonly string[]): DesktopEntry | null {
  const values = parseKeyFile(text).get('desktop-entry') ?? new Map<string, string>();
  const isTrue = (key: string): boolean => values.get(key) === 'true';
  if (values.get('type')?.toLowerCase() !== 'application' || isTrue('hidden') || isTrue('terminal')) return null;
  const named = languages.flatMap((language) => [language, language.split(/[_.@]/)[0] ?? '']);
  const name =
    named.map((language) => values.get(`name[${language.toLowerCase()}]`)).find(Boolean) ?? values.get('name');
  const command = splitExec(values.get('exec') ?? '');
  if (name === undefined || command === null || !command.some((part) => fileCode.test(part))) return null;
  const onlyIn = values.get('onlyshowin');
  return {
    name,
    command: command.map((part) => (part === '%c' ? literal(name) : part)),
    types: entriesOf(values.get('mimetype')),
    tryExec: values.get('tryexec') || null,
    onlyIn: onlyIn === undefined ? null : entriesOf(onlyIn),
    notIn: entriesOf(values.get('notshowin')),
  };
}

/** Whether a program belongs to the present desktop. */
function isOfDesktop({ onlyIn, notIn }: DesktopEntry, desktops: readonly string[]): boolean {
  for (const name of desktops) {
    if (onlyIn?.includes(name) === true) return true;
    if (notIn.includes(name)) return false;
  }
  return onlyIn === null;
}

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

/** Places of programs, as the environment of a session names them. */
export interface ProgramPlaces {
  /** Folders with desktop entries; of entries with one id the first folder's counts. */
  readonly folders: readonly string[];
  readonly associations: ReturnType<typeof associationFiles>;
  /** Names of the present desktop. */
  readonly desktops: readonly string[];
  /** Folders where commands are looked for. */
  readonly commands: readonly string[];
}

export const programPlaces = (env: NodeJS.ProcessEnv): ProgramPlaces => ({
  folders: applicationFolders(env),
  associations: associationFiles(env),
  desktops: desktopNames(env),
  commands: (env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
});

/**
 * Programs of a type: the default ones, then those that were added to it, then by name those whose desktop entries name it.
 * Left out are those that were removed from the type, of another desktop, or not installed although they have an entry.
 * @param type of the file
 */
export async function installedPrograms(
  type: string,
  { folders, associations: lists, desktops, commands }: ProgramPlaces,
  languages: readonly string[],
): Promise<readonly Program[]> {
  const entries = new Map<string, DesktopEntry | null>();
  for (const folder of folders) {
    for (const name of await entryFiles(folder)) {
      const id = name.split(path.sep).join('-');
      if (entries.has(id)) continue;
      const text = await plainTextOf(path.join(folder, name));
      entries.set(id, parseProgram(text, languages));
    }
  }
  const { preferred, removed } = await associations(type, lists);
  const rank = (id: string): number => (preferred.includes(id) ? preferred.indexOf(id) : preferred.length);
  const found: Program[] = [];
  for (const [id, entry] of entries) {
    if (entry === null || removed.has(id) || !(entry.types.includes(type) || preferred.includes(id))) continue;
    if (!isOfDesktop(entry, desktops)) continue;
    if (entry.tryExec !== null && !(await isCommand(entry.tryExec, commands))) continue;
    found.push({ id, name: entry.name, command: entry.command });
  }
  return found.sort((a, b) => rank(a.id) - rank(b.id) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** Paths of desktop entries in a folder and those below it. Links are followed, and no folder is read twice. */
async function entryFiles(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  const look = async (below: string): Promise<void> => {
    const folder = await realpath(path.join(root, below)).catch(() => null);
    if (folder === null || seen.has(folder)) return;
    seen.add(folder);
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const name = path.join(below, entry.name);
      if (name.endsWith('.desktop')) found.push(name);
      else if (entry.isDirectory() || entry.isSymbolicLink()) await look(name);
    }
  };
  await look('');
  return found;
}

/** Whether a command is there, by its path or in one of the folders. */
async function isCommand(name: string, folders: readonly string[]): Promise<boolean> {
  const files = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
  for (const file of files) if (await isExecutable(file)) return true;
  return false;
}

/** Whether the system can start a file, as its rights say. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** A program that the person chose by its file. A Mac's program is a folder, which the system opens. */
export function chosenProgram(file: string, platform: NodeJS.Platform = process.platform): Program {
  const name = path.basename(file).replace(/\.(?:app|exe|AppImage)$/, '');
  const start = platform === 'darwin' && file.endsWith('.app') ? ['/usr/bin/open', '-a', file] : [file];
  return { id: file, name, command: [...start.map(literal), '%f'] };
}
