import { describe, expect, it } from 'vitest';
import { details, found, job, photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import type { Answers } from '../../../test/support/page.ts';
import DescribeView from './DescribeView.svelte';

const tag = (text: string, rank: number) => ({ rank, text, score: 0.4, distance: 9, photoId: null, path: null });
const words = { photos: 1, tags: [], captions: [], ratings: [1, 0, 0, 0, 0, 0], favourites: 0, described: 1 };
const twenty = Array.from({ length: 20 }, (_, i) => ({ photoId: photoId(i + 1), like: 40 - i }));
const answers: Answers = {
  'photos.toDescribe': { described: 3, undescribed: 900, photos: twenty },
  'photos.get': ({ photoId: id }) => details({ id: photoId(id), tags: ['sea'] }),
  'search.describe': found([tag('Rex', 1), tag('sea', 2), tag('beach', 3)]),
  'edits.words': words,
};

describe('DescribeView', () => {
  it('says why a photo is offered, and offers the tags it does not have', async () => {
    const { container } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: /Rex/ });
    const text = textOf(container);
    expect(text).toContain('3 photos described, 900 not yet');
    expect(text).toContain('about 40 other photos look more like it than like anything you have described');
    expect(screen.queryByRole('button', { name: /sea/ })).toBeNull();
  });

  it('takes a tag by its key, and takes it away by the same', async () => {
    const { user, sent } = await show(DescribeView, {}, answers);
    await screen.findByRole('button', { name: /beach/ });
    await user.keyboard('2');
    expect(button(/beach/).getAttribute('aria-pressed')).toBe('true');
    await user.keyboard('2');
    expect(sent('edits.apply')).toEqual([
      { photoIds: [1], addTags: ['beach'] },
      { photoIds: [1], removeTags: ['beach'] },
    ]);
  });

  it('offers to learn after twenty, and begins the training', async () => {
    const { app, user, sent } = await show(DescribeView, {}, { ...answers, 'train.start': job({ kind: 'train' }) });
    await screen.findByRole('button', { name: /Rex/ });
    for (let n = 0; n < 20; n++) await app.describe.next();
    await user.click(await screen.findByRole('button', { name: 'Learn from my captions' }));
    expect([app.view, app.describe.described, sent('train.start').length]).toEqual(['training', 0, 1]);
  });

  it('does not count a photo that was passed over, and does not offer it again', async () => {
    const { app, sent } = await show(DescribeView, {}, { ...answers, 'edits.words': { ...words, described: 0 } });
    await screen.findByRole('button', { name: /Rex/ });
    for (let n = 0; n < 20; n++) await app.describe.next();
    expect(app.describe.described).toBe(0);
    expect(sent('photos.toDescribe')[1]?.leaveOut).toEqual(twenty.map(({ photoId: id }) => id));
  });
});
