// States the real engine is rarely in: hostile texts, an offline folder, failed files, a paused job. With a stand-in engine.
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

  it('renders captions, tags and file names as text, whatever is in them', async () => {
    await app.tiles.first().click();
    const viewer = app.page.getByRole('dialog');
    await viewer.getByRole('button', { name: '<i>summer</i>' }).waitFor();
    expect(await viewer.locator('i').count()).toBe(0);
    await app.page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    // The keyboard is back where it was.
    expect(await app.tiles.first().evaluate((tile) => tile === document.activeElement)).toBe(true);
  });

  it('goes through the grid by the arrow keys', async () => {
    await app.page.keyboard.press('ArrowRight');
    expect(await app.tiles.nth(1).evaluate((tile) => tile === document.activeElement)).toBe(true);
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('ArrowUp');
    await app.page.keyboard.press('Enter');
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
  });

  it('shows which folders are offline, and which files failed and why', async () => {
    await app.page.getByRole('button', { name: 'Library' }).first().click();
    const panel = app.page.getByRole('complementary', { name: 'Library' });
    await panel.getByText('(offline)').waitFor();
    expect(await panel.getByRole('button', { name: 'Rescan /media/holiday-disk/2019' }).isDisabled()).toBe(true);
    await panel.getByText('4 files could not be read').waitFor();
    await panel.getByText('scan <b>bold.png').waitFor();
    await panel.getByText('The file is empty.').waitFor();
    await app.screenshot('library-with-failures');
  });

  it('pauses, resumes and cancels a job', async () => {
    const panel = app.page.getByRole('complementary', { name: 'Library' });
    await panel.getByRole('button', { name: 'Try again' }).click();
    const row = app.page.locator('[data-job="index"]');
    await row.getByRole('button', { name: 'Pause' }).click();
    await row.getByText(/paused/).waitFor();
    await app.screenshot('paused-job');
    await row.getByRole('button', { name: 'Resume' }).click();
    await row.getByRole('button', { name: 'Pause' }).waitFor();
    await row.getByRole('button', { name: 'Cancel' }).click();
    await row.waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Close the library' }).click();
  });

  it('passes on what the engine says of a query', async () => {
    await app.search('xyzzy');
    await app.page.getByText('No word of the query is known').waitFor();
  });

  it('asks to drop while a file is dragged over the window', async () => {
    await app.dragOver();
    await app.page.getByText('Drop to find similar photos').waitFor();
    await app.screenshot('drop-target');
    await app.page.dispatchEvent('body', 'dragleave', {
      dataTransfer: await app.transfer(new Uint8Array([1]), 'a', 'image/png'),
    });
    await app.page.getByText('Drop to find similar photos').waitFor({ state: 'detached' });
  });
});
