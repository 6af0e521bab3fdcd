import { describe, expect, it } from 'vitest';
import type { FolderId } from '../../shared/contract/ids.ts';
import { fileFailure, folder, job, status } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import LibraryPanel from './LibraryPanel.svelte';

describe('LibraryPanel', () => {
  it('lists the folders and counts what is in them', async () => {
    const folders = [folder(), folder({ id: 2 as FolderId, path: '/photos/Peru' })];
    const counts = status({ folders, photos: 1204, captions: 6020, tags: 214, codes: 7224, missing: 3 });
    const { container } = await show(LibraryPanel, {}, { 'library.status': counts });
    const text = textOf(container);
    for (const part of ['Italy', 'Peru', '1,204', '6,020', '214', '7,224', '3 known photos'])
      expect(text).toContain(part);
  });

  it('adds the folder that the person chooses, and takes over its job', async () => {
    const chosen = { folder: folder(), job: job() };
    const { app, user } = await show(LibraryPanel, {}, { 'app.chooseFolder': chosen });
    await user.click(button('Add folder…'));
    expect(app.jobs.active).toHaveLength(1);
  });

  it('scans all folders, but not twice at once', async () => {
    const { user, sent } = await show(LibraryPanel, {}, { 'folders.index': job() });
    await user.click(button('Rescan'));
    expect(sent('folders.index')).toEqual([{}]);
    expect(button('Rescan').disabled).toBe(true);
  });

  it('lists files that could not be read, and tries them again', async () => {
    const failures = [fileFailure({ message: 'It ends too soon.' })];
    const { user, sent } = await show(LibraryPanel, {}, { 'library.failures': failures, 'folders.index': job() });
    expect(screen.queryByText('It ends too soon.')).not.toBeNull();
    await user.click(button('Try again'));
    expect(sent('folders.index')).toEqual([{}]);
  });

  it('says what was chosen and cannot be used, and leads to what helps', async () => {
    const notices = [
      { code: 'model-unusable', message: 'The model is damaged.' },
      { code: 'encoder-unusable', message: 'The encoder is away.' },
    ] as const;
    const { app, user } = await show(LibraryPanel, {}, { 'library.status': status({ notices }) });
    expect(screen.queryByText(/The encoder is away/)).not.toBeNull();
    await user.click(button('Show encoders'));
    expect([app.libraryOpen, app.encodersOpen]).toEqual([true, true]);
    await user.click(button('Show models'));
    expect([app.view, app.libraryOpen]).toEqual(['training', false]);
  });

  it('removes photos that are gone once the person has agreed, and says how much is free', async () => {
    const removal = { photos: 3, bytes: 2e6, backups: 2, copiesLeft: ['/library/set-aside-2026-01-01'] };
    const answers = { 'library.status': status({ missing: 3 }), 'library.purgeMissing': removal };
    const { app, user, sent } = await show(LibraryPanel, {}, answers);
    await user.click(button('Remove them now'));
    await user.click(button('Keep'));
    expect(sent('library.purgeMissing')).toEqual([]);
    await user.click(button('Remove them now'));
    await user.click(button('Remove'));
    expect(sent('library.purgeMissing')).toEqual([{ keepBackups: false }]);
    expect(app.toasts.list.map(({ message }) => message).join()).toMatch(
      /3 photos removed, 2(\.0)? MB free\. Removed from 2 backups too\. Older copies may still have them: \/library\/set-aside/,
    );
  });

  it('closes, and leads to the duplicates', async () => {
    const { app, user } = await show(LibraryPanel, {});
    app.libraryOpen = true;
    await user.click(button('Show duplicates'));
    expect([app.view, app.libraryOpen]).toEqual(['duplicates', false]);
    app.libraryOpen = true;
    await user.click(button('Close the library'));
    expect(app.libraryOpen).toBe(false);
  });
});
