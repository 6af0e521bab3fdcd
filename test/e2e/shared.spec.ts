// Shared libraries in the window: one is added, published in, searched and looked at, on a PostgreSQL server with pgvector.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { startPglite, type TestServer } from '../support/postgres.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('shared libraries', () => {
  let app: HashlensApp;
  let server: TestServer;
  /** Questions of the system's dialogs, which are answered with their button of this number. */
  const answerQuestions = (response: number): Promise<void> =>
    app.electron.evaluate(({ dialog }, chosen) => {
      Object.assign(globalThis, { asked: [] });
      dialog.showMessageBox = ((...args: unknown[]) => {
        const { message, detail } = args.at(-1) as Electron.MessageBoxOptions;
        (globalThis as { asked?: string[] }).asked?.push(`${message}\n${detail}`);
        return Promise.resolve({ response: chosen, checkboxChecked: false });
      }) as Electron.Dialog['showMessageBox'];
    }, response);
  const asked = (): Promise<readonly string[]> =>
    app.electron.evaluate(() => (globalThis as { asked?: string[] }).asked ?? []);
  const dialog = (): Locator => app.page.getByRole('dialog');
  const hits = (): Locator =>
    app.page.getByRole('list', { name: 'Photos of the shared library' }).getByRole('listitem');
  /** Pixels that are hidden at the side of the window, and of the page in it. */
  const hidden = async (): Promise<number> => {
    const each = ['html', 'main'].map((name) =>
      app.page.locator(name).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    );
    return Math.max(...(await Promise.all(each)));
  };

  beforeAll(async () => {
    if (electron === null) return;
    server = await startPglite();
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.openSidebar();
    await app.page.getByRole('button', { name: 'Shared libraries' }).click();
    await app.page.getByRole('button', { name: 'Albums, folders and more' }).click();
    await app.page.getByText('No shared library is known here.').waitFor();
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });

  it('are added by an address once the person agrees, and not before', async () => {
    await app.screenshot('shared-none');
    await app.page.getByRole('button', { name: 'Add…' }).click();
    await dialog().getByLabel('Address of the server').fill(server.url);
    await app.screenshot('shared-connect');
    await answerQuestions(1);
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await expect.poll(asked).toEqual([expect.stringContaining('Connect to postgres@127.0.0.1')]);
    await app.page.getByText('No shared library is known here.').waitFor();
    await answerQuestions(0);
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await app.toast(/Nothing is published as “family” on this server yet/);
    await app.page.getByRole('button', { name: /^family postgres@127\.0\.0\.1/ }).waitFor();
  });

  it('get photos once the person has seen what leaves, and agreed twice', async () => {
    await app.page.getByRole('button', { name: 'Publish my photos…' }).click();
    await dialog().getByText('What leaves this computer').waitFor();
    await app.screenshot('shared-publish');
    await answerQuestions(1);
    await dialog()
      .getByRole('button', { name: /^Publish \d+ photos$/ })
      .click();
    await expect.poll(asked).toEqual([expect.stringMatching(/^Publish \d+ photos in family at .* for the first time/)]);
    expect(await server.run(`SELECT 1 FROM pg_namespace WHERE nspname = 'hashlens_family'`)).toEqual([]);
    await answerQuestions(0);
    await dialog()
      .getByRole('button', { name: /^Publish \d+ photos$/ })
      .click();
    await app.page.getByText(/^\d+ photos are in family at/).waitFor();
    await app.page.getByRole('region', { name: /^family at/ }).waitFor();
  });

  it('are searched by words, with thumbnails, and say what is known of a photo', async () => {
    await app.page.getByRole('region', { name: 'Work in progress' }).getByRole('button', { name: 'Dismiss' }).click();
    const box = app.page.getByRole('searchbox');
    await box.fill('a dog');
    await box.press('Enter');
    await hits().first().waitFor();
    await expect
      .poll(() =>
        hits()
          .locator('img')
          .first()
          .evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBeGreaterThan(100);
    await app.dismissToasts();
    await app.screenshot('shared-light');
    await hits().first().getByRole('button').click();
    await dialog().getByText('Library', { exact: true }).waitFor();
    await dialog().getByText('Original', { exact: true }).waitFor();
    await app.screenshot('shared-photo');
    await dialog().getByRole('button', { name: 'Open my photo' }).click();
    await app.viewer.getByRole('heading', { name: /\.(jpg|png|webp)$/ }).waitFor();
    await app.page.keyboard.press('Escape');
    await app.scheme('dark');
    await app.screenshot('shared-dark');
    await app.scheme('light');
  });

  it('are searched by a photo from its menu', async () => {
    await app.goTo('Photos');
    await app.tile(0).waitFor();
    await app.chooseInMenus('Find in a shared library');
    await app.tile(0).click({ button: 'right' });
    await app.page.getByAltText(/^Like /).waitFor();
    await hits().first().waitFor();
  });

  it('are reached by the page through a connection alone', async () => {
    const refused = await app.page.evaluate(
      ({ url }) => window.hashlens.request('shared.show' as 'connections.show', { url, name: 'family' } as never),
      { url: server.url },
    );
    expect(refused).toMatchObject({ ok: false, error: { code: 'bad-argument' } });
    const added = await app.page.evaluate(
      ({ url }) => window.hashlens.request('connections.add' as 'connections.show', { url } as never),
      { url: server.url },
    );
    expect(added).toMatchObject({ ok: false, error: { code: 'bad-argument' } });
  });

  it('have no violation, and nothing cut off, in every theme and width', async () => {
    expect(await app.faults('shared-results')).toEqual([]);
    await hits().first().getByRole('button').click();
    await dialog().getByText('Original', { exact: true }).waitFor();
    expect(await app.faults('shared-photo')).toEqual([]);
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('button', { name: 'Publish my photos…' }).click();
    await dialog().getByText('What leaves this computer').waitFor();
    expect(await app.faults('shared-publishing')).toEqual([]);
    await app.page.keyboard.press('Escape');
    await app.zoom(1);
  });

  it('fit into a narrow window, and into German', async () => {
    await app.resize(400, 800);
    await hits().first().waitFor();
    await app.screenshot('shared-400');
    await expect.poll(hidden).toBe(0);
    await hits().first().getByRole('button').click();
    await dialog().getByText('Original', { exact: true }).waitFor();
    await app.screenshot('shared-photo-400');
    await app.page.keyboard.press('Escape');
    await app.resize(1280, 800);
    const settings = await app.openSettings();
    await settings.getByLabel('Language').selectOption('de');
    await app.page.getByRole('button', { name: 'Einstellungen', exact: true }).waitFor();
    await app.page.keyboard.press('Alt+ArrowLeft');
    await app.page.getByRole('button', { name: /^family postgres/ }).click();
    await app.page.getByRole('list', { name: 'Fotos der gemeinsamen Bibliothek' }).waitFor();
    await app.screenshot('shared-german');
    await app.page.getByRole('button', { name: 'Meine Fotos veröffentlichen …' }).click();
    await dialog().getByText('Was diesen Computer verlässt').waitFor();
    await app.screenshot('shared-publish-german');
    await app.resize(400, 800);
    await app.screenshot('shared-publish-german-400');
    await expect.poll(hidden).toBe(0);
    await app.page.keyboard.press('Escape');
    await app.screenshot('shared-german-400');
    await expect.poll(hidden).toBe(0);
  });
});
