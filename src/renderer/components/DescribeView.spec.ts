import { describe, expect, it } from 'vitest';
import { details, job, photoId } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import type { Answers } from '../../../test/support/page.ts';
import { openModal } from '../open-modal.ts';
import DescribeView from './DescribeView.svelte';

const tag = (text: string, chance: number | null) => ({ kind: 'tag', text, chance, photos: 4 }) as const;
const words = { photos: 1, tags: [], captions: [], ratings: [1, 0, 0, 0, 0, 0], favourites: 0, described: 1 };
const twenty = Array.from({ length: 20 }, (_, i) => ({ photoId: photoId(i + 1), like: 40 - i }));
const answers: Answers = {
  'photos.toDescribe': { described: 3, undescribed: 900, photos: twenty },
  'photos.get': ({ photoId: id }) => details({ id: photoId(id), tags: ['sea'] }),
  'suggestions.words': { suggestions: [tag('Rex', 0.84), tag('beach', 0.3)], alike: [], described: 3 },
  'edits.words': words,
};

describe('DescribeView', () => {
  it('says why a photo is offered, and offers words with their chances', async () => {
    const { container } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: 'Rex 84%' });
    const text = textOf(container);
    expect(text).toContain('3 photos described, 900 not yet');
    expect(text).toContain('about 40 other photos look more like it than like anything you have described');
    expect(text).toContain('84%');
  });

  it('leaves the keys to a dialog over it', async () => {
    const { user, sent } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: 'beach 30%' });
    const over = document.body.appendChild(document.createElement('dialog'));
    const close = openModal(over);
    await user.keyboard('2{ArrowRight}');
    close();
    over.remove();
    expect([sent('edits.apply'), sent('photos.get').length]).toEqual([[], 1]);
  });

  it('takes a tag by its key from anywhere in the view, and rejects one with Shift', async () => {
    const { user, sent } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: 'beach 30%' });
    await user.keyboard('2');
    await user.keyboard('{Shift>}1{/Shift}');
    expect(sent('edits.apply')).toEqual([{ photoIds: [1], addTags: ['beach'] }]);
    expect(sent('suggestions.reject')).toEqual([
      { states: [{ kind: 'tag', text: 'Rex', photoIds: [1], rejected: true }] },
    ]);
  });

  it('writes captions of one photo after the other by keys alone', async () => {
    const { app, user, sent } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: 'Rex 84%' });
    const box = () => screen.getByRole('textbox', { name: 'Add a caption' });
    await user.keyboard('t');
    expect([document.activeElement, app.viewer.hit]).toEqual([box(), null]);
    await user.keyboard('by the sea{Enter}{ArrowRight}');
    await expect.poll(() => app.describe.photo?.photoId).toBe(2);
    await expect.poll(() => document.activeElement).toBe(box());
    await user.keyboard('at home{Escape}{ArrowRight}');
    await expect.poll(() => app.describe.photo?.photoId).toBe(3);
    expect(sent('edits.apply')).toEqual([
      { photoIds: [1], addCaptions: ['by the sea'] },
      { photoIds: [2], addCaptions: ['at home'] },
    ]);
    expect(document.activeElement).toBe(document.body);
  });

  it('offers to learn after twenty, and begins the training', async () => {
    const { app, user, sent } = await show(DescribeView, {}, { ...answers, 'train.start': job({ kind: 'train' }) });
    await screen.findByRole('button', { name: 'Rex 84%' });
    for (let n = 0; n < 20; n++) await app.describe.next();
    await user.click(await screen.findByRole('button', { name: 'Learn from my captions' }));
    expect([app.view, app.describe.described, sent('train.start').length]).toEqual(['training', 0, 1]);
  });

  it('counts a described photo at once, and takes the numbers of the engine with the next photos', async () => {
    const { app, container, answer } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: 'Rex 84%' });
    await app.describe.next();
    await expect.poll(() => textOf(container)).toContain('4 photos described, 899 not yet');
    answer({ 'photos.toDescribe': { described: 30, undescribed: 873, photos: twenty } });
    for (let n = 0; n < 19; n++) await app.describe.next();
    await expect.poll(() => textOf(container)).toContain('30 photos described, 873 not yet');
  });

  it('goes on by one photo, and counts it once, where the key is pressed again during the request', async () => {
    const { app } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: 'Rex 84%' });
    await Promise.all([app.describe.next(), app.describe.next()]);
    expect([app.describe.described, app.describe.photo?.photoId]).toEqual([1, 2]);
  });

  it('does not count a photo that was passed over, and does not offer it again', async () => {
    const { app, sent } = await show(DescribeView, {}, { ...answers, 'edits.words': { ...words, described: 0 } });
    await screen.findByRole('button', { name: 'Rex 84%' });
    for (let n = 0; n < 20; n++) await app.describe.next();
    expect(app.describe.described).toBe(0);
    expect(sent('photos.toDescribe')[1]?.leaveOut).toEqual(twenty.map(({ photoId: id }) => id));
  });
});
