// Client of the engine kept warm by `hashlens serve`: the same methods over a local socket.
import { existsSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { engineRequests, type EngineApi, type EngineEvent } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { Requester } from '../../shared/protocol.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Engine } from '../engine.ts';
import { realPathOf, socketPath } from './socket-path.ts';
import {
  finishedMethod,
  hello,
  LineReader,
  longestLine,
  packBytes,
  toLine,
  wireVersion,
  type FromServer,
  type Hello,
} from './wire.ts';

/** Longest wait for a server's greeting: it answers between two pieces of work, each far shorter than this. */
const timeoutMs = 3000;

/** `absent`: no server. `silent`: a server that is not Hashlens, or hangs. */
export type Greeting =
  | { readonly state: 'absent' }
  | { readonly state: 'silent' }
  | { readonly state: 'open'; readonly socket: Socket; readonly reader: LineReader; readonly hello: Hello };

/** Connects and waits for the server's first line. The socket is paused then. */
export function greet(address: string): Promise<Greeting> {
  if (process.platform !== 'win32' && !existsSync(address)) return Promise.resolve({ state: 'absent' });
  return new Promise((resolve) => {
    const socket = createConnection(address);
    const reader = new LineReader();
    let connected = false;
    const end = (greeting: Greeting): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      if (greeting.state === 'open') socket.pause();
      else {
        socket.on('error', () => undefined);
        socket.destroy();
      }
      resolve(greeting);
    };
    const timer = setTimeout(() => end({ state: 'silent' }), timeoutMs);
    socket.once('connect', () => (connected = true));
    socket.once('error', () => end({ state: connected ? 'silent' : 'absent' }));
    socket.once('close', () => end({ state: connected ? 'silent' : 'absent' }));
    socket.on('data', (chunk) => {
      try {
        // After its greeting the server sends only answers and news, and no client has asked for either yet.
        const [first] = reader.push(chunk);
        if (first !== undefined) end({ state: 'open', socket, reader, hello: hello.parse(first) });
      } catch {
        end({ state: 'silent' });
      }
    });
  });
}

/**
 * The engine that serves this library, or null without a usable one; the caller then opens its own.
 * @param note receives the reason for not using a running server
 */
export async function connectEngine(
  libraryDir: string,
  onEvent: (event: EngineEvent) => void,
  note: (line: string) => void,
): Promise<Engine | null> {
  const greeting = await greet(socketPath(libraryDir));
  if (greeting.state === 'absent') return null;
  if (greeting.state === 'silent') {
    note('`hashlens serve` is there but does not answer, so this command works without it; start it again.');
    return null;
  }
  const { version, libraryDir: served, pid } = greeting.hello;
  if (version === wireVersion && served === realPathOf(libraryDir)) return remoteEngine(greeting, onEvent);
  greeting.socket.destroy();
  if (version !== wireVersion) {
    note(
      `\`hashlens serve\` (process ${pid}) is version ${version} and this is ${wireVersion}, so this command works without it; start it again.`,
    );
  }
  return null;
}

const tooLong =
  'Image files of more than 64 MB are not sent to the server of this library; use a smaller copy of the image.';
const stopped = 'The `hashlens serve` that was running has ended; run the command again.';

/** The engine's methods, and waiting for a job. */
type ServerMethods = Readonly<Record<string, { readonly params: unknown; readonly result: unknown }>>;

function remoteEngine(
  { socket, reader }: Extract<Greeting, { state: 'open' }>,
  onEvent: (event: EngineEvent) => void,
): Engine {
  const requester = new Requester<ServerMethods>((message) => {
    if (!socket.writable) throw new HashlensError('engine-stopped', stopped);
    const line = toLine(message);
    if (line.length > longestLine) throw new HashlensError('too-large', tooLong);
    socket.write(line);
  });
  const receive = (message: FromServer): void => {
    if (message.kind === 'event') onEvent(message.event);
    else if (message.kind !== 'hello') requester.receive(message);
  };
  const inbox: FromServer[] = [];
  let emptying = false;
  const empty = async (): Promise<void> => {
    if (emptying) return;
    emptying = true;
    for (let message = inbox.shift(); message; message = inbox.shift()) {
      receive(message);
      // Code waiting for this answer runs before the next message, as with an engine in this process.
      if (message.kind === 'answer') await new Promise((resolve) => setImmediate(resolve));
    }
    emptying = false;
  };
  const end = (): void => requester.end(new HashlensError('engine-stopped', stopped));
  socket.on('data', (chunk) => {
    // The server has our exact version and runs as the same person.
    inbox.push(...(reader.push(chunk) as FromServer[]));
    void empty();
  });
  socket.on('error', end);
  socket.on('close', end);
  socket.resume();

  const call = (method: string) => (params: unknown) => requester.request(method, packBytes(params));
  return {
    // The server's contract is ours, word for word: the versions are equal.
    api: Object.fromEntries(Object.keys(engineRequests).map((name) => [name, call(name)])) as unknown as EngineApi,
    finished: async (jobId) => (await requester.request(finishedMethod, jobId)) as Job,
    close: async () => {
      socket.destroy();
    },
  };
}
