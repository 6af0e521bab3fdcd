// Calls the engine for another process: parameters are parsed by the method's schema.
import { inspect } from 'node:util';
import { engineRequests, type EngineMethod } from '../../shared/contract/engine.ts';
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { parsedParams } from '../../shared/parsed-params.ts';
import { printableLines } from '../../shared/printable.ts';
import type { Engine } from '../engine.ts';

const isMethod = (name: string): name is EngineMethod => Object.hasOwn(engineRequests, name);

/** @throws HashlensError `bad-argument` for an unknown method and for wrong parameters; errors of the method */
export async function callEngine(engine: Engine, method: string, params: unknown): Promise<unknown> {
  if (!isMethod(method)) throw new HashlensError('bad-argument', `The engine has no method ${method}.`);
  const parsed: unknown = parsedParams(method, engineRequests[method].params, params);
  // These parameters were parsed by the schema of this very method; TypeScript cannot pair the two through a
  // union.
  const run = engine.api[method] as (params: unknown) => Promise<unknown>;
  return reportInternal(() => run(parsed));
}

/** Writes an unexpected error to stderr with its stack, and throws it again. */
export async function reportInternal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (toErrorData(error).code === 'internal') process.stderr.write(`${printableLines(inspect(error))}\n`);
    throw error;
  }
}
