// The engine as a process of its own, behind the window: requests come in as messages, answers and events go out.
import { parseArgs } from 'node:util';
import type { FromEngine, ToEngine } from '../../shared/contract/engine.ts';
import { toErrorData } from '../../shared/errors.ts';
import { openEngine, type Engine } from '../engine.ts';
import { answer } from './answer.ts';
import { libraryPaths } from './library-paths.ts';

const send = (message: FromEngine): void => {
  // The window may be gone already; there is nobody left to tell.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const { values } = parseArgs({ options: { library: { type: 'string' } } });
let engine: Engine;
try {
  engine = openEngine({
    ...libraryPaths(values.library),
    interactive: true,
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
process.on('message', (message: ToEngine) => {
  if (message.kind === 'shutdown') void shutdown();
  else {
    void answer(engine, message.method, message.params).then((result) =>
      send({ kind: 'answer', seq: message.seq, answer: result }),
    );
  }
});
// Without its window the engine has nothing to live for; jobs go on at the next start.
process.on('disconnect', () => void shutdown());
process.on('SIGTERM', () => void shutdown());
// Ctrl+C in a terminal reaches both processes; the window decides when the engine ends.
process.on('SIGINT', () => undefined);
send({ kind: 'ready' });
