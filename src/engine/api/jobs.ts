// Jobs: list, cancel, pause, resume.
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { EngineServices } from './services.ts';

export function jobsApi({ queue }: EngineServices) {
  return {
    'jobs.list': async () => queue.list(),
    'jobs.cancel': async ({ jobId }) => (await queue.cancel(jobId), null),
    'jobs.pause': async ({ jobId }) => (queue.pause(jobId), null),
    'jobs.resume': async ({ jobId }) => queue.resume(jobId),
  } satisfies Partial<EngineApi>;
}
