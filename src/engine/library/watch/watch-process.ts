// Program of the process that watches folders: a hanging disk, or a fault of the system's watching, affects only
// this process.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import watcher, { type WatchEvent } from '@parcel/watcher';
import { ignoreTerminalSignals, announceStart } from '../../runtime/node-process.ts';
import { changedFolders } from './changed-folders.ts';
import type { FromWatcher, ToWatcher } from './watch-messages.ts';

type Watching = ReturnType<typeof watcher.subscribe>;

interface WatchedFolder {
  /** The watched folder of the library that it is, or is inside. */
  readonly root: string;
  /** Identity of the folder at the path when watching began; null for none. */
  readonly identity: string | null;
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

/** Device, number and birth time of the folder at the path; null for none. */
function identityOf(folder: string): string | null {
  try {
    const { dev, ino, birthtimeNs } = statSync(folder, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
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
  const folders = changedFolders(root, events);
  if (folders === null || folders.length > 0) send({ kind: 'changed', root, folders });
  renewWatched(root, events);
  // inotify watches single folders, and the library adds a new one without those that it holds already.
  if (process.platform !== 'linux') return;
  for (const { type, path: changed } of events) {
    if (type === 'create' && hasFolders(changed)) watchAgain(root, changed);
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

/** @returns null if this very folder is watched already */
function watch(root: string, folder: string): Watching | null {
  const identity = identityOf(folder);
  if (watched.get(folder)?.identity === identity) return null;
  const failed = (error: Error): void => {
    if (watched.get(folder) === entry) watched.delete(folder);
    send({ kind: 'unwatched', root: folder, message: error.message });
  };
  // The library keeps the list of folders that it read for an earlier subscription until that has ended.
  const watching = unwatch(folder).then(() =>
    watcher.subscribe(folder, (error, events) => (error === null ? reportChanges(root, events) : failed(error)), {
      ignore: ignored,
    }),
  );
  const entry: WatchedFolder = { root, identity, watching };
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

process.on('message', ({ roots, ignore }: ToWatcher) => {
  ignored = ignore;
  for (const [folder, { root }] of [...watched]) if (!roots.includes(root)) void unwatch(folder);
  for (const root of roots) {
    // A disk that is back, or a folder in place of another.
    if (watched.has(root)) watchAgain(root, root);
    else void watch(root, root);
  }
});
