// The cut-off as the searcher uses it: holds the model's calibration and a sample of the library for backgrounds.
import { stat } from 'node:fs/promises';
import type { ModelId } from '../../../shared/types.ts';
import type { Store } from '../../store/database.ts';
import type { Active } from '../active.ts';
import type { FloatQuery } from '../rerank.ts';
import { backgroundOf } from './background.ts';
import { calibrationPath, readCalibration } from './calibration-file.ts';
import { probabilities, type Calibration } from './calibration.ts';
import { PhotoScores } from './photo-scores.ts';
import { contentWords } from './words.ts';

/** Photos in the sample: the tail of the background then rests on a hundred. */
const sampleSize = 1000;
const seed = 1;

interface Held {
  readonly key: string;
  readonly calibration: Calibration | null;
  readonly sample: PhotoScores;
}

export class CutOff {
  readonly #store: Store;
  readonly #active: Active;
  #held: { key: string; opened: Promise<Held> } | null = null;

  constructor(store: Store, active: Active) {
    this.#store = store;
    this.#active = active;
  }

  /**
   * The chance that each photo is what the words ask for, `[hits]`; null while the model is not calibrated. For queries
   * of words: how alike two pictures must be to be relevant, captions do not say.
   * @param scores `[hits]`, as re-ranking gives them
   * @param revision changes whenever the photos or their codes do; the sample is then drawn anew
   */
  async chances(
    text: string,
    query: FloatQuery,
    scores: Float32Array,
    modelId: ModelId,
    revision: string,
  ): Promise<Float32Array | null> {
    const { calibration, sample } = await this.#hold(modelId, revision);
    if (!calibration || sample.ids.length === 0) return null;
    return probabilities(scores, backgroundOf(sample.of(query)), contentWords(text).length, calibration);
  }

  async #hold(modelId: ModelId, revision: string): Promise<Held> {
    // The file's time tells of a calibration another process has made.
    const made = await stat(calibrationPath(this.#active, modelId)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    const key = `${modelId} ${revision} ${made}`;
    if (this.#held?.key === key) return this.#held.opened;
    const opened = this.#open(modelId, key);
    this.#held = { key, opened };
    opened.catch(() => {
      if (this.#held?.opened === opened) this.#held = null;
    });
    return opened;
  }

  async #open(modelId: ModelId, key: string): Promise<Held> {
    const calibration = await readCalibration(this.#active, modelId);
    const sample = await PhotoScores.open(this.#store, this.#active, { most: calibration ? sampleSize : 0, seed });
    return { key, calibration, sample };
  }
}

/** What to say above results of which none is likely enough. */
export const nothingFitsNotice = 'Nothing in the library clearly fits this; what follows are weaker matches.';
