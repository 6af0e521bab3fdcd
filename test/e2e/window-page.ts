// The window's page as a person uses it, in the application started from source or from a package.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { JSHandle, Locator, Page } from 'playwright-core';
import { root } from '../../scripts/electron.ts';
import type {} from '../../src/renderer/bridge.ts';

/** Longest start on a busy machine. It is shorter than a hook's limit, so that a failure names its cause. */
export const actionTimeout = 60_000;

export class WindowPage {
  readonly page: Page;
  readonly library: string;

  constructor(page: Page, library: string) {
    this.page = page;
    this.library = library;
  }

  get searchBox(): Locator {
    return this.page.getByRole('combobox', { name: 'Search your photos' });
  }

  get tiles(): Locator {
    return this.page.locator('[data-photo]');
  }

  /** The photo at this index of the list, which is in view. */
  tile(index: number): Locator {
    return this.page.locator(`[data-photo][data-index="${index}"]`);
  }

  get selectionBar(): Locator {
    return this.page.getByRole('region', { name: 'Selected photos' });
  }

  /** Waits for this number of selected photos. */
  async selected(photos: number): Promise<void> {
    await this.selectionBar.getByText(`${photos} ${photos === 1 ? 'photo' : 'photos'} selected`).waitFor();
  }

  /** Types a tag for the selected photos. */
  async addTag(name: string): Promise<void> {
    const box = this.selectionBar.getByRole('combobox', { name: 'Add a tag' });
    await box.fill(name);
    await box.press('Enter');
  }

  /** Waits for a message at the foot of the window. */
  async toast(message: string | RegExp): Promise<void> {
    await this.page.locator('[popover]').getByText(message, { exact: true }).waitFor();
  }

  get viewer(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Draws a frame with the mouse from the middle of one element to the middle of another. */
  async drawFrame(from: Locator, to: Locator): Promise<void> {
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    if (a === null || b === null) throw new Error('What the frame is drawn over is not in view.');
    await this.page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 6 });
    await this.page.mouse.up();
  }

  get chart(): Locator {
    return this.page.locator('[data-points]');
  }

  async scheme(source: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: source });
  }

  async goTo(view: 'Photos' | 'Describe' | 'Words' | 'Training'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();
  }

  /** Accepts an empty library's offer; returns the displayed number of indexed photos. */
  async addSampleAlbum(): Promise<number> {
    await this.page.getByRole('button', { name: 'Try the sample album' }).click();
    return this.indexed();
  }

  /** Waits until the photos of an empty library's first folder are indexed and listed; returns the displayed number. */
  protected async indexed(): Promise<number> {
    const summary = this.page.getByText(/\d+ photos indexed/);
    await summary.waitFor({ timeout: 150_000 });
    const photos = Number.parseInt((await summary.textContent()) ?? '', 10);
    // The list is loaded once more after the end of the work.
    await this.page.getByText(`${photos} photos`, { exact: true }).waitFor();
    return photos;
  }

  async search(words: string): Promise<void> {
    await this.searchBox.fill(words);
    await this.searchBox.press('Enter');
    await this.answered(`“${words}”`);
    await this.tiles.first().waitFor();
  }

  /** Types as a person does, so that suggestions appear under the box. */
  async type(text: string): Promise<void> {
    await this.searchBox.fill('');
    await this.searchBox.pressSequentially(text, { delay: 15 });
  }

  /** Removes a saved or recent search from the list under the search box. */
  async removeSearch(name: string): Promise<void> {
    await this.option(name).getByTitle('Remove (Shift+Delete)').click();
    await this.option(name).waitFor({ state: 'detached' });
  }

  option(name: string | RegExp): Locator {
    return this.page.getByRole('option', { name, exact: true });
  }

  /** Waits until this is the first suggestion: those for what was typed before have others in front of it. */
  async offeredFirst(name: string | RegExp): Promise<void> {
    await this.page.getByRole('option').first().and(this.option(name)).waitFor();
  }

  get filters(): Locator {
    return this.page.getByRole('list', { name: 'Filters' }).getByRole('listitem');
  }

  /** The weight of an example photo or image, in the search box. */
  example(name: string): Locator {
    return this.page.getByRole('combobox', { name: `Weight of ${name}` });
  }

  async openSidebar(): Promise<void> {
    await this.page.getByRole('button', { name: 'Albums, folders and more' }).click();
    await this.page.getByRole('navigation', { name: 'Browse' }).waitFor();
  }

  /** An entry of the sidebar: its name and its number of photos. */
  sidebarEntry(name: string | RegExp): Locator {
    return this.page.getByRole('navigation', { name: 'Browse' }).getByRole('button', { name, exact: true });
  }

  async openLibrary(): Promise<Locator> {
    return this.#openPage('Library');
  }

  async openSettings(): Promise<Locator> {
    return this.#openPage('Settings');
  }

  async #openPage(name: 'Library' | 'Settings'): Promise<Locator> {
    const view = this.page.getByRole('region', { name, exact: true });
    const button = this.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name });
    if (!(await view.isVisible())) await button.click();
    await view.waitFor();
    return view;
  }

  /** Waits until the content below this heading belongs to it, not to the previous query. */
  async answered(heading: string): Promise<void> {
    await this.page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await this.page.locator('[aria-busy="false"]').waitFor();
  }

  /** A DataTransfer in the page that carries files. */
  transfers(
    files: readonly { readonly bytes: Uint8Array; readonly name: string }[],
    type: string,
  ): Promise<JSHandle<DataTransfer>> {
    const coded = files.map(({ bytes, name }) => ({ base64: Buffer.from(bytes).toString('base64'), name }));
    return this.page.evaluateHandle(
      ({ list, fileType }) => {
        const transfer = new DataTransfer();
        for (const { base64, name } of list) {
          const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          transfer.items.add(new File([content], name, { type: fileType }));
        }
        return transfer;
      },
      { list: coded, fileType: type },
    );
  }

  transfer(bytes: Uint8Array, name: string, type: string): Promise<JSHandle<DataTransfer>> {
    return this.transfers([{ bytes, name }], type);
  }

  /** Drops JPEG files on the window together. */
  async dropSeveral(files: readonly { readonly bytes: Uint8Array; readonly name: string }[]): Promise<void> {
    const dataTransfer = await this.transfers(files, 'image/jpeg');
    for (const event of ['dragenter', 'dragover', 'drop']) {
      await this.page.dispatchEvent('body', event, { dataTransfer });
    }
  }

  /** Drops a file on the window, like the desktop. */
  async drop(bytes: Uint8Array, name: string, type: string): Promise<void> {
    const dataTransfer = await this.transfer(bytes, name, type);
    for (const event of ['dragenter', 'dragover', 'drop']) {
      await this.page.dispatchEvent('body', event, { dataTransfer });
    }
  }

  async dragOver(): Promise<void> {
    const dataTransfer = await this.transfer(new Uint8Array([1]), 'a.png', 'image/png');
    for (const event of ['dragenter', 'dragover']) await this.page.dispatchEvent('body', event, { dataTransfer });
  }

  async paste(bytes: Uint8Array, name: string, type: string): Promise<void> {
    const carried = await this.transfer(bytes, name, type);
    await this.page.evaluate((clipboardData) => {
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, carried);
  }

  /** Process number and command line of the engine that was started for this very library. */
  async #engine(): Promise<string> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,args=']);
    const line = stdout.split('\n').find((one) => one.includes('engine-program') && one.includes(this.library));
    if (line === undefined) throw new Error('No engine process runs.');
    return line.trim();
  }

  async enginePid(): Promise<number> {
    return Number.parseInt(await this.#engine(), 10);
  }

  async engineCommand(): Promise<string> {
    return (await this.#engine()).replace(/^\d+ /, '');
  }

  /** A list in the page that grows with each engine state the page receives. */
  recordHealth(): Promise<JSHandle<string[]>> {
    return this.page.evaluateHandle(() => {
      const states: string[] = [];
      window.hashlens.onEvent((event) => {
        if (event.type === 'engine') states.push(event.health.state);
      });
      return states;
    });
  }

  /** Clears the selection by the keyboard. */
  async clearSelection(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.selectionBar.waitFor({ state: 'detached' });
  }

  /** Waits until the first tiles show a picture. */
  async loadedThumbnails(atLeast: number): Promise<void> {
    try {
      // Polled by time: a window that is not drawn has no frames.
      await this.page.waitForFunction(
        (wanted) =>
          [...document.querySelectorAll<HTMLImageElement | HTMLCanvasElement>('[data-photo] :is(img, canvas)')].filter(
            (picture) => ('naturalWidth' in picture ? picture.naturalWidth : picture.width) > 0,
          ).length >= wanted,
        atLeast,
        { polling: 100, timeout: actionTimeout },
      );
    } catch (error) {
      throw new Error(`No ${atLeast} thumbnails: ${await this.#describe()}`, { cause: error });
    }
  }

  /** Violations that axe finds in the page, with the elements. */
  async violations(): Promise<string[]> {
    const require = createRequire(import.meta.url);
    // Colours during a transition have contrasts that nobody reads.
    await this.page.evaluate(() => {
      for (const animation of document.getAnimations()) {
        // One without an end cannot be finished.
        if (animation.effect?.getComputedTiming().endTime === Infinity) animation.cancel();
        else animation.finish();
      }
    });
    if (!(await this.page.evaluate(() => 'axe' in window))) {
      await this.page.evaluate(await readFile(require.resolve('axe-core'), 'utf8'));
    }
    // The page's types do not include injected values.
    return this.page.evaluate<string[]>(
      `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) =>
        id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`,
    );
  }

  /**
   * Elements that exceed the window sideways, buttons to close a dialog that are outside of it, and buttons of a dialog or a panel
   * that something else covers.
   */
  cutOff(): Promise<readonly string[]> {
    return this.page.evaluate(() => {
      const wide = [...document.querySelectorAll('html, header, main, nav, dialog[open], [role="dialog"], aside')]
        .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
        .map(({ tagName, className, scrollWidth, clientWidth }) => {
          return `${tagName}.${className} is ${scrollWidth} pixels wide, and ${clientWidth} are shown`;
        });
      const lost = [...document.querySelectorAll('dialog[open] button, [role="dialog"] button')]
        .filter((button) =>
          /^Close( the \w+)?$/.test(button.getAttribute('aria-label') ?? button.textContent?.trim() ?? ''),
        )
        .flatMap((button) => {
          const { left, top, right, bottom } = button.getBoundingClientRect();
          const isInside = left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
          return isInside ? [] : [`Close is outside of the window, at ${Math.round(left)}, ${Math.round(top)}`];
        });
      const covered = [...document.querySelectorAll('dialog[open], [role="dialog"], aside')].flatMap((over) => {
        const bounds = over.getBoundingClientRect();
        return [...over.querySelectorAll('button')].flatMap((button) => {
          const { left, top, right, bottom } = button.getBoundingClientRect();
          const [x, y] = [(left + right) / 2, (top + bottom) / 2];
          const isShown = x > bounds.left && x < bounds.right && y > bounds.top && y < bounds.bottom;
          const there = isShown ? document.elementFromPoint(x, y) : null;
          if (there === null || over.contains(there) || there.contains(over)) return [];
          return [
            `${button.getAttribute('aria-label') ?? button.textContent} is covered by ${there.outerHTML.slice(0, 80)}`,
          ];
        });
      });
      return [...wide, ...lost, ...covered];
    });
  }

  /** Dismisses all messages in one step: they also disappear by themselves. */
  async dismissToasts(): Promise<void> {
    const buttons = this.page.locator('[popover]').getByRole('button', { name: 'Dismiss' });
    await buttons.evaluateAll((all: readonly HTMLElement[]) => all.forEach((button) => button.click()));
  }

  /** A picture of the page, in which folders and people of this machine have other names. */
  async screenshot(name: string): Promise<void> {
    const sentences = [
      [`${os.userInfo().username} on ${os.hostname()}`, 'Anna on laptop'],
      [path.join(root, 'resources'), '/home/anna/Pictures'],
      [os.tmpdir(), '/home/anna'],
    ] as const;
    const restore = await this.page.evaluateHandle((names) => {
      const changed: (readonly [Text, string])[] = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const text = node as Text;
        const before = text.data;
        for (const [from, to] of names) text.data = text.data.replaceAll(from, to);
        text.data = text.data.replace(/(\/home\/anna\/)hashlens-([a-z0-9]+)-\w{6}/, '$1$2');
        if (text.data !== before) changed.push([text, before]);
      }
      return () => {
        for (const [text, before] of changed) text.data = before;
      };
    }, sentences);
    try {
      await this.page.screenshot({ path: path.join(root, 'test-results', `${name}.png`) });
    } finally {
      await restore.evaluate((back) => back());
    }
  }

  /** State of a page that does not respond, as far as it is visible from outside. */
  async #describe(): Promise<string> {
    const seen = this.page.evaluate(() => {
      const images = document.querySelectorAll('[data-photo] :is(img, canvas)').length;
      const tiles = document.querySelectorAll('[data-photo]').length;
      return `${tiles} tiles, ${images} images, window ${document.visibilityState}; ${document.body.innerText.slice(0, 400)}`;
    });
    const silent = new Promise<string>((resolve) => setTimeout(resolve, 5000, 'the page does not answer.'));
    return Promise.race([seen, silent]);
  }
}
