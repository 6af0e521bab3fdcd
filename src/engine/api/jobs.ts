// Jobs: list, cancel, pause, resume.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { coreCount, setWorkSettings, workSettings } from '../jobs/work-settings.ts';
import type { EngineServices } from './services.ts';

export function jobsApi({ queue, store, gate }: Pick<EngineServices, 'queue' | 'store' | 'gate'>) {
  return {
    'jobs.list': async () => queue.list(),
    'jobs.cancel': async ({ jobId }) => (await queue.cancel(jobId), null),
    'jobs.pause': async ({ jobId }) => (queue.pause(jobId), null),
    'jobs.resume': async ({ jobId }) => queue.resume(jobId),
    'jobs.settings': async (wanted) => {
      setWorkSettings(store, wanted);
      return { ...workSettings(store), threadsNow: await gate.threads(), coreCount };
    },
    'jobs.machine': async (machine) => (gate.report(machine), null),
  } satisfies Partial<EngineApi>;
}
