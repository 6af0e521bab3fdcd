// The thread of maintenance.ts, which reads the whole library while the engine continues to answer.
import { parentPort } from 'node:worker_threads';
import { handlerOf, Responder, type FromRequester } from '../../shared/protocol.ts';
import { checkFile } from '../store/check-file.ts';
import { libraryFileOf } from '../store/library-file.ts';
import { removeFromBackups, makeBackup } from './backups.ts';
import type { MaintenanceMethods } from './maintenance.ts';

const port = parentPort;
if (!port) throw new Error('maintenance-worker.ts runs in a worker thread only');
const handle = handlerOf<MaintenanceMethods>({
  check: ({ libraryDir }) => checkFile(libraryFileOf(libraryDir), 'quick').faults,
  backUp: ({ libraryDir, folder }) => makeBackup(libraryDir, folder ?? undefined),
  removePhotos: ({ libraryDir, removal }) => removeFromBackups(libraryDir, removal),
});
const responder = new Responder(handle, (message) => port.postMessage(message));
// One request; the thread ends with its answer.
port.once('message', (message: FromRequester) => void responder.receive(message).then(() => port.close()));
