// Publishes the library on a server. The job stores the address without its password.
import { hostname, userInfo } from 'node:os';
import { sharedLibraryRequests, type PublishOutcome } from '../../shared/contract/shared-library.ts';
import { publish, type PublishSource } from '../shared-library/publish.ts';
import { serverName } from '../shared-library/server-url.ts';
import type { SharedLibraries } from '../shared-library/shared-libraries.ts';
import type { JobRunner } from './queue.ts';

/** @param send brings the server's copy up to date */
export function publishJob(
  source: PublishSource,
  libraries: Pick<SharedLibraries, 'connect'>,
  send = publish,
): JobRunner {
  return async (params, context): Promise<PublishOutcome> => {
    const { url, ...choice } = sharedLibraryRequests['shared.publish'].params.parse(params);
    const db = await libraries.connect(url);
    try {
      const label = `${userInfo().username} on ${hostname()}`;
      return { server: serverName(url), ...(await send(db, source, { ...choice, label }, context)) };
    } finally {
      await db.close();
    }
  };
}
