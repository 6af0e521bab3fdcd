// Makes the index of codes of a shared library. The server does the work; a second connection reads its progress.
import { sharedLibraryRequests, type ServerIndexOutcome } from '../../shared/contract/shared-library.ts';
import type { LongWork } from '../runtime/long-work.ts';
import type { SharedLibraries } from '../shared-library/shared-libraries.ts';
import { makeIndex } from '../shared-library/sql/server-index.ts';
import type { JobRunner } from './queue.ts';

export function serverIndexJob(libraries: SharedLibraries): JobRunner {
  return (params, context) => {
    const { url, name } = sharedLibraryRequests['shared.index'].params.parse(params);
    return indexLibrary(libraries, url, name, context);
  };
}

/**
 * Runs `makeIndex` with two connections that are closed afterwards.
 * @param url an address from `SharedLibraries.remember`
 */
export async function indexLibrary(
  libraries: Pick<SharedLibraries, 'connect' | 'connectTo'>,
  url: string,
  name: string,
  work: LongWork,
): Promise<ServerIndexOutcome> {
  const shared = await libraries.connectTo(url, name);
  try {
    const watcher = await libraries.connect(url);
    try {
      return await makeIndex(shared, watcher, work);
    } finally {
      await watcher.close();
    }
  } finally {
    await shared.db.close();
  }
}
