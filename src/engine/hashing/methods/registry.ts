// All hashing methods. To add one, write its file and put it in the list.
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import type { HashMethod, Learner, Setup } from './method.ts';
import { rotation } from './rotation.ts';
import { ucch } from './ucch.ts';
import { ucmfh } from './ucmfh.ts';

/** A method with its settings' type folded away, so that methods can stand in one list. */
export interface RegisteredMethod {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** JSON schema of the method's own settings, with defaults. */
  readonly settings: unknown;
  /** Fills in defaults; throws `bad-argument` naming the setting that is wrong or unknown. */
  resolve(
    common: Readonly<Record<string, unknown>>,
    settings: Readonly<Record<string, unknown>>,
  ): { readonly values: Readonly<Record<string, unknown>>; learner(setup: Setup): Learner };
}

function register<Settings extends z.ZodObject>(method: HashMethod<Settings>): RegisteredMethod {
  const { id, name, source } = method;
  return {
    id,
    name,
    source,
    settings: z.toJSONSchema(method.settings, { io: 'input' }),
    resolve(common, settings) {
      // Of the common options a method gets those it declares.
      const declared = Object.entries(common).filter(([key]) => key in method.settings.shape);
      const result = method.settings.safeParse({ ...Object.fromEntries(declared), ...settings });
      if (!result.success) {
        const { message, path } = result.error.issues[0] ?? { message: 'is wrong', path: [] };
        throw new HashlensError('bad-argument', `Setting ${path.join('.')} of method ${id}: ${message}.`);
      }
      const values = result.data;
      return { values, learner: (setup) => method.learner(setup, values) };
    },
  };
}

export const methods: readonly RegisteredMethod[] = [register(ucch), register(ucmfh), register(rotation)];

export function findMethod(id: string): RegisteredMethod {
  const method = methods.find((candidate) => candidate.id === id);
  if (method === undefined) {
    const known = methods.map((candidate) => candidate.id).join(', ');
    throw new HashlensError('bad-argument', `There is no hashing method ${id}; known are: ${known}.`);
  }
  return method;
}
