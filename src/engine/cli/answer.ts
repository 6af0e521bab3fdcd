// Answers a request that has come from another process: parsed by the method's schema, everything thrown made data.
import { inspect } from 'node:util';
import { engineRequests, type Answer, type EngineMethod } from '../../shared/contract/engine.ts';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { printableLines } from '../../shared/printable.ts';
import type { Engine } from '../engine.ts';

const isMethod = (name: string): name is EngineMethod => Object.hasOwn(engineRequests, name);

export async function answer(engine: Engine, method: string, params: unknown): Promise<Answer<unknown>> {
  return asAnswer(async () => {
    if (!isMethod(method)) throw new HashlensError('bad-argument', `The engine has no method ${method}.`);
    const parsed = engineRequests[method].params.safeParse(params);
    if (!parsed.success) {
      const why = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new HashlensError('bad-argument', `${method} was called with wrong arguments (${why}).`);
    }
    // The schema of this very method has parsed these parameters; TypeScript cannot pair the two through a union.
    const run = engine.api[method] as (params: unknown) => Promise<unknown>;
    return run(parsed.data);
  });
}

/** What `work` gives or throws, as data. What nobody expected is also written to stderr with its stack. */
export async function asAnswer(work: () => Promise<unknown>): Promise<Answer<unknown>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    const data = toErrorData(error);
    if (data.code === 'internal') process.stderr.write(`${printableLines(inspect(error))}\n`);
    return { ok: false, error: data };
  }
}
