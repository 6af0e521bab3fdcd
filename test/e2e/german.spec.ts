// The window in German, whose words are longer: wide, and at 400 pixels.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('the window in German', () => {
  let app: HashlensApp;
  /** Pixels that are hidden at the side. */
  const hidden = (element: Locator): Promise<number> =>
    element.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  const button = (name: string): Locator =>
    app.page.getByRole('navigation', { name: 'Ansichten' }).getByRole('button', { name, exact: true });

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    const settings = await app.openSettings();
    await settings.getByLabel('Language').selectOption('de');
    await button('Einstellungen').waitFor();
  });
  afterAll(() => app.close());

  describe.each([1280, 400])('%i pixels wide', (width) => {
    beforeAll(() => app.resize(width, 800));

    it('finds photos, and shows one with all there is to press', async () => {
      await button('Fotos').click();
      const box = app.page.getByRole('combobox', { name: 'Fotos suchen' });
      await box.fill('a cat');
      await box.press('Enter');
      await app.page.getByText(/wahrscheinlich, sortiert in/).waitFor();
      await app.loadedThumbnails(3);
      await app.screenshot(`german-search-${width}`);
      await expect.poll(() => hidden(app.page.locator('html'))).toBe(0);
      await app.tiles.first().click();
      const details = app.viewer.getByRole('complementary', { name: 'Informationen' });
      await details.getByRole('heading', { name: /\.(jpg|png|webp)$/ }).waitFor();
      await app.screenshot(`german-viewer-${width}`);
      await expect.poll(() => hidden(details)).toBe(0);
      await app.page.keyboard.press('Escape');
      await app.viewer.waitFor({ state: 'detached' });
    });

    it('leaves captions that describe an image the room to be read', async () => {
      const name = 'mountain-lake.jpg';
      await app.drop(await readFile(path.join(root, 'resources/sample-album/places', name)), name, 'image/jpeg');
      await app.answered('Ähnliche Fotos');
      await app.page.getByRole('button', { name: 'Bildunterschriften', exact: true }).click();
      await app.answered('Passende Bildunterschriften');
      const text = app.page.getByRole('list', { name: 'Treffer' }).locator('.text').first();
      await expect.poll(async () => (await text.boundingBox())?.width).toBeGreaterThan(180);
      await app.screenshot(`german-captions-${width}`);
      await app.page.getByRole('button', { name: 'Suche leeren' }).click();
      await app.answered('Fotos');
      await app.page.keyboard.press('Escape');
    });

    it.each(['Beschreiben', 'Wörter', 'Training', 'Bibliothek', 'Einstellungen'])(
      'shows %s without scrolling sideways',
      async (view) => {
        await button(view).click();
        await expect.poll(() => button(view).getAttribute('aria-current')).toBe('page');
        await app.screenshot(`german-${view.toLowerCase()}-${width}`);
        await expect.poll(() => hidden(app.page.locator('html'))).toBe(0);
        await expect.poll(() => hidden(app.page.locator('main'))).toBe(0);
      },
    );
  });
});
