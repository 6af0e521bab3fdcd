// Keeps one engine warm for the command line: answers on a local socket that only its owner may open.
import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { EngineEvent } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Engine } from '../engine.ts';
import { answer, asAnswer } from './answer.ts';
import { greet } from './remote.ts';
import { realPathOf, socketPath } from './socket-path.ts';
import { LineReader, toLine, toServer, wireVersion, type FromServer } from './wire.ts';

export interface EngineServer {
  readonly engine: Engine;
  /** Path of the socket, or name of the pipe. */
  readonly address: string;
  /** Ends all connections, closes the engine and removes the socket. Jobs go on when an engine starts again. */
  close(): Promise<void>;
}

/** Bytes a client may leave unread before it is told no more news; its answers still come. */
const unreadNews = 1024 * 1024;

/**
 * @param open makes the engine; called once the socket is ours, so that two servers never work on one library
 * @throws HashlensError when the library is served already
 */
export async function openServer(
  libraryDir: string,
  open: (emit: (event: EngineEvent) => void) => Engine,
): Promise<EngineServer> {
  await mkdir(libraryDir, { recursive: true });
  const address = socketPath(libraryDir);
  const clients = new Set<Socket>();
  const server = createServer();
  await claim(server, address);
  const tell = (socket: Socket, message: FromServer): void => {
    if (!socket.writable || (message.kind === 'event' && socket.writableLength > unreadNews)) return;
    socket.write(toLine(message));
  };
  let engine: Engine;
  try {
    engine = open((event) => {
      for (const socket of clients) tell(socket, { kind: 'event', event });
    });
  } catch (error) {
    server.close();
    throw error;
  }
  server.on('connection', (socket) => {
    clients.add(socket);
    socket.once('close', () => clients.delete(socket));
    // A client that has gone away in the middle of an answer is no reason to end.
    socket.on('error', () => socket.destroy());
    tell(socket, { kind: 'hello', version: wireVersion, libraryDir: realPathOf(libraryDir), pid: process.pid });
    const reader = new LineReader();
    socket.on('data', (chunk) => {
      try {
        for (const message of reader.push(chunk)) serveMessage(engine, message, (reply) => tell(socket, reply));
      } catch {
        // Whoever sends anything but our lines is not our command line.
        socket.destroy();
      }
    });
  });
  return {
    engine,
    address,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await engine.close();
      for (const socket of clients) socket.destroy();
      await closed;
    },
  };
}

/** @throws ZodError when it is no message of ours */
function serveMessage(engine: Engine, raw: unknown, reply: (message: FromServer) => void): void {
  const message = toServer.parse(raw);
  const work =
    message.kind === 'request'
      ? answer(engine, message.method, message.params)
      : asAnswer(() => engine.finished(message.jobId));
  void work.then((result) => reply({ kind: 'answer', seq: message.seq, answer: result }));
}

/** Listens on the address, in the place of a server that has died without taking its socket away. */
async function claim(server: Server, address: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    await refuseIfServed(address, address);
    await removeStale(address);
    try {
      return await listen(server, address);
    } catch (error) {
      // Another server was faster: look again.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw notAllowed(address, error);
    }
  }
  throw new HashlensError('bad-argument', `The socket ${address} is being taken by others again and again; try again.`);
}

async function refuseIfServed(path: string, address: string): Promise<void> {
  const greeting = await greet(path);
  if (greeting.state === 'absent') return;
  if (greeting.state === 'open') greeting.socket.destroy();
  const by = greeting.state === 'open' ? ` by process ${greeting.hello.pid}` : '';
  throw new HashlensError(
    'bad-argument',
    `This library is served already${by} (${address}); end that \`hashlens serve\` first.`,
  );
}

/** Moves the dead socket aside before it is removed: had another server just taken the name, it would answer there. */
async function removeStale(address: string): Promise<void> {
  if (process.platform === 'win32') return;
  const stats = await lstat(address).catch(() => null);
  if (!stats) return;
  if (!stats.isSocket()) {
    throw new HashlensError('unreadable', `${address} is no socket, so the library cannot be served; remove it.`);
  }
  const aside = `${address}.${process.pid}`;
  const moved = await rename(address, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  try {
    await refuseIfServed(aside, address);
  } catch (error) {
    await rename(aside, address);
    throw error;
  }
  await rm(aside, { force: true });
}

/** The socket is made with mode 0600, so that there is no moment at which others could connect. */
async function listen(server: Server, address: string): Promise<void> {
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.off('error', reject);
        resolve();
      });
      // `listen` has made the socket by now; what others write meanwhile keeps the person's own mask.
      process.umask(before);
    });
  } finally {
    process.umask(before);
  }
  if (process.platform !== 'win32') await chmod(address, 0o600);
}

function notAllowed(address: string, cause: unknown): HashlensError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HashlensError(
    'unreadable',
    `The socket ${address} cannot be made (${reason}); check the folder's permissions.`,
    { cause },
  );
}
