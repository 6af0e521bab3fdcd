import { expect, it } from 'vitest';
import { ArrayReceiver, ArraySender } from './array-channel.ts';

/** Sends over a channel that copies, as a process channel does, and gives what arrives. */
async function sent(messages: readonly unknown[]): Promise<{ arrived: unknown[]; largest: number }> {
  const arrived: unknown[] = [];
  let largest = 0;
  const receiver = new ArrayReceiver<unknown>((message) => arrived.push(message));
  const sender = new ArraySender({
    send: (message, callback) => {
      if (message instanceof Uint8Array) largest = Math.max(largest, message.byteLength);
      receiver.receive(structuredClone(message));
      callback(null);
    },
  });
  for (const message of messages) void sender.send(message);
  await sender.flushed();
  return { arrived, largest };
}

it('gives messages with their arrays, in order, views and empty arrays among them', async () => {
  const wide = Float32Array.from({ length: 100 }, (_, i) => i / 3);
  const messages = [
    { rows: wide.subarray(10, 20), nested: [{ ids: Int32Array.of(-1, 2) }, null, 'text'], none: new Uint8Array(0) },
    'plain',
    [1, 2, 3],
    { bytes: Uint8Array.of(255), left: undefined },
  ];
  expect((await sent(messages)).arrived).toEqual(messages);
  expect((await sent([Buffer.from('abc')])).arrived).toEqual([Uint8Array.of(97, 98, 99)]);
});

it('sends a large array in pieces of at most 8 MiB', async () => {
  const large = new Uint8Array(20 * 2 ** 20).map((_, i) => i % 251);
  const { arrived, largest } = await sent([{ large }]);
  expect(largest).toBe(8 * 2 ** 20);
  expect(Buffer.compare(Buffer.from((arrived[0] as { large: Uint8Array }).large), Buffer.from(large))).toBe(0);
});

it('rejects when the channel is closed', async () => {
  const closed = new ArraySender({ send: (_, callback) => callback(new Error('closed')) });
  await expect(closed.send('message')).rejects.toThrow('closed');
  await expect(new ArraySender({}).send('message')).rejects.toThrow('no channel');
});
