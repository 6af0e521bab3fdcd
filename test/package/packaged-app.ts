// The packaged application, driven over the page's debugging port: its fuses close the one of the main process.
import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, errors, type Browser, type Page } from 'playwright-core';
import { actionTimeout, WindowPage } from '../e2e/window-page.ts';

export interface PackagedAppOptions {
  readonly executable: string;
  readonly display: string | null;
  /** User and group to run as; Chromium's sandbox is on then. Only root can set it. */
  readonly user?: number;
  /** An existing library; without it a new, empty one. */
  readonly library?: string;
}

export class PackagedApp extends WindowPage {
  readonly #process: ChildProcess;
  readonly #browser: Browser;
  readonly #home: string;

  private constructor(process: ChildProcess, browser: Browser, page: Page, home: string, library: string) {
    super(page, library);
    this.#process = process;
    this.#browser = browser;
    this.#home = home;
  }

  static async start({ executable, display, user, library: known }: PackagedAppOptions): Promise<PackagedApp> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'hashlens-package-'));
    const library = known ?? path.join(home, 'library');
    if (user !== undefined) chownSync(home, user, user);
    const root = user === undefined && process.getuid?.() === 0;
    const launch = (): ChildProcess =>
      spawn(executable, [...(root ? ['--no-sandbox'] : []), '--remote-debugging-port=0', '--library', library], {
        cwd: home,
        env: { PATH: process.env['PATH'], HOME: home, ...(display === null ? {} : { DISPLAY: display }) },
        stdio: ['ignore', 'ignore', 'pipe'],
        ...(user === undefined ? {} : { uid: user, gid: user }),
      });
    const { app, browser } = await connect(launch);
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('The application has no browser context.');
    const page = context.pages()[0] ?? (await context.waitForEvent('page', { timeout: actionTimeout }));
    page.setDefaultTimeout(30_000);
    await page.waitForLoadState('domcontentloaded', { timeout: actionTimeout });
    return new PackagedApp(app, browser, page, home, library);
  }

  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error('The application did not start.');
    return pid;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    await this.page.close();
    await ended;
    await this.#browser.close();
    await rm(this.#home, { recursive: true, force: true });
  }
}

const launches = 3;

/** Observed on a busy machine, like with Electron from source: the debugger never answers. Another start works. */
async function connect(launch: () => ChildProcess): Promise<{ app: ChildProcess; browser: Browser }> {
  for (let tried = 1; ; tried++) {
    const app = launch();
    try {
      return { app, browser: await chromium.connectOverCDP(await debuggerAddress(app), { timeout: 25_000 }) };
    } catch (error) {
      const ended = new Promise((resolve) => app.once('close', resolve));
      if (app.exitCode === null && app.kill('SIGKILL')) await ended;
      if (!(error instanceof errors.TimeoutError) || tried === launches) throw error;
      console.warn('The packaged application did not answer; starting it again.');
    }
  }
}

/** Waits for the address that Chromium prints. Throws with everything it printed when it ends first. */
function debuggerAddress(app: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const errorLines: string[] = [];
    app.on('error', reject);
    app.on('close', (code) => reject(new Error(`The application ended (${code}): ${errorLines.join('\n')}`)));
    if (app.stderr === null) throw new Error('The application has no error output.');
    createInterface({ input: app.stderr }).on('line', (line) => {
      errorLines.push(line);
      const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
