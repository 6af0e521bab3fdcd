// The pipeline of indexing: while one batch is stored, the next is encoded.
import { expect, it, onTestFinished } from 'vitest';
import { encodeAhead } from './encoding.ts';

async function* batchesOf(...names: string[]): AsyncGenerator<string> {
  for (const name of names) yield Promise.resolve(name);
}

/** Lets everything run that waits for nothing. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('encodes the next batch while one is used, and never two at once', async () => {
  const log: string[] = [];
  let atOnce = 0;
  const encode = async (batch: string) => {
    expect(++atOnce).toBe(1);
    log.push(`encode ${batch}`);
    await settle();
    atOnce--;
    return batch.toUpperCase();
  };
  for await (const { batch, features } of encodeAhead(batchesOf('a', 'b', 'c'), encode)) {
    expect(await features).toBe(batch.toUpperCase());
    log.push(`use ${batch}`);
    await settle();
    log.push(`used ${batch}`);
  }
  expect(log).toEqual([
    ...['encode a', 'encode b', 'use a', 'used a', 'encode c', 'use b', 'used b', 'use c', 'used c'],
  ]);
});

it('hands an error to the one who uses the batch, and encodes nothing behind it', async () => {
  const encoded: string[] = [];
  const encode = (batch: string) => {
    encoded.push(batch);
    return batch === 'b' ? Promise.reject(new Error('no memory')) : Promise.resolve(batch);
  };
  const used: string[] = [];
  const use = async () => {
    for await (const { features } of encodeAhead(batchesOf('a', 'b', 'c', 'd'), encode)) used.push(await features);
  };
  await expect(use()).rejects.toThrow('no memory');
  expect([used, encoded]).toEqual([['a'], ['a', 'b']]);
});

it('leaves no rejection behind when the work ends early', async () => {
  const encode = (batch: string) => (batch === 'b' ? Promise.reject(new Error('late')) : Promise.resolve(batch));
  const rejected: unknown[] = [];
  const note = (reason: unknown): void => void rejected.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  for await (const { features } of encodeAhead(batchesOf('a', 'b', 'c'), encode)) {
    await features;
    break;
  }
  await settle();
  expect(rejected).toEqual([]);
});

it('hands out nothing of no batches', async () => {
  expect(await Array.fromAsync(encodeAhead(batchesOf(), () => Promise.resolve(0)))).toEqual([]);
});
