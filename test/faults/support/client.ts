// A client of `hashlens serve` that may send anything.
import { createConnection } from 'node:net';
import { onTestFinished } from 'vitest';
import { socketPath } from '../../../src/engine/cli/socket-path.ts';

export interface Answer {
  readonly ok: boolean;
  readonly value: unknown;
}

/** One connection to a server that sends a request and waits for the answer; fails when the server ends. */
export function client(library: string): (method: string, params?: unknown) => Promise<Answer> {
  const socket = createConnection(socketPath(library));
  onTestFinished(() => void socket.destroy());
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let [text, seq] = ['', 0];
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as { kind: string; seq: number; answer: Answer };
      if (message.kind === 'answer') waiting.get(message.seq)?.resolve(message.answer);
    }
  });
  const end = () => waiting.forEach(({ reject }) => reject(new Error('the server has ended')));
  socket.on('close', end).on('error', end);
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(++seq, { resolve, reject });
      socket.write(`${JSON.stringify({ kind: 'request', seq, method, params })}\n`);
    });
}
