// The window at 400 pixels, as on a small screen or at 200 % zoom.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { eventChannel } from '../../src/shared/channels.ts';
import type { JobId } from '../../src/shared/contract/ids.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import { job } from '../support/contract-values.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('a narrow window', () => {
  let app: HashlensApp;
  const overflow = (): Promise<number> =>
    app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(400, 700);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('leaves the search box room for words, and shows what they find', async () => {
    const box = await app.searchBox.boundingBox();
    expect(box?.width).toBeGreaterThan(200);
    await app.search('a cat');
    await app.loadedThumbnails(3);
    expect(await app.tiles.count()).toBeGreaterThan(3);
    await expect.poll(overflow).toBe(0);
    await app.screenshot('narrow-search');
  });

  it('leaves the search box room for words beside two images', async () => {
    const bytes = await readFile(path.join(root, 'resources/sample-album/animals/red-panda.jpg'));
    await app.dropSeveral([
      { bytes, name: 'one.jpg' },
      { bytes, name: 'two.jpg' },
    ]);
    await app.example('two.jpg').waitFor();
    expect((await app.searchBox.boundingBox())?.width).toBeGreaterThan(150);
    await app.screenshot('narrow-images');
    await expect.poll(overflow).toBe(0);
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
  });

  it.each(['Photos', 'Training'] as const)('shows %s without scrolling sideways', async (view) => {
    await app.goTo(view);
    await app.screenshot(`narrow-${view.toLowerCase()}`);
    await expect.poll(overflow).toBe(0);
  });

  it('shows work with a long name and long figures without scrolling sideways', async () => {
    await app.goTo('Training');
    const work = { done: 12_345_678, total: 98_765_432, rate: 1234.5, etaSeconds: 123_456 };
    const running = (['train', 'index'] as const).map((kind, i) =>
      job({ ...work, id: (1000 + i) as JobId, kind, message: 'Encoding photos of a folder with a long name' }),
    );
    const send = (jobs: readonly Job[]): Promise<void> =>
      app.electron.evaluate(
        ({ BrowserWindow }, { channel, jobs: sent }) => {
          const [window] = BrowserWindow.getAllWindows();
          for (const one of sent) window?.webContents.send(channel, { type: 'job', job: one });
        },
        { channel: eventChannel, jobs },
      );
    // A reload of the library would end work that the engine does not know.
    const shown = async (): Promise<unknown> => {
      await send(running);
      return app.page.evaluate(() => {
        const bars = [...document.querySelectorAll('[data-job]')].map((row) => {
          const bar = row.querySelector('progress')?.getBoundingClientRect();
          const button = row.querySelector('button')?.getBoundingClientRect();
          return bar !== undefined && button !== undefined && bar.width > 250 && bar.top > button.top;
        });
        return { bars, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth };
      });
    };
    await expect.poll(shown).toEqual({ bars: [true, true], overflow: 0 });
    await app.screenshot('narrow-work');
    await send(running.map((one) => ({ ...one, state: 'cancelled' as const, finishedAt: 2 })));
    await app.page.locator('[data-job]').first().waitFor({ state: 'detached' });
  });

  it.each(['Library', 'Settings'] as const)('shows the %s page without scrolling sideways', async (name) => {
    await (name === 'Library' ? app.openLibrary() : app.openSettings());
    await app.screenshot(`narrow-${name.toLowerCase()}`);
    await expect.poll(overflow).toBe(0);
    // The page scrolls inside the window.
    const hidden = () => app.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
    await expect.poll(hidden).toBe(0);
    expect(await app.violations()).toEqual([]);
  });

  it('keeps the bar of the selection in reach beside the panel with its words', async () => {
    await app.resize(700, 800);
    await app.goTo('Photos');
    await app.tile(0).click({ modifiers: ['Control'] });
    await app.selected(1);
    await app.page.getByRole('button', { name: 'Captions, tags, date…' }).click();
    const panel = app.page.getByRole('complementary');
    await panel.waitFor();
    await app.screenshot('selection-700');
    // A click fails on a covered button.
    await app.selectionBar.getByRole('button', { name: 'Clear the selection' }).click();
    await panel.waitFor({ state: 'detached' });
    await app.resize(400, 700);
  });

  it('has no violation, and nothing cut off, with the sidebar open over the page', async () => {
    await app.goTo('Photos');
    await app.openSidebar();
    for (const scheme of ['dark', 'light'] as const) {
      await app.scheme(scheme);
      expect([await app.violations(), await app.cutOff()]).toEqual([[], []]);
      await app.screenshot(`narrow-sidebar-${scheme}`);
    }
    await expect.poll(overflow).toBe(0);
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('navigation', { name: 'Browse' }).waitFor({ state: 'detached' });
  });
});
