// Training: methods, plan, start.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { interruptedTraining } from '../jobs/train-job.ts';
import { newModelId } from './models.ts';
import type { EngineServices } from './services.ts';

export function trainingApi({ store, active, queue }: EngineServices) {
  return {
    'methods.list': async () => {
      const { methods } = await import('../hashing/methods/registry.ts');
      return methods.map(({ summary }) => summary);
    },
    'train.start': async (trainOptions) => {
      const { method, bits } = trainOptions;
      // Wrong settings, too, are refused here, before anything is queued.
      const { refuseTooLarge } = await import('../jobs/train-plan.ts');
      refuseTooLarge(store, active, trainOptions);
      const modelId = interruptedTraining(store, active, trainOptions) ?? newModelId(store, active, method, bits);
      return queue.enqueue('train', { modelId, options: trainOptions });
    },
    'train.plan': async (trainOptions) => {
      // Loaded when it is asked for: it brings the whole trainer with it.
      const { planTraining } = await import('../jobs/train-plan.ts');
      return planTraining(store, active, trainOptions);
    },
  } satisfies Partial<EngineApi>;
}
