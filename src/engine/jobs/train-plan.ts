// Memory and pairs that a training of the library would need, computed before it starts.
import type { TrainOptions } from '../../shared/contract/training.ts';
import type { TrainPlan } from '../../shared/contract/training.ts';
import { checkDevice } from '../compute/devices/devices.ts';
import { fewestPairs, fewestPhotos } from '../hashing/data/training-data.ts';
import { checkLabels, planLabels } from '../hashing/data/usable-labels.ts';
import { checkBudget, learnerSizes, planMemory } from '../hashing/training/memory-plan.ts';
import { findMethod, labelMethod } from '../hashing/methods/registry.ts';
import { placeholderFacts } from '../hashing/data/pair-facts.ts';
import { effectiveBatch } from '../hashing/training/trainer.ts';
import { estimatedVocabulary } from '../text/caption-words.ts';
import { usableLabelsOf } from './label-names.ts';
import { countNames } from './library-data.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';
import { memoryBudget } from '../runtime/memory-budget.ts';

type EncoderInUse = Pick<ActiveModels, 'encoderId' | 'encoderInfo'>;

/** Throws `bad-argument` for an unknown method, setting or device. */
export function planTraining(
  store: Store,
  active: EncoderInUse,
  options: TrainOptions,
  budget = memoryBudget(),
): TrainPlan {
  const { hidden, negatives, settings, bits, epochs } = options;
  const labels = usableLabelsOf(store);
  const { id, needsPairs, resolve } =
    options.from === 'tags' ? labelMethod(options.method) : findMethod(options.method);
  const method = resolve({ hidden, negatives }, settings);
  const { imageWidth, textWidth, sharedWidth } = active.encoderInfo(active.encoderId());
  const captioned = store.texts.pairs();
  const judged = store.judgements.fitting('search');
  const pairs = captioned.pairs + judged;
  const pairPhotos = captioned.photos + judged;
  const captions = options.from === 'captions' ? pairs : pairs + countNames(labels);
  const photos = store.photos.count(true) + store.photos.count(false);
  const batch = effectiveBatch(options.batch, Math.max(1, pairs));
  const sizes = learnerSizes(method, {
    imageWidth,
    textWidth,
    sharedWidth,
    bits,
    epochs,
    batch,
    pairs: Math.max(1, pairs),
    facts: placeholderFacts(imageWidth, textWidth, Math.max(1, estimatedVocabulary(store.texts.captionLetters()))),
  });
  const wanted = checkDevice(options.device);
  // Trying devices takes seconds, so the training itself resolves `auto` and computes its plan again.
  const device = wanted === 'auto' ? 'cpu' : wanted;
  const { memory, parameters } = planMemory(sizes, { photos, captions, imageWidth, textWidth }, true, device);
  const found = planLabels(labels);
  const areEnough = pairs >= fewestPairs && pairPhotos >= fewestPhotos;
  const enough = options.from === 'captions' ? !needsPairs || areEnough : found.lacking === null;
  const needs = { pairs: fewestPairs, photos: fewestPhotos };
  const fits = memory.total <= budget;
  return { method: id, memory, parameters, budget, fits, pairs, pairPhotos, needs, enough, labels: found };
}

/**
 * Throws `too-large` where the training would not fit, `too-few-pairs` where it is to learn from labels and there are too few,
 * and `bad-argument` as `planTraining`.
 */
export function refuseImpossible(
  store: Store,
  active: EncoderInUse,
  options: TrainOptions,
  budget = memoryBudget(),
): void {
  const plan = planTraining(store, active, options, budget);
  checkBudget(plan, plan.budget);
  if (options.from !== 'captions') checkLabels(plan.labels);
}
