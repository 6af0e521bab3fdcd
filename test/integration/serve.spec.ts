// `hashlens serve`: one warm engine for every command on its library, reachable by its owner only.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SQLite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { connectEngine } from '../../src/engine/cli/serve-client.ts';
import { openServer } from '../../src/engine/cli/server.ts';
import { longestPath, socketPath } from '../../src/engine/cli/socket-path.ts';
import { toLine, wireVersion } from '../../src/engine/cli/wire.ts';
import { openEngine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/shared/contract/engine.ts';
import { albumWith, resourcesDir, sampleAlbum } from '../support/engine.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { temporaryFolder } from '../support/temporary.ts';

const program = fileURLToPath(new URL('../../src/engine/cli/hashlens.ts', import.meta.url));
const album = () => albumWith('animals/red-panda.jpg', 'animals/kitten-on-fence.jpg', 'places/sandy-beach.jpg');

function hashlens(library: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--library', library], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { status, stdout, stderr };
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve));

/** Starts `hashlens serve` in a process of its own and waits until it is ready. */
async function serve(library: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, 'serve', '--json', '--library', library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ready = new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  await Promise.race([ready, ended(child)]);
  expect(child.exitCode).toBe(null);
  return child;
}

/** A served engine in this process, and a client of it. */
async function served(library: string) {
  const server = await openServer(library, (emit) =>
    openEngine({ libraryDir: library, resourcesDir, interactive: true, emit }),
  );
  let open = true;
  const close = async () => {
    if (open) await server.close();
    open = false;
  };
  onTestFinished(close);
  const events: EngineEvent[] = [];
  const client = await connectEngine(
    library,
    (event) => events.push(event),
    () => undefined,
  );
  if (!client) throw new Error('nobody answers');
  onTestFinished(() => client.close());
  return { server, client, events, close };
}

describe('a command line beside `hashlens serve`', () => {
  it('answers the same with it as without it', async () => {
    const library = temporaryFolder();
    hashlens(library, 'index', album());
    const image = join(sampleAlbum, 'animals', 'kitten-on-fence.jpg');
    const commands = [
      ['search', 'text', 'a', 'cat', '--json'],
      ['search', 'image', image, '--json'],
      ['search', 'image', join(library, 'library.db')],
      ['status', '--json'],
      ['models', 'list', '--json'],
      ['models', 'activate', 'nothing'],
    ];
    // The size of a database includes its log, which is longer while a server has it open.
    const sized = /"database":\d+/;
    const answers = () =>
      commands.map((args) => {
        const { stdout, ...rest } = hashlens(library, ...args);
        return { ...rest, stdout: stdout.replace(sized, '"database":0') };
      });
    const alone = answers();
    await serve(library);
    expect(answers()).toEqual(alone);
    expect(alone.map((answer) => answer.status)).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it('uses it: while it is halted, a command says so and works alone', async () => {
    const library = temporaryFolder();
    hashlens(library, 'index', album());
    const server = await serve(library);
    expect(hashlens(library, 'status').stderr).toBe('');
    server.kill('SIGSTOP');
    const { status, stderr, stdout } = hashlens(library, 'search', 'text', 'a cat', '--json');
    server.kill('SIGCONT');
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/does not answer/) as string });
    expect(parseJson(z.array(z.unknown()), stdout)).toHaveLength(3);
  });

  it('indexes through it, and Ctrl+C cancels the job and leaves the server at work', { timeout: 120_000 }, async () => {
    const library = temporaryFolder();
    const server = await serve(library);
    const { status, stdout } = hashlens(library, 'index', album(), '--json');
    expect({ status, result: parseJson(z.unknown(), stdout) }).toMatchObject({ status: 0, result: { indexed: 3 } });
    const many = join(temporaryFolder(), 'many');
    await fillWithPhotos(many, 160);
    const child = spawn(process.execPath, [program, 'index', many, '--library', library], { stdio: 'ignore' });
    // Asked here: another process of the command line may take as long as the job.
    const db = new SQLite(join(library, 'library.db'), { readonly: true });
    onTestFinished(() => void db.close());
    const photos = () => Number(db.prepare('SELECT count(*) FROM photos').pluck().get());
    const newest = () =>
      parseJson(z.array(z.object({ state: z.string() })), hashlens(library, 'jobs', 'list', '--json').stdout)[0];
    await expect.poll(photos, { interval: 20 }).toBeGreaterThan(3);
    const exit = ended(child);
    child.kill('SIGINT');
    expect(await exit).toBe(130);
    expect(newest()).toMatchObject({ state: 'cancelled' });
    const indexed = photos();
    expect(indexed).toBeLessThan(163);
    expect(hashlens(library, 'search', 'text', 'a cat', '--json')).toMatchObject({ status: 0, stderr: '' });
    expect(photos()).toBe(indexed);
    expect(server.exitCode).toBe(null);
  });
});

describe('the socket', () => {
  it('is open to its owner alone, and gone when the server has ended', async () => {
    const library = temporaryFolder();
    const server = await serve(library);
    const address = socketPath(library);
    expect(address).toBe(join(library, 'engine.sock'));
    expect(statSync(address).mode & 0o777).toBe(0o600);
    const exit = ended(server);
    server.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(existsSync(address)).toBe(false);
  });

  it('left by a killed server does not stop a new one', async () => {
    const library = temporaryFolder();
    hashlens(library, 'index', album());
    const first = await serve(library);
    const exit = ended(first);
    first.kill('SIGKILL');
    await exit;
    expect(existsSync(socketPath(library))).toBe(true);
    expect(hashlens(library, 'status')).toMatchObject({ status: 0, stderr: '' });
    await serve(library);
    expect(hashlens(library, 'status')).toMatchObject({ status: 0, stderr: '' });
  });

  it('is refused to a second server', async () => {
    const library = temporaryFolder();
    const first = await serve(library);
    const { status, stdout, stderr } = hashlens(library, 'serve');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`served already by process ${first.pid} .*; end that \`hashlens serve\` first`));
    expect(hashlens(library, 'status').status).toBe(0);
  });

  it('does not take the place of a file that is none', async () => {
    const library = temporaryFolder();
    writeFileSync(join(library, 'engine.sock'), 'mine');
    const { status, stderr } = hashlens(library, 'serve');
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/is not a socket/) as string });
    expect(hashlens(library, 'status').status).toBe(0);
  });

  it('is in a folder of the person’s own when the library’s path is too long for one', async () => {
    const library = join(temporaryFolder(), 'a'.repeat(longestPath));
    mkdirSync(library);
    const address = socketPath(library);
    expect(Buffer.byteLength(address)).toBeLessThanOrEqual(longestPath);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    const { client } = await served(library);
    expect(await client.api['library.status']({})).toMatchObject({ libraryDir: library, photos: 0 });
  });
});

describe('a client', () => {
  it('works without a server of another version, and says which is which', async () => {
    const library = temporaryFolder();
    const other = createServer((socket) => {
      socket.write(toLine({ kind: 'hello', version: '0.0.1/1/abc', libraryDir: library, pid: 1 }));
    });
    await new Promise<void>((resolve) => other.listen(socketPath(library), resolve));
    onTestFinished(() => {
      other.close();
    });
    const notes: string[] = [];
    const client = await connectEngine(
      library,
      () => undefined,
      (line) => notes.push(line),
    );
    expect(client).toBe(null);
    expect(notes).toEqual([expect.stringContaining(`is version 0.0.1/1/abc and this is ${wireVersion}`)]);
  });

  it('gets the events of jobs and waits for them as with an engine of its own', async () => {
    const { client, events } = await served(temporaryFolder());
    const { job } = await client.api['folders.add']({ path: album() });
    expect(await client.finished(job.id)).toMatchObject({ state: 'done', result: { indexed: 3 } });
    const states = events.flatMap((event) =>
      event.type === 'job' && event.job.id === job.id ? [event.job.state] : [],
    );
    expect(states).toEqual(expect.arrayContaining(['queued', 'running', 'done']));
    expect(events).toContainEqual({ type: 'library' });
  });

  it('gets errors with their codes, and wrong arguments refused by the schema', async () => {
    const { client } = await served(temporaryFolder());
    await expect(client.api['folders.add']({ path: '/no/such' })).rejects.toMatchObject({ code: 'folder-missing' });
    await expect(client.api['photos.recent']({ limit: -1, offset: 0 })).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('is told when the server ends under it', async () => {
    const { client, close } = await served(temporaryFolder());
    await client.api['library.status']({});
    await close();
    await expect(client.api['library.status']({})).rejects.toMatchObject({ code: 'engine-stopped' });
  });
});

it('a server hangs up on a client that does not speak its language, and goes on', async () => {
  const library = temporaryFolder();
  const { client } = await served(library);
  for (const words of ['GET / HTTP/1.1\n\n', '{"kind":"request"}\n', 'null\n']) {
    const socket = createConnection(socketPath(library));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(words);
    await closed;
  }
  expect(await client.api['library.status']({})).toMatchObject({ photos: 0 });
});
