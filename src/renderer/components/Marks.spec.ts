import { describe, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import type { WordsOfPhotos } from '../../shared/contract/edits.ts';
import Marks from './Marks.svelte';

const photoIds = [photoId(1), photoId(2)];
const words = (more: Partial<WordsOfPhotos>): WordsOfPhotos => ({
  ...{ photos: 2, tags: [], captions: [], ratings: [2, 0, 0, 0, 0, 0], favourites: 0, described: 0, ...more },
});
const lit = () => screen.getAllByRole('button').filter((star) => star.textContent?.trim() === '★').length;

describe('Marks', () => {
  it('shows the heart and the rating that all photos share', async () => {
    await show(Marks, { photoIds, words: words({ favourites: 2, ratings: [0, 0, 0, 0, 2, 0] }) });
    expect([button('Favourite').getAttribute('aria-pressed'), lit()]).toEqual(['true', 4]);
  });

  it.each([
    ['where they differ', words({ favourites: 1, ratings: [1, 0, 0, 0, 1, 0] })],
    ['while they are loading', null],
  ])('shows neither %s', async (_, given) => {
    await show(Marks, { photoIds, words: given });
    expect([button('Favourite').getAttribute('aria-pressed'), lit()]).toEqual(['false', 0]);
  });

  it('makes all of the photos favourites if one is none, and rates all of them', async () => {
    const { user, sent } = await show(Marks, { photoIds, words: words({ favourites: 1 }) });
    await user.click(button('Favourite'));
    await user.click(button('5 stars'));
    expect(sent('edits.apply')).toEqual([
      { photoIds: [1, 2], isFavourite: true },
      { photoIds: [1, 2], rating: 5 },
    ]);
  });

  it('removes the heart if all have it', async () => {
    const { user, sent } = await show(Marks, { photoIds, words: words({ favourites: 2 }) });
    await user.click(button('Favourite'));
    expect(sent('edits.apply')).toEqual([{ photoIds: [1, 2], isFavourite: false }]);
  });
});
