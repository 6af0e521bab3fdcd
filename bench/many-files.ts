// `npm run -s bench -- many-files [--files=<n>]`: a library of many files: the speed of the first scan, the cost of
// a scan without changes, the cost of one change in a watched folder, and the memory.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HashCodes } from '../src/engine/jobs/hash-codes.ts';
import { indexJob, type IndexRequest } from '../src/engine/jobs/index-job.ts';
import { undisturbed } from '../test/support/job-context.ts';
import { PhotoFolders } from '../src/engine/library/reader/photo-folders.ts';
import { ActiveModels } from '../src/engine/models/active-models.ts';
import { openStore } from '../src/engine/store/database.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { adoptFiles, writeManyPhotos } from './lib/many-files.ts';
import { machine, printTable } from './lib/report.ts';

const { values } = parseArgs({ options: { files: { type: 'string' } } });
const files = Number(values.files ?? 200_000);
const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
const [root, libraryDir] = [join(folder, 'photos'), join(folder, 'library')];
const signal = new AbortController().signal;
const megabytes = () => process.memoryUsage().rss / 2 ** 20;

const load = (loadavg()[0] ?? 0).toFixed(1);
try {
  mkdirSync(root);
  await writeManyPhotos(root, files);
  const program = fileURLToPath(new URL('lib/make-library.ts', import.meta.url));
  execFileSync(process.execPath, [program, libraryDir, String(files)], { stdio: 'inherit' });
  const photoFolders = new PhotoFolders({ readers: 2 });
  const scanned = performance.now();
  const { photos } = await photoFolders.scan(root, { exclude: [], signal, onProgress: () => undefined });
  const firstScan = performance.now() - scanned;
  adoptFiles(libraryDir, root, photos);

  const store = openStore(libraryDir);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: true });
  const run = indexJob(store, active, new HashCodes(store, active, () => undefined), photoFolders, libraryDir);
  const folderId = store.folders.list()[0]?.id;
  if (folderId === undefined) throw new Error('a library without a folder');

  const processorSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  /** Seconds of an index job, its processor time in the engine, the longest wait of a search, and memory afterwards. */
  const timed = async (request: IndexRequest) => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 1);
    const started = performance.now();
    const busy = processorSeconds();
    await run(request, undisturbed);
    const seconds = (performance.now() - started) / 1000;
    const processor = processorSeconds() - busy;
    // Garbage is collected after the job, and counts as a turn.
    await setTimeout(1000);
    clearInterval(timer);
    const used = process.memoryUsage().heapUsed / 2 ** 20;
    return [...[seconds, processor].map((n) => n.toFixed(2)), ...[longest, megabytes(), used].map((n) => n.toFixed(0))];
  };
  const all = { folderIds: null };
  const before = megabytes();
  // The first job fills in data that older libraries lack.
  await timed(all);
  const rows: string[][] = [];
  rows.push(['all files, asked for', ...(await timed(all))]);
  rows.push(['all files, automatic', ...(await timed({ ...all, automatic: true }))]);
  for (const [nth, more] of [
    ['fifth', 3],
    ['twentieth', 14],
  ] as const) {
    for (let i = 0; i < more; i++) await timed({ ...all, automatic: true });
    rows.push([`the same for the ${nth} time`, ...(await timed({ ...all, automatic: true }))]);
  }
  writeFileSync(join(root, 'album-0/notes.doc'), 'x');
  const changed = (path: string) => ({ ...all, changed: [{ folderId, folders: [{ path, deep: false }] }] });
  rows.push(['a folder of 500 files, without a change of photos', ...(await timed(changed('album-0')))]);
  await writeManyPhotos(join(root, 'new'), 1, files);
  rows.push(['a folder with one new photo, which is encoded', ...(await timed(changed('new/album-0')))]);

  console.log(`${machine()}; ${files} files, 500 to a folder; other work on the machine: load average ${load}.\n`);
  console.log(
    `First scan: ${(firstScan / 1000).toFixed(2)} s, ${Math.round((files * 1000) / firstScan)} files a second.\n`,
  );
  printTable(['an index job over', 'seconds', 'of processor', 'longest turn, ms', 'memory, MB', 'of objects'], rows);
  console.log(`\nMemory before the first job: ${before.toFixed(0)} MB.`);
  photoFolders.close();
  await active.close();
  store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
