import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { found, hit, job, photoId, queryAnswer, rankedHit, status } from '../../../test/support/contract-values.ts';
import { inGerman } from '../../../test/support/german.ts';
import { timelineOf } from '../../../test/support/page.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import { HashlensError } from '../../shared/errors.ts';
import { sentence } from '../../shared/sentences.ts';
import PhotosView from './PhotosView.svelte';

describe('PhotosView', () => {
  it('welcomes the person to a library without folders', async () => {
    await show(PhotosView, {}, { 'library.status': status({ folders: [], photos: 0 }) });
    expect(screen.queryByRole('heading', { name: /Find your photos/ })).not.toBeNull();
  });

  it('shows all photos under their months, without ranks', async () => {
    await show(PhotosView, {}, timelineOf([hit(1), hit(2)]));
    await screen.findByRole('button', { name: 'Photo number 2' });
    expect(screen.queryByRole('heading', { name: 'July 2019' })).not.toBeNull();
  });

  it('shows results with their ranks, and opens the one that was pressed', async () => {
    const { app, user } = await show(
      PhotosView,
      {},
      { 'search.query': queryAnswer('dog', [rankedHit(1), rankedHit(2)]) },
    );
    await app.search.words('dog');
    await user.click(await screen.findByRole('button', { name: '2. Photo number 2 Looks like it' }));
    expect(app.viewer.hit?.photoId).toBe(2);
  });

  it('keeps all photos in view until the first results of a search are there', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof queryAnswer>>();
    const { app } = await show(PhotosView, {}, { ...timelineOf([hit(1), hit(2)]), 'search.query': () => promise });
    await screen.findByRole('button', { name: 'Photo number 2' });
    const searching = app.search.words('dog');
    await tick();
    expect(screen.queryByRole('button', { name: 'Photo number 2' })).not.toBeNull();
    expect(screen.queryByRole('heading', { name: '“dog”' })).not.toBeNull();
    resolve(queryAnswer('dog', [rankedHit(3)]));
    await searching;
    await screen.findByRole('button', { name: /Photo number 3/ });
    expect(screen.queryByRole('button', { name: 'Photo number 2' })).toBeNull();
  });

  it('has the focus on the last photo of the viewer once that is closed', async () => {
    const { app, user } = await show(PhotosView, {}, timelineOf([hit(1), hit(2), hit(3)]));
    await user.click(await screen.findByRole('button', { name: 'Photo number 1' }));
    await expect.poll(() => app.viewer.index).toBe(0);
    app.viewer.next();
    await expect.poll(() => app.viewer.index).toBe(1);
    app.viewer.close();
    await expect.poll(() => document.activeElement?.getAttribute('data-index')).toBe('1');
  });

  const focused = (): string | undefined => document.activeElement?.getAttribute('data-photo') ?? undefined;

  it('has keys for the photo with the focus also after newer photos have come before it', async () => {
    const { app, answer, sent, user } = await show(PhotosView, {}, timelineOf([hit(1), hit(2), hit(3)]));
    await user.click(await screen.findByRole('button', { name: 'Photo number 2' }));
    app.viewer.close();
    await expect.poll(focused).toBe('2');
    answer(timelineOf([hit(8), hit(9), hit(1), hit(2), hit(3)]));
    await app.search.refresh();
    await screen.findByRole('button', { name: 'Photo number 9' });
    await user.keyboard('4');
    await expect.poll(() => sent('edits.apply')).toEqual([{ photoIds: [2], rating: 4 }]);
    await user.keyboard('{ArrowRight}');
    expect(focused()).toBe('3');
  });

  it('gives the focus to the next photo that is left when those before it go, too', async () => {
    const { app, answer, user } = await show(PhotosView, {}, timelineOf([1, 2, 3, 4, 5].map((id) => hit(id))));
    (await screen.findByRole('button', { name: 'Photo number 3' })).focus();
    answer(timelineOf([hit(2), hit(5)]));
    await app.search.refresh();
    await expect.poll(focused).toBe('5');
    answer(timelineOf([hit(2)]));
    await app.search.refresh();
    await expect.poll(focused).toBe('2');
    await user.keyboard('{Enter}');
    await expect.poll(() => app.viewer.hit?.photoId).toBe(2);
  });

  it('leaves the focus where it is when photos go that do not have it', async () => {
    const { app, answer } = await show(PhotosView, {}, timelineOf([hit(1), hit(2), hit(3)]));
    (await screen.findByRole('button', { name: 'Photo number 3' })).focus();
    const box = document.body.appendChild(document.createElement('input'));
    box.focus();
    answer(timelineOf([hit(1), hit(2)]));
    await app.search.refresh();
    await expect.poll(() => screen.queryByRole('button', { name: 'Photo number 3' })).toBeNull();
    expect(document.activeElement).toBe(box);
    box.remove();
  });

  it('has the focus on the first photo when another search answers a key of one', async () => {
    const { app, user } = await show(
      PhotosView,
      {},
      { ...timelineOf([hit(1), hit(2), hit(3)]), 'search.similar': found([hit(7), hit(2), hit(3)]) },
    );
    (await screen.findByRole('button', { name: 'Photo number 2' })).focus();
    await user.keyboard('s');
    await expect.poll(() => app.search.hits.length).toBe(3);
    await expect.poll(focused).toBe('7');
  });

  it('has the focus on the photo of the viewer also where newer photos came meanwhile', async () => {
    const { app, answer, user } = await show(PhotosView, {}, timelineOf([hit(1), hit(2), hit(3)]));
    await user.click(await screen.findByRole('button', { name: 'Photo number 1' }));
    await expect.poll(() => app.viewer.index).toBe(0);
    app.viewer.next();
    await expect.poll(() => app.viewer.index).toBe(1);
    answer(timelineOf([hit(9), hit(1), hit(2), hit(3)]));
    await app.search.refresh();
    app.viewer.close();
    await expect.poll(focused).toBe('2');
  });

  it('has the focus on the next photo where that of the viewer was judged as no match', async () => {
    const { app, user } = await show(
      PhotosView,
      {},
      { 'search.query': queryAnswer('dog', [rankedHit(1), rankedHit(2), rankedHit(3)]) },
    );
    await app.search.words('dog');
    await user.click(await screen.findByRole('button', { name: /^2\. Photo number 2/ }));
    await expect.poll(() => app.viewer.index).toBe(1);
    app.search.judge([photoId(2)], 'no-match');
    app.viewer.close();
    await expect.poll(focused).toBe('3');
  });

  it('stays where it is when a photo of another list was in the viewer', async () => {
    const { app } = await show(PhotosView, {}, timelineOf([hit(1), hit(2), hit(3)]));
    (await screen.findByRole('button', { name: 'Photo number 3' })).focus();
    await app.openPhoto(photoId(2));
    await expect.poll(() => app.viewer.index).toBe(0);
    app.viewer.close();
    await tick();
    await tick();
    expect(focused()).toBe('3');
  });

  it('has a photo no more among the results once it is in the bin, and in its place again when that is undone', async () => {
    const hits = [rankedHit(1), rankedHit(2), rankedHit(3)];
    const { app, user } = await show(PhotosView, {}, { 'search.query': queryAnswer('dog', hits) });
    await app.search.words('dog');
    (await screen.findByRole('button', { name: /^2\. Photo number 2/ })).focus();
    await user.keyboard('{Delete}');
    await expect.poll(() => app.search.hits.map(({ photoId }) => photoId)).toEqual([1, 3]);
    await expect.poll(focused).toBe('3');
    await app.edits.undo();
    expect(app.search.hits.map(({ photoId }) => photoId)).toEqual([1, 2, 3]);
  });

  it('says that nothing fits well when every result is weak', async () => {
    const { app, container } = await show(
      PhotosView,
      {},
      { 'search.query': queryAnswer('dog', [rankedHit(1)], { weakFrom: 0 }) },
    );
    await app.search.words('dog');
    await screen.findByRole('button', { name: /Photo number 1/ });
    expect(textOf(container)).toContain('Nothing here fits well');
    expect(screen.queryByRole('heading', { name: 'Weaker matches' })).toBeNull();
  });

  it('shows a notice, and leads to the encoders where another one would help', async () => {
    const notices = [sentence('looks-like-language', { language: 'de', encoder: 'Starter' })];
    const notice = { notices, remedy: 'encoders' } as const;
    const { app, user } = await show(PhotosView, {}, { 'search.query': queryAnswer('Hund', [rankedHit(1)], notice) });
    await app.search.words('Hund');
    expect((await screen.findByRole('status')).textContent).toContain('This looks like German, and the Starter');
    await user.click(button('Show encoders'));
    expect([app.view, app.encodersOpen]).toEqual(['settings', true]);
  });

  it('leads to the models where the chosen one cannot be used', async () => {
    const notices = [{ code: 'model-unusable', message: 'The model is damaged.' }] as const;
    const notice = { notices, remedy: 'models' } as const;
    const { app, user } = await show(PhotosView, {}, { 'search.query': queryAnswer('dog', [rankedHit(1)], notice) });
    await app.search.words('dog');
    await screen.findByRole('status');
    await user.click(button('Show models'));
    expect(app.view).toBe('training');
  });

  it('says below the notices of an answer that it is stale', async () => {
    const notices = [{ code: 'model-unusable', message: 'The model is damaged.' }] as const;
    const { app, sent, user } = await show(
      PhotosView,
      {},
      { 'search.query': queryAnswer('dog', [rankedHit(1)], { notices }) },
    );
    await app.search.words('dog');
    app.search.changes++;
    const stale = await screen.findByRole('button', { name: 'Your library has changed: search again' });
    const notice = screen.getByText('The model is damaged.', { exact: false });
    expect(notice.compareDocumentPosition(stale) & Node.DOCUMENT_POSITION_FOLLOWING).not.toBe(0);
    await user.click(stale);
    await expect.poll(() => sent('search.query').length).toBe(2);
  });

  it('gives the reason against a file in the language of the window, without a fault of Hashlens', async () => {
    await inGerman(async () => {
      const { app } = await show(PhotosView, {});
      await app.search.byImages([new File([], 'leer.jpg')]);
      expect(textOf(await screen.findByRole('alert'))).toContain('leer.jpg ist leer.');
      expect(textOf(screen.getByRole('alert'))).not.toContain('Fehler');
    });
  });

  it('says that nothing was found', async () => {
    const { app } = await show(PhotosView, {}, { 'search.query': queryAnswer('dog', []) });
    await app.search.words('dog');
    expect(await screen.findByText('Nothing was found.')).not.toBeNull();
  });

  it('does not say that nothing was found where the only filter was left out and nothing was searched for', async () => {
    const notices = [sentence('needs-stars', { key: 'rating', example: 'rating:4', value: '9' })];
    const answer = queryAnswer('rating:9', [], { notices, searched: 0 });
    const { app, container } = await show(PhotosView, {}, { 'search.query': answer });
    await app.search.words('rating:9');
    await screen.findByText('Nothing was searched for.');
    expect(textOf(container)).toContain('“9” was left out');
    expect(textOf(container)).not.toMatch(/Nothing was found|0 photos/);
  });

  it('gives the reason why a search failed, and asks again', async () => {
    let failing = true;
    const query = () => {
      if (failing) throw new Error('The engine is away.');
      return queryAnswer('dog', [rankedHit(1)]);
    };
    const { app, user } = await show(PhotosView, {}, { 'search.query': query });
    await app.search.words('dog');
    expect((await screen.findByRole('alert')).textContent).toContain('The engine is away.');
    failing = false;
    await user.click(button('Try again'));
    expect(await screen.findByRole('button', { name: '1. Photo number 1 Looks like it' })).toBeDefined();
  });

  it.each([
    ['nothing-indexed', 'Add folder…'],
    ['nothing-described', 'What to describe next'],
  ] as const)('offers the remedy of a search that failed by %s', async (code, label) => {
    const query = () => Promise.reject(new HashlensError(code, 'There is nothing yet.'));
    const { app } = await show(PhotosView, {}, { 'search.query': query });
    await app.search.words('dog');
    expect(textOf(await screen.findByRole('alert'))).toBe(`There is nothing yet. ${label} Try again`);
  });

  it('says by the key of a date that results are in no order of time, and leads to all photos', async () => {
    const { app, user } = await show(PhotosView, {}, { 'search.query': queryAnswer('dog', [rankedHit(1)]) });
    await app.search.words('dog');
    (await screen.findByRole('button', { name: /Photo number 1/ })).focus();
    await user.keyboard('g');
    expect(app.toasts.list.map(({ message }) => message)).toEqual([expect.stringContaining('A date is gone to')]);
    app.toasts.list[0]?.action?.run();
    expect(app.search.showsTimeline).toBe(true);
  });

  it.each([
    ['an image in its query', 'mixed', /cannot be with an image/],
    ['filters alone', 'folder:sea', /has filters alone/],
  ])('says why a result of a search with %s cannot be judged', async (_, text, reason) => {
    const answers = { 'search.query': queryAnswer('folder:sea', [rankedHit(1)]) };
    const { app, user, sent } = await show(PhotosView, {}, answers);
    await app.search.words(text);
    if (text === 'mixed') await app.search.addExamples([{ kind: 'photo', photoId: photoId(4), name: '4.jpg' }], 1);
    (await screen.findByRole('button', { name: /Photo number 1/ })).focus();
    await user.keyboard('y');
    expect(app.toasts.list.map(({ message }) => message)).toEqual([expect.stringMatching(reason)]);
    expect(sent('judgements.give')).toEqual([]);
  });

  it('says that photos appear as they are read', async () => {
    await show(PhotosView, {}, { 'jobs.list': [job()] });
    expect(screen.queryByText(/appear here as they are read/)).not.toBeNull();
  });
});
