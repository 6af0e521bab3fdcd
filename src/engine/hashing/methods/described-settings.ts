// A method's zod schema as plain data: what a form shows and a command line lists.
import { z } from 'zod';
import type { MethodSetting } from '../../../shared/contract/training.ts';

const jsonType = z.enum(['integer', 'number', 'boolean', 'string', 'null']);
const bounds = {
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  enum: z.array(z.string()).optional(),
};
const property = z.object({
  title: z.string().optional(),
  symbol: z.string().optional(),
  description: z.string().optional(),
  default: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  type: jsonType.optional(),
  ...bounds,
  // zod writes a nullable setting as a union of two types.
  anyOf: z.array(z.object({ type: jsonType, ...bounds })).optional(),
});

/** Null for the bounds of safe integers, which zod adds to every whole number. */
const finiteBound = (bound: number | undefined): number | null =>
  bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? null : bound;

/** The settings in the schema's order. Throws for a setting without a default or of a type that the form does not support. */
export function describeSettings(schema: z.ZodObject): MethodSetting[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([key, raw]): MethodSetting => {
    const { title = key, symbol, description = '', default: preset, anyOf, ...rest } = property.parse(raw);
    const { type, minimum, maximum, exclusiveMinimum, enum: choices } = anyOf?.find((o) => o.type !== 'null') ?? rest;
    const named = { key, title, ...(symbol === undefined ? {} : { symbol }), description };
    if ((type === 'integer' || type === 'number') && typeof preset !== 'string' && typeof preset !== 'boolean') {
      const [min, max, above] = [finiteBound(minimum), finiteBound(maximum), finiteBound(exclusiveMinimum)];
      return { ...named, type, default: preset, min, max, above };
    }
    if (type === 'boolean' && typeof preset === 'boolean') return { ...named, type, default: preset };
    if (type === 'string' && typeof preset === 'string') {
      if (choices === undefined) return { ...named, type: 'text', default: preset };
      return { ...named, type: 'choice', default: preset, choices };
    }
    throw new Error(`setting ${key} has no form`);
  });
}
