// Rare states of the real engine: hostile texts, an offline folder, failed files, a paused job. Uses a substitute
// engine.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('rare states', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({
      electron,
      display: inject('display'),
      engine: path.join(import.meta.dirname, 'fixtures/fake-engine.ts'),
      env: { HASHLENS_FAKE_PHOTOS: path.join(root, 'resources/sample-album/animals') },
    });
    await app.loadedThumbnails(4);
  });
  afterAll(() => app.close());

  it('renders captions, tags and file names as text, with any content', async () => {
    await app.tiles.first().click();
    const viewer = app.page.getByRole('dialog');
    await viewer.getByRole('button', { name: '<i>summer</i>', exact: true }).waitFor();
    await viewer.getByText('Rome, <u>Italy</u>').waitFor();
    expect(await viewer.locator('i, u').count()).toBe(0);
    await viewer.getByRole('button', { name: '4 stars', pressed: true }).waitFor();
    await app.page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    // The keyboard focus is back in its place.
    await expect.poll(() => app.tiles.first().evaluate((tile) => tile === document.activeElement)).toBe(true);
  });

  it('goes through the grid by the arrow keys', async () => {
    await app.page.keyboard.press('ArrowRight');
    await expect.poll(() => app.tiles.nth(1).evaluate((tile) => tile === document.activeElement)).toBe(true);
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('ArrowUp');
    await app.page.keyboard.press('Enter');
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
  });

  it('shows which folders are offline, and which files failed and why', async () => {
    const panel = await app.openLibrary();
    await panel.getByText('(offline)').waitFor();
    expect(await panel.getByRole('button', { name: 'Rescan /media/holiday-disk/2019' }).isDisabled()).toBe(true);
    await panel.getByText('4 files could not be read').waitFor();
    await panel.getByText('scan <b>bold.png').waitFor();
    await panel.getByText('The file is empty.').waitFor();
    await app.screenshot('library-with-failures');
  });

  it('pauses, resumes and cancels a job', async () => {
    const panel = await app.openLibrary();
    await panel.getByRole('button', { name: 'Try again' }).first().click();
    const row = app.page.locator('[data-job="index"]');
    await row.getByRole('button', { name: 'Pause' }).click();
    await row.getByText(/paused/).waitFor();
    await app.screenshot('paused-job');
    await row.getByRole('button', { name: 'Resume' }).click();
    await row.getByRole('button', { name: 'Pause' }).waitFor();
    await row.getByRole('button', { name: 'Cancel' }).click();
    await row.waitFor({ state: 'detached' });
    await app.goTo('Photos');
  });

  it('passes on what the engine says of a query', async () => {
    await app.search('xyzzy');
    await app.page.getByText('No word of this query is known').waitFor();
  });

  it('draws a line before the weaker matches, and shows scores on request', async () => {
    await app.search('some dogs');
    const divider = app.page.getByRole('heading', { name: 'Weaker matches' });
    await divider.waitFor();
    const [line, third, fourth] = await Promise.all([
      divider.boundingBox(),
      app.tiles.nth(2).boundingBox(),
      app.tiles.nth(3).boundingBox(),
    ]);
    expect(third?.y).toBeLessThan(line?.y ?? 0);
    expect(fourth?.y).toBeGreaterThan(line?.y ?? 0);
    await app.page.getByLabel('Show scores').check();
    await app.tiles.first().getByText('93% · cos 0.616 · Hamming 6 · text 4.2').waitFor();
    await app.loadedThumbnails(6);
    await app.screenshot('weaker-matches');
    await app.page.getByLabel('Matches from').selectOption('75% likely');
    await expect
      .poll(async () => ((await app.tiles.nth(2).boundingBox())?.y ?? 0) > ((await divider.boundingBox())?.y ?? 0))
      .toBe(true);
    await app.page.getByLabel('Matches from').selectOption('50% likely');
    await app.page.getByLabel('Show scores').uncheck();
  });

  it('says so when nothing fits, and draws no line then', async () => {
    await app.search('weak');
    await app.page.getByText('Nothing here fits well; the closest photos are below.').waitFor();
    expect(await app.page.getByRole('heading', { name: 'Weaker matches' }).count()).toBe(0);
  });

  it('completes a filter by the keyboard, shows what it understood, and what it did not', async () => {
    await app.type('ta');
    await app.offeredFirst('tag:');
    await app.page.keyboard.press('Tab');
    await app.offeredFirst('tag:kitten, 2 photos');
    await app.option('tag:"<b>bold</b>", 1,204 photos').waitFor();
    expect(await app.page.getByRole('listbox').locator('b').count()).toBe(0);
    await app.screenshot('completions');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Enter');
    expect(await app.searchBox.inputValue()).toBe('tag:kitten ');
    await app.filters.getByText('tag: kitten').waitFor();
    await app.type('dog size:enormous');
    await app.page.keyboard.press('Enter');
    await app.page.getByText(/size: needs a number or range/).waitFor();
    await app.screenshot('filter-not-understood');
    await app.page.getByRole('button', { name: 'Remove size:enormous' }).click();
    await app.answered('“dog”');
  });

  it('keeps a search, offers it again, and forgets it', async () => {
    await app.page.getByRole('button', { name: 'Save this search' }).click();
    await app.page.getByRole('button', { name: 'Save this search', pressed: true }).waitFor();
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
    await app.searchBox.click();
    await app.option('weak').waitFor();
    await app.screenshot('searches-made-before');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Enter');
    await app.answered('“dog”');
    await app.searchBox.fill('');
    await app.removeSearch('dog, a saved search');
    const panel = await app.openSettings();
    await panel.getByRole('button', { name: 'Clear history' }).click();
    await panel.getByRole('button', { name: 'Clear history', disabled: true }).waitFor();
    await panel.getByLabel('Remember searches').uncheck();
    await app.search('a fox');
    await app.searchBox.fill('');
    await app.answered('Photos');
    expect(await app.option('a fox').count()).toBe(0);
  });

  it('fetches an encoder only after asking, and looks over the machine', async () => {
    const panel = await app.openSettings();
    await panel.getByText('Other encoders').click();
    const clip = panel.getByRole('listitem', { name: /^CLIP base/ });
    await clip.getByRole('button', { name: 'Download…' }).click();
    await panel.getByText(/about 610 MB, are fetched once\s+from huggingface.co/).waitFor();
    await app.screenshot('encoders');
    await clip.getByRole('button', { name: 'Download', exact: true }).click();
    await app.page
      .locator('[data-job="download"]')
      .getByText(/MB of 608 MB/)
      .waitFor();
    await clip.getByRole('button', { name: 'Use…' }).waitFor();
    await app.page.getByText('The encoder is on this computer now').waitFor();
    const work = app.page.getByRole('region', { name: 'Work in progress' });
    await work.getByRole('button', { name: 'Dismiss' }).click();
    const library = await app.openLibrary();
    await library.getByText('Check this machine').click();
    await library.getByText('No device could be used').waitFor();
    await library.getByText('No device could be used').scrollIntoViewIfNeeded();
    await app.screenshot('machine-checked');
  });

  it('shows groups of duplicates with the one suggested to keep', async () => {
    const panel = await app.openLibrary();
    await panel.getByRole('button', { name: 'Show duplicates' }).click();
    await app.page.getByText('nothing is deleted, moved or changed').waitFor();
    await app.page.getByRole('button', { name: 'Look for duplicates' }).click();
    await app.page.locator('[data-job="duplicates"]').waitFor();
    await app.page.getByText('2 groups among').waitFor();
    await app.page.getByText('most pixels: 4000 × 3000').waitFor();
    await app.page.getByText('almost the same picture').waitFor();
    await app.page.getByText('the same file, byte for byte').waitFor();
    expect(await app.page.getByRole('button', { name: 'Show in folder' }).count()).toBe(5);
    await app.loadedThumbnails(5);
    await app.screenshot('duplicates');
    await app.scheme('dark');
    await app.resize(900, 600);
    await app.screenshot('duplicates-small-and-dark');
    await app.resize(1280, 800);
    await app.scheme('light');
    await app.goTo('Photos');
  });

  it('asks again for a thumbnail that did not come', async () => {
    await app.search('dog');
    await app.loadedThumbnails(4);
    const image = app.tiles.first().locator('canvas');
    await image.evaluate((lost) => {
      lost.setAttribute('data-lost', '');
      lost.dispatchEvent(new Event('error'));
    });
    expect(await app.page.locator('[data-lost]').count()).toBe(0);
    await image.waitFor();
    await app.loadedThumbnails(4);
  });

  it('asks to drop while a file is dragged over the window', async () => {
    await app.dragOver();
    await app.page.getByText('Drop images to find photos like them').waitFor();
    await app.screenshot('drop-target');
    await app.page.dispatchEvent('body', 'dragleave', {
      dataTransfer: await app.transfer(new Uint8Array([1]), 'a', 'image/png'),
    });
    await app.page.getByText('Drop images to find photos like them').waitFor({ state: 'detached' });
  });
});
