// Desktop actions on photos: copy, open, show, move to the bin. The page names photos by their ids alone.
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('photos on the desktop', () => {
  let app: HashlensApp;
  let folder: string;
  /** The person's own folder of installed programs. */
  let programs: string;
  const clipboardText = () => app.electron.evaluate(({ clipboard }) => clipboard.readText());
  const fromMenuBar = (label: string): Promise<void> =>
    app.electron.evaluate(({ Menu }, wanted) => {
      const entries = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
      entries.find((entry) => entry.label === wanted)?.click();
    }, label);
  const opened = () => app.electron.evaluate(() => (globalThis as { opened?: string }).opened ?? '');
  /** The context menu's entry for the photo at this index. */
  const choose = async (label: string, index = 0): Promise<void> => {
    await app.chooseInMenus(label);
    await app.tile(index).click({ button: 'right' });
  };
  /** The path of the first photo, by its menu. */
  const copiedPath = async (): Promise<string> => {
    await app.electron.evaluate(({ clipboard }) => clipboard.writeText(''));
    await choose('Copy path');
    await expect.poll(async () => existsSync(await clipboardText())).toBe(true);
    return clipboardText();
  };

  beforeAll(async () => {
    if (electron === null) return;
    folder = realpathSync(await mkdtemp(path.join(os.tmpdir(), 'hashlens-desktop-')));
    await cp(path.join(root, 'resources/sample-album/animals'), folder, { recursive: true });
    programs = await mkdtemp(path.join(os.tmpdir(), 'hashlens-programs-'));
    app = await HashlensApp.start({ electron, display: inject('display'), env: { XDG_DATA_HOME: programs } });
    await app.resize(1000, 700);
    await app.addFolder(folder);
    await app.loadedThumbnails(5);
  });
  afterAll(async () => {
    await app.close();
    for (const made of [folder, programs]) await rm(made, { recursive: true, force: true });
  });

  it('copies the paths of the selected photos by menu and by key', async () => {
    await choose('Copy path');
    await app.toast('1 path copied');
    expect(path.dirname(await clipboardText())).toBe(folder);
    await app.tile(0).click({ modifiers: ['Control'] });
    await app.tile(1).click({ modifiers: ['Control'] });
    await app.selected(2);
    await app.page.keyboard.press('Control+Alt+c');
    await app.toast('2 paths copied');
    expect((await clipboardText()).split('\n')).toHaveLength(2);
  });

  it('copies the files and the picture', async () => {
    const formats = (): Promise<string[]> =>
      app.electron.evaluate(async (electron) => {
        if ('ClipboardItem' in electron) return (await electron.clipboard.read()).flatMap(({ types }) => types);
        // An Electron other than the one that is released.
        return (electron as { clipboard: { availableFormats(): string[] } }).clipboard.availableFormats();
      });
    await app.page.keyboard.press('Control+c');
    await app.toast('2 files copied');
    expect((await formats()).join()).toContain('uri-list');
    await app.clearSelection();
    await choose('Copy image');
    await app.toast('Picture copied');
    expect(await formats()).toContain('image/png');
  });

  it('opens a photo with the system’s program', async () => {
    await app.electron.evaluate(({ shell }) => {
      shell.openPath = (file) => {
        Object.assign(globalThis, { opened: file });
        return Promise.resolve('');
      };
    });
    await choose('Open with the default program');
    await expect.poll(async () => path.dirname(await opened())).toBe(folder);
  });

  it('opens a photo with a program installed for its type, and with another, which is offered again', async () => {
    const log = path.join(programs, 'log');
    const other = path.join(programs, 'painter');
    await writeFile(other, `#!/bin/sh\nprintf '%s|%s|' "$#" "$1" >> ${log}\n`, { mode: 0o755 });
    const entry = ['[Desktop Entry]', 'Type=Application', 'Name=Test viewer', `Exec=${other} --view %f`];
    await mkdir(path.join(programs, 'applications'));
    await writeFile(
      path.join(programs, 'applications/viewer.desktop'),
      [...entry, 'MimeType=image/jpeg;', ''].join('\n'),
    );
    const ran = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
    const openWith = async (label: string): Promise<void> => {
      await app.tile(0).focus();
      await app.chooseInMenus(label);
      await app.page.keyboard.press('p');
    };
    await openWith('Test viewer');
    await expect.poll(ran).toBe('2|--view|');
    await app.chooseInDialog(other);
    await openWith('Other program…');
    await expect.poll(ran).toMatch(/^2\|--view\|1\|.*\.jpg\|$/);
    const first = ran();
    expect(path.dirname(first.split('|')[3] ?? '')).toBe(folder);
    await openWith('painter');
    await expect.poll(ran).toBe(`${first}${first.slice('2|--view|'.length)}`);
  });

  it('exports copies of the selected photos into the folder that was chosen', async () => {
    const target = await mkdtemp(path.join(os.tmpdir(), 'hashlens-copies-'));
    await app.tile(0).click({ modifiers: ['Control'] });
    await app.tile(1).click({ modifiers: ['Control'] });
    await app.selected(2);
    await app.page.keyboard.press('e');
    const dialog = app.page.getByRole('dialog', { name: 'Export 2 photos' });
    await dialog.getByLabel('Copies').selectOption('WebP');
    await dialog.getByLabel('Long side').selectOption('640 pixels');
    expect(await app.violations()).toEqual([]);
    await app.screenshot('export');
    await app.resize(400, 700);
    await app.screenshot('export-narrow');
    await app.resize(1000, 700);
    await app.chooseInDialog(target);
    await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
    await app.page.getByText('2 photos copied').waitFor();
    expect((await readdir(target)).filter((name) => name.endsWith('.webp'))).toHaveLength(2);
    await app.page.getByRole('button', { name: 'Show the folder' }).click();
    await expect.poll(opened).toBe(realpathSync(target));
    const news = app.page.getByRole('status').filter({ hasText: '2 photos copied' });
    await news.getByRole('button', { name: 'Dismiss' }).click();
    await app.clearSelection();
    await rm(target, { recursive: true });
  });

  it('goes from the menu bar to the settings, whose choice of colours holds at once', async () => {
    await fromMenuBar('Settings…');
    const settings = app.page.getByRole('region', { name: 'Settings', exact: true });
    await settings.getByLabel('Colours').selectOption('Dark');
    const colours = () => app.electron.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
    await expect.poll(colours).toBe('dark');
    await app.scheme('dark');
    expect(await app.violations()).toEqual([]);
    await app.screenshot('settings-dark');
    await app.scheme('light');
    await settings.getByLabel('Colours').selectOption('Same as the system');
    await expect.poll(colours).toBe('system');
    await app.goTo('Photos');
  });

  it('goes from the menu bar to the list of shortcuts and to the search box', async () => {
    await fromMenuBar('Keyboard Shortcuts');
    const list = app.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.waitFor();
    await app.page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await fromMenuBar('Find');
    await expect.poll(() => app.searchBox.evaluate((box) => box === document.activeElement)).toBe(true);
    await app.page.keyboard.press('Escape');
  });

  it('drags the files of the selected photos to other programs', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      if (contents !== undefined)
        contents.startDrag = ({ files }) => void Object.assign(globalThis, { dragged: files });
    });
    await app.tile(0).click({ modifiers: ['Control'] });
    await app.tile(1).click({ modifiers: ['Control'] });
    await app.selected(2);
    await app.page.keyboard.press('Control+Alt+c');
    await app.toast('2 paths copied');
    const selected = (await clipboardText()).split('\n');
    await app.tile(0).dispatchEvent('dragstart');
    const dragged = () => app.electron.evaluate(() => (globalThis as { dragged?: string[] }).dragged ?? []);
    await expect.poll(async () => (await dragged()).toSorted()).toEqual(selected.toSorted());
    await app.clearSelection();
  });

  it('shows the progress of long work on its button in the taskbar, and removes it at the end', async () => {
    await app.electron.evaluate(({ BrowserWindow }) => {
      const shares: number[] = [];
      Object.assign(globalThis, { shares });
      for (const window of BrowserWindow.getAllWindows()) window.setProgressBar = (share) => void shares.push(share);
    });
    await fromMenuBar('Rescan');
    const shares = () => app.electron.evaluate(() => (globalThis as { shares?: number[] }).shares ?? []);
    await expect.poll(async () => (await shares()).some((share) => share >= 0)).toBe(true);
    await expect.poll(async () => (await shares()).at(-1)).toBe(-1);
  });

  it('puts the words of a link into the search box, and searches once Enter is pressed', async () => {
    await app.electron.evaluate(({ app: main }) => {
      main.emit('second-instance', {}, ['hashlens', 'hashlens://search?q=a%20kitten'], '/', null);
    });
    await expect.poll(() => app.searchBox.inputValue()).toBe('a kitten');
    await app.answered('Photos');
    await app.searchBox.press('Enter');
    await app.answered('“a kitten”');
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
  });

  it('refuses ids that are not in the library', async () => {
    const answer = await app.page.evaluate(() =>
      window.hashlens.request('app.copy', { photoIds: [999_999 as never], what: 'paths' }),
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  it('moves a photo to the bin after asking, and shows it no more', async () => {
    await app.electron.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => {
        Object.assign(globalThis, { isAsked: true });
        return Promise.resolve({ response: 1, checkboxChecked: false });
      };
    });
    const file = await copiedPath();
    const before = await app.tiles.count();
    await choose('Move to the bin…');
    await expect.poll(() => app.electron.evaluate(() => 'isAsked' in globalThis)).toBe(true);
    expect(existsSync(file)).toBe(true);
    // Not the real bin of the user who runs the tests.
    const bin = await mkdtemp(path.join(os.tmpdir(), 'hashlens-bin-'));
    await app.electron.evaluate(({ dialog, shell }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
      shell.trashItem = (name) => {
        Object.assign(globalThis, { binned: name });
        return Promise.resolve();
      };
    });
    const binned = () => app.electron.evaluate(() => (globalThis as { binned?: string }).binned ?? '');
    await choose('Move to the bin…');
    await expect.poll(binned).toBe(file);
    await rename(file, path.join(bin, path.basename(file)));
    await app.toast('1 photo moved to the bin');
    await expect.poll(() => app.tiles.count()).toBe(before - 1);

    // It stays in the list of missing photos until its file is back.
    await app.page.getByRole('button', { name: 'Albums, folders and more' }).click();
    await app.page.getByRole('button', { name: 'Missing 1' }).click();
    const missing = app.page.getByRole('list', { name: 'Missing photos' });
    await missing.getByText(path.basename(file)).waitFor();
    await app.page.getByRole('button', { name: 'Remove all…' }).click();
    await app.dismissToasts();
    await app.screenshot('missing');
    expect(await app.faults('missing')).toEqual([]);
    await app.page.getByRole('button', { name: 'Keep', exact: true }).click();
    await app.page.getByRole('button', { name: `Open ${path.basename(file)}` }).click();
    await app.page.getByText('The file is not there now').waitFor();
    await app.page.keyboard.press('Escape');
    await rename(path.join(bin, path.basename(file)), file);
    await app.page.getByRole('button', { name: 'Look for their files' }).click();
    await app.page.getByText('Every photo has its file.').waitFor({ timeout: 60_000 });
    await rm(bin, { recursive: true });
  });

  it.skipIf(process.platform !== 'linux')('takes a photo out of the bin again by Ctrl+Z', async () => {
    await app.goTo('Photos');
    await app.answered('Photos');
    const before = await app.tiles.count();
    const file = await copiedPath();
    // A bin beside the photo, as on a disk of its own.
    const bin = path.join(path.dirname(file), `.Trash-${process.getuid?.()}`);
    for (const part of ['files', 'info']) await mkdir(path.join(bin, part), { recursive: true });
    await app.electron.evaluate(({ shell }) => {
      // An earlier test has moved the same file.
      Object.assign(globalThis, { binned: '' });
      shell.trashItem = (name) => {
        Object.assign(globalThis, { binned: name });
        return new Promise((resolve) => Object.assign(globalThis, { finish: resolve }));
      };
    });
    await choose('Move to the bin…');
    await expect.poll(() => app.electron.evaluate(() => (globalThis as { binned?: string }).binned)).toBe(file);
    const name = path.basename(file);
    await writeFile(path.join(bin, 'info', `${name}.trashinfo`), `[Trash Info]\nPath=${encodeURIComponent(name)}\n`);
    await rename(file, path.join(bin, 'files', name));
    await app.electron.evaluate(() => (globalThis as { finish?: () => void }).finish?.());
    await app.toast('1 photo moved to the bin');
    await expect.poll(() => app.tiles.count()).toBe(before - 1);
    await app.page.keyboard.press('Control+z');
    await app.toast('Undone: 1 photo moved to the bin');
    await expect.poll(() => app.tiles.count()).toBe(before);
    expect(existsSync(file)).toBe(true);
    await rm(bin, { recursive: true });
  });
});
