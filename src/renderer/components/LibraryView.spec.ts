import { describe, expect, it } from 'vitest';
import type { FolderId } from '../../shared/contract/ids.ts';
import { fileFailure, folder, job, status } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import LibraryView from './LibraryView.svelte';

describe('LibraryView', () => {
  it('lists the folders and counts what is in them', async () => {
    const folders = [folder(), folder({ id: 2 as FolderId, path: '/photos/Peru' })];
    const counts = status({ folders, photos: 1204, captions: 6020, tags: 214, codes: 7224, missing: 3 });
    const { container } = await show(LibraryView, {}, { 'library.status': counts });
    const text = textOf(container);
    for (const part of ['Italy', 'Peru', '1,204', '6,020', '214', '7,224', '3 known photos'])
      expect(text).toContain(part);
  });

  it('adds the folder that the person chooses, and takes over its job', async () => {
    const chosen = { folder: folder(), job: job() };
    const { app, user } = await show(LibraryView, {}, { 'app.chooseFolder': chosen });
    await user.click(button('Add folder…'));
    expect(app.jobs.active).toHaveLength(1);
  });

  it('scans all folders, but not twice at once', async () => {
    const { user, sent } = await show(LibraryView, {}, { 'folders.index': job() });
    await user.click(button('Rescan'));
    expect(sent('folders.index')).toEqual([{}]);
    expect(button('Rescan').disabled).toBe(true);
  });

  it('lists files that could not be read, and tries them again', async () => {
    const failures = [fileFailure({ message: 'It ends too soon.' })];
    const { user, sent } = await show(LibraryView, {}, { 'library.failures': failures, 'folders.index': job() });
    expect(screen.queryByText('It ends too soon.')).not.toBeNull();
    await user.click(button('Try again'));
    expect(sent('folders.index')).toEqual([{ folderIds: [1] }]);
  });

  it('says what was chosen and cannot be used, and leads to what helps', async () => {
    const notices = [
      { code: 'model-unusable', message: 'The model is damaged.' },
      { code: 'encoder-unusable', message: 'The encoder is away.' },
    ] as const;
    const { app, user } = await show(LibraryView, {}, { 'library.status': status({ notices }) });
    expect(screen.queryByText(/The encoder is away/)).not.toBeNull();
    await user.click(button('Show encoders'));
    expect([app.view, app.encodersOpen]).toEqual(['settings', true]);
    await user.click(button('Show models'));
    expect(app.view).toBe('training');
  });

  it('lists two notices of the same kind', async () => {
    const notices = ['The first is damaged.', 'The second is damaged.'].map((message) => ({
      code: 'encoder-unusable' as const,
      message,
    }));
    await show(LibraryView, {}, { 'library.status': status({ notices }) });
    for (const { message } of notices) expect(screen.queryByText(new RegExp(message))).not.toBeNull();
  });

  it('leads to the photos that are gone, to the duplicates and to the settings', async () => {
    const { app, user } = await show(LibraryView, {}, { 'library.status': status({ missing: 3 }) });
    await user.click(button('Show them'));
    expect(app.view).toBe('missing');
    await user.click(button('Show duplicates'));
    expect(app.view).toBe('duplicates');
    await user.click(button('settings'));
    expect(app.view).toBe('settings');
  });
});
