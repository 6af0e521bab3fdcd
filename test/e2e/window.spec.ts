// The window itself: it comes back as it was, and a library is open only once.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const display = inject('display');

describe.skipIf(electron === null)('the window', () => {
  let library: string | undefined;
  afterAll(() => (library === undefined ? undefined : rm(library, { recursive: true, force: true })));

  it('comes back in the size it was closed with, and keeps its profile inside the library named', async () => {
    if (electron === null) return;
    const first = await HashlensApp.start({ electron, display });
    library = first.library;
    await first.page.getByRole('button', { name: 'Add a folder…' }).waitFor();
    await first.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(1010, 650));
    expect(await first.electron.evaluate(({ app }) => app.getPath('userData'))).toBe(path.join(library, 'window'));
    await first.electron.close();

    const second = await HashlensApp.start({ electron, display, library });
    const size = await second.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getSize());
    expect(size).toEqual([1010, 650]);
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
    expect(() => process.kill(engine, 0)).toThrow();
  });
});
