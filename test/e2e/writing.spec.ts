// A person selects photos and describes them, by mouse and by keys alone, undoes it, and finds them again.
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const pictures = [
  ...['kitten-on-fence', 'kitten-with-wool', 'red-panda', 'swan-family', 'kingfisher', 'horse-and-mountains'].map(
    (name) => `animals/${name}.jpg`,
  ),
  ...['autumn-meadow', 'beach-and-cliffs', 'eiffel-tower', 'mountain-lake', 'mountain-path', 'sandy-beach'].map(
    (name) => `places/${name}.jpg`,
  ),
];

describe.skipIf(electron === null)('writing', () => {
  let app: HashlensApp;
  let album: string;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    album = await mkdtemp(path.join(os.tmpdir(), 'hashlens-album-'));
    for (const picture of pictures) {
      await cp(path.join(root, 'resources/sample-album', picture), path.join(album, path.basename(picture)));
    }
    expect(await app.addFolder(album)).toBe(12);
    await app.answered('Photos');
    await app.loadedThumbnails(8);
  });
  afterAll(async () => {
    await app.close();
    await rm(album, { recursive: true, force: true });
  });

  it('selects by Ctrl and Shift, by a frame and by the box of a heading, and Escape takes it back', async () => {
    await app.tile(1).click({ modifiers: ['ControlOrMeta'] });
    await app.tile(4).click({ modifiers: ['Shift'] });
    await app.selected(4);
    await app.tile(2).click();
    await app.selected(3);
    await app.page.keyboard.press('Escape');
    await app.selectionBar.waitFor({ state: 'detached' });
    await app.drawFrame(app.tile(0), app.tile(2));
    await app.selectionBar.waitFor();
    expect(await app.viewer.count()).toBe(0);
    await app.screenshot('frame');
    await app.page.keyboard.press('Escape');
    await app.page
      .getByRole('checkbox', { name: /^Select all of/ })
      .first()
      .click();
    await app.selectionBar.waitFor();
    await app.page.keyboard.press('Escape');
  });

  it('has a check mark also on the photo with the focus of the keyboard', async () => {
    await app.tile(0).focus();
    await app.page.keyboard.press('ArrowRight');
    await app.page.keyboard.press('Space');
    await app.selected(1);
    await app.page
      .locator('li', { has: app.tile(1) })
      .getByTitle('Select')
      .click();
    await app.selectionBar.waitFor({ state: 'detached' });
  });

  it('adds a tag with steps and stars to many photos; the search finds exactly them', async () => {
    await app.tile(0).click({ modifiers: ['ControlOrMeta'] });
    await app.tile(3).click({ modifiers: ['Shift'] });
    await app.selected(4);
    await app.addTag('Family/Walchensee');
    await app.toast('Tag Family/Walchensee added · 4 photos');
    await app.page.getByRole('button', { name: '4 stars' }).click();
    await app.toast('Rated ★★★★ · 4 photos');
    await app.page.getByRole('button', { name: 'Captions, tags, date…' }).click();
    await app.page.getByRole('textbox', { name: 'Add a caption' }).fill('by the lake with Rex');
    await app.page.keyboard.press('Enter');
    await app.toast('Caption added · 4 photos');
    await app.page.getByText('by the lake with Rex').first().waitFor();
    await app.screenshot('selection');
    await app.search('tag:Family/Walchensee');
    expect(await app.tiles.count()).toBe(4);
    await app.search('rating:4');
    expect(await app.tiles.count()).toBe(4);
    await app.searchBox.fill('');
    await app.searchBox.press('Enter');
    await app.answered('Photos');
  });

  it('takes it back and does it again, by keys and by the message', async () => {
    await app.page.locator('main').click({ position: { x: 4, y: 300 } });
    for (const what of ['Caption added', 'Rated ★★★★', 'Tag Family/Walchensee added']) {
      await app.page.keyboard.press('ControlOrMeta+z');
      await app.toast(`Undone: ${what}`);
    }
    await app.searchBox.fill('tag:Family/Walchensee');
    await app.searchBox.press('Enter');
    await app.page.getByText('Nothing was found.').waitFor();
    await app.searchBox.fill('');
    await app.searchBox.press('Enter');
    await app.answered('Photos');
    await app.page.locator('main').click({ position: { x: 4, y: 300 } });
    for (const what of ['Tag Family/Walchensee added', 'Rated ★★★★', 'Caption added']) {
      await app.page.keyboard.press('ControlOrMeta+Shift+z');
      await app.toast(`Redone: ${what}`);
    }
    await app.search('tag:Family/Walchensee');
    expect(await app.tiles.count()).toBe(4);
    await app.searchBox.fill('');
    await app.searchBox.press('Enter');
    await app.answered('Photos');
  });

  it('works in the viewer, and by keys alone', async () => {
    await app.tile(6).focus();
    await app.page.keyboard.press('Enter');
    await app.viewer.waitFor();
    await app.page.keyboard.press('f');
    await app.toast('Marked as favourite');
    await app.page.keyboard.press('5');
    await app.toast('Rated ★★★★★');
    await app.page.getByRole('combobox', { name: 'Add a tag' }).focus();
    await app.page.keyboard.type('walch');
    const offered = app.page.getByRole('listbox', { name: 'Tags' }).getByRole('option');
    await offered.filter({ hasText: 'Family/Walchensee' }).waitFor();
    // Suggestions for the first letters alone.
    await offered.filter({ hasNotText: /walch/i }).first().waitFor({ state: 'detached' });
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('ArrowDown');
    await app.page.keyboard.press('Enter');
    await app.toast(/^Tag (Family\/)?Walchensee added$/);
    await app.page.getByLabel('Corrected date').fill('1987-05');
    await app.page.keyboard.press('Enter');
    await app.toast('Date set to 1987-05');
    await app.page.getByText('May 1987').first().waitFor();
    await app.screenshot('viewer-writing');
    // It leaves the box, and then the photo.
    await app.page.keyboard.press('Escape');
    await app.page.keyboard.press('Escape');
    await app.viewer.waitFor({ state: 'detached' });
    await app.search('tag:Favorite');
    expect(await app.tiles.count()).toBe(1);
  });

  it('loses nothing that is being typed, or was sent and not yet saved, when the engine is killed', async () => {
    await app.searchBox.fill('');
    await app.searchBox.press('Enter');
    await app.answered('Photos');
    await app.tile(7).click({ modifiers: ['ControlOrMeta'] });
    const box = app.page.getByRole('textbox', { name: 'Add a caption' });
    const panel = app.selectionBar.getByRole('button', { name: 'Captions, tags, date…' });
    // The panel is as the test before left it.
    if (!(await box.isVisible())) await panel.click();
    await box.pressSequentially('The granite');
    const states = await app.recordHealth();
    process.kill(await app.enginePid(), 'SIGKILL');
    await expect.poll(() => states.jsonValue(), { timeout: 60_000 }).toContain('running');
    expect(await box.inputValue()).toBe('The granite');
    await box.pressSequentially(' harbour');
    const pid = await app.enginePid();
    // A stopped engine takes the request and never answers it.
    process.kill(pid, 'SIGSTOP');
    await box.press('Enter');
    await expect.poll(() => box.inputValue()).toBe('');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => box.inputValue()).toBe('The granite harbour');
    // After a second death it waits for the person.
    const again = app.page.getByRole('button', { name: 'Start again' });
    await again.click();
    await again.waitFor({ state: 'detached' });
    // The click left the box, which saves its text, or has it again after that has failed.
    // The photo's tile has it, too, a moment later or earlier.
    const words = app.page.getByRole('complementary', { name: 'Words of the selected photos' });
    const caption = words.getByText('The granite harbour', { exact: true });
    const isSaved = async (): Promise<boolean> => {
      if ((await box.inputValue()) !== '') await box.press('Enter');
      return caption.isVisible();
    };
    await expect.poll(isSaved, { timeout: 20_000 }).toBe(true);
    await app.page.keyboard.press('Escape');
    await app.search('"granite harbour"');
    expect(await app.tiles.count()).toBe(1);
  });

  it('loses nothing that was saved when the engine is killed', async () => {
    await app.searchBox.fill('');
    await app.searchBox.press('Enter');
    await app.answered('Photos');
    await app.tile(8).click({ modifiers: ['ControlOrMeta'] });
    await app.addTag('Kept');
    await app.toast('Tag Kept added');
    const states = await app.recordHealth();
    process.kill(await app.enginePid(), 'SIGKILL');
    await expect.poll(() => states.jsonValue(), { timeout: 60_000 }).toContain('running');
    await app.search('tag:Kept');
    expect(await app.tiles.count()).toBe(1);
  });

  it('writes what was written to sidecars beside the selected photos, once that is allowed', async () => {
    expect((await readdir(album)).filter((name) => name.endsWith('.xmp'))).toEqual([]);
    await app.search('tag:Kept');
    await app.tile(0).click({ modifiers: ['ControlOrMeta'] });
    await app.chooseInMenus('Write to sidecars…');
    await app.page.getByRole('button', { name: 'More…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Write to sidecars' });
    await dialog.getByText('1 photo has something to write; checked: 1.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Write' }).isDisabled()).toBe(true);
    await dialog.getByText('Allow writing XMP sidecars').click();
    await app.screenshot('write-to-sidecars');
    expect(await app.violations()).toEqual([]);
    await dialog.getByRole('button', { name: 'Write' }).click();
    await app.page.getByText('1 sidecar written').waitFor();
    const [name, ...others] = (await readdir(album)).filter((file) => file.endsWith('.xmp'));
    expect([name, others]).toEqual([expect.stringMatching(/\.jpg\.xmp$/), []]);
    expect(await readFile(path.join(album, name ?? ''), 'utf8')).toContain('<rdf:li>Kept</rdf:li>');
    await app.page.keyboard.press('Escape');
  });

  it('has no violations that axe finds', async () => {
    await app.searchBox.fill('');
    await app.searchBox.press('Enter');
    await app.answered('Photos');
    await app.tile(0).click({ modifiers: ['ControlOrMeta'] });
    await app.selectionBar.waitFor();
    for (const scheme of ['light', 'dark'] as const) {
      await app.scheme(scheme);
      for (const width of [1280, 700]) {
        await app.resize(width, 800);
        expect(await app.violations()).toEqual([]);
        await app.screenshot(`selection-${scheme}-${width}`);
      }
    }
    await app.resize(1280, 800);
    await app.page.keyboard.press('Escape');
    await app.tile(0).focus();
    await app.page.keyboard.press('Enter');
    await app.viewer.waitFor();
    expect(await app.violations()).toEqual([]);
    await app.screenshot('viewer-dark');
  });
});
