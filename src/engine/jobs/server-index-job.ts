// Makes the index of codes of a shared library. The server does the work; a second connection reads its progress.
import { sharedLibraryRequests, type ServerIndexOutcome } from '../../shared/contract/shared-library.ts';
import type { SharedLibraries } from '../shared-library/shared-libraries.ts';
import { makeIndex } from '../shared-library/sql/server-index.ts';
import type { JobRunner } from './queue.ts';

export function serverIndexJob(libraries: SharedLibraries): JobRunner {
  return async (params, context): Promise<ServerIndexOutcome> => {
    const { url, name } = sharedLibraryRequests['shared.index'].params.parse(params);
    const shared = await libraries.connectTo(url, name);
    const watcher = await libraries.connect(url);
    try {
      return await makeIndex(shared, watcher, context);
    } finally {
      await shared.db.close();
      await watcher.close();
    }
  };
}
