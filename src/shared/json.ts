// The only use of JSON.parse: what is read from outside has the shape its reader expects, or an error says what it lacks.
import type { z } from 'zod';

/**
 * @param reviver as of JSON.parse
 * @throws SyntaxError where the text is not JSON; ZodError where its value does not fit the schema
 */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  reviver?: (this: unknown, key: string, value: unknown) => unknown,
): z.output<Schema> {
  return schema.parse(JSON.parse(text, reviver));
}

/**
 * A list of whole numbers, of which there may be millions: zod would take a hundred times as long as JSON.parse.
 * @throws SyntaxError where the text is not JSON; TypeError where it is anything but a list of whole numbers
 */
export function parseIntegers(text: string): number[] {
  const list: unknown = JSON.parse(text);
  if (!isIntegers(list)) throw new TypeError('not a list of whole numbers');
  return list;
}

const isIntegers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);
