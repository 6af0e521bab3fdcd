// Training by gradient steps, epoch after epoch, each followed by an evaluation and a checkpoint.
import { createHash } from 'node:crypto';
import { HashlensError } from '../../../shared/errors.ts';
import { throwIfCancelled } from '../../runtime/cancellation.ts';
import type { EpochMetrics } from '../../../shared/contract/evaluation.ts';
import { chooseDevice } from '../../compute/devices/devices.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { fingerprint } from '../data/training-data.ts';
import { Evaluation } from '../evaluation/evaluation.ts';
import { GradientTraining } from './gradient-training.ts';
import type { GradientLearner } from '../methods/method.ts';
import type { Random } from '../../numerics/random.ts';
import { learnedWeight, trainedModel, type TrainingRun } from './training-result.ts';
import { TrainingDiverged, type TrainingRequest } from './training.ts';
import type { TrainedModel } from '../model/trained-model.ts';

/** Identifies a training: SHA-256 over everything that determines its result. */
export function checkpointKey(request: TrainingRequest, options: TrainingRun['options']): string {
  const { method, bits, seed, epochs, protocol = 'single', batchAttention = false } = request.options;
  const what = { method, bits, seed, epochs, protocol, batchAttention, options, encoder: request.encoder };
  const held = request.queryPhotos === undefined ? null : [...request.queryPhotos];
  return createHash('sha256')
    .update(JSON.stringify([what, held, fingerprint(request.data)]))
    .digest('hex');
}

/** The checkpoint of the request, or null where this training cannot continue from it. */
export function resumable({ resumeFrom }: TrainingRequest, key: () => string): Checkpoint | null {
  return resumeFrom === undefined ? null : decodeCheckpoint(resumeFrom, key());
}

/** A loss with three digits. */
const shown = (loss: number) => (Number.isFinite(loss) ? loss.toPrecision(3) : String(loss));

/**
 * Continues from `from`, or starts at the beginning; `random` is the generator the learner was set up with. Returns the
 * model of the epoch with the best mean mAP. Throws `cancelled` and TrainingDiverged.
 */
export async function runEpochs(
  training: TrainingRun,
  learner: GradientLearner,
  batch: number,
  random: Random,
  from: Checkpoint | null,
  key: () => string,
): Promise<TrainedModel> {
  const { request, data, parts, threads, forward, context } = training;
  const { signal } = request;
  const { epochs: epochCount, bits } = request.options;
  const { networks } = learner;
  const epochs: EpochMetrics[] = [...(from?.epochs ?? [])];
  let best: Checkpoint['best'] = from?.best ?? null;
  if (from !== null) {
    random.state = from.random;
    learner.restore(from.learner);
  }
  const device = training.device ?? (await chooseDevice(request.options.device)).device;
  const steps = new GradientTraining(data, parts.pairs, learner, batch, random, threads, from ?? undefined, device);
  const evaluation = await Evaluation.open({ data, split: parts, networks, forward, bits, threads, signal });
  const model = async () => {
    if (best === null) return null;
    const report = await evaluation.report(best.values);
    const final = await evaluation.correctHubness(best.values);
    const libraryEvaluation = await evaluation.evaluateLibrary(best.values, learnedWeight(training));
    const history = { epochs, bestEpoch: best.epoch, report, libraryEvaluation };
    return trainedModel(training, final, best.values, { context, history });
  };
  try {
    for (let epoch = epochs.length + 1; epoch <= epochCount; epoch++) {
      // Time the training steps alone, without the evaluation.
      const began = performance.now();
      const losses = await steps.epoch(epoch, (done) => {
        throwIfCancelled(signal);
        request.onStep?.((epoch - 1) * steps.stepsPerEpoch + done, epochCount * steps.stepsPerEpoch);
      });
      const seconds = (performance.now() - began) / 1000;
      if ('diverged' in losses) throw divergence(epoch, losses.diverged, await model());
      const metrics = { epoch, ...losses, ...(await evaluation.measure(steps.parameters)), seconds };
      // Of equal epochs, keep the later one.
      const isBest = best === null || metrics.map.mean >= best.map;
      if (isBest) best = { epoch, map: metrics.map.mean, values: steps.copyParameters() };
      epochs.push(metrics);
      request.onEpoch?.(metrics, isBest);
      if (request.onCheckpoint !== undefined) {
        const state = { ...steps.state, random: random.state, learner: learner.state() };
        await request.onCheckpoint(encodeCheckpoint({ key: key(), ...state, epochs, best }));
      }
      throwIfCancelled(signal);
    }
    const result = await model();
    if (result === null) throw new HashlensError('bad-argument', 'A training needs at least one epoch.');
    return result;
  } finally {
    await steps.dispose();
    await evaluation.dispose();
  }
}

function divergence(epoch: number, loss: number, best: TrainedModel | null): TrainingDiverged {
  const kept = best === null ? 'nothing could be kept' : `epoch ${best.bestEpoch} was kept`;
  return new TrainingDiverged(
    `The training diverged in epoch ${epoch}, where the loss became ${shown(loss)}: train again with a lower learning rate or another seed; ${kept}.`,
    best,
  );
}
