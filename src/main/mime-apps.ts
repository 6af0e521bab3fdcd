// Programs that the person, the desktop or the system prefers for a type, or has taken off it (freedesktop.org, Association
// between MIME types and applications 1.0.1).
import os from 'node:os';
import path from 'node:path';
import { entriesOf, parseKeyFile } from './key-file.ts';
import { plainTextOf } from './plain-text.ts';

/** Names of desktop entries. */
export interface Associations {
  /** Programs for the type beside those that name it themselves: the default ones, then those added; the likeliest first. */
  readonly preferred: readonly string[];
  /** Programs that name the type and are not wanted for it. */
  readonly removed: ReadonlySet<string>;
}

/** A file of associations; one of a single desktop has only defaults that count. */
interface AssociationFile {
  readonly path: string;
  readonly isOfDesktop: boolean;
}

/** The person's own folder and a list of others, without relative ones, which the specification ignores. */
const absolute = (own: string, others: string): readonly string[] =>
  [own, ...others.split(':')].filter((folder) => path.isAbsolute(folder));

/** Folders with desktop entries, the person's own first. */
export function applicationFolders(env: NodeJS.ProcessEnv): readonly string[] {
  const own = env['XDG_DATA_HOME'] || path.join(os.homedir(), '.local/share');
  const shared = env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share';
  return absolute(own, shared).map((folder) => path.join(folder, 'applications'));
}

/** Names of the present desktop, the closest first. */
export const desktopNames = (env: NodeJS.ProcessEnv): readonly string[] =>
  (env['XDG_CURRENT_DESKTOP'] ?? '').split(':').filter(Boolean);

/** Files of associations, those that count most first. */
export function associationFiles(env: NodeJS.ProcessEnv): readonly AssociationFile[] {
  const own = env['XDG_CONFIG_HOME'] || path.join(os.homedir(), '.config');
  const folders = [...absolute(own, env['XDG_CONFIG_DIRS'] || '/etc/xdg'), ...applicationFolders(env)];
  return folders.flatMap((folder) => [
    ...desktopNames(env).map((name) => ({
      path: path.join(folder, `${name.toLowerCase()}-mimeapps.list`),
      isOfDesktop: true,
    })),
    { path: path.join(folder, 'mimeapps.list'), isOfDesktop: false },
  ]);
}

/** Reads what the files say of a type. A file that cannot be read says nothing. */
export async function associations(type: string, files: readonly AssociationFile[]): Promise<Associations> {
  const defaults = new Set<string>();
  const added = new Set<string>();
  const removed = new Set<string>();
  for (const { path: file, isOfDesktop } of files) {
    const groups = parseKeyFile(await plainTextOf(file));
    const programs = (group: string): readonly string[] => entriesOf(groups.get(group)?.get(type));
    for (const id of programs('default-applications')) defaults.add(id);
    if (isOfDesktop) continue;
    for (const id of programs('added-associations')) if (!removed.has(id)) added.add(id);
    for (const id of programs('removed-associations')) if (!added.has(id)) removed.add(id);
  }
  const preferred = [...defaults, ...added].filter((id, i, all) => !removed.has(id) && all.indexOf(id) === i);
  return { preferred, removed };
}
