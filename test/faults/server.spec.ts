// The socket of `hashlens serve` under hostile clients, and several processes on one library.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { socketPath } from '../../src/engine/cli/socket-path.ts';
import { differences, libraryContent } from '../support/library-content.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { runOn, startHashlens, startServer, until, type Running } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { asNobody, residentMegabytes } from './support/machine.ts';
import { fault } from './support/needs.ts';

const request = (method: string, params: unknown = {}): string =>
  `${JSON.stringify({ kind: 'request', seq: 1, method, params })}\n`;

async function serve(library: string): Promise<Running> {
  const server = await startServer(library);
  onTestFinished(async () => {
    server.signal('SIGKILL');
    await server.ended;
  });
  return server;
}

/** Connects; resolves with null if no server listens. */
function connect(library: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath(library));
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  });
}

async function connected(library: string): Promise<Socket> {
  const socket = await connect(library);
  if (socket === null) throw new Error('nobody listens');
  return socket;
}

/** Sends a line and waits for the answer, or for the end of the connection. */
async function ask(library: string, line: string | Uint8Array): Promise<string> {
  const socket = await connected(library);
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const answer = text.split('\n').find((one) => one.includes('"kind":"answer"'));
      if (answer !== undefined) resolve(answer);
    });
    socket.on('close', () => resolve('closed'));
    socket.write(line);
  });
}

describe('a client', () => {
  fault('that connects the moment the socket is there gets its answer', [], async () => {
    for (let trial = 0; trial < 3; trial++) {
      const library = temporaryFolder();
      const server = startHashlens(['serve', '--json', '--library', library]);
      let socket: Socket | null = null;
      await until(async () => {
        socket = existsSync(socketPath(library)) ? await connect(library) : null;
        return socket !== null;
      });
      const early = socket as Socket | null;
      const answer = new Promise<string>((resolve) => {
        let text = '';
        early?.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8');
          if (text.includes('"kind":"answer"')) resolve(text);
        });
        early?.on('close', () => resolve('closed'));
      });
      early?.write(request('library.status'));
      expect(await answer).toMatch(/^\{"kind":"hello".*\n(.*\n)*\{"kind":"answer","seq":1,"answer":\{"ok":true/);
      server.signal('SIGTERM');
      await server.ended;
    }
  });

  fault('that speaks another language is cut off, and the next is served', [], async () => {
    const library = temporaryFolder();
    const server = await serve(library);
    const strange = [
      'hello\n',
      '\n',
      'null\n',
      '[1,2]\n',
      '\0\0\0\n',
      Buffer.from([0xff, 0xfe, 0x7b, 0x7d, 0x0a]),
      '{"kind":"x"}\n',
      '{"__proto__":{"kind":"request"},"seq":1,"method":"library.status","params":{}}\n',
      `{"kind":"request","seq":1e308,"method":"library.status","params":{}}\n`,
      `{"kind":"request","seq":1,"method":"library.status","params":${'['.repeat(1e6)}${']'.repeat(1e6)}}\n`,
    ];
    for (const line of strange)
      expect(['closed', expect.stringContaining('"ok"')]).toContainEqual(await ask(library, line));
    for (const method of ['__proto__', 'constructor', 'toString', 'nothing']) {
      expect(await ask(library, request(method))).toContain('"code":"bad-argument"');
    }
    const polluting = '{"settings":{"__proto__":{"polluted":1}},"__proto__":{"x":1}}';
    await ask(library, `{"kind":"request","seq":1,"method":"train.plan","params":${polluting}}\n`);
    expect(await ask(library, request('search.image', { image: { $bytes: '!!!!' } }))).toContain('"ok":false');
    expect(await ask(library, request('search.query', { text: 'x'.repeat(5_000_000) }))).toContain('bad-argument');
    expect(await ask(library, request('library.status'))).toContain('"ok":true');
    expect(server.child.exitCode).toBe(null);
  });

  fault('cannot make the server hold gigabytes with lines that do not end', ['linux'], async () => {
    const library = temporaryFolder();
    const server = await serve(library);
    const before = residentMegabytes(server.pid);
    const chunk = Buffer.alloc(1024 * 1024, 0x61);
    const sockets = await Promise.all([1, 2, 3, 4].map(() => connected(library)));
    const pour = async (socket: Socket): Promise<void> => {
      socket.resume();
      for (let n = 0; n < 290 && !socket.destroyed; n++) {
        await new Promise((resolve) => socket.write(chunk, resolve));
      }
    };
    await Promise.all(sockets.map(pour));
    expect(residentMegabytes(server.pid) - before).toBeLessThan(450);
    expect(await ask(library, request('library.status'))).toContain('"ok":true');
  });

  fault('that reads no answers is read no further', ['linux'], async () => {
    const library = temporaryFolder();
    const server = await serve(library);
    const before = residentMegabytes(server.pid);
    const socket = await connected(library);
    socket.pause();
    const line = Buffer.from(request('methods.list').repeat(200));
    let taken = 0;
    for (let n = 0; n < 400; n++) {
      const written = new Promise((resolve) => socket.write(line, () => resolve(true)));
      const slow = new Promise((resolve) => setTimeout(resolve, 500, false));
      if (!(await Promise.race([written, slow]))) break;
      taken++;
    }
    expect(taken).toBeLessThan(400);
    expect(residentMegabytes(server.pid) - before).toBeLessThan(300);
    expect(await ask(library, request('library.status'))).toContain('"ok":true');
  });

  fault('of another user cannot connect', ['linux', 'other-user'], async () => {
    const library = temporaryFolder();
    await serve(library);
    const program = `require('net').createConnection(process.argv[1]).on('data', () => process.exit(0)).on('error', (e) => { console.log(e.code); process.exit(7); })`;
    const [file, ...args] = [...asNobody, 'node', '-e', program, socketPath(library)];
    // A coverage run cannot write counts from this process.
    const env = { PATH: process.env['PATH'] };
    const { status, stdout } = spawnSync(file ?? '', args, { encoding: 'utf8', env });
    expect({ status, stdout }).toEqual({ status: 7, stdout: 'EACCES\n' });
  });

  fault('is answered among a thousand idle ones', [], async () => {
    const library = temporaryFolder();
    await serve(library);
    const idle = await Promise.all(Array.from({ length: 1000 }, () => connect(library)));
    expect(idle.filter((socket) => socket === null)).toEqual([]);
    expect(await ask(library, request('library.status'))).toContain('"ok":true');
    for (const socket of idle) socket?.destroy();
  });
});

describe('several processes on one library', () => {
  fault('index the same folder at the same moment with the result of one process', [], async () => {
    const album = join(temporaryFolder(), 'album');
    await fillWithPhotos(album, 30);
    const alone = join(temporaryFolder(), 'library');
    expect((await runOn(alone, ['index', album])).status).toBe(0);
    const library = join(temporaryFolder(), 'library');
    const all = await Promise.all([1, 2, 3].map(() => runOn(library, ['index', album, '--json'])));
    expect(all.map(({ status }) => status)).toEqual([0, 0, 0]);
    const now = libraryContent(library);
    expect([...now.faults, ...differences(now, libraryContent(alone))]).toEqual([]);
  });

  fault('are served, search and index together, and a repair waits for them all', [], async () => {
    const album = join(temporaryFolder(), 'album');
    await fillWithPhotos(album, 30);
    const library = join(temporaryFolder(), 'library');
    const server = await serve(library);
    const commands = [['index', album], ['status'], ['repair', '--force'], ['restore']];
    const [index, status, repair, restore] = await Promise.all(commands.map((command) => runOn(library, command)));
    expect([index?.status, status?.status]).toEqual([0, 0]);
    expect([repair, restore]).toEqual([
      expect.objectContaining({ status: 1, stderr: expect.stringContaining('is open') as string }),
      expect.objectContaining({ status: 1, stderr: expect.stringContaining('is open') as string }),
    ]);
    server.signal('SIGTERM');
    await server.ended;
    expect((await runOn(library, ['repair', '--force'])).status).toBe(0);
    expect(libraryContent(library).faults).toEqual([]);
  });

  fault('find the library whole after its log was deleted under them', [], async () => {
    const album = join(temporaryFolder(), 'album');
    await fillWithPhotos(album, 20);
    const library = join(temporaryFolder(), 'library');
    const server = await serve(library);
    expect((await runOn(library, ['index', album])).status).toBe(0);
    for (const suffix of ['-wal', '-shm']) rmSync(join(library, `library.db${suffix}`), { force: true });
    await runOn(library, ['status']);
    server.signal('SIGTERM');
    await server.ended;
    if ((await runOn(library, ['check', '--full'])).status !== 0) {
      expect((await runOn(library, ['repair'])).status).toBe(0);
    }
    expect((await runOn(library, ['index', album])).status).toBe(0);
    const now = libraryContent(library);
    expect([now.faults, now.parts['photos']?.size]).toEqual([[], 20]);
  });
});
