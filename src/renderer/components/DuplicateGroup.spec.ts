import { within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { DuplicateGroup as Group, DuplicatePhoto } from '../../shared/contract/duplicates.ts';
import { photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import DuplicateGroup from './DuplicateGroup.svelte';

const copy = (n: number, more: Partial<DuplicatePhoto> = {}): DuplicatePhoto => ({
  photoId: photoId(n),
  path: `/photos/Italy/${n}.jpg`,
  width: 4000,
  height: 3000,
  size: 2_500_000,
  capturedAt: null,
  identical: false,
  distance: 3,
  cosine: 0.987,
  pixelDistance: 2,
  ...more,
});
const group: Group = {
  best: photoId(1),
  reason: 'most pixels',
  photos: [copy(1), copy(2), copy(3, { identical: true })],
};

describe('DuplicateGroup', () => {
  it('marks only the best as suggested to keep, with the reason', async () => {
    await show(DuplicateGroup, { group });
    const items = within(screen.getByRole('list', { name: 'Like 1.jpg' }))
      .getAllByRole('listitem')
      .map(textOf);
    expect(items.map((text) => text.includes('Suggested to keep'))).toEqual([true, false, false]);
    expect(items[0]).toContain('most pixels');
    expect(items[1]).toContain('almost the same picture');
    expect(items[2]).toContain('byte for byte');
  });

  it('opens the photo that was pressed, with the others of its group beside it', async () => {
    const { app, user } = await show(DuplicateGroup, { group });
    await user.click(button('Open 2.jpg'));
    expect([app.viewer.hit?.photoId, app.viewer.hasPrevious, app.viewer.hasNext]).toEqual([2, true, true]);
  });

  it('shows a photo in its folder', async () => {
    const { user, sent } = await show(DuplicateGroup, { group });
    const third = screen.getByText('3.jpg').closest('li');
    if (third === null) throw new Error('no third photo');
    await user.click(within(third).getByRole('button', { name: 'Show in folder' }));
    expect(sent('app.showInFolder')).toEqual([{ photoIds: [3] }]);
  });
});
