// A person's first session: the sample album, words, an image, training. Against the real engine.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const album = path.join(root, 'resources/sample-album');

describe.skipIf(electron === null)('the first session', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
  });
  afterAll(() => app.close());

  it('begins with an empty library that says how to fill it', async () => {
    await app.page.getByRole('button', { name: 'Add a folder…' }).waitFor();
    expect(await app.page.getByRole('heading', { name: 'Find your photos in your own words' }).isVisible()).toBe(true);
    await app.screenshot('first-start');
  });

  it('indexes the sample album and shows its photos', async () => {
    expect(await app.addSampleAlbum()).toBeGreaterThanOrEqual(30);
    await app.answered('Photos');
    await app.loadedThumbnails(8);
    await app.screenshot('recent-photos');
  });

  it('draws a photo with the pixels that its tile shows, and again when tiles change their size', async () => {
    const canvas = app.tiles.first().locator('canvas');
    const size = () =>
      canvas.evaluate((drawn: HTMLCanvasElement) => ({
        pixels: drawn.width,
        // Rounded by the layout to fractions of a pixel.
        missing: Math.abs(drawn.clientWidth * devicePixelRatio - drawn.width) > 1,
        isPicture: new Set(drawn.getContext('2d')?.getImageData(0, 0, drawn.width, drawn.height).data).size > 50,
      }));
    await expect.poll(size).toMatchObject({ missing: false, isPicture: true });
    const before = await size();
    const slider = app.page.getByRole('slider', { name: 'Size' });
    await slider.fill('130');
    await expect.poll(async () => (await size()).pixels).toBeLessThan(before.pixels);
    await expect.poll(size).toMatchObject({ missing: false, isPicture: true });
    await slider.fill('172');
    await slider.blur();
    await expect.poll(size).toEqual(before);
  });

  it('draws a photo again when the page is zoomed, and a tile has more pixels of the screen', async () => {
    const canvas = app.tiles.first().locator('canvas');
    const pixels = () => canvas.evaluate((drawn: HTMLCanvasElement) => drawn.width / drawn.clientWidth);
    const [width, height] = await app.page.evaluate(() => [innerWidth, innerHeight] as const);
    await expect.poll(pixels).toBeCloseTo(1, 1);
    await app.zoom(2);
    // A picture is not drawn larger than it is.
    await expect.poll(pixels).toBeGreaterThan(1.3);
    await app.zoom(1);
    await expect.poll(pixels).toBeCloseTo(1, 1);
    await app.resize(width, height);
  });

  it('finds photos by words', async () => {
    await app.page.keyboard.press('/');
    expect(await app.searchBox.evaluate((box) => box === document.activeElement)).toBe(true);
    await app.search('a cat');
    await app.loadedThumbnails(8);
    const first = await app.tiles.first().getAttribute('aria-label');
    expect(first).toMatch(/^1\. .*(cat|kitten)/i);
    await app.page.getByLabel('Show scores').check();
    await app.page
      .getByText(/cos 0\.\d+ · Hamming \d+/)
      .first()
      .waitFor();
    await app.screenshot('found-by-words');
    await app.page.getByLabel('Show scores').uncheck();
  });

  it('narrows the results by a filter that it helps to type', async () => {
    await app.search('an animal');
    const before = await app.tiles.count();
    await app.type('an animal tag:ca');
    await app.offeredFirst(/^tag:cat, \d+ photos?$/);
    await app.screenshot('completing-a-tag');
    await app.page.keyboard.press('Tab');
    expect(await app.searchBox.inputValue()).toBe('an animal tag:cat ');
    await app.answered('“an animal tag:cat”');
    await app.filters.getByText('tag: cat').waitFor();
    await app.loadedThumbnails(1);
    const after = await app.tiles.count();
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(before);
    await app.screenshot('filtered');
    await app.page.getByRole('button', { name: 'Remove tag: cat' }).click();
    await app.answered('“an animal”');
    expect(await app.tiles.count()).toBe(before);
  });

  it('adds and subtracts what is asked for', async () => {
    await app.search('+animal -dog tag:animal');
    const labels = await app.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
    expect(labels.length).toBeGreaterThan(2);
    expect(labels[0]).not.toMatch(/dog|spaniel|shepherd/i);
    await app.search('dog colour:red');
    await app.page.getByText(/There is no filter “colour:”/).waitFor();
  });

  it('opens a photo in full with its caption, and goes through the others by the arrow keys', async () => {
    await app.tiles.first().click();
    const viewer = app.page.getByRole('dialog');
    await viewer.waitFor();
    await app.page.waitForFunction(() => {
      const photo = document.querySelector<HTMLImageElement>('dialog img[src^="photo://full/"]');
      return photo !== null && photo.naturalWidth > 512;
    });
    await viewer.getByRole('heading', { name: /\.(jpg|png|webp)$/ }).waitFor();
    await app.screenshot('photo-in-full');
    const before = await viewer.getAttribute('aria-label');
    await app.page.keyboard.press('ArrowRight');
    await app.page.waitForFunction(
      (label) => document.querySelector('dialog')?.getAttribute('aria-label') !== label,
      before,
    );
    await app.page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
  });

  it('finds photos like an image dropped on the window', async () => {
    const bytes = await readFile(path.join(album, 'places/mountain-lake.jpg'));
    await app.drop(bytes, 'mountain-lake.jpg', 'image/jpeg');
    await app.answered('Similar photos');
    await app.loadedThumbnails(4);
    // The photo itself is in the album, and no other is more similar.
    expect(await app.tiles.first().getAttribute('aria-label')).toMatch(/lake|mountain/i);
    await app.example('mountain-lake.jpg').waitFor();
    await app.screenshot('found-by-image');
  });

  it('describes that image by the captions and the tags of the library', async () => {
    await app.page.getByRole('button', { name: 'Captions', exact: true }).click();
    await app.answered('Captions that describe it best');
    const captions = app.page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await captions.first().waitFor();
    expect(await captions.count()).toBeGreaterThan(5);
    await app.screenshot('described-by-captions');
    await app.page.getByRole('button', { name: 'Tags', exact: true }).click();
    await app.answered('Tags that describe it best');
    await captions.first().waitFor();
  });

  it('looks for a pasted image, too', async () => {
    const bytes = await readFile(path.join(album, 'animals/tabby-cat-close-up.png'));
    await app.paste(bytes, 'pasted.png', 'image/png');
    await app.answered('Similar photos');
    expect(await app.tiles.first().getAttribute('aria-label')).toMatch(/cat|kitten/i);
  });

  it('says so when a dropped file is no image', async () => {
    await app.drop(new TextEncoder().encode('not an image at all'), 'notes.jpg', 'image/jpeg');
    await app.page.getByRole('alert').waitFor();
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
  });

  it('trains for three epochs, draws each, and uses the model', async () => {
    await app.goTo('Training');
    await app.page.getByRole('spinbutton', { name: 'Epochs' }).fill('3');
    await app.page.getByRole('button', { name: 'Start training' }).click();
    await app.page.locator('[data-points="3"]').waitFor({ timeout: 150_000 });
    await app.page.getByText(/best: epoch [123] of 3/).waitFor();
    expect(await app.chart.locator('canvas').count()).toBe(1);
    await app.page.getByText(/measured on \d+ photos and \d+ captions it has not seen/).waitFor();
    const row = app.page.getByRole('row', { name: /^two-tower-128-/ });
    await row.getByText('In use').waitFor({ timeout: 60_000 });
    const legend = app.page.getByRole('figure').filter({ has: app.chart });
    // A message above the chart moves it from under the pointer, so point at it again.
    await expect
      .poll(async () => {
        await app.chart.hover();
        return legend.textContent();
      })
      .toMatch(/Chance [01]\.\d{3} \/ [01]\.\d{3}.*epoch [123]$/s);
    await app.page.mouse.move(0, 0);
    await app.screenshot('trained');
  });

  it('searches with the trained model, in the dark and in a small window as well', async () => {
    await app.scheme('dark');
    await app.resize(900, 600);
    await app.search('snow');
    await app.page.getByTitle(/of 128 bits/).waitFor();
    await app.loadedThumbnails(4);
    await app.screenshot('small-and-dark');
    await app.type('snow tag:m');
    await app.option(/^tag:mountain/).waitFor();
    await app.screenshot('completing-small-and-dark');
    await app.page.keyboard.press('Escape');
    expect(await app.page.locator('[role=option]').count()).toBe(0);
    await app.search('schnee und hunde am strand');
    await app.loadedThumbnails(4);
    await app.screenshot('another-language');
    await app.page.getByRole('button', { name: 'Show encoders' }).click();
    await app.page
      .getByRole('region', { name: 'Settings', exact: true })
      .getByRole('listitem', { name: /8 bit/ })
      .waitFor();
    await app.page.getByText('Other encoders').click();
    await app.search('snow');
    await app.goTo('Training');
    await app.page.locator('[data-points="3"]').waitFor();
    await app.screenshot('trained-small-and-dark');
  });

  it('finds no duplicates in an album without any, and says so', async () => {
    await app.scheme('light');
    await app.resize(1280, 800);
    const panel = await app.openLibrary();
    await panel.getByRole('button', { name: 'Show duplicates' }).click();
    await app.page.getByRole('button', { name: 'Look for duplicates' }).click();
    await app.page.getByText(/No duplicates among 39 photos/).waitFor({ timeout: 60_000 });
    await app.screenshot('no-duplicates');
  });

  it('lists the folder, and removes it after asking', async () => {
    await app.scheme('light');
    await app.resize(1280, 800);
    const panel = await app.openLibrary();
    await panel.getByText('sample-album', { exact: true }).waitFor();
    await app.screenshot('library');
    const settings = await app.openSettings();
    await settings.getByText(/Encoder in use/).waitFor();
    await app.screenshot('settings');
    await settings.getByText('Other encoders').click();
    await settings.getByRole('button', { name: 'Download…' }).first().click();
    await settings.getByRole('button', { name: 'Not now' }).click();
    await app.openLibrary();
    await panel.getByText('Check this machine').click();
    await panel.getByRole('list', { name: 'Checks' }).getByText('Database').waitFor();
    await panel.getByRole('list', { name: 'Checks' }).scrollIntoViewIfNeeded();
    await app.screenshot('library-checked');
    await panel.getByRole('button', { name: /^Remove .*sample-album$/ }).click();
    await panel.getByRole('button', { name: 'Keep' }).click();
    expect(await panel.getByText('sample-album', { exact: true }).isVisible()).toBe(true);
    await panel.getByRole('button', { name: /^Remove .*sample-album$/ }).click();
    await panel.getByRole('button', { name: 'Remove', exact: true }).click();
    await panel.getByText('None yet.').waitFor();
    await app.goTo('Photos');
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.page.getByRole('button', { name: 'Try the sample album' }).waitFor();
  });

  it('adds a folder chosen in the dialog', async () => {
    await app.chooseInDialog(path.join(album, 'animals'));
    await app.page.getByRole('button', { name: 'Add a folder…' }).click();
    await app.answered('Photos');
    await app.loadedThumbnails(5);
    await (await app.openLibrary()).getByText('animals', { exact: true }).waitFor();
  });
});
