// Parameters of a request from another program, checked by the schema of its method.
import type { z } from 'zod';
import { HashlensError } from './errors.ts';

/**
 * @returns the parameters with their defaults
 * @throws HashlensError `bad-argument` that names the wrong values; the schema's own words are its cause
 */
export function parsedParams<Schema extends z.ZodType>(
  method: string,
  schema: Schema,
  params: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map(({ path }) => [method, ...path].join('.')));
  const message = `This was not done, because of a value that is not possible: ${[...names].join(', ')}.`;
  throw new HashlensError('bad-argument', message, { cause: parsed.error });
}
