// The window at 400 pixels, as on a small screen or at 200 % zoom.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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

  it.each(['Photos', 'Training'] as const)('shows %s without scrolling sideways', async (view) => {
    await app.goTo(view);
    await app.screenshot(`narrow-${view.toLowerCase()}`);
    await expect.poll(overflow).toBe(0);
  });

  it('shows the library without scrolling sideways, and closes it', async () => {
    const panel = await app.openLibrary();
    await app.screenshot('narrow-library');
    await expect.poll(overflow).toBe(0);
    const close = await panel.getByRole('button', { name: /close/i }).boundingBox();
    const wide = await app.page.evaluate(() => innerWidth);
    expect(close === null ? null : close.x >= 0 && close.x + close.width <= wide).toBe(true);
  });
});
