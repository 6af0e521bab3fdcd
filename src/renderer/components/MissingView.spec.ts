import { expect, it } from 'vitest';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { MissingPhoto } from '../../shared/contract/missing.ts';
import { job, photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import MissingView from './MissingView.svelte';

const photo = (n: number, more: Partial<MissingPhoto> = {}): MissingPhoto => ({
  ...{ photoId: photoId(n), path: `/photos/${n}.jpg`, folderId: 1 as FolderId, caption: null, rating: null },
  ...{ isFavourite: false, width: 3, height: 2 },
  ...{ missingSince: Date.UTC(2026, 10, 14, 12), removalAt: Date.UTC(2026, 11, 14, 12) },
  ...more,
});

it('says of each photo since when it is missing, and what becomes of it', async () => {
  const photos = [photo(1), photo(2, { removalAt: null })];
  await show(MissingView, {}, { 'missing.list': { total: 2, photos } });
  const list = await screen.findByRole('list', { name: 'Missing photos' });
  expect(textOf(list)).toContain(
    'Missing since 14 November 2026; will be removed from the library on 14 December 2026',
  );
  expect(textOf(list)).toContain('Missing since 14 November 2026; kept because you wrote about it');
});

it('removes the marked ones after asking, and no others', async () => {
  const { user, sent, answer } = await show(
    MissingView,
    {},
    { 'missing.list': { total: 2, photos: [photo(1), photo(2)] } },
  );
  await user.click(await screen.findByLabelText('2.jpg'));
  await user.click(button('Remove 1 photo…'));
  expect(sent('missing.remove')).toEqual([]);
  answer({ 'missing.list': { total: 1, photos: [photo(1)] } });
  await user.click(button('Remove'));
  expect(sent('missing.remove')).toEqual([{ photoIds: [2 as PhotoId], keepBackups: false }]);
  expect(await screen.findByText('1 photo')).not.toBeNull();
  expect(button('Remove the marked ones…').disabled).toBe(true);
});

it('removes all of them once the person has agreed, and says how much is free', async () => {
  const removal = { photos: 3, bytes: 2e6, backups: 2, copiesLeft: ['/library/set-aside-2026-01-01'] };
  const { app, user, sent } = await show(
    MissingView,
    {},
    { 'missing.list': { total: 1, photos: [photo(1)] }, 'library.removeMissing': removal },
  );
  await screen.findByRole('list', { name: 'Missing photos' });
  await user.click(button('Remove all…'));
  await user.click(button('Keep'));
  expect(sent('library.removeMissing')).toEqual([]);
  await user.click(button('Remove all…'));
  await user.click(button('Remove'));
  expect(sent('library.removeMissing')).toEqual([{ keepBackups: false }]);
  expect(app.toasts.list.map(({ message }) => message).join()).toMatch(
    /3 photos removed, 2(\.0)? MB free\. Removed from 2 backups too\. Older copies may still have them: \/library\/set-aside/,
  );
});

it('looks for the files of all of them', async () => {
  const { user, sent } = await show(
    MissingView,
    {},
    { 'missing.list': { total: 1, photos: [photo(1)] }, 'folders.index': job() },
  );
  await user.click(await screen.findByRole('button', { name: 'Look for their files' }));
  expect(sent('folders.index')).toEqual([{}]);
});

it('says that nothing is missing', async () => {
  await show(MissingView, {});
  expect((await screen.findByRole('status')).textContent).toBe('Every photo has its file.');
});
