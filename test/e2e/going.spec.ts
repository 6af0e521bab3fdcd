// Navigation: back and forward over searches, views and positions on the page, and the recent searches.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('going back and forward', () => {
  let app: HashlensApp;
  const scrolled = (): Promise<number> => app.page.evaluate(() => document.querySelector('main')?.scrollTop ?? -1);
  const scrollTo = async (pixels: number): Promise<void> => {
    // The page is as long as the photos loaded by then.
    await expect
      .poll(async () => {
        await app.page.evaluate((top) => document.querySelector('main')?.scrollTo({ top }), pixels);
        return scrolled();
      })
      .toBe(pixels);
    // The grid records its position once per frame.
    await app.awake();
  };
  const back = () => app.page.getByRole('button', { name: 'Back', exact: true });

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1000, 640);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('brings every search back with its photos, its words and its place on the page', async () => {
    expect(await back().isDisabled()).toBe(true);
    await scrollTo(430);
    await app.search('a dog');
    const first = await app.tiles.first().getAttribute('aria-label');
    await scrollTo(260);
    await app.search('snow');
    await app.goTo('Training');
    await back().click();
    await app.answered('“snow”');
    expect(await scrolled()).toBe(0);
    await app.page.keyboard.press('Alt+ArrowLeft');
    await app.answered('“a dog”');
    await expect.poll(scrolled).toBe(260);
    expect(await app.searchBox.inputValue()).toBe('a dog');
    expect(await app.tile(0).getAttribute('aria-label')).toBe(first);
    await app.screenshot('went-back');
    await app.page.keyboard.press('Alt+ArrowLeft');
    await app.answered('Photos');
    await expect.poll(scrolled).toBe(430);
    await app.page.keyboard.press('Alt+ArrowRight');
    await app.answered('“a dog”');
    await expect.poll(scrolled).toBe(260);
  });

  it('does not count words that were only typed on the way as a search', async () => {
    await app.type('a boa');
    await app.answered('“a boa”');
    await app.type('a boat');
    await app.searchBox.press('Enter');
    await app.answered('“a boat”');
    await back().click();
    await app.answered('“a dog”');
    await app.searchBox.fill('');
    await app.option('a boat').waitFor();
    expect(await app.option('a boa').count()).toBe(0);
  });

  it('forgets a single search of those offered', async () => {
    await app.removeSearch('a boat');
    await app.option('snow').waitFor();
    await app.page.keyboard.press('Escape');
  });

  it('says that results are stale after another model is in use, and searches again at Enter', async () => {
    await app.search('a dog');
    const stale = app.page.getByRole('button', { name: 'Another model is in use now: search again' });
    await app.page.evaluate(async () => {
      await window.hashlens.request('train.start', { method: 'itq', bits: 32, activate: 'always' });
    });
    await stale.waitFor({ timeout: 150_000 });
    await app.screenshot('stale-results');
    expect(await app.violations()).toEqual([]);
    await app.searchBox.press('Enter');
    await stale.waitFor({ state: 'detached' });
    await app.page.getByTitle(/of 32 bits/).waitFor();
  });

  it('goes to the training page by a click on the notification that a long training has ended', async () => {
    await app.electron.evaluate(({ BrowserWindow, Notification }) => {
      const real = Date.now;
      let ahead = 0;
      // Every work is long.
      Date.now = () => real() + (ahead += 31_000);
      BrowserWindow.getFocusedWindow = () => null;
      Notification.isSupported = () => true;
      Notification.prototype.show = function (this: Electron.Notification) {
        Date.now = real;
        Object.assign(globalThis, { notification: this });
      };
      BrowserWindow.getAllWindows()[0]?.minimize();
    });
    await app.page.evaluate(async () => {
      await window.hashlens.request('train.start', { method: 'itq', bits: 16, activate: 'never' });
    });
    const title = () =>
      app.electron.evaluate(
        () => (globalThis as { notification?: Electron.Notification }).notification?.title ?? 'none yet',
      );
    await expect.poll(title, { timeout: 150_000 }).toBe('Training has ended');
    await app.electron.evaluate(() => {
      (globalThis as { notification?: Electron.Notification }).notification?.emit('click', {});
    });
    await app.page.getByRole('region', { name: 'Compare trainings' }).waitFor();
    const isMinimized = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized());
    await expect.poll(isMinimized).toBe(false);
  });
});
