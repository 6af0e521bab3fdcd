// Distributes settings of one command line to the methods that declare them.
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import { findMethod } from '../hashing/methods/registry.ts';
import type { OptionValue } from '../hashing/model/trained-model.ts';

const schemaShape = z.object({ properties: z.record(z.string(), z.unknown()).default({}) });

/** Names of a method's own settings. Throws `bad-argument` for an unknown method. */
export const settingNames = (method: string): string[] =>
  Object.keys(schemaShape.parse(findMethod(method).settings).properties);

export interface MethodSettings {
  readonly id: string;
  readonly settings: Readonly<Record<string, OptionValue>>;
}

/** Refuses `realValued`: a model's files make codes, and do not contain its real-valued rows. */
function refuseRealValued(method: string, { realValued }: Readonly<Record<string, OptionValue>>): void {
  if (realValued !== true) return;
  throw new HashlensError(
    'bad-argument',
    `With the setting realValued, ${method} is measured by rows that a trained model does not keep, and a benchmark would ` +
      'score its codes; leave realValued out here, or train in a library, which measures each epoch by those rows.',
  );
}

/**
 * Settings of each method, checked by its schema.
 * @throws HashlensError `bad-argument` for a setting that no method has, a value that its schema refuses, or the
 *   setting `realValued`
 */
export function methodSettings(
  methods: readonly string[],
  settings: Readonly<Record<string, OptionValue>>,
  common: Readonly<Record<string, unknown>>,
): MethodSettings[] {
  const names = new Map(methods.map((id) => [id, settingNames(id)]));
  for (const key of Object.keys(settings)) {
    if ([...names.values()].some((own) => own.includes(key))) continue;
    const known = [...names].map(([id, own]) => `${id} has ${own.join(', ') || 'none'}`).join('; ');
    throw new HashlensError('bad-argument', `There is no setting ${key}; ${known}.`);
  }
  return methods.map((id) => {
    const own = Object.fromEntries(Object.entries(settings).filter(([key]) => names.get(id)?.includes(key)));
    findMethod(id).resolve(common, own);
    refuseRealValued(id, own);
    return { id, settings: own };
  });
}
