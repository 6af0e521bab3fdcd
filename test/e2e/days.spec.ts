// The photos by days, and results in another order than that of relevance.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { photoWith } from '../support/metadata-photo.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('days', () => {
  let app: HashlensApp;
  let parent: string;
  const heading = (name: string | RegExp) => app.page.getByRole('heading', { name, exact: true });
  const choose = (list: string, label: string) =>
    app.page.getByRole('combobox', { name: list }).selectOption({ label });

  beforeAll(async () => {
    if (electron === null) return;
    parent = await mkdtemp(path.join(os.tmpdir(), 'hashlens-days-'));
    const folder = path.join(parent, 'photos');
    await mkdir(folder);
    for (const [name, date, picture] of [
      ['granite b', '2019:07:14 10:00:00', 'beach-and-cliffs'],
      ['granite a', '2019:07:14 12:00:00', 'sandy-beach'],
      ['granite d', '2019:07:02 10:00:00', 'mountain-path'],
      ['granite c', '2018:12:24 18:00:00', 'winter-sunset'],
    ] as const) {
      const exif = { ifd0: { 0x010e: { ascii: name } }, exif: { 0x9003: { ascii: date } } };
      const bytes = await readFile(path.join(root, `resources/sample-album/places/${picture}.jpg`));
      await writeFile(path.join(folder, `${name}.jpg`), await photoWith({ exif }, bytes));
    }
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    expect(await app.addFolder(folder)).toBe(4);
    await app.answered('Photos');
  });
  afterAll(async () => {
    await app.close();
    await rm(parent, { recursive: true, force: true });
  });

  it('divide the photos once they are chosen, and each is selected by its box', async () => {
    await heading('July 2019').waitFor();
    await choose('Headings', 'days');
    await heading(/^Sunday,? 14 July 2019$/).waitFor();
    await heading(/^Monday,? 24 December 2018$/).waitFor();
    await app.loadedThumbnails(4);
    expect(await app.violations()).toEqual([]);
    await app.screenshot('days');
    await app.page.getByRole('checkbox', { name: /^Select all of Sunday,? 14 July 2019$/ }).click();
    await app.selected(2);
    await app.page.keyboard.press('Escape');
    await app.resize(400, 700);
    await app.screenshot('days-narrow');
    await app.resize(1280, 800);
  });

  it.each([1280, 400])('have their years beside the photos, and not over them, at %i pixels', async (width) => {
    await app.resize(width, 800);
    const places = await app.page
      .getByRole('navigation', { name: 'Years' })
      .locator('.track, button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
    const photos = await app.page.getByRole('list', { name: 'Photos', exact: true }).boundingBox();
    if (photos === null) throw new Error('There are no photos.');
    // The track, two years, and the button for any date.
    expect(places).toHaveLength(4);
    expect(photos.x + photos.width).toBeLessThanOrEqual(Math.min(...places));
    await app.resize(1280, 800);
  });

  it('are gone to by a date, with the focus there, and Back returns to where one was', async () => {
    const { page } = app;
    await app.resize(500, 420);
    const top = () => page.evaluate(() => document.querySelector('main')?.scrollTop ?? 0);
    await app.tile(0).focus();
    const before = await top();
    await page.keyboard.press('g');
    const dialog = page.getByRole('dialog', { name: 'Go to a date' });
    await dialog.waitFor();
    expect(await app.violations()).toEqual([]);
    await app.screenshot('go-to-a-date');
    await dialog.getByLabel('Date').fill('2018');
    await page.keyboard.press('Enter');
    await expect.poll(top).toBeGreaterThan(before);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-index'));
    await expect.poll(focused).toBe('3');
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(top).toBe(before);
    // The photos are loaded once more, and drawn.
    await page.evaluate(async () => {
      await window.hashlens.request('photos.timeline', { order: 'taken' });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
    expect(await top()).toBe(before);
    await app.resize(1280, 800);
  });

  it('order the results of a search, too', async () => {
    await app.search('granite');
    const captions = () => app.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
    const names = async () => (await captions()).map((label) => /granite (\w)/.exec(label)?.[1]);
    await choose('Sort by', 'name');
    await expect.poll(names).toEqual(['a', 'b', 'c', 'd']);
    await choose('Sort by', 'date taken');
    await expect.poll(names).toEqual(['a', 'b', 'd', 'c']);
    await app.page.getByText('4 photos likely to be right').waitFor();
    await app.screenshot('sorted-results');
    await choose('Sort by', 'relevance');
    await app.page.getByText(/4 photos, .*ranked in/).waitFor();
  });
});
