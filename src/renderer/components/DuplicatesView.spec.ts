import { describe, expect, it } from 'vitest';
import type { DuplicateReport } from '../../shared/contract/duplicates.ts';
import { job, photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import DuplicatesView from './DuplicatesView.svelte';

const photo = (n: number) => ({
  photoId: photoId(n),
  path: `/p/${n}.jpg`,
  width: 4,
  height: 3,
  size: 10,
  capturedAt: null,
  identical: true,
  distance: 0,
  cosine: 1,
  pixelDistance: 0,
});
const report = (groups: number, more: Partial<DuplicateReport> = {}): DuplicateReport => ({
  groups: Array.from({ length: groups }, (_, i) => ({
    best: photoId(2 * i + 1),
    reason: 'the oldest file',
    photos: [photo(2 * i + 1), photo(2 * i + 2)],
  })),
  searched: 1204,
  unreadable: 0,
  complete: true,
  finishedAt: 1,
  ...more,
});

describe('DuplicatesView', () => {
  it('starts a search for duplicates, and cannot be asked twice while it runs', async () => {
    const searching = job({ kind: 'duplicates' });
    const { app, user, sent } = await show(DuplicatesView, {}, { 'photos.findDuplicates': searching });
    await app.duplicates.load();
    await user.click(button('Look for duplicates'));
    expect(sent('photos.findDuplicates')).toHaveLength(1);
    expect(button(/Looking/).disabled).toBe(true);
  });

  it('shows the first sixty groups, and more when asked', async () => {
    const { app, user } = await show(DuplicatesView, {}, { 'photos.duplicates': report(61) });
    await app.duplicates.load();
    expect(await screen.findAllByText('Suggested to keep')).toHaveLength(60);
    await user.click(button('Show more groups'));
    expect(screen.getAllByText('Suggested to keep')).toHaveLength(61);
  });

  it('says what was compared, and what could not be', async () => {
    const { app } = await show(
      DuplicatesView,
      {},
      { 'photos.duplicates': report(0, { unreadable: 2, complete: false }) },
    );
    await app.duplicates.load();
    const text = textOf(await screen.findByRole('status'));
    for (const part of ['No duplicates', '1,204 photos', '2 photos', 'Too many photos are nearly alike'])
      expect(text).toContain(part);
  });
});
