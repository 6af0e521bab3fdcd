// The engine as a process of its own, behind the window: requests come in as messages, answers and events go out.
import { parseArgs } from 'node:util';
import {
  engineRequests,
  type Answer,
  type EngineMethod,
  type FromEngine,
  type ToEngine,
} from '../../shared/contract.ts';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { openEngine, type Engine } from '../engine.ts';
import { places } from './places.ts';

const send = (message: FromEngine): void => {
  // The window may be gone already; there is nobody left to tell.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

const isMethod = (name: string): name is EngineMethod => Object.hasOwn(engineRequests, name);

/** Parses the arguments where they arrive, then calls. Everything thrown becomes data. */
async function answer(engine: Engine, method: string, params: unknown): Promise<Answer<unknown>> {
  try {
    if (!isMethod(method)) throw new HashlensError('bad-argument', `The engine has no method ${method}.`);
    return { ok: true, value: await call(engine, method, params) };
  } catch (error) {
    const data = toErrorData(error);
    if (data.code === 'internal') console.error(error);
    return { ok: false, error: data };
  }
}

function call(engine: Engine, method: EngineMethod, params: unknown): Promise<unknown> {
  const parsed = engineRequests[method].params.safeParse(params);
  if (!parsed.success) {
    const why = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new HashlensError('bad-argument', `${method} was called with wrong arguments (${why}).`);
  }
  // The schema of this very method has parsed these parameters; TypeScript cannot pair the two through a union.
  const run = engine.api[method] as (params: unknown) => Promise<unknown>;
  return run(parsed.data);
}

const { values } = parseArgs({ options: { library: { type: 'string' } } });
let engine: Engine;
try {
  engine = openEngine({
    ...places(values.library),
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
