import { describe, expect, it } from 'vitest';
import { folder, job } from '../../../test/support/contract-values.ts';
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
    await user.click(screen.getByRole('checkbox', { name: 'Keep it in the backups' }));
    await user.click(button('Remove'));
    expect(sent('folders.remove')).toEqual([{ folderId: 1, keepBackups: true }]);
  });

  it('asks with the focus on the answer that keeps it, and gives the focus back afterwards', async () => {
    const { user } = await show(FolderRow, { folder: folder() });
    await user.click(button('Remove /photos/Italy'));
    expect(document.activeElement).toBe(button('Keep'));
    await user.keyboard('{Enter}');
    expect(document.activeElement).toBe(button('Remove /photos/Italy'));
  });

  it('scans this folder alone', async () => {
    const { user, sent } = await show(FolderRow, { folder: folder() });
    await user.click(button('Rescan /photos/Italy'));
    expect(sent('folders.index')).toEqual([{ folderIds: [1] }]);
  });

  it('cannot be scanned while its disk is away, and says that it is', async () => {
    await show(FolderRow, { folder: folder({ state: 'offline' }) });
    expect(button('Rescan /photos/Italy').disabled).toBe(true);
    expect(screen.queryByText('(offline)')).not.toBeNull();
  });

  it('takes the place the person chooses for a folder that is away, and for no other', async () => {
    const moved = { folder: folder({ path: '/new/Italy' }), job: job() };
    const away = folder({ state: 'offline' });
    const { app, user, sent } = await show(FolderRow, { folder: away }, { 'app.relocateFolder': moved });
    await user.click(button('This folder is now here…'));
    expect(sent('app.relocateFolder')).toEqual([{ folderId: 1 }]);
    expect(app.jobs.active).toHaveLength(1);
  });

  it('offers no other place while its disk is there', async () => {
    await show(FolderRow, { folder: folder() });
    expect(screen.queryByRole('button', { name: 'This folder is now here…' })).toBeNull();
  });
});
