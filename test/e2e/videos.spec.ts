// Videos where there is no ffmpeg: the window's Chromium takes their frames on a hidden page.
import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const album = path.join(root, 'resources/sample-album/animals');
const addressOfPages = 'video://player/';

/** Preferences and state of the hidden page; null while there is none. */
const hiddenPage = (app: HashlensApp) =>
  app.electron.evaluate(async ({ webContents, BrowserWindow }, url) => {
    const page = webContents.getAllWebContents().find((contents) => contents.getURL() === url);
    if (page === undefined) return null;
    const preferences = (
      page as unknown as { getLastWebPreferences(): Record<string, unknown> }
    ).getLastWebPreferences();
    const reach = (address: string) =>
      page.executeJavaScript(`fetch(${JSON.stringify(address)}).then((r) => r.status, () => 'refused')`);
    return {
      preferences,
      windows: BrowserWindow.getAllWindows().length,
      node: (await page.executeJavaScript('typeof require + typeof process + typeof hashlens')) as string,
      reached: (await Promise.all(
        ['https://example.org/', 'file:///etc/passwd', 'app://hashlens/index.html', 'photo://thumb/1'].map(reach),
      )) as unknown[],
      /** By the session itself, where no policy of the page applies. Without a video at work there is no file. */
      file: (await page.session.fetch(`${url}file?1`)).status,
    };
  }, addressOfPages);

/** Runs nothing in the page: a script that is running while the page closes is never answered. */
const pages = (app: HashlensApp) =>
  app.electron.evaluate(
    ({ webContents }, url) => webContents.getAllWebContents().filter((contents) => contents.getURL() === url).length,
    addressOfPages,
  );

/** Kills the process of the hidden page, as a system without memory does. */
const killPage = (app: HashlensApp) =>
  app.electron.evaluate(({ webContents }, url) => {
    const page = webContents.getAllWebContents().find((contents) => contents.getURL() === url);
    if (page === undefined) throw new Error('there is no page');
    process.kill(page.getOSProcessId(), 'SIGKILL');
  }, addressOfPages);

/** Kills the process of the next hidden page before it has loaded. @returns whether it was still loading */
const killNextPage = (app: HashlensApp) =>
  app.electron.evaluate(
    ({ app: own }) =>
      new Promise<boolean>((resolve) => {
        own.once('web-contents-created', (_event, contents) => {
          // Its first process may be replaced until the page has answered.
          contents.once('did-navigate', () => {
            process.kill(contents.getOSProcessId(), 'SIGKILL');
            resolve(contents.isLoadingMainFrame());
          });
        });
      }),
  );

describe.skipIf(electron === null)('videos without ffmpeg', () => {
  let app: HashlensApp;
  let folder: string;
  let copies = 0;

  /** Indexes again. @returns the messages of what failed */
  async function indexAgain(): Promise<readonly string[]> {
    return app.page.evaluate(async () => {
      const started = await window.hashlens.request('folders.index', {});
      if (!started.ok) throw new Error(started.error.message);
      for (;;) {
        const jobs = await window.hashlens.request('jobs.list', {});
        const job = jobs.ok ? jobs.value.find(({ id }) => id === started.value.id) : undefined;
        if (job?.error) throw new Error(job.error.message);
        if (job?.result) return job.result.failures.map(({ message }) => message);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
  }

  /** Adds a copy of the first video, which shows the same, so that the page is open for the next 15 seconds. */
  async function openPage(): Promise<void> {
    const name = `copy ${++copies} of clip-1.mp4`;
    await copyFile(path.join(folder, 'clip-1.mp4'), path.join(folder, name));
    await appendFile(path.join(folder, name), name);
    expect((await indexAgain()).join()).not.toContain(name);
  }

  /** Three seconds of a photo that moves, as MediaRecorder makes them. */
  async function record(photo: string, mimeType: string): Promise<Buffer> {
    const base64 = await app.page.evaluate(
      async ({ source, type }) => {
        const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
        const picture = await createImageBitmap(new Blob([bytes]));
        const canvas = document.createElement('canvas');
        canvas.width = 480;
        canvas.height = 360;
        const context = canvas.getContext('2d');
        if (context === null) throw new Error('there is no canvas');
        const stream = canvas.captureStream(10);
        const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 2e6 });
        const parts: Blob[] = [];
        recorder.ondataavailable = ({ data }) => parts.push(data);
        const stopped = new Promise((resolve) => (recorder.onstop = resolve));
        recorder.start();
        for (let i = 0; i < 20; i++) {
          context.drawImage(picture, -i, -i, 520, 400);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        recorder.stop();
        await stopped;
        const recorded = new Uint8Array(await new Blob(parts).arrayBuffer());
        return btoa(Array.from(recorded, (byte) => String.fromCharCode(byte)).join(''));
      },
      { source: (await readFile(path.join(album, photo))).toString('base64'), type: mimeType },
    );
    return Buffer.from(base64, 'base64');
  }

  beforeAll(async () => {
    if (electron === null) return;
    folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'hashlens-videos-')), 'Videos');
    await mkdir(folder);
    app = await HashlensApp.start({
      electron,
      display: inject('display'),
      env: { HASHLENS_FFMPEG: path.join(folder, 'no-ffmpeg') },
    });
    await writeFile(
      path.join(folder, 'clip-1.mp4'),
      await record('kitten-with-wool.jpg', 'video/mp4;codecs=avc1.42E01E'),
    );
    await writeFile(path.join(folder, 'clip-2.webm'), await record('swan-family.jpg', 'video/webm;codecs=vp8'));
    await app.chooseInDialog(folder);
    await app.page.getByRole('button', { name: 'Add a folder…' }).click();
    await app.loadedThumbnails(2);
  });
  afterAll(async () => {
    await app.close();
    await rm(path.dirname(folder), { recursive: true, force: true });
  });

  it('are decoded on a page without Node, network, window, or other files than the video at work', async () => {
    await openPage();
    const seen = await hiddenPage(app);
    expect(seen).toMatchObject({
      preferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      },
      windows: 1,
      node: 'undefinedundefinedundefined',
      reached: ['refused', 'refused', 'refused', 'refused'],
      file: 404,
    });
  });

  it('are found by what their frames show, MP4 with H.264 as well as WebM', async () => {
    await app.search('a cat');
    await expect.poll(() => app.tiles.first().getAttribute('aria-label')).toMatch(/^1\. .*clip-1/);
    await app.search('swans');
    await expect.poll(() => app.tiles.first().getAttribute('aria-label')).toMatch(/^1\. .*clip-2/);
  });

  it('keep their page when the memory of unused objects is freed', async () => {
    await openPage();
    await app.electron.evaluate(async () => {
      process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
      const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
      for (let i = 0; i < 3; i++) {
        collect();
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect(await pages(app)).toBe(1);
  });

  it('are taken from a new page where its process was killed while it was idle', async () => {
    await openPage();
    await copyFile(path.join(folder, 'clip-1.mp4'), path.join(folder, 'again.mp4'));
    await appendFile(path.join(folder, 'again.mp4'), 'idle');
    await killPage(app);
    await expect.poll(() => pages(app)).toBe(0);
    expect((await indexAgain()).join()).not.toContain('again.mp4');
  });

  it('are named where the process of their page was killed while it loaded, and taken from a new page', async () => {
    await expect.poll(() => pages(app), { interval: 100 }).toBe(0);
    await copyFile(path.join(folder, 'clip-1.mp4'), path.join(folder, 'loading.mp4'));
    await appendFile(path.join(folder, 'loading.mp4'), 'loading');
    const killed = killNextPage(app);
    expect((await indexAgain()).join()).toContain('loading.mp4');
    expect(await killed).toBe(true);
    expect((await indexAgain()).join()).not.toContain('loading.mp4');
  });

  // The page of a video that failed is closed, so that this comes after the tests of an open page.
  it('name Chromium and ffmpeg where Chromium cannot play them', async () => {
    const noPicture = Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0qt  no picture', 'latin1');
    await writeFile(path.join(folder, 'clip-0.mov'), noPicture);
    expect(await indexAgain()).toEqual([
      'clip-0.mov is a video that Chromium cannot play; install ffmpeg to have its frames searched.',
    ]);
  });

  it('leave no page behind when there are no more of them', async () => {
    await expect.poll(() => pages(app), { interval: 100 }).toBe(0);
  });
});
