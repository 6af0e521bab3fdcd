// Keeps one engine warm for the command line: answers on a local socket that only its owner may open.
import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { EngineEvent } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { Responder } from '../../shared/protocol.ts';
import type { Engine } from '../engine.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { callEngine, reportInternal } from './answer.ts';
import { greet } from './serve-client.ts';
import { realPathOf, socketPath } from './socket-path.ts';
import {
  finishedMethod,
  finishedParams,
  LineBudget,
  LineReader,
  toLine,
  toServer,
  wireVersion,
  type FromServer,
  type ToServer,
} from './wire.ts';

export interface EngineServer {
  readonly engine: Engine;
  /** Path of the socket, or name of the pipe. */
  readonly address: string;
  /** Ends all connections, closes the engine and removes the socket. Jobs resume at the next start of an engine. */
  close(): Promise<void>;
}

/** Unread bytes of a client above which it gets no more news and its requests are not read. */
const unreadBytes = 1024 * 1024;
/** Largest number of concurrent requests of one client; the next is read when one of them is answered. */
const mostRequests = 64;
/** Longest time to complete a line. */
const lineMs = 60_000;

/**
 * @param open makes the engine; called once the socket is bound, so that two servers never work on one library
 * @throws HashlensError when the library is served already
 */
export async function openServer(
  libraryDir: string,
  open: (emit: (event: EngineEvent) => void) => Engine,
): Promise<EngineServer> {
  await makeFolder(libraryDir);
  const address = socketPath(libraryDir);
  const clients = new Set<Client>();
  const budget = new LineBudget();
  const server = createServer();
  let engine: Engine | null = null;
  // Listen for connections first, as a client may connect at once. It gets its greeting, and is read, once the
  // engine is open.
  server.on('connection', (socket) => {
    const client = new Client(socket, budget, () => clients.delete(client));
    clients.add(client);
    client.tell({ kind: 'hello', version: wireVersion, libraryDir: realPathOf(libraryDir), pid: process.pid });
    if (engine !== null) client.serve(engine);
  });
  await claim(server, address);
  try {
    engine = open((event) => {
      for (const client of clients) client.news(event);
    });
  } catch (error) {
    for (const client of clients) client.end();
    server.close();
    throw error;
  }
  const opened = engine;
  for (const client of clients) client.serve(opened);
  return {
    engine: opened,
    address,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await opened.close();
      for (const client of clients) client.end();
      await closed;
    },
  };
}

/** One connection of a command line. */
class Client {
  readonly #socket: Socket;
  readonly #reader: LineReader;
  #working = 0;
  #lineTimer: NodeJS.Timeout | null = null;

  constructor(socket: Socket, budget: LineBudget, onClose: () => void) {
    this.#socket = socket;
    this.#reader = new LineReader(budget);
    socket.once('close', () => {
      this.#watchLine(false);
      this.#reader.clear();
      onClose();
    });
    // The server continues when a client goes away in the middle of an answer.
    socket.on('error', () => socket.destroy());
    socket.on('drain', () => this.#readOrWait());
  }

  tell(message: FromServer): void {
    if (this.#socket.writable) this.#socket.write(toLine(message));
  }

  news(event: EngineEvent): void {
    if (this.#socket.writableLength <= unreadBytes) this.tell({ kind: 'event', event });
  }

  end(): void {
    this.#socket.destroy();
  }

  serve(engine: Engine): void {
    const responder = new Responder(
      (method, params) =>
        method === finishedMethod
          ? reportInternal(() => engine.finished(finishedParams.parse(params)))
          : callEngine(engine, method, params),
      (message) => this.tell(message),
    );
    this.#socket.on('data', (chunk) => {
      try {
        for (const message of this.#reader.push(chunk)) this.#receive(responder, toServer.parse(message));
      } catch {
        // Only our own command line is served, and it sends no such lines.
        this.end();
      }
      this.#watchLine(this.#reader.unfinished);
      this.#readOrWait();
    });
  }

  #receive(responder: Responder, message: ToServer): void {
    this.#working++;
    void responder.receive(message).then(() => {
      this.#working--;
      this.#readOrWait();
    });
  }

  /** Stops reading while the client leaves answers unread or has many requests running. */
  #readOrWait(): void {
    if (this.#working >= mostRequests || this.#socket.writableLength > unreadBytes) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #watchLine(unfinished: boolean): void {
    if (this.#lineTimer !== null) clearTimeout(this.#lineTimer);
    this.#lineTimer = unfinished ? setTimeout(() => this.end(), lineMs).unref() : null;
  }
}

/** Listens on the address; replaces the socket of a server that died without removing it. */
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

/**
 * Moves the dead socket aside before it is removed: if another server had just taken the name, it would answer
 * there.
 */
async function removeStale(address: string): Promise<void> {
  if (process.platform === 'win32') return;
  const stats = await lstat(address).catch(() => null);
  if (!stats) return;
  if (!stats.isSocket()) {
    throw new HashlensError('unreadable', `${address} is not a socket, so the library cannot be served; remove it.`);
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

/**
 * Clients that may wait for their greeting while the engine is busy; one more is refused at once. The system may
 * allow fewer.
 */
const backlog = 4096;

/** The socket is created with mode 0600, so that others cannot connect at any moment. */
async function listen(server: Server, address: string): Promise<void> {
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path: address, backlog }, () => {
        server.off('error', reject);
        resolve();
      });
      // `listen` has made the socket by now; other files made meanwhile get the person's own mask.
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
