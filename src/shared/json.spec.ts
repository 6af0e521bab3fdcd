import { expect, it } from 'vitest';
import { z } from 'zod';
import { isNestedDeeper, parseIntegers, parseJson } from './json.ts';

it('gives what the schema describes, and no other value', () => {
  const schema = z.object({ n: z.int() });
  expect(parseJson(schema, '{"n":1,"more":2}')).toEqual({ n: 1 });
  expect(parseJson(schema, '{"n":"1"}', (_, value) => (value === '1' ? 1 : value))).toEqual({ n: 1 });
  expect(() => parseJson(schema, '{"n":1.5}')).toThrow(z.ZodError);
  expect(() => parseJson(schema, '{"n":')).toThrow(SyntaxError);
});

it('takes lists of whole numbers only', () => {
  expect(parseIntegers('[1,-2,3]')).toEqual([1, -2, 3]);
  for (const text of ['[1.5]', '["1"]', '[null]', '{"0":1}', '7']) {
    expect(() => parseIntegers(text), text).toThrow(TypeError);
  }
});

it('finds how deeply a text is nested, with any content in its strings', () => {
  const deep = (n: number) => `${'[{"a":'.repeat(n)}1${'}]'.repeat(n)}`;
  expect([isNestedDeeper(deep(3), 6), isNestedDeeper(deep(3), 5)]).toEqual([false, true]);
  expect(isNestedDeeper('{"[[[[":"[[[[\\"[[[[","\\\\":[]}', 2)).toBe(false);
  expect(isNestedDeeper('[],'.repeat(1000), 1)).toBe(false);
  // Invalid JSON: an unterminated string, and unclosed brackets.
  expect(isNestedDeeper('"[[[[', 1)).toBe(false);
  expect(isNestedDeeper('['.repeat(3), 2)).toBe(true);
});
