// The window itself: it reopens in its last state, and a library is open only once.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { isRunning } from '../support/is-running.ts';
import { HashlensApp, launch } from './app.ts';

const electron = inject('electron');
const display = inject('display');

describe.skipIf(electron === null)('the window', () => {
  let library: string | undefined;
  const sizeOf = (app: HashlensApp) =>
    app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize());
  afterAll(() => (library === undefined ? undefined : rm(library, { recursive: true, force: true })));

  it('comes back in the size it was closed with, and keeps its profile inside the library named', async () => {
    if (electron === null) return;
    const first = await HashlensApp.start({ electron, display });
    library = first.library;
    await first.page.getByRole('button', { name: 'Add a folder…' }).waitFor();
    await first.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1010, 650));
    await expect.poll(() => sizeOf(first)).toEqual([1010, 650]);
    expect(await first.electron.evaluate(({ app }) => app.getPath('userData'))).toBe(path.join(library, 'window'));
    await first.electron.close();

    const second = await HashlensApp.start({ electron, display, library });
    await expect.poll(() => sizeOf(second)).toEqual([1010, 650]);
    await second.electron.close();
  });

  it('is not opened twice for one library', async () => {
    if (electron === null || library === undefined) return;
    const first = await HashlensApp.start({ electron, display, library });
    const again = spawn(electron.executable, [...electron.args, root, '--library', library], {
      env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) },
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => again.once('close', resolve));
    expect(code).toBe(0);
    expect(first.electron.windows()).toHaveLength(1);
    await first.electron.close();
  });

  it('keeps a choice that is made just before it closes', async () => {
    if (electron === null || library === undefined) return;
    const app = await HashlensApp.start({ electron, display, library });
    await app.resize(1000, 700);
    await app.openSettings();
    await app.page.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await app.electron.close();
    expect(readFileSync(path.join(library, 'window/preferences.json'), 'utf8')).toContain('"appearance": "dark"');
  });

  it('leaves Hashlens at work in the tray when it is closed, and is opened again by a second start', async () => {
    if (electron === null || library === undefined) return;
    const app = await HashlensApp.start({ electron, display, library });
    await app.resize(1000, 700);
    await app.openSettings();
    await app.page.getByRole('checkbox', { name: 'Go on in the tray' }).check();
    const file = path.join(library, 'window/preferences.json');
    await expect.poll(() => (existsSync(file) ? readFileSync(file, 'utf8') : '')).toContain('"tray": true');
    const engine = await app.enginePid();
    await app.page.close();
    expect(app.electron.windows()).toEqual([]);
    const opened = app.electron.waitForEvent('window');
    const again = spawn(
      electron.executable,
      [...electron.args, root, '--library', library, 'hashlens://search?q=dog'],
      {
        env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) },
        stdio: 'ignore',
      },
    );
    const page = await opened;
    await expect.poll(() => page.getByRole('combobox', { name: 'Search your photos' }).inputValue()).toBe('dog');
    expect(again.exitCode ?? (await new Promise((resolve) => again.once('close', resolve)))).toBe(0);
    expect(isRunning(engine)).toBe(true);
    await app.electron.evaluate(({ app }) => app.quit());
    await expect.poll(() => isRunning(engine)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('starts with the session, hidden, once that is asked for', async () => {
    if (electron === null || library === undefined) return;
    const configuration = await mkdtemp(path.join(os.tmpdir(), 'hashlens-config-'));
    const app = await HashlensApp.start({ electron, display, library, env: { XDG_CONFIG_HOME: configuration } });
    await app.resize(1000, 700);
    await app.openSettings();
    const box = app.page.getByRole('checkbox', { name: 'Start when I log in' });
    await box.check();
    const folder = path.join(configuration, 'autostart');
    await expect.poll(() => (existsSync(folder) ? readdirSync(folder) : [])).toHaveLength(1);
    const entry = (): string => readFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'utf8');
    await expect.poll(entry).toContain(`"--hidden" "--library=${library}"`);
    await box.uncheck();
    await expect.poll(() => readdirSync(folder)).toEqual([]);
    await app.electron.close();
    await rm(configuration, { recursive: true });
    // The tray was chosen before.
    const hidden = await launch({
      executablePath: electron.executable,
      args: [...electron.args, root, '--hidden', '--library', library],
      env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) } as Record<string, string>,
    });
    await expect.poll(() => hidden.evaluate(({ app }) => app.isReady())).toBe(true);
    expect(hidden.windows()).toEqual([]);
    const opened = hidden.waitForEvent('window');
    await hidden.evaluate(({ app }) => app.emit('activate'));
    await (await opened).getByRole('button', { name: 'Settings', exact: true }).waitFor();
    await hidden.close();
  });

  it('closes on SIGTERM without leaving the engine behind', async () => {
    if (electron === null || library === undefined) return;
    const app = await HashlensApp.start({ electron, display, library });
    await app.page.getByRole('button', { name: 'Add a folder…' }).waitFor();
    const engine = await app.enginePid();
    const ended = new Promise((resolve) =>
      app.electron.process().once('exit', (code, signal) => resolve(code ?? signal)),
    );
    app.electron.process().kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(isRunning(engine)).toBe(false);
  });
});
