// Trains one hash model: arrays in, arrays out. Uses no files and no database.
import { HashlensError } from '../../../shared/errors.ts';
import { throwIfCancelled } from '../../runtime/cancellation.ts';
import { checkDevice, chooseDevice } from '../../compute/devices/devices.ts';
import { checkData, enoughPairs, split, type TrainingData } from '../data/training-data.ts';
import { checkpointKey, runEpochs, resumable } from './epoch-loop.ts';
import { pairForwardOf, withoutPair, type Protocol } from '../evaluation/evaluation-networks.ts';
import { withEncoderOrder } from '../evaluation/library-quality.ts';
import { Evaluation, evaluationContext } from '../evaluation/evaluation.ts';
import { checkBudget, learnerSizes, planMemory } from './memory-plan.ts';
import { gather } from '../../numerics/gather.ts';
import { pairFacts, withTrainingWords } from '../data/pair-facts.ts';
import type { Arrays, Networks } from '../networks/network.ts';
import type { ClosedFormLearner, FitRows, Setup } from '../methods/method.ts';
import { findMethod, type ResolvedMethod } from '../methods/registry.ts';
import { Random } from '../../numerics/random.ts';
import { parametersOf } from '../networks/network.ts';
import { countWords } from '../model/word-coverage.ts';
import { learnedWeight, optionValues, trainedModel, type TrainingRun } from './training-result.ts';
import type { TrainedModel } from '../model/trained-model.ts';
import type { TrainingRequest } from './training.ts';
import { int32At, itemAt } from '../../../shared/at.ts';

/**
 * Pairs a step: `batch`, or fewer where there are few pairs, so that an epoch still has about 8 steps; but at least 32
 * (all, where there are fewer), as a contrastive loss needs enough other pairs. The last short batch of an epoch is
 * dropped. From 2048 pairs on, the batch is the published 256.
 */
export function effectiveBatch(batch: number, pairs: number): number {
  return Math.min(batch, Math.max(Math.min(32, pairs), Math.floor(pairs / 8)));
}

/**
 * Trains a model on the pairs of `data`, holding some photos out to judge it, and returns the networks of the epoch with
 * the best mean mAP. The same request gives the same model.
 *
 * Throws HashlensError: `bad-argument` (unknown method, setting or device; data that do not fit), `too-few-pairs`,
 * `too-large` (for the memory budget), `cancelled` (before the next step begins), `training-diverged` (as
 * TrainingDiverged, with the best epoch before).
 */
export async function train(request: TrainingRequest): Promise<TrainedModel> {
  const { options, encoder, queryPhotos } = request;
  throwIfCancelled(request.signal);
  checkDevice(options.device);
  checkData(request.data);
  const { imageWidth: images, textWidth: texts } = request.data;
  if (images !== encoder.imageWidth || texts !== encoder.textWidth) {
    throw new HashlensError('bad-argument', `The training data are not features of the encoder ${encoder.id}.`);
  }
  const { hidden, negatives, seed, bits, epochs, threads = 0 } = options;
  const { needsPairs, needsLabels, resolve } = findMethod(options.method);
  const method = resolve({ hidden, negatives }, options.settings ?? {});
  if (!needsPairs && !enoughPairs(request.data)) return solveUnjudged(request, method);
  const parts = split(request.data, {
    seed,
    byLabels: needsLabels,
    ...(queryPhotos === undefined ? {} : { queryPhotos }),
  });
  const batch = effectiveBatch(options.batch, parts.pairs.length);
  const data = withTrainingWords(request.data, parts.pairs);
  const { imageWidth, textWidth, sharedWidth } = data;
  const facts = pairFacts(data, parts.pairs);
  const setup = { imageWidth, textWidth, sharedWidth, bits, pairs: parts.pairs.length, batch, epochs, facts };
  const planned = await plan(request, method, setup);
  const random = new Random(seed);
  const learner = method.learner({ ...setup, random });
  const protocol: Protocol = {
    protocol: options.protocol ?? 'single',
    batchAttention: options.batchAttention ?? false,
  };
  // Whether a closed-form method has a network of pairs is known once it is solved.
  const forward = learner.kind === 'gradient' ? pairForwardOf(options.method, learner.networks, protocol) : null;
  if (request.withPair && (learner.kind !== 'gradient' || learner.networks.pair === undefined)) {
    throw withoutPair(options.method);
  }
  const shown = learner.kind === 'gradient' ? { epochs, batch, ...method.values } : method.values;
  const found = await evaluationContext(data, parts, seed, threads, protocol, request.signal);
  const context = { ...found, ...planned };
  const { words } = request.data;
  const coverage = words === undefined ? null : countWords(words, parts.pairs);
  const training = {
    request,
    data,
    parts,
    options: optionValues(shown),
    context,
    threads,
    forward,
    coverage,
    device: planned?.device ?? null,
  };
  if (learner.kind === 'closed-form') {
    request.onStart?.(context, []);
    return solve(training, learner, protocol);
  }
  let known: string | undefined;
  const key = () => (known ??= checkpointKey(request, training.options));
  const from = resumable(request, key);
  request.onStart?.(context, from?.epochs ?? []);
  return runEpochs(training, learner, batch, random, from, key);
}

/** Device and estimated memory of the training; null without a budget. Throws `too-large` before allocating any of it. */
async function plan(
  { data, options, onCheckpoint }: TrainingRequest,
  method: ResolvedMethod,
  setup: Omit<Setup, 'random'>,
) {
  if (options.memoryBudget === undefined) return null;
  const { imageWidth, textWidth, imageRows, captionPhoto } = data;
  const sizes = { photos: imageRows.length / imageWidth, captions: captionPhoto.length, imageWidth, textWidth };
  const learner = learnerSizes(method, setup);
  const { device } =
    learner.learner.kind === 'gradient' ? await chooseDevice(options.device) : { device: 'cpu' as const };
  const needed = planMemory(learner, sizes, onCheckpoint !== undefined, device);
  checkBudget(needed, options.memoryBudget);
  return { device, memory: needed.memory };
}

const initialValues = (networks: Networks): Arrays =>
  Object.fromEntries(Object.entries(parametersOf(networks)).map(([name, { initial }]) => [name, initial]));

/** Input of a closed-form method: some pairs, and every photo that is not held out. */
function fitRows(data: TrainingData, pairs: Int32Array, heldOut: Int32Array): FitRows {
  const { imageRows, textRows, imageWidth, textWidth, captionPhoto, photoTags } = data;
  const rows = (from: Float32Array, indices: Int32Array, width: number) =>
    gather(from, indices, width, new Float32Array(indices.length * width));
  const asked = new Set(heldOut);
  const photos = Int32Array.from({ length: imageRows.length / imageWidth }, (_, i) => i);
  return {
    imageRows: rows(
      imageRows,
      pairs.map((caption) => int32At(captionPhoto, caption)),
      imageWidth,
    ),
    textRows: rows(textRows, pairs, textWidth),
    photoRows: rows(
      imageRows,
      photos.filter((photo) => !asked.has(photo)),
      imageWidth,
    ),
    labels: Array.from(pairs, (caption) => itemAt(photoTags, int32At(captionPhoto, caption))),
  };
}

/** Trains on photos alone, where captions are too few to hold any out. The model cannot be evaluated. */
async function solveUnjudged(request: TrainingRequest, method: ResolvedMethod): Promise<TrainedModel> {
  const { data, options } = request;
  const { bits, seed, epochs } = options;
  const { imageWidth, textWidth, sharedWidth, captionPhoto } = data;
  if (data.imageRows.length === 0) throw new HashlensError('bad-argument', 'There are no photos to learn from.');
  const pairs = Int32Array.from(captionPhoto.keys());
  const widths = { imageWidth, textWidth, sharedWidth };
  const random = new Random(seed);
  const learner = method.learner({ ...widths, bits, pairs: pairs.length, batch: pairs.length, epochs, random });
  if (learner.kind === 'gradient') throw new Error(`the method ${options.method} needs pairs`);
  const networks = await learner.fit(fitRows(data, pairs, new Int32Array(0)));
  throwIfCancelled(request.signal);
  const values = initialValues(networks);
  request.onStep?.(1, 1);
  return trainedModel({ request, data, options: optionValues(method.values), coverage: null }, networks, values, null);
}

/** Trains a method without epochs: one fit, one evaluation. */
async function solve(training: TrainingRun, learner: ClosedFormLearner, protocol: Protocol): Promise<TrainedModel> {
  const { request, data, parts, threads, context } = training;
  const { options, signal } = request;
  const { bits } = options;
  const began = performance.now();
  const networks = await learner.fit(fitRows(data, parts.pairs, parts.queryPhotos));
  const seconds = (performance.now() - began) / 1000;
  const values = initialValues(networks);
  const forward = pairForwardOf(options.method, networks, protocol);
  const evaluation = await Evaluation.open({ data, split: parts, networks, forward, bits, threads, signal });
  try {
    throwIfCancelled(signal);
    const metrics = { epoch: 1, loss: 0, lossC: 0, lossR: 0, ...(await evaluation.measure(values)), seconds };
    request.onStep?.(1, 1);
    request.onEpoch?.(metrics, true);
    const judged = await evaluation.evaluateLibrary(values, learnedWeight(training));
    // A method that does not learn from pairs keeps the encoder's order.
    const isEncoder = !findMethod(options.method).needsPairs && data.sharedWidth > 0;
    const libraryEvaluation = judged !== null && isEncoder ? withEncoderOrder(judged) : judged;
    const history = { epochs: [metrics], bestEpoch: 1, report: await evaluation.report(values), libraryEvaluation };
    return trainedModel(training, networks, values, { context, history });
  } finally {
    await evaluation.dispose();
  }
}
