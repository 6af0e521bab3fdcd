// A new library opened by several threads at the same moment.
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from './database.ts';
import { schemaVersion } from './migrations.ts';
import { rawDatabase } from './raw-database.ts';

it('a new library may be opened by several at once', async () => {
  for (let round = 0; round < 5; round++) {
    const dir = temporaryFolder();
    const program = `
      const { workerData } = require('node:worker_threads');
      import(workerData.module).then(({ openStore }) => openStore(workerData.dir).close());`;
    const open = () =>
      new Promise<void>((resolve, reject) => {
        const workerData = { dir, module: new URL('./database.ts', import.meta.url).href };
        const worker = new Worker(program, { eval: true, workerData });
        worker.once('error', reject);
        worker.once('exit', () => resolve());
      });
    await Promise.all([open(), open(), open(), open()]);
    const store = openStore(dir);
    expect(rawDatabase(store).pragma('user_version', { simple: true })).toBe(schemaVersion);
    store.close();
  }
});
