// Profile folder for Chromium's data, the window's state and the log. Each library named on the command line has its
// own.
import { app } from 'electron';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isWritableFolder } from './app-folders.ts';

/**
 * Sets the profile folder. A library named on the command line has its own profile, and with it its own single-instance
 * lock; a library that cannot be written has its profile among the person's own files.
 * @returns reason why no window can be opened; null on success
 */
export function useProfile(library: string | null): string | null {
  app.setName('Hashlens');
  const own = personalFolder();
  const wanted =
    library === null ? [own] : [path.join(library, 'window'), path.join(own, 'libraries', nameOf(library))];
  const profile = wanted.find(isWritableFolder);
  // Electron writes a little before the message can be shown.
  app.setPath('userData', profile ?? mkdtempSync(path.join(tmpdir(), 'hashlens-')));
  app.setAppLogsPath(path.join(app.getPath('userData'), 'logs'));
  if (profile !== undefined) return null;
  return (
    `Hashlens cannot write to ${wanted.join(' or ')}, where it keeps its settings. ` +
    'Check the permissions of that folder and the room on its disk, then start Hashlens again.'
  );
}

/** Electron throws if it cannot create the folder; its name is then built as Electron does it. */
function personalFolder(): string {
  try {
    return app.getPath('userData');
  } catch {
    return path.join(app.getPath('appData'), app.getName());
  }
}

/** A short name for a library named on the command line. */
export const nameOf = (library: string): string => createHash('sha256').update(library).digest('hex').slice(0, 16);
