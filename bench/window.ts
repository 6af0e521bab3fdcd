// `npm run -s bench -- window [--photos=<n>]`: the window with a large library, in a real Electron: start, scrolling, keys,
// tiles in the document, memory. Rows are generated; thumbnails are those of the sample album.
import { parseArgs } from 'node:util';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { buildApp, findElectron } from '../scripts/electron.ts';
import { rawDatabase } from '../src/engine/store/raw-database.ts';
import { openStore } from '../src/engine/store/database.ts';
import { openEngine } from '../src/engine/engine.ts';
import { HashlensApp } from '../test/e2e/app.ts';
import { startXvfb } from '../test/support/xvfb.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { machine, digits, printTable } from './lib/report.ts';

const { values } = parseArgs({ options: { photos: { type: 'string' } } });
const photos = Number(values.photos ?? 100_000);
const libraryDir = mkdtempSync(path.join(tmpdir(), 'hashlens-bench-window-'));

const percentile = (list: readonly number[], share: number): number =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))] ?? Number.NaN;

/** The sample album indexed for real, and rows of twenty years that show its thumbnails. */
async function makeLibrary(): Promise<void> {
  const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
  const { job } = await engine.api['folders.addSample']({});
  await engine.finished(job.id);
  await engine.close();
  const store = openStore(libraryDir);
  const folder = store.folders.add('/photos', null).id;
  rawDatabase(store).exec(
    `CREATE TEMP TABLE album AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, content_hash, width, height FROM photos;
     WITH RECURSIVE numbers(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM numbers WHERE i < ${photos})
     INSERT INTO photos (folder_id, path, size, mtime_ms, content_hash, width, height, format, captured_at, indexed_at)
     SELECT ${folder}, 'IMG_' || i || '.jpg', 3000000, 1, content_hash, width, height, 'jpeg',
       1136073600000 + i * (20 * 31557600000 / ${photos}), 1
     FROM numbers JOIN album ON n = i % (SELECT count(*) FROM album)`,
  );
  store.close();
}

/** Seconds of processor time that the processes of the window, without the engine's, have used. */
async function windowProcessor(electron: ElectronApplication): Promise<number> {
  const each = await electron.evaluate(({ app }) => app.getAppMetrics().map(({ cpu }) => cpu.cumulativeCPUUsage ?? 0));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

/** The same of the engine's process; null where the system has no `/proc`. */
function engineProcessor(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  // The name before it may have spaces. User and system time are in hundredths of a second.
  const numbers = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(numbers[11]) + Number(numbers[12])) / 100;
}

async function rendererMegabytes(electron: ElectronApplication): Promise<number> {
  const kilobytes = await electron.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .map(({ memory }) => memory.workingSetSize),
  );
  return Math.max(...kilobytes) / 1024;
}

/**
 * Milliseconds of main-thread work of each frame, from its first callback to the end of layout, while the list is scrolled.
 * @param pixels for each frame, negative upwards
 */
function scroll(app: HashlensApp, pixels: number, count: number): Promise<number[]> {
  const step = { pixels, count };
  return app.page.evaluate(async ({ pixels, count }) => {
    const view = document.querySelector('main');
    if (view === null) throw new Error('no list');
    const work: number[] = [];
    for (let frame = 0; frame < count; frame++) {
      work.push(
        await new Promise<number>((resolve) =>
          requestAnimationFrame(() => {
            const started = performance.now();
            view.scrollTop += pixels;
            // Its message comes after the frame's callbacks, style, layout and paint.
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.now() - started);
            channel.port2.postMessage(null);
          }),
        ),
      );
    }
    return work;
  }, step);
}

/** Milliseconds from a key to the new focus with layout done. */
function pressKeys(app: HashlensApp, key: string, times: number): Promise<number[]> {
  return app.page.evaluate(
    async ({ name, count }) => {
      const took: number[] = [];
      for (let i = 0; i < count; i++) {
        const started = performance.now();
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }),
        );
        const before = document.activeElement;
        while (document.activeElement === before && performance.now() - started < 2000) await Promise.resolve();
        void document.body.offsetHeight;
        took.push(performance.now() - started);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return took;
    },
    { name: key, count: times },
  );
}

const screen = process.env['DISPLAY'] ? null : await startXvfb();
try {
  await makeLibrary();
  await buildApp();
  const electron = await findElectron();
  const display = screen?.display ?? process.env['DISPLAY'] ?? null;
  const started = performance.now();
  const app = await HashlensApp.start({ electron, display, library: libraryDir });
  await app.loadedThumbnails(12);
  const usable = performance.now() - started;
  const processor = await windowProcessor(app.electron);
  const engine = engineProcessor(await app.enginePid());
  const tiles = (): Promise<number> => app.tiles.count();
  const atStart = await tiles();

  await app.tiles.first().focus();
  const down = await pressKeys(app, 'ArrowDown', 60);
  const right = await pressKeys(app, 'ArrowRight', 60);
  const frames = await scroll(app, 750, 300);
  const whileScrolling = await tiles();
  const jump = performance.now();
  await app.tiles.first().focus();
  await app.page.keyboard.press('End');
  await app.page.locator(`[data-index="${photos + 38}"] canvas`).waitFor();
  const oldest = performance.now() - jump;
  const memory = await rendererMegabytes(app.electron);
  // Slowly enough that all pictures are loaded.
  await scroll(app, -200, 600);
  const memoryAfterMany = await rendererMegabytes(app.electron);

  console.log(`${machine()}; ${photos} photos, window of 1280 x 800.\n`);
  printTable(
    ['what', 'measured', 'goal'],
    [
      ['from start to the first photos, s', (usable / 1000).toFixed(1), ''],
      ['processor time until then, of the window, s', processor.toFixed(2), ''],
      ['processor time until then, of the engine, s', engine?.toFixed(2) ?? '-', ''],
      ['processor time until then, in all, s', engine === null ? '-' : (processor + engine).toFixed(2), '2'],
      ['work of a frame while scrolling fast, p95, ms', digits(percentile(frames, 0.95)), '20'],
      ['Arrow Down, p95, ms', digits(percentile(down, 0.95)), '16'],
      ['Arrow Right, p95, ms', digits(percentile(right, 0.95)), '16'],
      ['to the oldest photo by End, ms', digits(oldest), '300'],
      ['tiles in the document, at the start', String(atStart), '400'],
      ['tiles in the document, after scrolling', String(whileScrolling), '400'],
      ['memory of the page, MB', memory.toFixed(0), '400'],
      ['memory of the page, after thousands of photos were in view, MB', memoryAfterMany.toFixed(0), '400'],
    ],
  );
  await app.electron.close();
} finally {
  screen?.server.kill();
  rmSync(libraryDir, { recursive: true, force: true });
}
