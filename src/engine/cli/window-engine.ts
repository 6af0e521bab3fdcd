// Serves the engine to the window: requests come in as messages, answers and events go out.
import { parseArgs } from 'node:util';
import { videoFramesReply, type HostMethods } from '../../shared/contract/host.ts';
import type { FromEngine, ToEngine } from '../../shared/contract/engine.ts';
import { toErrorData } from '../../shared/errors.ts';
import { Requester, Responder } from '../../shared/protocol.ts';
import { repairLibrary, restoreMissing } from '../backup/restore.ts';
import { openEngine, type Engine } from '../engine.ts';
import { callEngine } from './answer.ts';
import { locateLibrary } from './locate-library.ts';

const send = (message: FromEngine): void => {
  // The window may have closed already; there is no recipient left.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const host = new Requester<HostMethods>(send);

send({ kind: 'runs' });
const { values } = parseArgs({ options: { library: { type: 'string' }, repair: { type: 'boolean' } } });
let engine: Engine;
let restored: string | null;
try {
  const paths = locateLibrary(values.library);
  restored = values.repair ? await repaired(paths.libraryDir) : await restoreMissing(paths.libraryDir);
  engine = openEngine({
    ...paths,
    interactive: true,
    watchFolders: true,
    videoFrames: async (params, signal) =>
      videoFramesReply.parse(await host.request('video.frames', params, { signal })),
    emit: (event) => send({ kind: 'event', event }),
  });
} catch (error) {
  send({ kind: 'failed', error: toErrorData(error) });
  throw error;
}

let closing = false;
const shutdown = async (): Promise<void> => {
  if (closing) return;
  closing = true;
  await engine.close();
  process.exit(0);
};
const responder = new Responder((method, params) => callEngine(engine, method, params), send);
process.on('message', (message: ToEngine) => {
  if (message.kind === 'shutdown') void shutdown();
  else if (message.kind === 'answer' || message.kind === 'news') host.receive(message);
  else void responder.receive(message);
});
// Without its window the engine ends; jobs resume at the next start.
process.on('disconnect', () => void shutdown());
process.on('SIGTERM', () => void shutdown());
// Ctrl+C in a terminal reaches both processes; the window decides when the engine ends.
process.on('SIGINT', () => undefined);
send({ kind: 'ready' });
if (restored !== null) {
  send({ kind: 'event', event: { type: 'notice', notice: { code: 'library-restored', message: restored } } });
  const { folders } = await engine.api['library.status']({});
  if (folders.length > 0) await engine.api['folders.index']({});
}

/** @returns a message for the person */
async function repaired(libraryDir: string): Promise<string> {
  const { setAside, lossy, backup } = await repairLibrary(libraryDir);
  const lost =
    lossy.length > 0
      ? ` What could not be read came from ${backup ? 'a backup' : 'nowhere, as there is no backup'}.`
      : '';
  const old = setAside === null ? '' : ` The damaged files are in ${setAside}.`;
  return `The library was repaired.${lost}${old} The photos are being indexed again to complete it.`;
}
