import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseIntegers, parseJson } from './json.ts';

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
