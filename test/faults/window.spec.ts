// The window on damaged libraries, after crashes, and under hostile addresses and requests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { HashlensApp } from '../e2e/app.ts';
import { albumWith } from '../support/engine.ts';
import { isRunning } from '../support/is-running.ts';
import { libraryContent } from '../support/library-content.ts';
import { jsonLines, runOn, startServer, until } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { smallDisk } from './support/machine.ts';
import { fault } from './support/needs.ts';

const electron = inject('electron');
const display = inject('display');

async function open(library: string): Promise<HashlensApp> {
  if (electron === null) throw new Error('there is no Electron');
  const app = await HashlensApp.start({ electron, display, library });
  onTestFinished(() => app.close());
  return app;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

async function libraryWithSearches(): Promise<string> {
  const library = join(temporaryFolder(), 'library');
  expect((await runOn(library, ['index', albumWith('animals/red-panda.jpg', 'places/sandy-beach.jpg')])).status).toBe(
    0,
  );
  const store = openStore(library);
  store.queryLog.save('mine', 'red panda');
  store.close();
  expect((await runOn(library, ['backup'])).status).toBe(0);
  return library;
}

describe('the window', () => {
  fault('names a damaged library as such, and repairs it when asked', ['window'], async () => {
    const library = await libraryWithSearches();
    writeFileSync(join(library, 'library.db'), 'hello, this is no database at all'.repeat(100));
    const app = await open(library);
    const banner = app.page.getByRole('alert');
    await banner.waitFor();
    const text = await banner.innerText();
    expect(text).toMatch(/is damaged: it is not a database/);
    expect(text).not.toMatch(/library is safe/);
    await app.page.getByRole('button', { name: 'Repair' }).click();
    await banner.waitFor({ state: 'detached', timeout: 60_000 });
    await app.page.getByText(/library was repaired/).waitFor();
    await app.search('red panda');
    await app.electron.close();
    const now = libraryContent(library);
    // The index run after a repair resumes at the next start.
    const faults = now.faults.filter((what) => !what.includes('jobs unfinished'));
    expect([faults, now.parts['saved searches']?.get('mine')]).toEqual([[], 'red panda']);
  });

  fault(
    'finds a moved folder where the person says it is, and removes photos that are gone for good',
    ['window'],
    async () => {
      const library = join(temporaryFolder(), 'library');
      const album = join(temporaryFolder(), 'before');
      cpSync(albumWith('animals/red-panda.jpg', 'places/sandy-beach.jpg', 'places/forest-stream.jpg'), album, {
        recursive: true,
      });
      writeFileSync(join(album, 'captions.txt'), 'image,caption\nred-panda.jpg,a secret zebrafish\n');
      expect((await runOn(library, ['index', album])).status).toBe(0);
      expect((await runOn(library, ['backup'])).status).toBe(0);
      const moved = join(album, '..', 'after');
      renameSync(album, moved);
      const app = await open(library);
      const panel = await app.openLibrary();
      await app.chooseInDialog(moved);
      await panel.getByRole('button', { name: 'This folder is now here…' }).click();
      await panel.getByText('after', { exact: true }).waitFor();
      await panel.getByText('(offline)').waitFor({ state: 'detached' });
      rmSync(join(moved, 'red-panda.jpg'));
      await panel.getByRole('button', { name: 'Rescan', exact: true }).click();
      await panel.getByRole('button', { name: 'Show it' }).click();
      await app.page.getByRole('button', { name: 'Remove all…' }).click();
      await app.page.getByRole('button', { name: 'Remove', exact: true }).click();
      await app.page.getByText(/1 photo removed, .* free\. Removed from \d+ backups? too/).waitFor();
      await app.electron.close();
      for (const name of filesBelow(library)) {
        expect({ name, holds: readFileSync(name).includes('zebrafish') }).toEqual({ name, holds: false });
      }
    },
  );

  fault('says that the chosen model is damaged, and leads to the models', ['window'], async () => {
    const library = await libraryWithSearches();
    const exported = join(temporaryFolder(), 'mine');
    expect((await runOn(library, ['models', 'export', 'rotation-starter-1', exported])).status).toBe(0);
    const [imported] = jsonLines(await runOn(library, ['models', 'import', exported, '--json'])) as { id: string }[];
    const id = imported?.id ?? '';
    expect((await runOn(library, ['models', 'activate', id])).status).toBe(0);
    writeFileSync(join(library, 'models', id, 'text.onnx'), 'damaged');
    const app = await open(library);
    await app.search('red panda');
    const panel = await app.openLibrary();
    await panel.getByText(/The default model is used/).waitFor();
    await panel.getByRole('button', { name: 'Show models' }).click();
    await app.page.getByText(id).first().waitFor();
  });

  fault('comes back with a message when the process of its page dies', ['window'], async () => {
    const app = await open(await libraryWithSearches());
    await app.searchBox.waitFor();
    await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      // The message disappears after a while, which may be sooner than a busy machine is asked for it: the page keeps its texts.
      const keepTexts = `
        globalThis.shown = [document.body.innerText];
        new MutationObserver(() => globalThis.shown.push(document.body.innerText))
          .observe(document.body, { subtree: true, childList: true, characterData: true });
      `;
      contents?.on('dom-ready', () => void contents.executeJavaScript(keepTexts));
      contents?.forcefullyCrashRenderer();
    });
    const state = () =>
      app.electron.evaluate(async ({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        if (contents === undefined || contents.isCrashed() || contents.isLoading()) return '';
        const text = contents.executeJavaScript('globalThis.shown?.join() ?? ""') as Promise<string>;
        return Promise.race([text, new Promise<string>((resolve) => setTimeout(resolve, 2000, ''))]);
      });
    await until(async () => (await state().catch(() => '')).includes('had to be loaded again'));
  });

  fault('says in words that its profile cannot be written', ['window', 'linux'], async () => {
    if (electron === null) return;
    const blocked = join(temporaryFolder(), 'file');
    writeFileSync(blocked, 'x');
    const child = spawn(electron.executable, [...electron.args, root, '--library', join(blocked, 'library')], {
      env: {
        ...process.env,
        ...(display === null ? {} : { DISPLAY: display }),
        XDG_CONFIG_HOME: blocked,
        HOME: blocked,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    await until(() => /cannot write to/.test(output) || child.exitCode !== null);
    expect(output).toMatch(/hashlens: Hashlens cannot write to .*Check the permissions/);
    expect(output).not.toMatch(/JavaScript error|Uncaught/);
  });

  fault(
    'starts, searches, changes its settings and ends while the disk of its profile is full',
    ['window', 'linux', 'root', 'tmpfs'],
    async () => {
      const disk = smallDisk(24);
      const library = await libraryWithSearches();
      // The profile of a library of its own.
      symlinkSync(disk.path, join(library, 'window'));
      const filled = [disk.fill(), disk.fill('filler-2')];
      const app = await open(library);
      await app.search('red panda');
      await app.tiles.first().waitFor();
      const settings = await app.openSettings();
      const colours = settings.getByRole('combobox', { name: 'Colours' });
      await colours.selectOption('dark');
      await until(async () => (await colours.inputValue()) === 'dark');
      for (const filler of filled) rmSync(filler);
      await settings.getByRole('combobox', { name: 'Processor cores' }).selectOption('full');
      await settings.getByText(/are used for this now/).waitFor();
      await colours.selectOption('light');
      await until(() => readdirSync(disk.path).includes('preferences.json'), 20_000);
      await app.electron.close();
      expect(libraryContent(library).faults).toEqual([]);
      const again = await open(library);
      const shown = (await again.openSettings()).getByRole('combobox', { name: 'Colours' });
      await until(async () => (await shown.inputValue()) === 'light', 20_000);
    },
  );

  fault('serves none of its addresses in another spelling', ['window'], async () => {
    const app = await open(await libraryWithSearches());
    await app.searchBox.waitFor();
    const addresses = [
      ...['%', '%ff.js', 'a%00.js', '..%2f..%2fpackage.json', '..%5c..%5cmain%5cindex.js'].map(
        (name) => `app://hashlens/${name}`,
      ),
      ...['app://evil/index.html', 'app://hashlens.evil/index.html'],
      ...['1/', '01', '+1', '1e0', '0x1', '%31', '1%00', '1%2f..%2f2', '..%5c..%5cetc', '-1', 'NaN', '__proto__'].map(
        (name) => `photo://full/${name}`,
      ),
      'photo://full/%c0%ae%c0%ae/etc/passwd',
      'file:///etc/passwd',
    ];
    const got = await app.electron.evaluate(async ({ session }, urls) => {
      const outcomes: [string, number | string][] = [];
      for (const url of urls) {
        try {
          const response = await session.defaultSession.fetch(url);
          outcomes.push([url, response.status]);
        } catch {
          outcomes.push([url, 'refused']);
        }
      }
      return outcomes;
    }, addresses);
    for (const [url, outcome] of got) expect([url, outcome]).not.toEqual([url, 200]);
    for (const [url, outcome] of got)
      if (typeof outcome === 'number') expect([url, outcome < 500]).toEqual([url, true]);
  });

  fault('answers every hostile request of its page with an error, and goes on', ['window'], async () => {
    const app = await open(await libraryWithSearches());
    await app.searchBox.waitFor();
    const got = await app.page.evaluate(async () => {
      const bridge = window.hashlens as unknown as {
        request: (this: void, method: unknown, params: unknown) => Promise<{ ok: boolean }>;
      };
      const { request } = bridge;
      const asked: [unknown, unknown][] = [
        ['__proto__', {}],
        ['toString', {}],
        [null, {}],
        [{}, {}],
        [1n, {}],
        ['folders.add', { path: '/etc' }],
        ['models.import', { path: '/etc' }],
        ['photos.file', { photoId: 1, variant: 'full' }],
        ['library.backup', { folder: '/etc' }],
        ['models.remove', { modelId: '../../../etc' }],
        ['search.query', { text: 'x'.repeat(1e6) }],
        ['search.query', { text: 'a', limit: 1e9 }],
        ['search.image', { image: new Uint8Array(1000) }],
        ['train.start', { epochs: 1e9 }],
        ['train.start', { method: '__proto__' }],
        ['search.complete', { text: 'a', cursor: 1e9 }],
        ['encoders.download', { encoderId: '../../x' }],
        ['folders.remove', { folderId: 1.5 }],
      ];
      const answers: string[] = [];
      for (const [method, params] of asked) {
        const answer = await request(method, params).catch((error: unknown) => ({ ok: `threw ${String(error)}` }));
        answers.push(`${String(method)} ${String(answer.ok)}`);
      }
      return answers;
    });
    expect(got.filter((answer) => !answer.endsWith(' false'))).toEqual([]);
    await app.search('red panda');
  });

  fault('takes a million pasted characters without stopping', ['window'], async () => {
    const app = await open(await libraryWithSearches());
    await app.searchBox.waitFor();
    for (const text of ['a'.repeat(1e6), '('.repeat(2e5), 'tag:a '.repeat(4e4)]) {
      await app.searchBox.fill(text);
      await app.searchBox.press('Enter');
      expect(await app.page.evaluate(() => 1 + 1)).toBe(2);
    }
    await app.searchBox.fill('');
    await app.search('red panda');
  });

  fault('shares a library with a server and with commands', ['window'], async () => {
    const library = await libraryWithSearches();
    const app = await open(library);
    const server = await startServer(library);
    onTestFinished(() => server.signal('SIGKILL'));
    const more = albumWith('animals/kitten-on-fence.jpg', 'animals/horse-and-mountains.jpg');
    await app.chooseInDialog(albumWith('places/sandy-beach.jpg'));
    const outcomes = await Promise.all([
      runOn(library, ['index', more, '--json']).then(({ status }) => status),
      app.page.evaluate(() => window.hashlens.request('app.chooseFolder', {})).then(({ ok }) => ok),
      runOn(library, ['search', 'text', 'panda', '-n', '1']).then(({ status }) => status),
    ]);
    expect(outcomes).toEqual([0, true, 0]);
    await app.search('a kitten');
    server.signal('SIGTERM');
    await server.ended;
    await app.electron.close();
    expect((await runOn(library, ['status'])).status).toBe(0);
    expect(libraryContent(library).faults).toEqual([]);
  });

  fault('that is killed leaves no engine behind, and the next start goes on', ['window', 'linux'], async () => {
    const library = await libraryWithSearches();
    const app = await open(library);
    await app.searchBox.waitFor();
    const engine = await app.enginePid();
    const ended = once(app.electron.process(), 'exit');
    app.electron.process().kill('SIGKILL');
    await ended;
    await until(() => !isRunning(engine));
    const again = await open(library);
    await again.search('red panda');
  });
});
