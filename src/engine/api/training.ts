// Training: methods, plan, start, resume.
import type { EngineApi } from '../../shared/contract/engine.ts';
import { HashlensError } from '../../shared/errors.ts';
import { TrainingPresets } from '../models/training-presets.ts';
import { sameTraining, stoppedTrainings } from '../jobs/train-job.ts';
import { newModelId } from './models.ts';
import type { EngineServices } from './services.ts';

export function trainingApi({ store, active, queue }: Pick<EngineServices, 'store' | 'active' | 'queue'>) {
  const presets = new TrainingPresets(store.settings);
  return {
    'methods.list': async () => {
      const { methods } = await import('../hashing/methods/registry.ts');
      return methods.map(({ summary }) => summary);
    },
    'train.start': async (trainOptions) => {
      const { from, method, bits } = trainOptions;
      // Settings are checked here, before a job is queued.
      const { refuseImpossible } = await import('../jobs/train-plan.ts');
      refuseImpossible(store, active, trainOptions);
      const jobs = queue.list();
      const same = sameTraining(stoppedTrainings(store, jobs), store, active, trainOptions);
      if (same && same.jobId !== null) return queue.resume(same.jobId);
      const { labelMethod } = await import('../hashing/methods/registry.ts');
      const byLabels = labelMethod(method).id;
      const newId = (by: string) => newModelId(store, active, jobs, by, bits);
      const modelId = same?.modelId ?? newId(from === 'tags' ? byLabels : method);
      const beside = from === 'both' && byLabels !== method ? newId(byLabels) : undefined;
      const labelModelId = same?.labelModelId ?? beside;
      return queue.enqueue('train', { modelId, ...(labelModelId ? { labelModelId } : {}), options: trainOptions });
    },
    'train.resume': async () => {
      const [last] = stoppedTrainings(store, queue.list());
      if (!last) throw new HashlensError('not-found', 'No training was stopped before its end.');
      const { jobId, ...params } = last;
      return jobId === null ? queue.enqueue('train', params) : queue.resume(jobId);
    },
    'train.plan': async (trainOptions) => {
      // Loaded on demand, because it imports the whole trainer.
      const { planTraining } = await import('../jobs/train-plan.ts');
      return planTraining(store, active, trainOptions);
    },
    'train.presets': () => Promise.resolve(presets.list()),
    'train.savePreset': async (preset) => presets.save(preset),
    'train.removePreset': async ({ name }) => presets.remove(name),
  } satisfies Partial<EngineApi>;
}
