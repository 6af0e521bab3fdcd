// The app as a person uses it: a page object over a real Electron window with a library of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { _electron, errors, type CDPSession, type ElectronApplication, type Page } from 'playwright-core';
import { root, type Electron } from '../../scripts/electron.ts';
import { actionTimeout, WindowPage } from './window-page.ts';

export interface AppOptions {
  readonly electron: Electron;
  readonly display: string | null;
  /** An engine program instead of the app's own. */
  readonly engine?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** An existing library; without it a new, empty one. */
  readonly library?: string;
}

const attempts = 3;
const launchMs = 25_000;

/**
 * Observed on a busy machine: both debuggers are attached, and the launch still never returns, for an unknown
 * reason. Playwright ends the process after its timeout, and another start works. The warning keeps count.
 */
export async function launch(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  for (let tried = 1; ; tried++) {
    try {
      return await _electron.launch({ ...options, timeout: launchMs });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || tried === attempts) throw error;
      console.warn(`Electron did not come up within ${launchMs / 1000} s; starting it again.`);
    }
  }
}

export class HashlensApp extends WindowPage {
  readonly electron: ElectronApplication;
  /** Sets the size of the page. */
  #emulation: CDPSession | undefined;
  #isFitted = false;

  private constructor(electron: ElectronApplication, page: Page, library: string) {
    super(page, library);
    this.electron = electron;
  }

  static async start({ electron, display, engine, env, library: known }: AppOptions): Promise<HashlensApp> {
    const library = known ?? (await mkdtemp(path.join(os.tmpdir(), 'hashlens-e2e-')));
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const app = await launch({
      executablePath: electron.executable,
      args: [...electron.args, root, '--library', library],
      env: {
        ...Object.fromEntries(inherited.filter(([name]) => !name.startsWith('VITEST'))),
        // The window's language follows the system, and the tests read English.
        LANGUAGE: 'en',
        ...(display === null ? {} : { DISPLAY: display }),
        ...(engine === undefined ? {} : { HASHLENS_ENGINE_PROGRAM: engine }),
        ...env,
      },
    });
    const page = await app.firstWindow({ timeout: actionTimeout });
    page.setDefaultTimeout(actionTimeout);
    await page.waitForLoadState('domcontentloaded', { timeout: actionTimeout });
    return new HashlensApp(app, page, library);
  }

  async close(): Promise<void> {
    await this.electron.close();
    await rm(this.library, { recursive: true, force: true });
  }

  /**
   * Sets the size of the window's content, and waits until the page has it, and has measured itself, unless `fit` gives
   * it another one.
   */
  async resize(width: number, height: number): Promise<void> {
    const wide = await this.electron.evaluate(
      ({ BrowserWindow }, size) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.setContentSize(size.width, size.height);
        const [least = 0] = window?.getMinimumSize() ?? [];
        return Math.max(size.width, least) / (window?.webContents.getZoomFactor() ?? 1);
      },
      { width, height },
    );
    // A frame around the window may take some of it.
    const isThere = (wanted: number) => Math.abs(innerWidth - wanted) < 32;
    if (this.#isFitted) return;
    await this.page.waitForFunction(isThere, wide, { polling: 20 });
    await this.awake();
  }

  /**
   * Shows the page as in a window of this size, which may be larger than the screen. Under load, Chromium reports no change
   * of a media query after it; `zoom` is what changes the pixels of a length.
   */
  async fit(width: number, height: number): Promise<void> {
    this.#emulation ??= await this.page.context().newCDPSession(this.page);
    const size = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.#emulation.send('Emulation.setDeviceMetricsOverride', size);
    this.#isFitted = true;
    await this.#laidOut(width);
  }

  /** Waits until the page has this width, and has measured itself. */
  async #laidOut(width: number): Promise<void> {
    await this.page.waitForFunction((wanted) => innerWidth === wanted, width, { polling: 20 });
    await this.awake();
  }

  /**
   * Waits until the page draws. Observed once on a busy machine: from one view on, the window drew no frame, for an
   * unknown reason, and every later click waited for one in vain. Such a window is shown again; the warning says in
   * which state it was.
   */
  async awake(): Promise<void> {
    for (let tried = 1; !(await this.#drawsWithin(10_000)); tried++) {
      const state = await this.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => ({
          isVisible: window.isVisible(),
          isMinimized: window.isMinimized(),
          bounds: window.getBounds(),
        })),
      );
      const page = await this.page.evaluate(() => [document.visibilityState, innerWidth, innerHeight]);
      const message = `The window draws no frame: ${JSON.stringify({ page, state })}`;
      if (tried === attempts) throw new Error(message);
      console.warn(`${message}; showing it again.`);
      await this.electron.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.hide();
        window?.showInactive();
      });
    }
  }

  #drawsWithin(timeout: number): Promise<boolean> {
    return this.page.evaluate(
      (limit) =>
        new Promise((resolve) => {
          setTimeout(() => resolve(false), limit);
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
        }),
      timeout,
    );
  }

  /** Zooms as Ctrl and plus do. */
  async zoom(factor: number): Promise<void> {
    await this.#emulation?.send('Emulation.clearDeviceMetricsOverride');
    this.#isFitted = false;
    await this.resize(800, 600);
    await this.electron.evaluate(
      ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(wanted),
      factor,
    );
    await this.#laidOut(800 / factor);
  }

  /**
   * Faults of the present view in every theme and width, as axe and the layout tell: violations, what is cut off, and
   * Close out of reach. Leaves screenshots, and the window light and at 1280 x 800 pixels.
   */
  async faults(name: string): Promise<readonly string[]> {
    const found: string[] = [];
    const note = (where: string, faults: readonly string[]): void => {
      found.push(...faults.map((fault) => `${where}: ${fault}`));
    };
    await this.zoom(2);
    note('zoomed to 200 %', await this.cutOff());
    await this.zoom(1);
    // Clicks reach no further than the real window.
    await this.resize(1280, 800);
    for (const [width, height] of [
      [3840, 2160],
      [2560, 1300],
      [400, 800],
      [1280, 800],
    ] as const) {
      await this.fit(width, height);
      note(`${width} pixels`, await this.cutOff());
      if (width === 3840) continue;
      for (const theme of ['dark', 'forced', 'light'] as const) {
        await this.page.emulateMedia({
          colorScheme: theme === 'dark' ? 'dark' : 'light',
          forcedColors: theme === 'forced' ? 'active' : 'none',
        });
        note(`${theme}, ${width} pixels`, await this.violations());
        const isShown = { dark: width === 1280, forced: false, light: width !== 2560 }[theme];
        if (isShown) await this.screenshot(`every-${name}-${theme}-${width}`);
      }
    }
    return found;
  }

  /** From now on a context menu is answered with this entry; its entries are kept for `shownMenus`. */
  async chooseInMenus(wanted: string | null): Promise<void> {
    await this.electron.evaluate(({ Menu }, label) => {
      Menu.prototype.popup = function (this: Electron.Menu, options?: Electron.PopupOptions) {
        const shown: string[] = [];
        const visit = (items: readonly Electron.MenuItem[]): void => {
          for (const item of items) {
            if (item.type === 'separator') continue;
            shown.push([item.label, item.accelerator].filter(Boolean).join(' | '));
            if (item.label === label && item.enabled) (item.click as () => void)();
            // Null if there is none, although the types exclude this.
            visit((item.submenu as Electron.Menu | null)?.items ?? []);
          }
        };
        visit(this.items);
        Object.assign(globalThis, { shownMenu: shown });
        options?.callback?.();
      };
    }, wanted);
  }

  /** Entries of the last context menu, as `Label | Shortcut`. */
  shownMenu(): Promise<readonly string[]> {
    return this.electron.evaluate(() => (globalThis as { shownMenu?: string[] }).shownMenu ?? []);
  }

  /** Adds the first folder of an empty library; returns the displayed number of indexed photos. */
  async addFolder(folder: string): Promise<number> {
    await this.chooseInDialog(folder);
    await this.page.getByRole('button', { name: 'Add a folder…' }).click();
    return this.indexed();
  }

  /** The next folder dialog is answered with this folder. */
  async chooseInDialog(folder: string): Promise<void> {
    await this.electron.evaluate(({ dialog }, filePath) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
    }, folder);
  }
}
