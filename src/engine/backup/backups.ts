// The library's backups: one file a day with all data that cannot be made again. Ten are kept, and each is verified
// once written.
import { existsSync } from 'node:fs';
import { chmod, readdir, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import packageFile from '../../../package.json' with { type: 'json' };
import { HashlensError, namingFault } from '../../shared/errors.ts';
import type { Backup } from '../../shared/contract/backup.ts';
import { discard, isTemporary, moveIntoPlace, temporaryOf, writeFileAtomic } from '../runtime/atomic-write.ts';
import {
  copyWithout,
  cannotRead,
  verifyBackupFile,
  writeBackupFile,
  type BackupContent,
  type PhotoToRemove,
  type SavedManifest,
} from '../store/backup-file.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { readPlainText, sha256OfFile } from '../runtime/plain-file.ts';
import { libraryFileOf } from '../store/library-file.ts';
import { parseJson } from '../../shared/json.ts';

export const backupsKept = 10;
const dayMs = 24 * 60 * 60 * 1000;

export const backupFolder = (libraryDir: string): string => join(libraryDir, 'backups');

/** Description of a backup beside its file, with the ending .json. */
const noteSchema = z.object({
  formatVersion: z.literal(1),
  madeAt: z.number(),
  madeBy: z.string(),
  libraryDir: z.string(),
  schemaVersion: z.int(),
  bytes: z.int(),
  /** SHA-256 of the backup's file, hexadecimal. */
  sha256: z.string(),
  counts: z.record(z.string(), z.int()),
});
type Note = z.output<typeof noteSchema>;

/** `backup-000012-2026-11-25.db`. The number orders them, because a clock may be set back. */
const namePattern = /^backup-(\d{6})-\d{4}-\d{2}-\d{2}\.db$/;

interface NumberedBackup extends Backup {
  readonly number: number;
  /** Time when its content last equalled the library's. */
  readonly currentAt: number;
}

/** Newest first. Backups without their description are listed by the content of their file. */
export async function listBackups(libraryDir: string): Promise<NumberedBackup[]> {
  const folder = backupFolder(libraryDir);
  const names = await readdir(folder).catch(() => []);
  const found: NumberedBackup[] = [];
  for (const name of names) {
    const number = Number(namePattern.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isInteger(number)) continue;
    const path = join(folder, name);
    const [stats, note] = await Promise.all([stat(path).catch(() => null), readNote(path)]);
    if (stats === null) continue;
    found.push({
      path,
      number,
      madeAt: note?.madeAt ?? stats.mtimeMs,
      currentAt: stats.mtimeMs,
      bytes: stats.size,
      photos: note?.counts['photos'] ?? null,
      captions: note?.counts['captions'] ?? null,
      savedSearches: note?.counts['saved_searches'] ?? null,
    });
  }
  return found.sort((a, b) => b.number - a.number);
}

async function readNote(path: string): Promise<Note | null> {
  try {
    return parseJson(noteSchema, await readPlainText(`${path}.json`));
  } catch {
    return null;
  }
}

/** Whether the newest backup is a day old. One from the future does not count: the clock was set back since. */
export async function isBackupDue(libraryDir: string): Promise<boolean> {
  const [newest] = await listBackups(libraryDir);
  if (newest === undefined) return true;
  const age = Date.now() - newest.currentAt;
  return age >= dayMs || age < -dayMs;
}

/**
 * Writes a backup of the library, verifies it, and removes the eleventh. The library may be in use.
 * @param folder target; by default the library's own folder of backups, where a library unchanged since the newest
 * backup gets no second one
 * @returns the backup that now has the library's content; null where the library has nothing to keep
 * @throws HashlensError `backup-damaged` when the written file has faults; a fault of the machine, such as `disk-full`
 * or `io-error`, with the names of the library and the folder; SqliteError when the library is damaged
 */
export async function makeBackup(libraryDir: string, folder = backupFolder(libraryDir)): Promise<Backup | null> {
  if (!existsSync(libraryFileOf(libraryDir))) return null;
  const made: string[] = [];
  const temporary = temporaryOf(join(folder, 'backup'));
  try {
    made.push(...(await makeBackupFolder(folder)));
    return await backUpAs(temporary, libraryDir, folder);
  } catch (error) {
    throw namingFault(`The library ${libraryDir} was not backed up to ${folder}`, error);
  } finally {
    for (const suffix of ['', '-journal']) await discard(temporary + suffix);
    // Folders made for the backup stay if they are not empty.
    for (const one of made) await rmdir(one).catch(() => undefined);
  }
}

async function backUpAs(temporary: string, libraryDir: string, folder: string): Promise<Backup | null> {
  await sweep(folder);
  writeBackupFile(libraryFileOf(libraryDir), temporary, await savedManifests(libraryDir));
  if (process.platform !== 'win32') await chmod(temporary, 0o600);
  const content = verifyBackupFile(temporary);
  if (isEmpty(content)) return null;
  const sha256 = await sha256OfFile(temporary);
  const [newest] = folder === backupFolder(libraryDir) ? await listBackups(libraryDir) : [];
  if (newest !== undefined && (await readNote(newest.path))?.sha256 === sha256) {
    // The backup's age counts from now on.
    if ((await sha256OfFile(newest.path)) === sha256) {
      await utimes(newest.path, new Date(), new Date());
      return newest;
    }
  }
  return keep(temporary, folder, libraryDir, content, sha256);
}

/** @returns the folders that were made, the innermost first */
async function makeBackupFolder(folder: string): Promise<string[]> {
  try {
    return await makeFolder(folder);
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR');
    if (!isFile) throw error;
    throw new HashlensError('bad-argument', `Backups cannot be put into ${folder}, because a file is in its place.`, {
      cause: error,
    });
  }
}

async function keep(
  temporary: string,
  folder: string,
  libraryDir: string,
  content: BackupContent,
  sha256: string,
): Promise<Backup> {
  const numbers = (await readdir(folder)).map((name) => Number(namePattern.exec(name)?.[1] ?? 0));
  const number = Math.max(0, ...numbers) + 1;
  const name = `backup-${String(number).padStart(6, '0')}-${new Date().toISOString().slice(0, 10)}.db`;
  const path = join(folder, name);
  const { size } = await stat(temporary);
  const note: Note = {
    formatVersion: 1,
    madeAt: Date.now(),
    madeBy: `Hashlens ${packageFile.version}`,
    libraryDir,
    schemaVersion: content.schemaVersion,
    bytes: size,
    sha256,
    counts: content.counts,
  };
  await writeFileAtomic(`${path}.json`, `${JSON.stringify(note, null, 2)}\n`);
  await moveIntoPlace(temporary, path);
  await prune(folder);
  const { counts } = content;
  return {
    path,
    madeAt: note.madeAt,
    bytes: size,
    photos: counts['photos'] ?? null,
    captions: counts['captions'] ?? null,
    savedSearches: counts['saved_searches'] ?? null,
  };
}

/** Keeps the ten with the highest numbers. */
async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder))
    .filter((name) => namePattern.test(name))
    .sort()
    .reverse();
  for (const name of names.slice(backupsKept)) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.json`), { force: true });
  }
}

/** Removes the remains of interrupted backups, and descriptions without their backup. */
async function sweep(folder: string): Promise<void> {
  const names = new Set(await readdir(folder));
  for (const name of names) {
    const path = join(folder, name);
    const left = isTemporary(name.replace(/-journal$/, ''));
    const stats = left ? await stat(path).catch(() => null) : null;
    // A younger one may belong to another process that is writing it.
    if (stats !== null && Math.abs(Date.now() - stats.mtimeMs) > 60 * 60 * 1000) await rm(path, { force: true });
    if (name.endsWith('.db.json') && namePattern.test(basename(name, '.json')) && !names.has(basename(name, '.json'))) {
      await rm(path, { force: true });
    }
  }
}

/**
 * A backup that can be restored: checked by its checksum, if its description exists, and by reading all of it.
 * @throws HashlensError `backup-damaged`; `io-error` where its disk cannot be read
 */
export async function verifyBackup(path: string): Promise<BackupContent> {
  const content = verifyBackupFile(path);
  const note = await readNote(path);
  if (note === null) return content;
  const sha256 = await sha256OfFile(path).catch((error: unknown) => {
    throw namingFault(cannotRead(path), error);
  });
  if (note.sha256 !== sha256) {
    throw new HashlensError('backup-damaged', `The backup ${path} is not as it was written; take another one.`);
  }
  return content;
}

/** Photos to remove from backups, and their folder if it is removed as a whole. */
export interface RemovalRequest {
  readonly photos: readonly PhotoToRemove[];
  readonly folder: string | null;
}

export interface BackupRemoval {
  /** Backups that were changed. */
  readonly backups: number;
  /** Paths of backups that could not be changed, and of folders that a repair set aside. */
  readonly copiesLeft: readonly string[];
}

/** Removes photos with all their words from the library's own backups. A kill at any moment leaves each whole. */
export async function removeFromBackups(
  libraryDir: string,
  { photos, folder }: RemovalRequest,
): Promise<BackupRemoval> {
  const copiesLeft: string[] = [];
  let backups = 0;
  for (const { path, currentAt } of await listBackups(libraryDir)) {
    const temporary = temporaryOf(path);
    try {
      if (!copyWithout(path, temporary, photos, folder)) continue;
      if (process.platform !== 'win32') await chmod(temporary, 0o600);
      const { counts } = verifyBackupFile(temporary);
      const note = await readNote(path);
      const [sha256, { size: bytes }] = [await sha256OfFile(temporary), await stat(temporary)];
      await utimes(temporary, new Date(), new Date(currentAt));
      // A backup without its description is still valid; with another file's description it would count as
      // damaged.
      await rm(`${path}.json`, { force: true });
      await moveIntoPlace(temporary, path);
      if (note !== null) {
        await writeFileAtomic(`${path}.json`, `${JSON.stringify({ ...note, counts, bytes, sha256 }, null, 2)}\n`);
      }
      backups++;
    } catch {
      // The backup is damaged, or there is no room for the changed one.
      copiesLeft.push(path);
    } finally {
      for (const suffix of ['', '-journal']) await discard(temporary + suffix);
    }
  }
  const others = await readdir(libraryDir, { withFileTypes: true });
  const setAside = others.filter((entry) => entry.isDirectory() && entry.name.startsWith(setAsidePrefix));
  return { backups, copiesLeft: [...copiesLeft, ...setAside.map(({ name }) => join(libraryDir, name))] };
}

/** Beginning of the names of folders with the files that a repair or a restore has replaced. */
export const setAsidePrefix = 'set-aside-';

/** The newest whole backup; null without any. */
export async function newestWholeBackup(libraryDir: string): Promise<Backup | null> {
  for (const backup of await listBackups(libraryDir)) {
    if (
      await verifyBackup(backup.path).then(
        () => true,
        () => false,
      )
    )
      return backup;
  }
  return null;
}

function isEmpty({ counts, manifests }: BackupContent): boolean {
  const settings = new Set(['settings', 'epochs', 'models']);
  return manifests.length === 0 && Object.entries(counts).every(([table, n]) => n === 0 || settings.has(table));
}

/** The manifests of all models in the library's folder, known to the database or not. */
async function savedManifests(libraryDir: string): Promise<SavedManifest[]> {
  const folder = join(libraryDir, 'models');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: SavedManifest[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // The default model of an encoder is made from a seed.
    if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name.startsWith('rotation-')) continue;
    const manifest = await readPlainText(join(folder, entry.name, 'manifest.json')).catch(() => null);
    if (manifest !== null && manifest.length < 64 * 1024 * 1024) found.push({ modelId: entry.name, manifest });
  }
  return found;
}
