// Trains one hash model: arrays in, arrays out. Knows no method by name, no file, no database.
import { HashlensError } from '../../shared/errors.ts';
import type { EpochMetrics, EvaluationContext } from '../../shared/types.ts';
import { checkData, fingerprint, split, type DataSplit } from './data.ts';
import { Evaluation, evaluationContext } from './evaluation.ts';
import { GradientTraining } from './gradient-training.ts';
import { gather } from './memory-bank.ts';
import type { Arrays, ClosedFormLearner, GradientLearner, Networks } from './methods/method.ts';
import { findMethod } from './methods/registry.ts';
import { exportNetwork } from './network-session.ts';
import { Random } from './random.ts';
import { parametersOf } from './step.ts';
import {
  throwIfCancelled,
  TrainingDiverged,
  type OptionValue,
  type TrainedModel,
  type TrainingRequest,
} from './training.ts';

/**
 * Pairs a step: `batch`, or fewer where there are few pairs, so that an epoch still has about 8 steps; but at least 32
 * (all, where there are fewer), as pairs learn from each other's differences. The last short batch of an epoch is
 * dropped. The published 256 stands from 2048 pairs on.
 */
export function effectiveBatch(batch: number, pairs: number): number {
  return Math.min(batch, Math.max(Math.min(32, pairs), Math.floor(pairs / 8)));
}

/** What stays the same from the first step to the last. */
interface Training {
  readonly request: TrainingRequest;
  readonly parts: DataSplit;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly context: EvaluationContext;
  readonly threads: number;
}

/**
 * Trains a model on the pairs of `data`, holding some photos out to judge it, and returns the networks of the epoch with
 * the best mean mAP. The same request gives the same model.
 *
 * Throws HashlensError: `bad-argument` (unknown method, setting or device; data that do not fit), `too-few-pairs`,
 * `cancelled` (before the next step begins), `training-diverged` (as TrainingDiverged).
 */
export async function train(request: TrainingRequest): Promise<TrainedModel> {
  const { data, options, encoder, queryPhotos } = request;
  throwIfCancelled(request.signal);
  if (options.device !== 'auto' && options.device !== 'cpu') {
    throw new HashlensError('bad-argument', `There is no device ${options.device} here; use auto or cpu.`);
  }
  checkData(data);
  if (data.imageWidth !== encoder.imageWidth || data.textWidth !== encoder.textWidth) {
    throw new HashlensError('bad-argument', `The training data are not features of the encoder ${encoder.id}.`);
  }
  const { hidden, negatives, seed, bits, epochs, threads = 0 } = options;
  const method = findMethod(options.method).resolve({ hidden, negatives }, options.settings ?? {});
  const parts = split(data, { seed, ...(queryPhotos === undefined ? {} : { queryPhotos }) });
  const batch = effectiveBatch(options.batch, parts.pairs.length);
  const { imageWidth, textWidth, sharedWidth } = data;
  const random = new Random(seed);
  const learner = method.learner({
    imageWidth,
    textWidth,
    sharedWidth,
    bits,
    pairs: parts.pairs.length,
    batch,
    random,
  });
  const shown = learner.kind === 'gradient' ? { epochs, batch, ...method.values } : method.values;
  const context = await evaluationContext(data, parts, seed, threads);
  request.onStart?.(context);
  const training: Training = { request, parts, options: optionValues(shown), context, threads };
  return learner.kind === 'gradient' ? descend(training, learner, batch, random) : solve(training, learner);
}

function optionValues(values: Readonly<Record<string, unknown>>): Record<string, OptionValue> {
  const kept = Object.entries(values).filter((entry): entry is [string, OptionValue] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return Object.fromEntries(kept);
}

/** The model of some parameter values. */
function finish(
  { request, options, context }: Training,
  networks: Networks,
  values: Arrays,
  epochs: readonly EpochMetrics[],
  bestEpoch: number | null,
): TrainedModel {
  return {
    method: request.options.method,
    bits: request.options.bits,
    seed: request.options.seed,
    encoder: request.encoder,
    options,
    image: exportNetwork(networks.image, values),
    text: exportNetwork(networks.text, values),
    evaluation: context,
    epochs,
    bestEpoch,
    dataFingerprint: fingerprint(request.data),
  };
}

/** Gradient steps, epoch after epoch, each followed by a look at the held-out photos. */
async function descend(
  training: Training,
  learner: GradientLearner,
  batch: number,
  random: Random,
): Promise<TrainedModel> {
  const { request, parts, threads } = training;
  const { epochs: epochCount, bits } = request.options;
  const steps = new GradientTraining(request.data, parts.pairs, learner, batch, random, threads);
  const evaluation = await Evaluation.open(request.data, parts, learner.networks, bits, threads);
  const epochs: EpochMetrics[] = [];
  let best: { epoch: number; map: number; values: Arrays } | null = null;
  const model = () => (best === null ? null : finish(training, learner.networks, best.values, epochs, best.epoch));
  try {
    for (let epoch = 1; epoch <= epochCount; epoch++) {
      // Seconds of the training steps alone: looking at the held-out photos is not part of them.
      const began = performance.now();
      const losses = await steps.epoch(epoch, (done) => {
        throwIfCancelled(request.signal);
        request.onStep?.((epoch - 1) * steps.stepsPerEpoch + done, epochCount * steps.stepsPerEpoch);
      });
      const seconds = (performance.now() - began) / 1000;
      if (losses === null) {
        throw new TrainingDiverged(
          `The training came apart in epoch ${epoch}: the loss is no longer a finite number; train again with a lower learning rate or another seed.`,
          model(),
        );
      }
      const metrics = { epoch, ...losses, ...(await evaluation.measure(steps.parameters)), seconds };
      const isBest = best === null || metrics.map.mean > best.map;
      if (isBest) best = { epoch, map: metrics.map.mean, values: steps.copyParameters() };
      epochs.push(metrics);
      request.onEpoch?.(metrics, isBest);
      throwIfCancelled(request.signal);
    }
  } finally {
    await steps.dispose();
    await evaluation.dispose();
  }
  const result = model();
  if (result === null) throw new HashlensError('bad-argument', 'A training needs at least one epoch.');
  return result;
}

/** A method without epochs: fitted once, judged once. */
async function solve(training: Training, learner: ClosedFormLearner): Promise<TrainedModel> {
  const { request, parts, threads } = training;
  const { data, options } = request;
  const began = performance.now();
  const photos = parts.pairs.map((caption) => data.captionPhoto[caption] ?? 0);
  const rows = (from: Float32Array, indices: Int32Array, width: number) =>
    gather(from, indices, width, new Float32Array(indices.length * width));
  const networks = learner.fit({
    imageRows: rows(data.imageRows, photos, data.imageWidth),
    textRows: rows(data.textRows, parts.pairs, data.textWidth),
  });
  const seconds = (performance.now() - began) / 1000;
  const values = Object.fromEntries(
    Object.entries(parametersOf(networks)).map(([name, { initial }]) => [name, initial]),
  );
  const evaluation = await Evaluation.open(data, parts, networks, options.bits, threads);
  try {
    throwIfCancelled(request.signal);
    const metrics = { epoch: 1, loss: 0, lossC: 0, lossR: 0, ...(await evaluation.measure(values)), seconds };
    request.onStep?.(1, 1);
    request.onEpoch?.(metrics, true);
    return finish(training, networks, values, [metrics], 1);
  } finally {
    await evaluation.dispose();
  }
}
