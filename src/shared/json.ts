// The only use of JSON.parse: values from outside have the shape that their reader expects, or an error names the
// difference.
import type { z } from 'zod';

/**
 * @param reviver as in JSON.parse
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
 * Whether lists and objects are nested deeper than `most`: JSON.parse takes 50 bytes for each open bracket, and
 * readers of its result may run out of stack. The text need not be JSON.
 */
export function isNestedDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
    } else if (code === openList || code === openObject) {
      if (++depth > most) return true;
    } else if (code === closeList || code === closeObject) depth--;
  }
  return false;
}

const [quote, backslash] = ['"'.charCodeAt(0), '\\'.charCodeAt(0)];
const [openList, closeList, openObject, closeObject] = Array.from('[]{}', (bracket) => bracket.charCodeAt(0));

/** Index of the closing quotation mark of a string; the end of the text without one. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return text.length;
}

/**
 * A list of whole numbers, of which there may be millions: zod would take many times as long as JSON.parse
 * (docs/measurements.md, Turns and first uses).
 * @throws SyntaxError where the text is not JSON; TypeError where it is anything but a list of whole numbers
 */
export function parseIntegers(text: string): number[] {
  const list: unknown = JSON.parse(text);
  if (!isIntegers(list)) throw new TypeError('not a list of whole numbers');
  return list;
}

const isIntegers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);
