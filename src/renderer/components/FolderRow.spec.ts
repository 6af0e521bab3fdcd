import { describe, expect, it } from 'vitest';
import { folder } from '../../../test/support/page.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import FolderRow from './FolderRow.svelte';

describe('FolderRow', () => {
  it('removes a folder only after the question was answered with Remove', async () => {
    const { user, sent } = await show(FolderRow, { folder: folder() });
    await user.click(button('Remove /photos/Italy'));
    await user.click(button('Keep'));
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(sent('folders.remove')).toEqual([]);

    await user.click(button('Remove /photos/Italy'));
    await user.click(button('Remove'));
    expect(sent('folders.remove')).toEqual([{ folderId: 1 }]);
  });

  it('scans this folder alone', async () => {
    const { user, sent } = await show(FolderRow, { folder: folder() });
    await user.click(button('Rescan /photos/Italy'));
    expect(sent('folders.index')).toEqual([{ folderIds: [1] }]);
  });

  it('cannot be scanned while its disk is away, and says that it is', async () => {
    await show(FolderRow, { folder: folder({ state: 'offline' }) });
    expect(button('Rescan /photos/Italy').disabled).toBe(true);
    expect(screen.getByText('(offline)')).toBeDefined();
  });
});
