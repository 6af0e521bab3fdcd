import { expect, it } from 'vitest';
import { details, photoId, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import SelectionBar from './SelectionBar.svelte';

const ids = [photoId(1), photoId(2)];
const words = { photos: 2, tags: [], captions: [], ratings: [2, 0, 0, 0, 0, 0], favourites: 0, described: 0 };

/** The bar of a page with two selected photos. */
async function bar(more: Answers = {}) {
  const page = await startPage({ 'edits.words': words, 'edits.completeTag': [], 'photos.get': details(), ...more });
  page.app.selection.add(ids);
  return showOn(page, SelectionBar, {});
}

it('says how many photos are selected, and clears the selection', async () => {
  const { app, user } = await bar();
  expect(screen.getByRole('status').textContent).toBe('2 photos selected');
  await user.click(button('Clear the selection'));
  expect(app.selection.count).toBe(0);
});

it('gives stars, the favourite mark and a tag to all selected photos', async () => {
  const { user, sent } = await bar();
  await user.click(button('4 stars'));
  await user.click(button('Favourite'));
  await user.type(screen.getByRole('combobox'), 'lake{Enter}');
  expect(sent('edits.apply')).toEqual([
    { photoIds: ids, rating: 4 },
    { photoIds: ids, isFavourite: true },
    { photoIds: ids, addTags: ['lake'] },
  ]);
});

it('judges results of words, and nothing else', async () => {
  const { app, user, sent } = await bar({
    'search.query': () => queryAnswer('dog', [rankedHit(1), rankedHit(2), rankedHit(3)]),
    'judgements.give': ({ states }) => ({ photos: 2, inverse: states.map((state) => ({ ...state, judgement: null })) }),
  });
  expect(screen.queryByRole('button', { name: 'This is it' })).toBeNull();
  await app.search.words('dog');
  app.selection.add(ids);
  await user.click(await screen.findByRole('button', { name: 'This is it' }));
  expect(sent('judgements.give')).toEqual([{ states: [{ query: 'dog', photoIds: ids, judgement: 'match' }] }]);
});

it('opens and closes the words at the side, asks where copies go, and has a menu with more', async () => {
  const { app, user, sent } = await bar({ 'app.menu': { chosen: null } });
  const side = button('Captions, tags, date…');
  await user.click(side);
  expect([app.describing, side.getAttribute('aria-expanded')]).toEqual([true, 'true']);
  await user.click(side);
  expect(app.describing).toBe(false);
  await user.click(button('Export…'));
  expect(app.desktop.exporting).toEqual(ids);
  await user.click(button('More…'));
  const [menu] = sent('app.menu');
  expect(JSON.stringify(menu?.items)).toContain('Add to album');
});
