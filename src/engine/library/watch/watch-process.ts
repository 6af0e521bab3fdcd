// Program of the process that watches folders: a hanging disk, or a fault of the system's watching, affects only
// this process.
import { readdirSync, readFileSync, statSync, watch as watchOne, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import watcher, { type WatchEvent } from '@parcel/watcher';
import { ignoreTerminalSignals, announceStart } from '../../runtime/node-process.ts';
import { changedFolders } from './changed-folders.ts';
import { LostChanges } from './lost-changes.ts';
import type { FromWatcher, ToWatcher } from './watch-messages.ts';

type Watching = ReturnType<typeof watcher.subscribe>;

interface WatchedFolder {
  /** The watched folder of the library that it is, or is inside. */
  readonly root: string;
  /** Identity of the folder at the path when watching began. */
  readonly identity: string;
  readonly watching: Watching;
}

if (process.send === undefined) throw new Error('watch-process.ts is started by folder-watch.ts');
ignoreTerminalSignals();
announceStart();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const send = (message: FromWatcher): void => void process.send?.(message);
/** Watched folders by path: the roots and, on Linux, new folders with others inside. */
const watched = new Map<string, WatchedFolder>();
let ignored: readonly string[] = [];
let wanted: readonly string[] = [];
const lost = new LostChanges();

const identity = ({ dev, ino, birthtimeNs }: BigIntStats): string => `${dev} ${ino} ${birthtimeNs}`;

/** Device, number and birth time of the folder at the path; null for none. */
function identityOf(folder: string): string | null {
  try {
    return identity(statSync(folder, { bigint: true }));
  } catch {
    return null;
  }
}

function hasFolders(folder: string): boolean {
  try {
    return readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
  } catch {
    return false;
  }
}

function reportChanges(root: string, events: readonly WatchEvent[]): void {
  const folders = lost.mayBeLost(root, events.length) ? null : changedFolders(root, events);
  if (folders === null || folders.length > 0) send({ kind: 'changed', root, folders });
  renewWatched(root, events);
  // inotify watches single folders, and the library adds a new one without those that it holds already.
  if (process.platform !== 'linux') return;
  for (const { type, path: changed } of events) {
    if (type !== 'create') continue;
    if (hasFolders(changed)) watchAgain(root, changed);
    else reportUnwatched(root, changed);
  }
}

/** Reports a new folder that the library, which tells no error of it, could not watch: a single further one fails likewise. */
function reportUnwatched(root: string, folder: string): void {
  try {
    if (!statSync(folder).isDirectory()) return;
    watchOne(folder)
      .on('error', () => undefined)
      .close();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
      send({ kind: 'unwatched', root, part: folder, message: error.message });
  }
}

/** Watches folders again that were deleted, replaced or moved away, where they are there. */
function renewWatched(root: string, events: readonly WatchEvent[]): void {
  for (const { path: changed } of events) {
    for (const folder of [...watched.keys()]) {
      if (folder !== changed && !folder.startsWith(changed + path.sep)) continue;
      void unwatch(folder);
      if (identityOf(folder) !== null) watchAgain(root, folder);
    }
  }
}

/** Watches a folder whose files may have changed unseen, and reports it with everything in it. */
function watchAgain(root: string, folder: string): void {
  const inside = path.relative(root, folder).split(path.sep).join('/');
  const folders = inside === '' ? null : [{ path: inside, deep: true }];
  watch(root, folder)?.then(
    () => send({ kind: 'changed', root, folders }),
    () => undefined,
  );
}

/** Messages of the library where the system has dropped changes. */
const mayHaveLost = /events? (?:were|may have been) (?:dropped|lost)|too many events/i;

/** @returns null if this very folder is watched already, or is away */
function watch(root: string, folder: string): Watching | null {
  const identityThen = identityOf(folder);
  if (identityThen === null || watched.get(folder)?.identity === identityThen) return null;
  const failed = (error: Error): void => {
    if (watched.get(folder) === entry) watched.delete(folder);
    // A disk that has just gone.
    if (identityOf(folder) === null) return;
    // The process that started this one ends it, and starts it again without the root.
    if (folder === root) isFull = true;
    send({ kind: 'unwatched', root, part: folder === root ? null : folder, message: error.message });
  };
  const overflowed = (error: Error): void => {
    if (watched.get(folder) !== entry) return;
    // Windows and macOS tell that changes were lost, and Windows watches no more then.
    if (identityOf(folder) === identityThen && mayHaveLost.test(error.message)) {
      void unwatch(folder);
      watchAgain(root, folder);
    } else failed(error);
  };
  // The library keeps the list of folders that it read for an earlier subscription until that has ended.
  const watching = unwatch(folder).then(() =>
    watcher.subscribe(folder, (error, events) => (error === null ? reportChanges(root, events) : overflowed(error)), {
      ignore: ignored,
    }),
  );
  const entry: WatchedFolder = { root, identity: identityThen, watching };
  watched.set(folder, entry);
  watching.catch((error: unknown) => failed(error instanceof Error ? error : new Error(String(error))));
  return watching;
}

/** Ends of subscriptions under way, by folder. */
const endings = new Map<string, Promise<void>>();

function unwatch(folder: string): Promise<void> {
  const entry = watched.get(folder);
  if (entry === undefined) return endings.get(folder) ?? Promise.resolve();
  watched.delete(folder);
  const ending = entry.watching.then((subscription) => subscription.unsubscribe()).catch(() => undefined);
  endings.set(folder, ending);
  void ending.then(() => endings.get(folder) === ending && endings.delete(folder));
  return ending;
}

/** Time between two looks whether a folder is back, or another one is in its place: unmounting a disk is no event. */
const lookMs = 5_000;
const beingLookedAt = new Set<string>();
let mounts: string | null = null;

/** Whether the system's disks have changed since the last call; true where it does not list them. */
function haveMountsChanged(): boolean {
  if (process.platform !== 'linux') return true;
  const before = mounts;
  try {
    mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return true;
  }
  return mounts !== before;
}

/** Watches roots again that were away, or are on another disk now. A disk that does not answer holds up no other root. */
function lookAtRoots(): void {
  const haveDisksChanged = haveMountsChanged();
  for (const root of wanted) {
    const known = watched.get(root)?.identity ?? null;
    // Asking for a folder that is there would keep an automatic mount from ending.
    if (beingLookedAt.has(root) || (known !== null && !haveDisksChanged)) continue;
    beingLookedAt.add(root);
    void stat(root, { bigint: true })
      .then((found) => {
        if (wanted.includes(root) && identity(found) !== known) watchAgain(root, root);
      })
      .catch(() => undefined)
      .finally(() => beingLookedAt.delete(root));
  }
}
setInterval(lookAtRoots, lookMs);

/** Time for which the next root waits for one whose disk does not answer. */
const turnMs = 10_000;
let isFull = false;
let turn = Promise.resolve();

/**
 * Watches a root after those before it: where the system allows no further folders, the one that has too many is known, and
 * no other is left out for it.
 */
function watchInTurn(root: string): void {
  turn = turn.then(async () => {
    if (isFull || !wanted.includes(root) || watched.has(root)) return;
    const watching = watch(root, root);
    await Promise.race([watching?.catch(() => undefined), sleep(turnMs)]);
  });
}

process.on('message', ({ roots, ignore }: ToWatcher) => {
  ignored = ignore;
  wanted = roots;
  for (const [folder, { root }] of [...watched]) if (!roots.includes(root)) void unwatch(folder);
  for (const root of roots) {
    // A disk that is back, or a folder in place of another.
    if (watched.has(root)) watchAgain(root, root);
    else watchInTurn(root);
  }
});
