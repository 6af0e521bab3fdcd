// Limits of the system on processes, threads and open files: a command ends in time with a message, no photo counts
// as damaged, and the next command without the limit completes the work.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, vi } from 'vitest';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, runOn, type RunOptions } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

/** A user with no other programs, as the limit on processes counts all threads of a user. */
const user = ['setpriv', '--reuid=65500', '--regid=65500', '--clear-groups'];

interface Indexed {
  readonly indexed: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly failures: readonly { readonly code: string; readonly message: string }[];
}

const noMore = /the system allows no more/;
const photos = 6;

async function place(): Promise<{
  album: string;
  library: () => string;
  options: (...limits: string[]) => RunOptions;
}> {
  const home = temporaryFolder();
  const album = join(home, 'album');
  await fillWithPhotos(album, photos);
  chmodSync(home, 0o777);
  let libraries = 0;
  return {
    album,
    library: () => join(home, `library-${libraries++}`),
    options: (...limits) => ({ through: ['prlimit', ...limits, ...user], env: { HOME: home }, timeoutMs: 150_000 }),
  };
}

fault(
  'an index run that gets too few processes, threads or open files ends with that reason, and the next one does the rest',
  ['linux', 'root', 'other-user', 'prlimit'],
  async () => {
    const { album, library, options } = await place();
    const reasons: string[] = [];
    // Node itself takes 11 threads. With a few more, the processes it starts wait for theirs for ever.
    for (const limit of ['--nproc=16', '--nproc=40', '--nproc=75', '--nproc=90', '--nproc=120', '--nofile=32']) {
      const here = library();
      const limited = await runOn(here, ['index', album, '--json'], options(limit));
      expect({ limit, timedOut: limited.timedOut }).toEqual({ limit, timedOut: false });
      const [result] = jsonLines(limited) as Indexed[];
      const failures = result?.failures ?? [];
      expect({ limit, codes: failures.map(({ code }) => code) }).toEqual({
        limit,
        codes: failures.map(() => 'system-limit'),
      });
      if (limited.status !== 0) reasons.push(`${limit}: ${limited.stderr}`);
      const next = await runOn(here, ['index', album, '--json'], options());
      const [rest] = jsonLines(next) as Indexed[];
      expect({ limit, done: (rest?.indexed ?? 0) + (rest?.unchanged ?? 0), failed: rest?.failed }).toEqual({
        limit,
        done: photos,
        failed: 0,
      });
    }
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason) => !noMore.test(reason))).toEqual([]);
  },
  // The number of threads at a moment depends on the system. One run in eight ended for another reason.
  { timeout: 900_000, retry: 1 },
);

fault(
  'search answers with the threads and files Node itself needs, and a training says that it gets no process',
  ['linux', 'root', 'other-user', 'prlimit'],
  async () => {
    const { album, library, options } = await place();
    const here = library();
    expect((await runOn(here, ['index', album], options())).status).toBe(0);
    for (const limit of ['--nproc=14', '--nofile=32']) {
      const found = await runOn(here, ['search', 'text', 'dog', '-n', '1', '--json'], options(limit));
      expect({ limit, status: found.status, stderr: found.stderr }).toEqual({ limit, status: 0, stderr: '' });
    }
    const train = ['train', '--method', 'two-tower', '--bits', '16', '--epochs', '1'];
    const training = await runOn(here, train, options('--nproc=12'));
    expect(training).toMatchObject({ status: 1, timedOut: false, stderr: expect.stringMatching(noMore) as string });
  },
);

const watchProgram = fileURLToPath(new URL('./support/watch-folders.ts', import.meta.url));

fault(
  'a folder with more inner folders than the system watches is told, and another one is watched all the same',
  ['linux', 'watch-limit'],
  async () => {
    const [large, small] = [join(temporaryFolder(), 'large'), temporaryFolder()];
    for (let inner = 0; inner < 12; inner++) mkdirSync(join(large, `${inner}`), { recursive: true });
    const limited = 'echo 8 > /proc/sys/user/max_inotify_watches && exec "$@"';
    const child = spawn('unshare', ['-Ur', 'sh', '-c', limited, 'sh', process.execPath, watchProgram, large, small], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    let written = 0;
    const reportsFiles = () => {
      writeFileSync(join(small, `${written++}.jpg`), 'x');
      expect(lines).toContain(JSON.stringify({ changed: small }));
    };
    await vi.waitFor(reportsFiles, { timeout: 60_000, interval: 200 });
    expect(lines).toContain(JSON.stringify({ unwatched: large }));
    expect(lines).not.toContain(JSON.stringify({ unwatched: small }));
    for (let inner = 0; inner < 12; inner++) mkdirSync(join(small, `${inner}`));
    await vi.waitFor(() => expect(lines).toContain(JSON.stringify({ unwatched: small })), {
      timeout: 60_000,
      interval: 200,
    });
  },
);
