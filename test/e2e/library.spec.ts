// The page of the library: folders, files that could not be read, removal.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const album = path.join(root, 'resources/sample-album');

describe.skipIf(electron === null)('the library', () => {
  let app: HashlensApp;
  let folder: string;
  let photos: number;

  beforeAll(async () => {
    if (electron === null) return;
    folder = realpathSync(await mkdtemp(path.join(os.tmpdir(), 'hashlens-pictures-')));
    await cp(path.join(album, 'animals'), folder, { recursive: true });
    await writeFile(path.join(folder, 'damaged.jpg'), 'no photo');
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    photos = await app.addFolder(folder);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has its folder with the number of photos, and that of new ones after a rescan', async () => {
    const panel = await app.openLibrary();
    await panel.getByText(path.basename(folder), { exact: true }).waitFor();
    await panel.getByText(`${photos} photos`).first().waitFor();
    expect(await app.violations()).toEqual([]);
    await cp(path.join(album, 'places/sandy-beach.jpg'), path.join(folder, 'new.jpg'));
    await panel.getByRole('button', { name: 'Rescan', exact: true }).click();
    await panel
      .getByText(`${photos + 1} photos`)
      .first()
      .waitFor();
  });

  it('lists a file that could not be read, leaves it out on request, and lists it again after an undo', async () => {
    const panel = await app.openLibrary();
    await panel.getByText('damaged.jpg').waitFor();
    await app.chooseInMenus('Ignore');
    await panel.getByText('damaged.jpg').click({ button: 'right' });
    await panel.getByText('damaged.jpg').waitFor({ state: 'detached' });
    await app.page.keyboard.press('Control+z');
    await panel.getByText('damaged.jpg').waitFor();
  });

  it('removes a folder only after a question', async () => {
    const panel = await app.openLibrary();
    const remove = panel.getByRole('button', { name: new RegExp(`^Remove .*${path.basename(folder)}$`) });
    await remove.click();
    await panel.getByRole('button', { name: 'Keep' }).click();
    await remove.click();
    await panel.getByRole('button', { name: 'Remove', exact: true }).click();
    await panel.getByText('None yet.').waitFor();
  });
});
