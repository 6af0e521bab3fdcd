import { describe, expect, it } from 'vitest';
import type { TextHit } from '../../shared/contract/search.ts';
import { queryAnswer, found, hit, photoId, rankedHit } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import TextResults from './TextResults.svelte';

const text = (rank: number, words: string, more: Partial<TextHit> = {}): TextHit => ({
  rank,
  text: words,
  score: 0.5,
  distance: 8,
  photoId: null,
  path: null,
  ...more,
});
const answers = (hits: readonly TextHit[], weakFrom: number | null = null) => ({
  'search.similar': found([hit(1)]),
  'search.describe': found(hits, { weakFrom }),
  'search.query': queryAnswer('', [rankedHit(1)]),
});

describe('TextResults', () => {
  it('searches for a tag that is pressed, quoted where it has to be', async () => {
    const { app, user, sent } = await show(TextResults, {}, answers([text(1, 'dog'), text(2, 'black dog')]));
    await app.search.like(photoId(3), '3.jpg');
    await app.search.setTarget('tags');
    const buttons = await screen.findAllByRole('button', { name: 'Search for it' });
    await user.click(buttons[1] ?? document.body);
    expect(sent('search.query')).toMatchObject([{ text: 'tag:"black dog"' }]);
  });

  it('draws the line before the weaker matches, but not above all', async () => {
    const hits = [text(1, 'dog'), text(2, 'cat')];
    const { app } = await show(TextResults, {}, answers(hits, 1));
    await app.search.like(photoId(3), '3.jpg');
    await app.search.setTarget('captions');
    const items = (await screen.findAllByRole('listitem')).map(textOf);
    expect(items.map((item) => item.includes('Weaker matches'))).toEqual([false, true, false]);
  });

  it('shows more of the counted texts on request, up to the last', async () => {
    const some = Array.from({ length: 120 }, (_, i) => text(i + 1, `tag ${i + 1}`));
    const first = { ...answers([]), 'search.describe': found(some, { searched: 150 }) };
    const { app, user, sent, answer } = await show(TextResults, {}, first);
    await app.search.like(photoId(3), '3.jpg');
    await app.search.setTarget('tags');
    const all = Array.from({ length: 150 }, (_, i) => text(i + 1, `tag ${i + 1}`));
    answer({ 'search.describe': found(all, { searched: 150 }) });
    await user.click(await screen.findByRole('button', { name: 'Show more' }));
    expect(await screen.findByText('tag 150')).toBeDefined();
    expect(sent('search.describe').map(({ limit }) => limit)).toEqual([120, 240]);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('shows scores when they are wanted, also where the cosine is unknown', async () => {
    const { app, container } = await show(TextResults, {}, answers([text(1, 'dog', { score: null })]));
    await app.search.like(photoId(3), '3.jpg');
    await app.search.setTarget('tags');
    await screen.findByText('dog');
    expect(textOf(container)).not.toContain('Hamming');
    await app.search.explain(true);
    await screen.findByText(/Hamming 8/);
    expect(textOf(container)).toContain('cos –');
  });
});
