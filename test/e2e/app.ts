// The app as a person uses it: a page object over a real Electron window with a library of its own.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { _electron, errors, type ElectronApplication, type JSHandle, type Locator, type Page } from 'playwright-core';
import { root, type Electron } from '../../scripts/electron.ts';
import type {} from '../../src/renderer/bridge.ts';

/** Longest start on a busy machine. It is shorter than a hook's limit, so that a failure names what was waited for. */
const patience = 60_000;

export interface AppOptions {
  readonly electron: Electron;
  readonly display: string | null;
  /** An engine program other than the app's own. */
  readonly engine?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** One that was used before; without it a new, empty one. */
  readonly library?: string;
}

const launches = 3;
const launchMs = 25_000;

/**
 * Seen on a busy machine: both debuggers are attached, and still the launch never comes back; why is not known. Playwright
 * ends the process when its time is over, and another start is as good as the first. The warning keeps count.
 */
async function launch(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  for (let tried = 1; ; tried++) {
    try {
      return await _electron.launch({ ...options, timeout: launchMs });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || tried === launches) throw error;
      console.warn(`Electron did not come up within ${launchMs / 1000} s; starting it again.`);
    }
  }
}

export class HashlensApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  readonly library: string;

  private constructor(electron: ElectronApplication, page: Page, library: string) {
    this.electron = electron;
    this.page = page;
    this.library = library;
  }

  static async start({ electron, display, engine, env, library: known }: AppOptions): Promise<HashlensApp> {
    const library = known ?? (await mkdtemp(path.join(os.tmpdir(), 'hashlens-e2e-')));
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const app = await launch({
      executablePath: electron.executable,
      args: [...electron.args, root, '--library', library],
      env: {
        ...Object.fromEntries(inherited.filter(([name]) => !name.startsWith('VITEST'))),
        ...(display === null ? {} : { DISPLAY: display }),
        ...(engine === undefined ? {} : { HASHLENS_ENGINE_PROGRAM: engine }),
        ...env,
      },
    });
    const page = await app.firstWindow({ timeout: patience });
    page.setDefaultTimeout(30_000);
    await page.waitForLoadState('domcontentloaded', { timeout: patience });
    return new HashlensApp(app, page, library);
  }

  async close(): Promise<void> {
    await this.electron.close();
    await rm(this.library, { recursive: true, force: true });
  }

  get searchBox(): Locator {
    return this.page.getByRole('combobox', { name: 'Search your photos' });
  }

  get tiles(): Locator {
    return this.page.locator('[data-photo]');
  }

  get chart(): Locator {
    return this.page.locator('[data-points]');
  }

  async resize(width: number, height: number): Promise<void> {
    await this.electron.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
      { width, height },
    );
  }

  async scheme(source: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: source });
  }

  async goTo(view: 'Photos' | 'Training'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name: view }).click();
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

  option(name: string | RegExp): Locator {
    return this.page.getByRole('option', { name, exact: true });
  }

  get filters(): Locator {
    return this.page.getByRole('list', { name: 'Filters' }).getByRole('listitem');
  }

  async openLibrary(): Promise<Locator> {
    const panel = this.page.getByRole('complementary', { name: 'Library' });
    const button = this.page.getByRole('navigation').getByRole('button', { name: /^Library/ });
    if (!(await panel.isVisible())) await button.click();
    await panel.waitFor();
    return panel;
  }

  /** Waits until the content under this heading answers it, not the query before. */
  async answered(heading: string): Promise<void> {
    await this.page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await this.page.locator('[aria-busy="false"]').waitFor();
  }

  /** A DataTransfer in the page that carries a file. */
  transfer(bytes: Uint8Array, name: string, type: string): Promise<JSHandle<DataTransfer>> {
    const file = { base64: Buffer.from(bytes).toString('base64'), name, type };
    return this.page.evaluateHandle(({ base64, name: fileName, type: fileType }) => {
      const transfer = new DataTransfer();
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([content], fileName, { type: fileType }));
      return transfer;
    }, file);
  }

  /** Drops a file on the window, as the desktop would. */
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

  /** The next folder dialog is answered with this folder. */
  async chooseInDialog(folder: string): Promise<void> {
    await this.electron.evaluate(({ dialog }, filePath) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
    }, folder);
  }

  /** The process that was started for this very library. */
  async enginePid(): Promise<number> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,args=']);
    const line = stdout.split('\n').find((one) => one.includes('engine-program') && one.includes(this.library));
    if (line === undefined) throw new Error('No engine process runs.');
    return Number.parseInt(line, 10);
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

  /** Waits until the first tiles show a picture, and gives their natural widths. */
  async loadedThumbnails(atLeast: number): Promise<readonly number[]> {
    try {
      // Polled by time: a window that is not drawn has no frames.
      await this.page.waitForFunction(
        (wanted) =>
          [...document.querySelectorAll<HTMLImageElement>('[data-photo] img')].filter((image) => image.naturalWidth > 0)
            .length >= wanted,
        atLeast,
        { polling: 100, timeout: patience },
      );
    } catch (error) {
      throw new Error(`No ${atLeast} thumbnails: ${await this.#describe()}`, { cause: error });
    }
    return this.page
      .locator('[data-photo] img')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth).filter((w) => w > 0));
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(root, 'test-results', `${name}.png`) });
  }

  /** What can be seen from outside of a page that does not get on. */
  async #describe(): Promise<string> {
    const seen = this.page.evaluate(() => {
      const images = [...document.querySelectorAll<HTMLImageElement>('[data-photo] img')];
      const loaded = images.filter((image) => image.naturalWidth > 0).length;
      const tiles = document.querySelectorAll('[data-photo]').length;
      return `${tiles} tiles, ${images.length} images, ${loaded} loaded, window ${document.visibilityState}; ${document.body.innerText.slice(0, 400)}`;
    });
    const silent = new Promise<string>((resolve) => setTimeout(resolve, 5000, 'the page does not answer.'));
    return Promise.race([seen, silent]);
  }
}
