// Albums and the sidebar: made by the keyboard, filled by menu, shown, emptied.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('albums', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.answered('Photos');
    await app.openSidebar();
  });
  afterAll(() => app.close());

  it('are made of the selected photos by a key and a name', async () => {
    await app.tile(0).click({ modifiers: ['Control'] });
    await app.tile(2).click({ modifiers: ['Control'] });
    await app.page.keyboard.press('a');
    const dialog = app.page.getByRole('dialog', { name: 'New album with 2 photos' });
    await dialog.getByLabel('Name').fill('Best of');
    expect(await app.violations()).toEqual([]);
    await app.page.keyboard.press('Enter');
    await app.toast('2 photos added to “Best of”');
    await app.sidebarEntry('Best of, 2 photos').waitFor();
    await app.clearSelection();
  });

  it('get a photo by its menu, and lose it by Undo', async () => {
    await app.chooseInMenus('Best of');
    await app.tile(4).click({ button: 'right' });
    await app.sidebarEntry('Best of, 3 photos').waitFor();
    await app.page.getByRole('button', { name: 'Undo' }).click();
    await app.sidebarEntry('Best of, 2 photos').waitFor();
  });

  it('show their photos, which are taken out by the menu there', async () => {
    await app.sidebarEntry('Best of, 2 photos').click();
    await app.answered('Best of');
    await expect.poll(() => app.tiles.count()).toBe(2);
    await app.loadedThumbnails(2);
    await app.screenshot('album');
    await app.chooseInMenus('Remove from “Best of”');
    await app.tile(0).click({ button: 'right' });
    await expect.poll(() => app.tiles.count()).toBe(1);
  });

  it('can be saved searches, which show what they find now, and are renamed, removed and brought back', async () => {
    await app.search('tag:animals');
    const before = await app.tiles.count();
    await app.page.getByRole('button', { name: 'Save this search' }).click();
    await app.sidebarEntry('tag:animals').focus();
    await app.page.keyboard.press('F2');
    await app.page.getByRole('dialog', { name: 'Rename the saved search' }).getByLabel('Name').fill('Beasts');
    await app.page.keyboard.press('Enter');
    await app.sidebarEntry('Beasts').waitFor();
    await app.search('tag:places');
    await app.tile(0).click({ modifiers: ['Control'] });
    await app.addTag('animals');
    await app.toast('Tag animals added');
    await app.clearSelection();
    await app.sidebarEntry('Beasts').click();
    await app.answered('“tag:animals”');
    await expect.poll(() => app.tiles.count()).toBe(before + 1);
    await app.dismissToasts();
    await app.sidebarEntry('Beasts').focus();
    await app.page.keyboard.press('Delete');
    await app.toast('“Beasts” removed');
    await app.sidebarEntry('Beasts').waitFor({ state: 'detached' });
    await app.page.getByRole('button', { name: 'Undo' }).click();
    await app.sidebarEntry('Beasts').waitFor();
  });

  it('are beside folders, tags and the rest in a sidebar without faults, light, dark and narrow', async () => {
    await app.page.getByRole('button', { name: 'All photos' }).click();
    await app.answered('Photos');
    await app.page.getByText('Tags', { exact: true }).first().click();
    await app
      .sidebarEntry(/^animals, \d+ photos$/)
      .first()
      .waitFor();
    // The row under the pointer has a darker ground.
    await app
      .sidebarEntry(/^animals, \d+ photos$/)
      .first()
      .hover();
    await app.screenshot('sidebar');
    expect(await app.violations()).toEqual([]);
    await app.scheme('dark');
    expect(await app.violations()).toEqual([]);
    await app.screenshot('sidebar-dark');
    await app.scheme('light');
    await app.resize(400, 700);
    const overflow = () =>
      app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    // A narrow window has no room beside the photos: there it opens over them, on request.
    const sidebar = app.page.getByRole('navigation', { name: 'Browse' });
    await sidebar.waitFor({ state: 'detached' });
    await app.openSidebar();
    await expect.poll(overflow).toBe(0);
    await app.screenshot('sidebar-narrow');
    // A search closes the sidebar if it covers the photos.
    await app
      .sidebarEntry(/^animals, \d+ photos$/)
      .first()
      .click();
    await sidebar.waitFor({ state: 'detached' });
    await app.resize(1280, 800);
    await sidebar.waitFor();
  });
});
