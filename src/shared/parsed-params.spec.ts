import { expect, it } from 'vitest';
import { z } from 'zod';
import { parsedParams } from './parsed-params.ts';

const schema = z.object({ names: z.array(z.string().max(3)), limit: z.int().default(5) });

it('gives the parameters with their defaults', () => {
  expect(parsedParams('words.list', schema, { names: ['a'] })).toEqual({ names: ['a'], limit: 5 });
});

it('names each wrong value once, in a sentence without the words of the schema', () => {
  const wrong = { names: ['abcd', 'ok', 7], limit: 'many' };
  expect(() => parsedParams('words.list', schema, wrong)).toThrow(
    expect.objectContaining({
      code: 'bad-argument',
      message:
        'This was not done, because of a value that is not possible: words.list.names.0, words.list.names.2, words.list.limit.',
    }),
  );
  expect(() => parsedParams('words.list', schema, null)).toThrow(/not possible: words\.list\.$/);
});
