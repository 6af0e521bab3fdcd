// Rebuilds a library from a backup, or from the readable parts of a damaged one. The replaced files are kept beside
// the new ones.
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { discard, moveIntoPlace, temporaryOf } from '../runtime/atomic-write.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { HashlensError, namingFault } from '../../shared/errors.ts';
import type { Backup, RestoreResult } from '../../shared/contract/backup.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { centredId, rotationId } from '../store/default-models.ts';
import { readManifest, readModel } from '../hashing/model/model-files.ts';
import { Presence } from '../runtime/presence.ts';
import { makeLibraryFromBackup } from '../store/backup-file.ts';
import { openStore } from '../store/database.ts';
import { createLibraryFile, isTaken, libraryFileOf } from '../store/library-file.ts';
import { cannotOpen } from '../store/open-database.ts';
import { copyDamaged, salvage, type OrphanCaption } from '../store/salvage.ts';
import { newestWholeBackup, setAsidePrefix, verifyBackup } from './backups.ts';

export const presenceFile = (libraryDir: string): string => join(libraryDir, 'open.lock');

/**
 * Replaces the library by a backup. Indexing makes photos, features and codes again.
 * @param path of a backup; the newest whole one when left out
 * @throws HashlensError `not-found` when there is no backup; `backup-damaged`; `library-busy` while the library is open
 */
export async function restoreLibrary(libraryDir: string, path?: string): Promise<RestoreResult> {
  return alone(libraryDir, async () => {
    const backup = path === undefined ? await newestWholeBackup(libraryDir) : await namedBackup(path);
    if (backup === null) {
      throw new HashlensError('not-found', `There is no whole backup of the library ${libraryDir}.`);
    }
    const { counts } = await verifyBackup(backup.path);
    const next = temporaryFile(libraryDir);
    try {
      makeFrom(backup.path, libraryDir, next);
      const setAside = await replace(libraryDir, next);
      const models = await settleModels(libraryDir);
      return { backup, setAside, kept: {}, fromBackup: counts, lossy: [], orphans: 0, ...models };
    } finally {
      await removeTemporary(next);
    }
  });
}

/** Reads the backup's disk and writes to the library's; either may fail. */
function makeFrom(backup: string, libraryDir: string, next: string): void {
  try {
    makeLibraryFromBackup(backup, next);
  } catch (error) {
    throw namingFault(`The library ${libraryDir} was not restored from ${backup}`, error);
  }
}

/**
 * Rebuilds a library from the readable parts of a damaged one, completed from the newest whole backup.
 * @throws HashlensError `library-busy` while the library is open
 */
export async function repairLibrary(libraryDir: string): Promise<RestoreResult> {
  return alone(libraryDir, async () => {
    const file = libraryFileOf(libraryDir);
    const [copy, next] = [temporaryFile(libraryDir), temporaryFile(libraryDir)];
    try {
      const backup = await newestWholeBackup(libraryDir);
      const readable = copyDamaged(file, copy);
      const { orphanCaptions, ...result } = salvage(readable ? copy : null, next, backup?.path ?? null);
      const setAside = await replace(libraryDir, next);
      if (setAside !== null) await writeOrphans(join(setAside, orphansFile), orphanCaptions);
      const models = await settleModels(libraryDir);
      return { backup, setAside, ...result, ...models };
    } finally {
      await removeTemporary(copy);
      await removeTemporary(next);
    }
  });
}

const orphansFile = 'captions-without-photo.csv';

/** Captions whose photo is lost, for the person to read: the new library has no place for them. */
async function writeOrphans(file: string, captions: readonly OrphanCaption[]): Promise<void> {
  if (captions.length === 0) return;
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = captions.map(({ source, text }) => `${quoted(source)},${quoted(text)}\n`);
  await writeFile(file, `source,caption\n${lines.join('')}`, { mode: 0o600 });
}

/**
 * Restores a library whose file is missing although it has backups. Called before a library is opened.
 * @returns a message for the person; null where nothing was done
 */
export async function restoreMissing(libraryDir: string): Promise<string | null> {
  if (isTaken(libraryFileOf(libraryDir))) return null;
  const backup = await newestWholeBackup(libraryDir);
  if (backup === null) return null;
  await restoreLibrary(libraryDir, backup.path);
  const day = new Date(backup.madeAt).toISOString().slice(0, 10);
  return `The library's file was gone. It was restored from the backup of ${day}; index your folders again to complete it.`;
}

async function alone<T>(libraryDir: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(libraryDir).catch((error: unknown) => {
    throw cannotOpen(libraryFileOf(libraryDir), error);
  });
  const presence = new Presence(presenceFile(libraryDir));
  if (!presence.alone()) {
    throw new HashlensError(
      'library-busy',
      `The library ${libraryDir} is open in another program; close it there and try again.`,
    );
  }
  try {
    return await work();
  } finally {
    presence.release();
  }
}

async function namedBackup(path: string): Promise<Backup> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new HashlensError('not-found', `There is no backup ${path}; check its name.`);
  // A pipe would block.
  if (!found.isFile()) throw new HashlensError('bad-argument', `${path} is not a file, so it cannot be a backup.`);
  const { counts } = await verifyBackup(path);
  const { size, mtimeMs } = found;
  const rows = (table: string) => counts[table] ?? null;
  const [photos, captions, savedSearches] = [rows('photos'), rows('captions'), rows('saved_searches')];
  return { path, madeAt: mtimeMs, bytes: size, photos, captions, savedSearches };
}

const temporaryFile = (libraryDir: string): string => temporaryOf(libraryFileOf(libraryDir));

async function removeTemporary(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) await discard(path + suffix);
}

/** Moves the file to the library's path. @returns the folder with the previous files; null without any */
async function replace(libraryDir: string, next: string): Promise<string | null> {
  const file = libraryFileOf(libraryDir);
  const old = ['', '-journal', '-wal', '-shm'].filter((suffix) => isTaken(file + suffix));
  let setAside: string | null = null;
  if (old.length > 0) {
    setAside = await freeFolder(libraryDir);
    // Move the log first: beside the new library it would be read as the new library's log.
    for (const suffix of old.reverse()) await rename(file + suffix, join(setAside, `library.db${suffix}`));
  }
  await moveIntoPlace(next, file);
  return setAside;
}

async function freeFolder(libraryDir: string): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  for (let n = 1; ; n++) {
    const folder = join(libraryDir, `${setAsidePrefix}${day}${n === 1 ? '' : `-${n}`}`);
    try {
      await mkdir(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Registers whole models that the database does not know, and names known ones whose files are missing or damaged. */
async function settleModels(libraryDir: string): Promise<{ modelsAdded: ModelId[]; modelsLost: ModelId[] }> {
  createLibraryFile(libraryFileOf(libraryDir));
  const store = openStore(libraryDir);
  try {
    const folder = join(libraryDir, 'models');
    const modelsAdded: ModelId[] = [];
    const modelsLost: ModelId[] = [];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const known = new Map(store.models.list().map((row) => [row.id, row]));
    const isWhole = (id: string) =>
      readModel(join(folder, id)).then(
        () => true,
        () => false,
      );
    for (const { name } of entries.filter((e) => e.isDirectory() && /^[a-z0-9][a-z0-9-]{0,80}$/.test(e.name))) {
      const id = name as ModelId;
      if (known.has(id) || !(await isWhole(id))) continue;
      const { method, bits, options, evaluation, bestEpoch, createdAt, epochs, encoder } = await readManifest(
        join(folder, name),
      );
      store.models.add(
        { id, method, bits, encoderId: encoder.id, state: 'ready', options, evaluation, bestEpoch, createdAt },
        epochs,
      );
      modelsAdded.push(id);
    }
    for (const row of known.values()) {
      // The default model of an encoder is made from a seed when needed.
      if (row.state !== 'ready' || row.id === rotationId(row.encoderId) || (await isWhole(row.id))) continue;
      store.models.setState(row.id, 'failed');
      // A centred default model is made again after the next indexing.
      if (row.id !== centredId(row.encoderId)) modelsLost.push(row.id);
    }
    return { modelsAdded, modelsLost };
  } finally {
    store.close();
  }
}
