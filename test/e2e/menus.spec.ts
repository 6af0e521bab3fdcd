// Context menus, and photos that are added to a search and subtracted from it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const album = path.join(root, 'resources/sample-album');

describe.skipIf(electron === null)('context menus and chips', () => {
  let app: HashlensApp;
  const examples = () => app.page.getByRole('list', { name: 'Examples' }).getByRole('listitem');

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('name what can be done with a photo, with its key', async () => {
    await app.chooseInMenus(null);
    await app.tile(0).click({ button: 'right' });
    await expect
      .poll(() => app.shownMenu())
      .toEqual(
        expect.arrayContaining([
          'Open | Enter',
          'Favourite | F',
          '★★★★★ | 5',
          'More like this | M',
          'Less like that | L',
        ]),
      );
  });

  it('are opened by the keyboard, too', async () => {
    await app.chooseInMenus('Select');
    await app.tile(0).focus();
    await app.page.keyboard.press('Shift+F10');
    await app.selected(1);
    expect(await app.tile(0).getAttribute('aria-pressed')).toBe('true');
    await app.page.keyboard.press('Escape');
  });

  it('add a photo to a search and subtract another, each as a chip that can be weighed', async () => {
    await app.search('an animal');
    await app.chooseInMenus('More like this');
    await app.tile(1).click({ button: 'right' });
    await app.answered('“an animal”, like 1 photo');
    await app.chooseInMenus('Less like that');
    await app.tile(0).click({ button: 'right' });
    await app.answered('“an animal”, like 1 photo, unlike 1 photo');
    await app.loadedThumbnails(4);
    expect(await examples().count()).toBe(2);
    await examples().first().getByRole('combobox').selectOption({ label: 'Like this photo ×2' });
    await app.answered('“an animal”, like 1 photo, unlike 1 photo');
    await app.page.getByRole('list', { name: 'Words' }).getByText('an animal').waitFor();
    expect(await app.violations()).toEqual([]);
    await app.screenshot('examples-and-words');
    await app.resize(400, 700);
    const overflow = () =>
      app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(overflow).toBe(0);
    await app.screenshot('examples-narrow');
    await app.resize(1280, 800);
  });

  it('are gone from the search by Backspace, one after the other', async () => {
    await app.searchBox.fill('');
    await app.answered('Like 1 photo, unlike 1 photo');
    await app.searchBox.press('Backspace');
    await app.answered('Like 1 photo');
    await app.searchBox.press('Backspace');
    await app.answered('Photos');
  });

  it('are on a search that was made, for the keyboard and the mouse, in the list under the box', async () => {
    const chosen = app.page.getByRole('option', { name: 'an animal' });
    await app.chooseInMenus(null);
    await app.searchBox.click();
    await chosen.waitFor();
    while ((await chosen.getAttribute('aria-selected')) !== 'true') await app.searchBox.press('ArrowDown');
    await app.searchBox.press('Shift+F10');
    const entries = ['Show its photos | Enter', 'Save the search | CmdOrCtrl+S', 'Remove from the list | Shift+Delete'];
    await expect.poll(() => app.shownMenu()).toEqual(entries);
    await app.chooseInMenus('Save the search');
    await chosen.click({ button: 'right' });
    await app.toast('“an animal” saved');
    await app.page.keyboard.press('Escape');
    await app.tile(0).focus();
    await app.page.keyboard.press('Control+z');
    await app.toast('Undone: “an animal” saved');
  });

  it('searches by several images that are dropped together', async () => {
    const files = await Promise.all(
      ['places/mountain-lake.jpg', 'places/sandy-beach.jpg'].map(async (name) => ({
        name: path.basename(name),
        bytes: await readFile(path.join(album, name)),
      })),
    );
    await app.dropSeveral(files);
    await app.answered('Like 2 images');
    await app.loadedThumbnails(4);
    await app.example('sandy-beach.jpg').waitFor();
    await app.screenshot('found-by-two-images');
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
  });

  it('are beside a form for filters, which writes what could be typed', async () => {
    await app.page.getByRole('button', { name: 'Filters', exact: true }).click();
    const form = app.page.getByRole('dialog', { name: 'Filters' });
    await form.getByRole('button', { name: 'animals', exact: true }).click();
    await app.answered('“tag:animals”');
    await app.loadedThumbnails(3);
    expect(await app.violations()).toEqual([]);
    await app.screenshot('filter-form');
    await form.getByRole('button', { name: 'Close the filters' }).click();
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
  });

  it('have keys that a list names', async () => {
    await app.tile(0).focus();
    await app.page.keyboard.press('?');
    const list = app.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.getByText('More like this').first().waitFor();
    expect(await app.violations()).toEqual([]);
    await app.screenshot('shortcuts');
    await app.page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
  });

  it('edit text in text boxes, which have no menu of their own otherwise', async () => {
    await app.chooseInMenus(null);
    await app.searchBox.fill('a kitten');
    await app.searchBox.selectText();
    await app.searchBox.click({ button: 'right' });
    const labels = async () =>
      (await app.shownMenu()).map((entry) => entry.replace(/(?:CommandOrControl|CmdOrCtrl)/, 'Ctrl'));
    await expect
      .poll(labels)
      .toEqual(expect.arrayContaining(['Cut | Ctrl+X', 'Copy | Ctrl+C', 'Paste | Ctrl+V', 'Select All | Ctrl+A']));
    await app.searchBox.fill('');
    await app.answered('Photos');
  });

  it('are there in the viewer and for tags, and their keys work there', async () => {
    await app.tile(0).click();
    await app.viewer.waitFor();
    await app.chooseInMenus(null);
    await app.viewer.getByRole('presentation').first().click({ button: 'right' });
    await expect.poll(() => app.shownMenu()).toContain('Find similar photos | S');
    await app.page.keyboard.press('s');
    await app.viewer.waitFor({ state: 'detached' });
    await app.answered('Similar photos');
  });
});
