import { describe, expect, it } from 'vitest';
import { photoId, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { startPage, type Answers, type Page } from '../../../test/support/page.ts';

async function searched(text = 'dog', more: Answers = {}): Promise<Page> {
  const hits = [1, 2, 3, 4].map((n) => rankedHit(n));
  const page = await startPage({
    'search.query': () => queryAnswer(text, hits, { weakFrom: 2 }),
    'judgements.give': ({ states }) => ({
      photos: 1,
      inverse: states.map((state) => ({ ...state, judgement: null })),
    }),
    ...more,
  });
  await page.app.search.words(text);
  return page;
}
const shown = ({ app }: Page) => app.search.hits.map((hit) => hit.photoId);

describe('a judgement of a result', () => {
  it('as wrong removes the photo from the list, and nothing else moves', async () => {
    const page = await searched();
    await page.app.judgements.give([photoId(2)], 'no-match');
    expect(page.sent('judgements.give')).toEqual([
      { states: [{ query: 'dog', photoIds: [2], judgement: 'no-match' }] },
    ]);
    expect([shown(page), page.app.search.answer?.weakFrom, page.app.search.answer?.leftOut]).toEqual([[1, 3, 4], 1, 1]);
    expect(page.app.search.hits.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    expect(page.sent('search.query')).toHaveLength(1);
  });

  it('as right leaves the photo in its place and shows it', async () => {
    const page = await searched();
    const [, second] = page.app.search.hits;
    await page.app.judgements.give([photoId(2)], 'match');
    expect(shown(page)).toEqual([1, 2, 3, 4]);
    expect(page.app.search.hits[1]?.reasons).toEqual([{ code: 'confirmed' }, { code: 'looks-like' }]);
    expect(second && page.app.judgements.judgementOf(second)).toBe('match');
  });

  it('is undone like every change, and the results are asked for again', async () => {
    const page = await searched();
    await page.app.judgements.give([photoId(2)], 'no-match');
    expect(page.app.toasts.list.at(-1)).toMatchObject({
      message: 'Photo left out of “dog”',
      action: { label: 'Undo' },
    });
    await page.app.edits.undo();
    expect(page.sent('judgements.give').at(-1)).toEqual({ states: [{ query: 'dog', photoIds: [2], judgement: null }] });
    expect(shown(page)).toEqual([1, 2, 3, 4]);
    expect(page.app.judgements.judgementOf(rankedHit(2))).toBeNull();
  });

  it('belongs to a search by words', async () => {
    const { app, sent } = await searched('tag:beach');
    expect(app.judgements.query).toBeNull();
    expect(await app.judgements.give([photoId(1)], 'match')).toBe(false);
    expect(sent('judgements.give')).toEqual([]);
  });
});
