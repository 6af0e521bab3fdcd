import { expect, it } from 'vitest';
import { photoId, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import SelectionPanel from './SelectionPanel.svelte';

const words = {
  ...{ photos: 2, tags: [{ name: 'lake', photos: 2 }], captions: [], ratings: [2, 0, 0, 0, 0, 0] },
  ...{ favourites: 0, described: 2 },
};

/** The panel of a page with two selected photos. */
async function panel() {
  const page = await startPage({
    'edits.words': words,
    'edits.completeTag': [],
    'suggestions.words': { suggestions: [], alike: [], described: 2 },
    'search.query': () => queryAnswer('tag:lake', [rankedHit(1), rankedHit(2)]),
  });
  page.app.selection.add([photoId(1), photoId(2)]);
  page.app.describing = true;
  return showOn(page, SelectionPanel, {});
}

it('says how many photos it is about, and closes without changing the selection', async () => {
  const { app, user } = await panel();
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('2 photos');
  await user.click(button('Close'));
  expect([app.describing, app.selection.count]).toEqual([false, 2]);
});

it('searches for a tag of all its photos, and ends the selection', async () => {
  const { app, user, sent } = await panel();
  await user.click(await screen.findByRole('button', { name: 'lake' }));
  expect(app.selection.count).toBe(0);
  await expect.poll(() => sent('search.query').at(-1)).toMatchObject({ text: 'tag:lake' });
});

it('keeps the selection at Escape in a box, which saves its text', async () => {
  const { app, user, sent } = await panel();
  await user.type(screen.getByRole('textbox', { name: 'Add a caption' }), 'a lake{Escape}');
  expect([app.selection.count, document.activeElement]).toEqual([2, document.body]);
  expect(sent('edits.apply')).toEqual([{ photoIds: [1, 2], addCaptions: ['a lake'] }]);
});
