// The search box reads any tag or caption literally.
import { expect, it } from 'vitest';
import { parseQuery } from '../../shared/query/grammar.ts';
import { shown, tagged, worded } from './as-query.ts';

it('writes a tag as a filter for it', () => {
  for (const tag of ['beach', 'New York', '<i>summer</i>', 'a "b" c:d', 'eins,zwei']) {
    expect(parseQuery(tagged(tag)).filters).toEqual([{ field: 'tag', values: [tag], not: false }]);
  }
});

it('writes a person as a filter for them', () => {
  expect(parseQuery(shown('Anna Müller')).filters).toEqual([{ field: 'person', values: ['Anna Müller'], not: false }]);
});

it('writes a caption as words', () => {
  for (const text of ['A dog, running', 'tag:beach -people', '"quoted" (and more)']) {
    expect(parseQuery(worded(text))).toMatchObject({ terms: [{ kind: 'text', text }], filters: [], notices: [] });
  }
});
