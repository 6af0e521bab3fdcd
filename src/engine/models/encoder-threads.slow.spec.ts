// An encoder in use gets another number of threads between two requests, and gives the same rows.
import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { resourcesDir } from '../../../test/support/resources.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from '../store/database.ts';
import { ActiveModels } from './active-models.ts';

it.skipIf(process.platform !== 'linux')('is opened again with the threads, while who holds it goes on', async () => {
  const libraryDir = temporaryFolder();
  const store = openStore(libraryDir);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  onTestFinished(async () => {
    await active.close();
    store.close();
  });
  const encoder = await active.encoder();
  const { side } = encoder.input;
  const photo = Uint8Array.from({ length: 3 * side * side }, (_, i) => i % 255);
  const threadCount = () => readdirSync('/proc/self/task').length;
  const before = await encoder.encodeImages([photo]);
  const withOne = threadCount();
  await active.useThreads(5);
  const after = await encoder.encodeImages([photo]);
  expect(threadCount() - withOne).toBeGreaterThanOrEqual(4);
  expect(Math.max(...after.map((x, i) => Math.abs(x - (before[i] ?? NaN))))).toBeLessThan(1e-5);
  await active.useThreads(1);
  expect(await encoder.encodeImages([photo])).toEqual(before);
  await expect.poll(threadCount).toBeLessThan(withOne + 4);
});
