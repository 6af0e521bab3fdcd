// Memory and pairs that a training of the library would need, computed before it starts.
import type { TrainOptions } from '../../shared/contract/training.ts';
import type { TrainPlan } from '../../shared/contract/training.ts';
import { checkDevice } from '../compute/devices/devices.ts';
import { fewestPairs } from '../hashing/data/training-data.ts';
import { checkBudget, learnerSizes, planMemory } from '../hashing/training/memory-plan.ts';
import { findMethod } from '../hashing/methods/registry.ts';
import { placeholderFacts } from '../hashing/data/pair-facts.ts';
import { effectiveBatch } from '../hashing/training/trainer.ts';
import { estimatedVocabulary } from '../text/caption-words.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';
import { memoryBudget } from '../runtime/memory-budget.ts';

/** Throws `bad-argument` for an unknown method, setting or device. */
export function planTraining(
  store: Store,
  active: ActiveModels,
  options: TrainOptions,
  budget = memoryBudget(),
): TrainPlan {
  const { hidden, negatives, settings, bits, epochs } = options;
  const { needsPairs, resolve } = findMethod(options.method);
  const method = resolve({ hidden, negatives }, settings);
  const { imageWidth, textWidth, sharedWidth } = active.encoderInfo(active.encoderId());
  const pairs = store.texts.counts().captions + store.judgements.fitting('search');
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
  const { memory, parameters } = planMemory(sizes, { photos, captions: pairs, imageWidth, textWidth }, true, device);
  const enough = !needsPairs || pairs >= fewestPairs;
  return { memory, parameters, budget, fits: memory.total <= budget, pairs, enough };
}

/** Throws `too-large` where the training would not fit, `bad-argument` as `planTraining`. */
export function refuseTooLarge(store: Store, active: ActiveModels, options: TrainOptions): void {
  const plan = planTraining(store, active, options);
  checkBudget(plan, plan.budget);
}
