// Jobs: list, cancel, pause, resume.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { forgetTraining } from '../jobs/train-job.ts';
import type { EngineServices } from './services.ts';

export function jobsApi({ store, active, queue }: EngineServices) {
  return {
    'jobs.list': async () => queue.list(),
    'jobs.cancel': async ({ jobId }) => {
      queue.cancel(jobId);
      const job = queue.list().find(({ id }) => id === jobId);
      if (job?.state === 'cancelled' && job.modelId !== null) await forgetTraining(store, active, job.modelId);
      return null;
    },
    'jobs.pause': async ({ jobId }) => (queue.pause(jobId), null),
    'jobs.resume': async ({ jobId }) => (queue.resume(jobId), null),
  } satisfies Partial<EngineApi>;
}
