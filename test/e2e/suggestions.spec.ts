// Suggestions of the person's own words for undescribed photos: accepted by a key for a whole group of similar
// photos, rejected, and undone.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const subjects = ['animals/red-panda', 'places/eiffel-tower', 'places/mountain-lake'];

describe.skipIf(electron === null)('suggested words', () => {
  let app: HashlensApp;
  let album: string;
  const suggestions = () => app.page.getByRole('list', { name: /Does one of your words fit/ });
  const word = (name: RegExp) => suggestions().getByRole('button', { name });

  beforeAll(async () => {
    if (electron === null) return;
    album = await mkdtemp(path.join(os.tmpdir(), 'hashlens-album-'));
    for (const subject of subjects) {
      for (let n = 0; n < 5; n++) {
        const file = path.join(album, `${path.basename(subject)}-${n}.jpg`);
        await sharp(path.join(root, 'resources/sample-album', `${subject}.jpg`))
          .resize(900 - 20 * n)
          .modulate({ brightness: 0.9 + 0.04 * n })
          .jpeg()
          .toFile(file);
      }
    }
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    expect(await app.addFolder(album)).toBe(15);
    await app.answered('Photos');
    await app.loadedThumbnails(12);
  });
  afterAll(async () => {
    await app.close();
    await rm(album, { recursive: true, force: true });
  });

  it('come from photos that look alike; a key accepts one for the whole group', async () => {
    await app.search('panda');
    await app.tile(0).click({ modifiers: ['ControlOrMeta'] });
    await app.addTag('Pabu');
    await app.toast('Tag Pabu added');
    await app.clearSelection();
    await app.tile(1).click();
    await word(/^Pabu( \d+%)?$/).waitFor();
    await app.page.getByRole('checkbox', { name: /^Also for \d similar photos/ }).check();
    await app.screenshot('suggestions-viewer');
    expect(await app.violations()).toEqual([]);
    await word(/^Pabu( \d+%)?$/).focus();
    await app.page.keyboard.press('1');
    await app.toast(/^Tag Pabu added · \d photos$/);
    await expect.poll(() => word(/^Pabu( \d+%)?$/).getAttribute('aria-pressed')).toBe('true');
    await app.page.keyboard.press('Escape');
    await app.search('tag:Pabu');
    expect(await app.tiles.count()).toBe(5);
  });

  it('are rejected by Shift and the number, which is remembered and can be undone', async () => {
    await app.search('tower');
    await app.tile(0).click({ modifiers: ['ControlOrMeta'] });
    await app.addTag('Paris');
    await app.toast('Tag Paris added');
    await app.clearSelection();
    await app.tile(1).click();
    await word(/^Paris( \d+%)?$/).waitFor();
    await word(/^Paris( \d+%)?$/).focus();
    const number = await suggestions().getByRole('listitem').filter({ hasText: 'Paris' }).locator('kbd').textContent();
    await app.page.keyboard.press(`Shift+Digit${number}`);
    await app.toast('“Paris” does not fit');
    await app.page.keyboard.press('ArrowRight');
    await app.page.keyboard.press('ArrowLeft');
    await app.viewer.getByRole('heading', { name: 'Captions' }).waitFor();
    await expect.poll(() => word(/^Paris( \d+%)?$/).count()).toBe(0);
    await app.page.keyboard.press('ControlOrMeta+z');
    await app.toast('Undone: “Paris” does not fit');
    await app.page.keyboard.press('Escape');
  });

  it('are offered for a selection and in a narrow, dark window', async () => {
    await app.scheme('dark');
    await app.resize(400, 800);
    await app.goTo('Describe');
    await app.page.getByRole('heading', { name: /Does one of your words fit/ }).waitFor();
    expect(await app.violations()).toEqual([]);
    expect(await app.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    await app.screenshot('suggestions-narrow');
  });
});
