// Restrictions of the page, whatever its content tries.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('the page', () => {
  let app: HashlensApp;
  let server: Server;
  let address: string;
  let visits = 0;

  beforeAll(async () => {
    if (electron === null) return;
    server = createServer((_request, response) => {
      visits++;
      response.setHeader('Access-Control-Allow-Origin', '*').end('hello');
    });
    server.on('connection', () => visits++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.addSampleAlbum();
    await app.loadedThumbnails(4);
  });
  afterAll(async () => {
    await app.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('reaches no network: not by fetch, image, socket, beacon, form or worker', async () => {
    const { outcomes, refused } = await app.page.evaluate(async (host) => {
      const refused = new Set<string>();
      document.addEventListener('securitypolicyviolation', (event) => refused.add(event.effectiveDirective));
      const outcome = (attempt: Promise<unknown>) =>
        attempt.then(
          () => 'reached',
          () => 'refused',
        );
      const image = (source: string) =>
        new Promise((resolve, reject) => {
          const element = new Image();
          element.onload = resolve;
          element.onerror = reject;
          element.src = source;
        });
      const socket = new Promise((resolve, reject) => {
        const opened = new WebSocket(`ws://${host}/`);
        opened.onopen = resolve;
        opened.onerror = reject;
      });
      navigator.sendBeacon(`http://${host}/`);
      const frame = document.createElement('iframe');
      frame.src = `http://${host}/`;
      document.body.append(frame);
      const link = document.createElement('link');
      link.rel = 'prefetch';
      link.href = `http://${host}/`;
      document.head.append(link);
      const form = document.createElement('form');
      form.method = 'post';
      form.action = `http://${host}/form`;
      document.body.append(form);
      form.submit();
      const program = `fetch('http://${host}/worker').then(() => postMessage('reached'), () => postMessage('refused'));`;
      const worker = new Promise((resolve, reject) => {
        // The page policy refuses a worker made of text; a worker that starts must get no network.
        const started = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })));
        started.onmessage = ({ data }) => (data === 'reached' ? resolve(data) : reject(new Error(String(data))));
        started.onerror = reject;
      });
      const outcomes = await Promise.all([
        outcome(fetch(`http://${host}/`)),
        outcome(fetch(`http://${host}/`, { mode: 'no-cors' })),
        outcome(image(`http://${host}/a.png`)),
        outcome(socket),
        outcome(worker),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { outcomes, refused: [...refused] };
    }, address);
    expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
    // The session and the resolver would refuse them too; here the page's policy alone must do it.
    const directives = ['connect-src', 'form-action', 'frame-src', 'img-src', 'worker-src'];
    expect(refused).toEqual(expect.arrayContaining(directives));
    expect(visits).toBe(0);
  });

  it('has every foreign request cancelled in its session, even where no page policy applies', async () => {
    const errors = await app.electron.evaluate(
      ({ session }, urls) =>
        Promise.all(
          urls.map((url) =>
            session.defaultSession.fetch(url).then(
              () => 'reached',
              (error: unknown) => String(error),
            ),
          ),
        ),
      [`http://${address}/`, `ws://${address}/`, 'https://example.org/'],
    );
    expect(errors).toEqual(errors.map(() => expect.stringContaining('ERR_BLOCKED_BY_CLIENT') as unknown));
    expect(visits).toBe(0);
  });

  it('has no files, but those of its own scheme', async () => {
    const status = await app.electron.evaluate(
      ({ session }, url) => session.defaultSession.fetch(url).then((response) => response.status),
      pathToFileURL(import.meta.filename).href,
    );
    expect(status).toBe(403);
  });

  it('adds no folder that the system has not given it', async () => {
    expect(await app.page.evaluate(() => window.hashlens.addDropped(new File(['x'], '/etc')))).toBeNull();
  });

  it('sees nothing of Node or Electron but the bridge', async () => {
    const seen = await app.page.evaluate(() => ({
      require: typeof Reflect.get(window, 'require'),
      process: typeof Reflect.get(window, 'process'),
      Buffer: typeof Reflect.get(window, 'Buffer'),
      bridge: Object.keys(window.hashlens).sort(),
    }));
    expect(seen).toEqual({
      require: 'undefined',
      process: 'undefined',
      Buffer: 'undefined',
      bridge: ['addDropped', 'onEvent', 'request'],
    });
  });

  it('is isolated and sandboxed', async () => {
    const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  it('runs no script and applies no style that did not come with the app', async () => {
    const ran = await app.page.evaluate(async () => {
      // The policy does not apply to the debugger's own evaluation, but to code that runs later.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const inline = document.createElement('script');
      inline.textContent = 'window.injected = true';
      document.body.append(inline);
      let evaluated = false;
      try {
        evaluated = Boolean(globalThis.eval('true'));
      } catch {
        // This is intended.
      }
      const styled = document.createElement('div');
      styled.setAttribute('style', 'color: rgb(1, 2, 3)');
      document.body.append(styled);
      const colour = getComputedStyle(styled).color;
      styled.remove();
      return { inline: Reflect.get(window, 'injected') === true, evaluated, colour };
    });
    expect(ran).toMatchObject({ inline: false, evaluated: false });
    expect(ran.colour).not.toBe('rgb(1, 2, 3)');
  });

  it('cannot leave, nor open a window', async () => {
    const opened = await app.page.evaluate((host) => {
      const other = window.open(`http://${host}/`);
      const link = document.createElement('a');
      link.href = `http://${host}/`;
      document.body.append(link);
      link.click();
      link.remove();
      location.href = `http://${host}/`;
      return other === null;
    }, address);
    expect(opened).toBe(true);
    await app.page.waitForTimeout(500);
    expect(app.page.url()).toBe('app://hashlens/index.html');
    expect(app.electron.windows()).toHaveLength(1);
    expect(visits).toBe(0);
  });

  it('is given no permission', async () => {
    const states = await app.page.evaluate(async () => {
      const notification = await Notification.requestPermission();
      const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'denied',
      );
      const place = await navigator.permissions.query({ name: 'geolocation' });
      return [notification, camera, place.state];
    });
    expect(states).toEqual(['denied', 'denied', 'denied']);
  });

  it('may ask only what is on the list, with what fits', async () => {
    const answers = await app.page.evaluate(async () => {
      const bridge = window.hashlens as unknown as { request(method: unknown, params: unknown): Promise<unknown> };
      return Promise.all([
        bridge.request('folders.add', { path: '/etc' }),
        bridge.request('photos.file', { photoId: 1, variant: 'full' }),
        bridge.request('constructor', {}),
        bridge.request(['library.status'], {}),
        bridge.request('app.showInFolder', { photoIds: ['../../etc'] }),
        bridge.request('photos.get', { photoId: -1 }),
        bridge.request('search.text', null),
      ]).catch((error: unknown) => String(error));
    });
    expect(answers).toEqual(Array.from({ length: 7 }, () => refused('bad-argument')));
  });

  it('is served photos by id only', async () => {
    const shown = await app.page.evaluate(
      (sources) => {
        const load = (source: string) =>
          new Promise<boolean>((resolve) => {
            const image = new Image();
            image.onload = () => resolve(image.naturalWidth > 0);
            image.onerror = () => resolve(false);
            image.src = source;
          });
        return Promise.all(sources.map(load));
      },
      [
        'photo://thumb/1',
        'photo://full/1',
        'photo://thumb/999999',
        'photo://thumb/..%2f..%2fetc%2fpasswd',
        'photo://other/1',
        'file:///etc/passwd',
      ],
    );
    expect(shown).toEqual([true, true, false, false, false, false]);
  });

  it('reads the bytes of thumbnails, which it draws, and of no other photo', async () => {
    const read = await app.page.evaluate(
      (sources) =>
        Promise.all(
          sources.map((source) =>
            fetch(source).then(
              async (response) => response.ok && (await response.arrayBuffer()).byteLength > 0,
              () => 'refused',
            ),
          ),
        ),
      ['photo://thumb/1', 'photo://thumb/999999', 'photo://full/1', 'photo://tile/1/0', 'photo://shared/1/1'],
    );
    expect(read).toEqual([true, false, 'refused', 'refused', 'refused']);
  });

  it('gets photos by GET and HEAD only, never sniffed', async () => {
    const answers = await app.electron.evaluate(async ({ session }) => {
      const ask = async (url: string, method: string) => {
        const response = await session.defaultSession.fetch(url, { method });
        const body = await response.arrayBuffer();
        return {
          status: response.status,
          type: response.headers.get('content-type'),
          sniff: response.headers.get('x-content-type-options'),
          bytes: body.byteLength,
        };
      };
      return {
        get: await ask('photo://thumb/1', 'GET'),
        head: await ask('photo://thumb/1', 'HEAD'),
        post: await ask('photo://thumb/1', 'POST'),
        remove: await ask('photo://thumb/1', 'DELETE'),
        unknown: await ask('photo://thumb/999999', 'GET'),
        letters: await ask('photo://thumb/abc', 'GET'),
        version: await ask('photo://full/1/2', 'GET'),
        deeper: await ask('photo://full/1/2/3', 'GET'),
        page: await ask('app://hashlens/../../package.json', 'GET'),
        escaped: await ask('app://hashlens/..%2f..%2fpackage.json', 'GET'),
      };
    });
    expect(answers.get).toMatchObject({ status: 200, type: 'image/webp', sniff: 'nosniff' });
    expect(answers.get.bytes).toBeGreaterThan(500);
    expect(answers.head).toMatchObject({ status: 200, bytes: 0 });
    expect(answers.post.status).toBe(405);
    expect(answers.remove.status).toBe(405);
    expect(answers.unknown.status).toBe(404);
    expect(answers.letters.status).toBe(400);
    // A photo of the album has no other version.
    expect(answers.version.status).toBe(404);
    expect(answers.deeper.status).toBe(400);
    expect(answers.page.status).toBe(404);
    expect(answers.escaped.status).toBe(404);
  });
});

function refused(code: string): unknown {
  return expect.objectContaining({ ok: false, error: expect.objectContaining({ code }) as unknown });
}
