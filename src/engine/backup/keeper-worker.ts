// A thread for what reads the whole library: the engine goes on answering meanwhile.
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../../shared/errors.ts';
import { checkFile } from '../store/check-file.ts';
import { libraryFileOf } from '../store/library-file.ts';
import { makeBackup } from './backups.ts';
import type { KeeperTask, KeeperResult } from './keeper.ts';

const { task, libraryDir, folder } = workerData as KeeperTask;

async function run(): Promise<KeeperResult> {
  try {
    if (task === 'check') return { faults: checkFile(libraryFileOf(libraryDir), 'quick').faults };
    return { backup: await makeBackup(libraryDir, folder ?? undefined) };
  } catch (error) {
    return { error: toErrorData(error) };
  }
}

parentPort?.postMessage(await run());
