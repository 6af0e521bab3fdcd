// The view of photos to describe next, by keys alone.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const described = ['places/eiffel-tower', 'places/mountain-lake'];
const undescribed = ['animals/kitten-with-wool', 'animals/red-panda', 'places/sandy-beach', 'places/mountain-path'];

describe.skipIf(electron === null)('what to describe next', () => {
  let app: HashlensApp;
  let album: string;

  beforeAll(async () => {
    if (electron === null) return;
    album = await mkdtemp(path.join(os.tmpdir(), 'hashlens-album-'));
    const source = (name: string) => path.join(root, 'resources/sample-album', `${name}.jpg`);
    const target = (name: string) => path.join(album, `${path.basename(name)}.jpg`);
    for (const name of described) await cp(source(name), target(name));
    // sharp drops the files' metadata.
    for (const name of undescribed) await sharp(source(name)).jpeg().toFile(target(name));
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    expect(await app.addFolder(album)).toBe(6);
  });
  afterAll(async () => {
    await app.close();
    await rm(album, { recursive: true, force: true });
  });

  it('offers photos with a reason and tags of the library, and goes on when keys have described one', async () => {
    await app.goTo('Describe');
    await app.page.getByText('2 photos described, 4 not yet').waitFor();
    const offered = app.page.getByRole('list', { name: /Does one of your words fit/ }).getByRole('button');
    await offered.first().waitFor();
    await app.page.keyboard.press('1');
    await app.toast(/^(Tag .+|Caption) added$/);
    // The suggestion may have been a caption.
    await app.dismissToasts();
    await app.page.keyboard.press('t');
    await app.page.keyboard.type('seen on our walk');
    await app.page.keyboard.press('Enter');
    await app.toast('Caption added');
    await app.page.locator('figure img:not(.waiting)').last().waitFor();
    await app.screenshot('describe');
    expect(await app.violations()).toEqual([]);
    // The box is empty again.
    await app.page.keyboard.press('ArrowRight');
    await app.page.getByText('1 of 20').waitFor();
    await app.search('seen on our walk');
    expect(await app.tiles.first().getAttribute('aria-label')).toMatch(/^1\. seen on our walk Your caption says/);
  });
});
