import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import { button, screen, showOn, textOf } from '../../../test/support/render.ts';
import { aboutShared, connection, sharedAnswer, sharedHit } from '../../../test/support/shared-values.ts';
import SharedResults from './SharedResults.svelte';

const facts = {
  ...{ captions: [], tags: [], people: [], place: null, camera: null, rating: null },
  ...{ capturedAt: null, capturedUntil: null, size: 1, format: 'jpeg' },
};

/** The results of a search for "sea" in the shared library. */
async function results(answer: Answers['connections.search']) {
  const page = await startPage({
    'connections.show': aboutShared,
    'connections.photo': facts,
    ...(answer === undefined ? {} : { 'connections.search': answer }),
  });
  await page.app.shared.show(connection);
  page.app.shared.text = 'sea';
  if (answer !== undefined) await page.app.shared.search();
  return showOn(page, SharedResults, {});
}
const sixty = Array.from({ length: 60 }, (_, i) => sharedHit(i + 1));

describe('SharedResults', () => {
  it('shows nothing before a search', async () => {
    expect(textOf((await results(undefined)).container)).toBe('');
  });

  it('says how many photos were found among how many, and where the time went', async () => {
    await results(sharedAnswer([sharedHit(1), sharedHit(2)]));
    expect(textOf(screen.getByRole('status'))).toBe('2 photos of 1,203 published · 2.0 ms here, 30 ms at the server');
  });

  it('says how many photos pass the filters, and which share of the nearest the index finds', async () => {
    await results(sharedAnswer([sharedHit(1)], { filtered: 40, recall: 0.5 }));
    const text = textOf(screen.getByRole('status'));
    expect(text).toContain('40 of 1,203 published pass the filters');
    expect(text).toContain('index that finds 50.0 % of the nearest codes');
  });

  it('shows neither a list nor a button for more where nothing was found', async () => {
    await results(sharedAnswer([]));
    expect(textOf(screen.getByRole('status'))).toContain('0 photos');
    expect([screen.queryByRole('list'), screen.queryByRole('button')]).toEqual([null, null]);
  });

  it('names each photo by its caption or file, with its folder and library, and shows one when pressed', async () => {
    const { app, user } = await results(sharedAnswer([sharedHit(1, { caption: 'The sea' }), sharedHit(2)]));
    expect(screen.getAllByRole('listitem').map(textOf)).toEqual([
      'The sea Italy · anna on desk',
      '2.jpg Italy · anna on desk',
    ]);
    await user.click(button('Open 2.jpg'));
    expect(app.shared.shown?.id).toBe(2);
  });

  it('offers more only where the list is full, and not while it waits for the answer', async () => {
    const { app } = await results(sharedAnswer(sixty));
    expect(button('Show more').disabled).toBe(false);
    app.shared.busy = true;
    await expect.poll(() => button('Show more').disabled).toBe(true);
  });

  it('obeys the keys of its menu on a photo: S searches the own library by it', async () => {
    const { app, sent } = await results(sharedAnswer([sharedHit(1, { photoId: photoId(9) })]));
    await fireEvent.keyDown(button('Open 1.jpg'), { key: 's' });
    await expect.poll(() => sent('search.similar')).toMatchObject([{ photoId: 9 }]);
    expect(app.view).toBe('photos');
  });
});
