// Near-duplicates of photos as people make them: smaller copies, crops, black and white, and the same file twice.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('near-duplicates', () => {
  let app: HashlensApp;
  let folder: string;

  beforeAll(async () => {
    if (electron === null) return;
    folder = realpathSync(await mkdtemp(path.join(os.tmpdir(), 'hashlens-pictures-')));
    const album = path.join(root, 'resources/sample-album');
    await cp(path.join(album, 'places'), path.join(folder, 'Travel'), { recursive: true });
    await cp(path.join(album, 'animals'), path.join(folder, 'Animals'), { recursive: true });
    const [sent, edited] = [path.join(folder, 'Sent'), path.join(folder, 'Edited')];
    for (const made of [sent, edited]) await mkdir(made);
    const lake = path.join(folder, 'Travel/mountain-lake.jpg');
    const panda = path.join(folder, 'Animals/red-panda.jpg');
    const { width, height } = await sharp(lake).metadata();
    const part = { left: Math.round(width * 0.12), top: Math.round(height * 0.08) };
    await Promise.all([
      sharp(lake).resize({ width: 400 }).jpeg({ quality: 60 }).toFile(path.join(sent, 'mountain-lake-small.jpg')),
      sharp(lake)
        .extract({ ...part, width: Math.round(width * 0.76), height: Math.round(height * 0.84) })
        .toFile(path.join(edited, 'mountain-lake-cropped.jpg')),
      sharp(panda).greyscale().toFile(path.join(edited, 'red-panda-black-and-white.jpg')),
      sharp(panda).jpeg({ quality: 40 }).toFile(path.join(sent, 'red-panda.jpg')),
      cp(path.join(folder, 'Animals/kingfisher.jpg'), path.join(sent, 'kingfisher (1).jpg')),
    ]);
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.addFolder(folder);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are found with the photo worth keeping first, and none of them is changed', async () => {
    const panel = await app.openLibrary();
    await panel.getByRole('button', { name: 'Show duplicates' }).click();
    await app.page.getByRole('button', { name: 'Look for duplicates' }).click();
    await app.page.getByText(/^3 groups among/).waitFor({ timeout: 60_000 });
    const groups = app.page.getByRole('list', { name: 'Groups of duplicates' }).locator('> li');
    expect(await groups.count()).toBe(3);
    const lake = groups.filter({ hasText: 'mountain-lake-cropped.jpg' });
    expect(await lake.getByRole('listitem').count()).toBe(3);
    const best = lake.getByRole('listitem').filter({ hasText: 'most pixels' });
    expect(await best.getByRole('button', { name: /^Open / }).getAttribute('aria-label')).toBe(
      'Open mountain-lake.jpg',
    );
    expect(await groups.filter({ hasText: 'kingfisher (1).jpg' }).getByText('byte for byte').count()).toBe(1);
    await app.dismissToasts();
    await app.loadedThumbnails(8);
    await app.screenshot('duplicates-of-copies');
  });
});
