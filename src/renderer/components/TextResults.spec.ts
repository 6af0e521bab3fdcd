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
