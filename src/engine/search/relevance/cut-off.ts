// The cut-off as the searcher uses it: holds the model's calibration and a sample of the library for backgrounds.
import { stat } from 'node:fs/promises';
import type { ModelId, PhotoId } from '../../../shared/contract/ids.ts';
import type { Store } from '../../store/database.ts';
import type { ActiveModels } from '../../models/active-models.ts';
import type { FloatQuery } from '../rerank/rerank.ts';
import { backgroundOf, hitFeatures } from './background.ts';
import { calibrationPath, readCalibration } from './calibration-file.ts';
import { probabilities, type Calibration } from './calibration.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { TextRelevance, type PhotoTexts } from './labelled-queries.ts';
import { LibrarySample, textsOf } from './library-sample.ts';
import { contentWords } from '../../text/content-words.ts';

/** Photos the background rests on: its tail then on fifty. */
const backgroundSize = 500;
/** Photos with texts of their own that a query is compared with. */
const mostDescribed = 1000;
const seed = 1;

/** A photo whose own texts have all the words of the query is about it, whatever the encoder sees; people do err. */
export const saidSo = 0.95;
/** Of what has most of a longer query's words by weight, other captions of Flickr8k confirm this much. */
const mostlySaid = 0.8;
/**
 * Somebody described the photo and did not say so: the chance by sight times this, divided by the number of captions. Of
 * Flickr8k photos whose only caption says nothing of a word, the other four do of 10 to 26 percent where the chance by sight
 * is .1 to .9; of those with two silent captions the other three of 6 to 12, with four the fifth of 2 to 5. Captions miss
 * some of what is there, hence a little more.
 */
const unsaid = 1 / 3;

/**
 * A few described photos show too little to be sure of: chances by sight are multiplied by d / (d + this) where d photos are
 * described. With 20 of 40, hits said to be .69 to .80 likely were confirmed by captions kept back in .34 to .47, which miss
 * a quarter; with 80 and more the factor hardly matters (bench/described.ts).
 */
const fewDescribed = 20;

interface Held {
  readonly key: string;
  readonly calibration: Calibration | null;
  readonly sample: LibrarySample;
  readonly relevance: TextRelevance;
  readonly places: ReadonlyMap<PhotoId, number>;
}

export interface Hit {
  readonly photoId: PhotoId;
  /** As re-ranking gives it. */
  readonly score: number;
}

export class CutOff {
  readonly #store: Store;
  readonly #active: ActiveModels;
  #held: { key: string; opened: Promise<Held> } | null = null;

  constructor(store: Store, active: ActiveModels) {
    this.#store = store;
    this.#active = active;
  }

  /**
   * The chance that each photo is what the words ask for, `[hits]`; null while the model is not calibrated. For queries
   * of words: how alike two pictures must be to be relevant, captions do not say.
   * @param revision changes whenever the photos or their codes do; the sample is then drawn anew
   */
  async chances(
    text: string,
    query: FloatQuery,
    hits: readonly Hit[],
    modelId: ModelId,
    revision: string,
  ): Promise<Float32Array | null> {
    const { calibration, sample, relevance, places } = await this.#hold(modelId, revision);
    if (!calibration || sample.background.length === 0) return null;
    const words = contentWords(text);
    const all = sample.of(query);
    const scores = Float32Array.from(hits, (hit) => hit.score);
    const known = bestFirst(sample.described, all);
    const features = hitFeatures(
      scores,
      backgroundOf(Float32Array.from(sample.background, (photo) => all[photo] as number)),
      new KnownPhotos(known, all, relevance.of(words)),
      Int32Array.from(hits, (hit) => places.get(hit.photoId) ?? -1),
    );
    const seen = probabilities(scores, features, words.length, calibration);
    const texts = textsOf(
      this.#store,
      hits.map((hit) => hit.photoId),
    );
    const trust = sample.described.length / (sample.described.length + fewDescribed);
    return seen.map((chance, i) => withTexts(chance * trust, words, texts.get(hits[i]?.photoId as PhotoId), relevance));
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
    const sample = await LibrarySample.open(this.#store, this.#active, {
      described: calibration ? mostDescribed : 0,
      background: calibration ? backgroundSize : 0,
      seed,
    });
    const places = new Map(sample.ids.map((id, place) => [id, place]));
    return { key, calibration, sample, relevance: new TextRelevance(sample.texts), places };
  }
}

/** The chance once the photo's own texts are read too. */
function withTexts(
  chance: number,
  words: readonly string[],
  texts: PhotoTexts | undefined,
  relevance: TextRelevance,
): number {
  if (!texts || words.length === 0) return chance;
  const said = new Set([...texts.captions, ...texts.tags].flatMap(contentWords));
  if (words.every((word) => said.has(word))) return Math.max(chance, saidSo);
  const { has, needed } = relevance.share(words, said);
  if (has >= needed) return Math.max(chance, mostlySaid);
  return texts.captions.length === 0 ? chance : (chance * unsaid) / texts.captions.length;
}

/** What to say above results of which none is likely enough. */
export const nothingFitsNotice = 'Nothing in the library clearly fits this; what follows are weaker matches.';
