// The page of missing photos: files that went away, came back, or are to be forgotten.
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { itemAt } from '../../src/shared/at.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('missing photos', () => {
  let app: HashlensApp;
  let parent: string;
  let gone: readonly string[];
  const place = (folder: 'photos' | 'elsewhere', name: string) => path.join(parent, folder, name);
  const list = () => app.page.getByRole('list', { name: 'Missing photos' });

  beforeAll(async () => {
    if (electron === null) return;
    parent = realpathSync(await mkdtemp(path.join(os.tmpdir(), 'hashlens-missing-')));
    await cp(path.join(root, 'resources/sample-album/animals'), path.join(parent, 'photos'), { recursive: true });
    await mkdir(path.join(parent, 'elsewhere'));
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addFolder(path.join(parent, 'photos'));
    const names = (await readdir(path.join(parent, 'photos'))).filter((name) => name.endsWith('.jpg'));
    gone = names.toSorted().slice(0, 2);
    for (const name of gone) await rename(place('photos', name), place('elsewhere', name));
    await (await app.openLibrary()).getByRole('button', { name: 'Rescan', exact: true }).click();
    await app.openSidebar();
    await app.sidebarEntry('Missing 2').click();
  });
  afterAll(async () => {
    await app.close();
    await rm(parent, { recursive: true, force: true });
  });

  it('are listed with what can be done with them', async () => {
    for (const name of gone) await list().getByText(name).waitFor();
    expect(await app.violations()).toEqual([]);
    await app.chooseInMenus(null);
    await list().getByText(itemAt(gone, 0)).click({ button: 'right' });
    await expect.poll(() => app.shownMenu()).toContain('Remove from the library… | Delete');
  });

  it('leave the list when their files are back', async () => {
    const name = itemAt(gone, 0);
    await rename(place('elsewhere', name), place('photos', name));
    await app.page.getByRole('button', { name: 'Look for their files' }).click();
    await list().getByText(name).waitFor({ state: 'detached' });
    await list().getByText(itemAt(gone, 1)).waitFor();
  });

  it('are removed after a question', async () => {
    await list().getByRole('checkbox').first().check();
    await app.page.getByRole('button', { name: /^Remove 1/ }).click();
    await app.page.getByRole('button', { name: 'Keep', exact: true }).click();
    await list().getByText(itemAt(gone, 1)).waitFor();
    await app.page.getByRole('button', { name: /^Remove 1/ }).click();
    await app.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await app.page.getByText('Every photo has its file.').waitFor();
  });
});
