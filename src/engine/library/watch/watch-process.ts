// Program of the process that watches folders: a hanging disk, or a fault of the system's watching, affects only
// this process.
import watcher, { type WatchEvent } from '@parcel/watcher';
import { ignoreTerminalSignals, announceStart } from '../../runtime/node-process.ts';
import { changedFolders } from './changed-folders.ts';
import type { FromWatcher, ToWatcher } from './watch-messages.ts';

type Watching = ReturnType<typeof watcher.subscribe>;

if (process.send === undefined) throw new Error('watch-process.ts is started by folder-watch.ts');
ignoreTerminalSignals();
announceStart();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const send = (message: FromWatcher): void => void process.send?.(message);
const watched = new Map<string, Watching>();

function reportChanges(root: string, events: readonly WatchEvent[]): void {
  const folders = changedFolders(root, events);
  if (folders === null || folders.length > 0) send({ kind: 'changed', root, folders });
}

function watch(root: string, ignore: readonly string[]): Watching {
  const failed = (error: Error): void => {
    watched.delete(root);
    send({ kind: 'unwatched', root, message: error.message });
  };
  const watching = watcher.subscribe(
    root,
    (error, events) => (error === null ? reportChanges(root, events) : failed(error)),
    {
      ignore,
    },
  );
  watching.catch((error: unknown) => failed(error instanceof Error ? error : new Error(String(error))));
  return watching;
}

process.on('message', ({ roots, ignore }: ToWatcher) => {
  for (const [root, watching] of [...watched]) {
    if (roots.includes(root)) continue;
    watched.delete(root);
    watching.then((subscription) => subscription.unsubscribe()).catch(() => undefined);
  }
  for (const root of roots) if (!watched.has(root)) watched.set(root, watch(root, ignore));
});
