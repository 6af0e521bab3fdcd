// Trainings on topicData's synthetic pairs, for specs of whole methods.
import { expect } from 'vitest';
import { train } from '../../src/engine/hashing/training/trainer.ts';
import type { TrainingOptions, TrainingRequest } from '../../src/engine/hashing/training/training.ts';

/** Options of a short training; `epochs`, `method` and `settings` are the spec's own. */
export const syntheticOptions = {
  ...{ bits: 16, batch: 32, hidden: 64, negatives: 1, seed: 1 },
  device: 'cpu',
  threads: 1,
} satisfies Partial<TrainingOptions>;

/** Widths of topicData's rows. */
export const syntheticEncoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };

/** A training resumed from its checkpoint after `epochs` gives the same bytes as an uninterrupted one. */
export async function expectSameAfterInterruption(request: TrainingRequest, epochs: number): Promise<void> {
  const checkpoints: Uint8Array[] = [];
  const whole = await train({ ...request, onCheckpoint: (bytes) => void checkpoints.push(bytes.slice()) });
  const resumeFrom = checkpoints[epochs - 1];
  if (resumeFrom === undefined) throw new Error('there is no checkpoint');
  const resumed = await train({ ...request, resumeFrom });
  expect(Buffer.from(resumed.image).equals(Buffer.from(whole.image))).toBe(true);
  expect(Buffer.from(resumed.text).equals(Buffer.from(whole.text))).toBe(true);
}
