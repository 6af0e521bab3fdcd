// Training: methods, plan, start, resume.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { sameTraining, stoppedTrainings } from '../jobs/train-job.ts';
import { newModelId } from './models.ts';
import type { EngineServices } from './services.ts';

export function trainingApi({ store, active, queue }: Pick<EngineServices, 'store' | 'active' | 'queue'>) {
  return {
    'methods.list': async () => {
      const { methods } = await import('../hashing/methods/registry.ts');
      return methods.map(({ summary }) => summary);
    },
    'train.start': async (trainOptions) => {
      const { method, bits } = trainOptions;
      // Settings are checked here, before a job is queued.
      const { refuseTooLarge } = await import('../jobs/train-plan.ts');
      refuseTooLarge(store, active, trainOptions);
      const same = sameTraining(stoppedTrainings(store, queue.list()), store, active, trainOptions);
      if (same && same.jobId !== null) return queue.resume(same.jobId);
      const modelId = same?.modelId ?? newModelId(store, active, method, bits);
      return queue.enqueue('train', { modelId, options: trainOptions });
    },
    'train.resume': async () => {
      const [last] = stoppedTrainings(store, queue.list());
      if (!last) throw new HashlensError('not-found', 'No training was stopped before its end.');
      const { jobId, modelId, options } = last;
      return jobId === null ? queue.enqueue('train', { modelId, options }) : queue.resume(jobId);
    },
    'train.plan': async (trainOptions) => {
      // Loaded on demand, because it imports the whole trainer.
      const { planTraining } = await import('../jobs/train-plan.ts');
      return planTraining(store, active, trainOptions);
    },
  } satisfies Partial<EngineApi>;
}
