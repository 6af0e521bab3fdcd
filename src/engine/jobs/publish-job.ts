// Publishes the library on a server. The job stores the address without its password.
import { hostname, userInfo } from 'node:os';
import { sharedLibraryRequests, type PublishOutcome } from '../../shared/contract/shared-library.ts';
import { publish, type PublishSource } from '../shared-library/publish.ts';
import { serverName } from '../shared-library/server-url.ts';
import type { SharedLibraries } from '../shared-library/shared-libraries.ts';
import type { JobRunner } from './queue.ts';

export function publishJob(source: PublishSource, libraries: SharedLibraries): JobRunner {
  return async (params, context): Promise<PublishOutcome> => {
    const { url, ...choice } = sharedLibraryRequests['shared.publish'].params.parse(params);
    const db = await libraries.connect(url);
    try {
      const label = `${userInfo().username} on ${hostname()}`;
      return { server: serverName(url), ...(await publish(db, source, { ...choice, label }, context)) };
    } finally {
      await db.close();
    }
  };
}
