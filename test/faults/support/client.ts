// A client of `hashlens serve` that may send anything.
import { createConnection } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../src/shared/json.ts';
import { socketPath } from '../../../src/engine/cli/socket-path.ts';

const answerSchema = z.object({ ok: z.boolean(), value: z.unknown() });
export type EngineAnswer = Readonly<z.output<typeof answerSchema>>;
const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), seq: z.number(), answer: answerSchema }),
  z.object({ kind: z.enum(['hello', 'event', 'news']) }),
]);

/** One connection to a server that sends a request and waits for the answer; fails when the server ends. */
export function client(library: string): (method: string, params?: unknown) => Promise<EngineAnswer> {
  const socket = createConnection(socketPath(library));
  onTestFinished(() => void socket.destroy());
  const waiting = new Map<number, { resolve: (answer: EngineAnswer) => void; reject: (error: Error) => void }>();
  let [text, seq] = ['', 0];
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const message = parseJson(messageSchema, line);
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
