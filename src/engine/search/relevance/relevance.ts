// Relevance as used in search: the chance that a photo is what a term means, and the start of the weaker matches.
import { stat } from 'node:fs/promises';
import type { ModelId, PhotoId } from '../../../shared/contract/ids.ts';
import { sigmoid } from '../../numerics/logistic.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import type { Store } from '../../store/database.ts';
import type { SettingsStore } from '../../store/settings.ts';
import type { TextScores } from '../../store/text-scores.ts';
import { contentWords } from '../../text/content-words.ts';
import type { FloatQuery } from '../rerank/rerank.ts';
import { backgroundSize, describedSize, hasSpread } from './fit-library.ts';
import { imageQueryFeatures } from './image-queries.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { TextRelevance, type PhotoTexts } from './labelled-queries.ts';
import { LibrarySample } from './library-sample.ts';
import { readRelevance, relevancePath } from './relevance-file.ts';
import { chanceAt, imageChances, relevanceOdds, similarityEvidence, type RelevanceModel } from './relevance-model.ts';
import { backgroundOf, similarityFeatures } from './similarity-features.ts';
import { frequencyOf, usuallyRepeated, wordsEvidence } from './word-evidence.ts';
import { byGrade, gradedChances, type WrittenGrade } from './written-grade.ts';
import { float64At, itemAt, numberAt } from '../../../shared/at.ts';
import { sentence } from '../../../shared/sentences.ts';

const seed = 1;

/**
 * Few described photos give uncertain chances: those of photos whose texts do not have the words are multiplied by
 * d / (d + this), where d photos are described (docs/measurements.md, Chances).
 */
const fewDescribed = 10;

/** Evidence of a word that the photo shows as text, relative to a written word. */
const readShare = 0.5;

/** Keeps logarithms finite. */
const leastChance = 1e-12;
/** Keeps equal chances in the order of their odds. */
const tieBreak = 1e-6;

/** Log odds of one standard deviation of the score before anything is learned. */
const plainSlope = 1.5;

/** A relevance model, and the library that it was fitted to. */
export interface FittedLibrary {
  readonly model: RelevanceModel | null;
  readonly sample: LibrarySample;
  readonly relevance: TextRelevance;
  readonly places: ReadonlyMap<PhotoId, number>;
}

/** A term of words, prepared for search. */
export interface AskedTerm {
  readonly text: string;
  /** Null where the encoder, or the hash model, does not know the words. */
  readonly semantic: FloatQuery | null;
  /** Null where words are not looked up, or no text has any. */
  readonly words: TextScores | null;
}

/** Evidence by similarity for each photo, in log odds above that of a photo in general. */
export interface SimilarityEvidence {
  /** `[photos]`: the photo's own score. */
  readonly ownScore: Float64Array;
  /** `[photos]`: texts of photos with similar scores. */
  readonly neighbours: Float64Array;
}

/** Relevance of photos to one term, in the order of the photos. */
export interface TermRelevance {
  /** `[photos]`, in one scale for photos with words and without: the greater, the likelier. */
  readonly odds: Float64Array;
  /** `[photos]`, rising with `odds`; null while chances cannot be estimated. */
  readonly chances: Float64Array | null;
  /** `[photos]`: evidence without a fit, about 0 for an ordinary photo: comparable between all terms. */
  readonly plain: Float64Array;
  readonly similarity: SimilarityEvidence;
}

export class Relevance {
  readonly #store: Store;
  readonly #active: ModelsInUse;
  #fitted: { key: string; opened: Promise<FittedLibrary> } | null = null;

  constructor(store: Store, active: ModelsInUse) {
    this.#store = store;
    this.#active = active;
  }

  /**
   * @param scores `[ids]`, as re-ranking gives them, NaN without features; null without `semantic`
   * @param gradeOf how well a photo's own texts have what is searched for, see query/all-words.ts
   * @param modelId of the hash model in use
   * @param revision changes whenever the photos or their codes do; the sample of the library is then drawn again
   */
  async of(
    { text, semantic, words }: AskedTerm,
    ids: readonly number[],
    scores: Float64Array | null,
    gradeOf: (id: number) => WrittenGrade,
    modelId: ModelId,
    revision: string,
  ): Promise<TermRelevance> {
    const counted = words === null ? null : this.#store.texts.counted(ids);
    const library = await this.#fittedLibrary(modelId, revision);
    return relevanceTo({ text, semantic, words }, ids, scores, gradeOf, library, (id) => counted?.get(id));
  }

  /**
   * Relevance of photos to an image: the chance that people describe them alike.
   * @param scores `[photos]`, NaN where a photo's features are gone
   * @param background similarities of photos drawn at random, NaN where features are gone
   */
  async ofImage(
    scores: Float64Array,
    background: Float32Array,
    modelId: ModelId,
    revision: string,
  ): Promise<TermRelevance> {
    const { model, sample } = await this.#fittedLibrary(modelId, revision);
    const plain = imageRelevance(scores, background);
    const known = background.filter((score) => !Number.isNaN(score));
    if (model === null || known.length === 0) return plain;
    const found = Float32Array.from(scores, (score) => (Number.isNaN(score) ? -1 : score));
    const learned = imageChances(found, imageQueryFeatures(found, known), model);
    if (learned === null) return plain;
    const trust = trustIn(sample);
    const chances = learned.chances.map((chance) => trust * chance);
    return { ...plain, odds: orderOf(chances, learned.odds), chances };
  }

  async #fittedLibrary(modelId: ModelId, revision: string): Promise<FittedLibrary> {
    // A newer file is the fit of another process.
    const made = await stat(relevancePath(this.#active, modelId)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    const key = `${modelId} ${revision} ${made}`;
    if (this.#fitted?.key === key) return this.#fitted.opened;
    const opened = this.#open(modelId);
    this.#fitted = { key, opened };
    opened.catch(() => {
      if (this.#fitted?.opened === opened) this.#fitted = null;
    });
    return opened;
  }

  async #open(modelId: ModelId): Promise<FittedLibrary> {
    const model = await readRelevance(this.#active, modelId);
    const sample = await LibrarySample.open(this.#store, this.#active, {
      described: model ? describedSize : 0,
      background: backgroundSize,
      seed,
    });
    return fittedLibrary(model, sample);
  }
}

export const fittedLibrary = (model: RelevanceModel | null, sample: LibrarySample): FittedLibrary => ({
  model,
  sample,
  relevance: new TextRelevance(sample.texts),
  places: new Map(sample.ids.map((id, place) => [id, place])),
});

/**
 * Relevance of photos to words.
 * @param ids `[photos]`
 * @param scores `[photos]`, as re-ranking gives them, NaN without features; null without `semantic`
 * @param gradeOf how well a photo's own texts have what is searched for, see query/all-words.ts
 * @param textsOf number of texts that describe a photo; undefined for none
 */
export function relevanceTo(
  { text, semantic, words }: AskedTerm,
  ids: readonly number[],
  scores: Float64Array | null,
  gradeOf: (id: number) => WrittenGrade,
  { model, sample, relevance, places }: FittedLibrary,
  textsOf: (id: number) => number | undefined,
): TermRelevance {
  const asked = contentWords(text);
  const evidence = wordEvidenceOf(ids, words, sample, model?.repeated ?? usuallyRepeated, (i) =>
    textsOf(numberAt(ids, i)),
  );
  const all = semantic === null || sample.ids.length === 0 ? null : sample.of(semantic);
  const known = Float32Array.from(ids, (_, i) => {
    const score = scores === null ? Number.NaN : float64At(scores, i);
    // A hit whose features are gone scores like the worst.
    return Number.isNaN(score) ? -1 : score;
  });
  const fits = relevance.of(asked);
  const ownScore = unfittedSimilarity(all, sample, known);
  const plain = ownScore.map((odds, i) => odds + (Number.isNaN(evidence[i]) ? 0 : numberAt(evidence, i)));
  const unfitted: SimilarityEvidence = { ownScore, neighbours: new Float64Array(ids.length) };
  if (model === null || all === null || !hasSpread(all) || scores === null) {
    const knows = model !== null && sample.described.length > 0;
    const chances = knows ? prevalences(sample, fits, evidence) : null;
    const order = chances === null ? plain : orderOf(chances, plain);
    return { ...writtenFirst(order, ids, gradeOf, chances), plain, similarity: unfitted };
  }
  const described = bestFirst(sample.described, all);
  const best = described.subarray(0, 1);
  const ofTexts = new Float64Array(all.length);
  const ofSample = wordEvidenceOf(sample.ids, words, sample, model.repeated, (place) => writersOf(sample.texts[place]));
  ofSample.forEach((value, place) => (ofTexts[place] = Number.isNaN(value) ? 0 : value));
  const neighbours = new KnownPhotos(described, all, fits, ofTexts);
  const kind = { wordCount: asked.length, isUnnamed: !sample.described.some((photo) => fits[photo] === 1) };
  const photos = Int32Array.from(ids, (id) => places.get(id as PhotoId) ?? -1);
  const frame = backgroundOf(Float32Array.from([...sample.background, ...best], (photo) => numberAt(all, photo)));
  const features = similarityFeatures(known, frame, neighbours, photos, asked.length);
  const odds = relevanceOdds(
    known,
    {
      similarity: features,
      words: evidence.map((value, i) => {
        const unexpected = value - neighbours.expectedWords(numberAt(known, i), numberAt(photos, i));
        return textsOf(numberAt(ids, i)) === undefined ? Math.max(0, unexpected) : unexpected;
      }),
    },
    kind,
    model,
  );
  const trust = trustIn(sample);
  const chances = odds.map((x) => trust * chanceAt(x, kind, model));
  const usual = similarityFeatures(Float32Array.of(frame.median), frame, neighbours, Int32Array.of(-1), asked.length);
  const similarity = similarityEvidence(features, usual, kind, model);
  return { ...writtenFirst(orderOf(chances, odds), ids, gradeOf, chances), plain, similarity };
}

/**
 * Relevance of photos to an image without a fit: deviations of their similarity from that of photos in general.
 * @param scores `[photos]`, NaN where a photo's features are gone
 * @param sample similarities of photos drawn at random
 */
export function imageRelevance(scores: Float64Array, sample: Float32Array): TermRelevance {
  const known = sample.filter((score) => !Number.isNaN(score));
  const frame = known.length === 0 ? null : backgroundOf(known);
  const plain = scores.map((score) =>
    frame === null ? 0 : (plainSlope * ((Number.isNaN(score) ? -1 : score) - frame.median)) / frame.spread,
  );
  return {
    odds: plain,
    plain,
    chances: null,
    similarity: { ownScore: plain, neighbours: new Float64Array(plain.length) },
  };
}

/**
 * `[ids]`: see word-evidence.ts; NaN where a photo has no own words.
 * @param writersAt number of texts that describe the photo at an index of `ids`; undefined for none
 */
function wordEvidenceOf(
  ids: readonly number[],
  words: TextScores | null,
  sample: LibrarySample,
  repeated: number,
  writersAt: (place: number) => number | undefined,
): Float64Array {
  if (words === null) return new Float64Array(ids.length).fill(Number.NaN);
  const asked = words.words;
  const evidenceOf = wordsEvidence(
    asked.map((word) => frequencyOf(word.photos, sample.describedPhotos)),
    repeated,
  );
  return Float64Array.from(ids, (id, place) => {
    const isWritten = (i: number) => itemAt(asked, i).ids.has(id);
    const writers = writersAt(place);
    const isAnyWritten = asked.some((_, i) => isWritten(i));
    const own = writers === undefined && !isAnyWritten ? Number.NaN : evidenceOf(writers ?? 1, isWritten);
    // The name of a file or folder, or a date, can raise the chance of a photo without a description, and never lowers it.
    const evidence = writers === undefined && own < 0 ? Number.NaN : own;
    if (!words.isInPhotoText(id)) return evidence;
    // Text in the picture is weaker evidence than a description: a shirt may say "dog".
    const full = evidenceOf(writers ?? 1, (i) => isWritten(i) || itemAt(asked, i).inPhotoText.has(id));
    return Number.isNaN(evidence) ? readShare * Math.max(0, full) : evidence + readShare * (full - evidence);
  });
}

/** Each caption is a text, and all tags together are one. */
function writersOf(texts: PhotoTexts | undefined): number | undefined {
  const writers = (texts?.captions.length ?? 0) + ((texts?.tags.length ?? 0) > 0 ? 1 : 0);
  return writers === 0 ? undefined : writers;
}

/** `[photos]`: log odds by similarity without a fit: deviations of the score; 0 without a score of the encoder. */
function unfittedSimilarity(all: Float32Array | null, sample: LibrarySample, scores: Float32Array): Float64Array {
  if (all === null || sample.background.length === 0) return new Float64Array(scores.length);
  const frame = backgroundOf(Float32Array.from(sample.background, (photo) => numberAt(all, photo)));
  return Float64Array.from(scores, (score) => (plainSlope * (score - frame.median)) / frame.spread);
}

const trustIn = ({ described }: LibrarySample): number => described.length / (described.length + fewDescribed);

/** `[photos]`: rises with the chances, and with the odds among equal chances. */
const orderOf = (chances: Float64Array, odds: Float64Array): Float64Array =>
  chances.map((chance, i) => Math.log(Math.max(leastChance, chance)) + tieBreak * numberAt(odds, i));

/**
 * `[photos]`: without a score of the encoder, the share of described photos that fit, and the evidence of a photo's
 * words.
 */
function prevalences(sample: LibrarySample, fits: Uint8Array, evidence: Float64Array): Float64Array {
  const fitting = sample.described.reduce((sum, photo) => sum + numberAt(fits, photo), 0);
  const share = frequencyOf(fitting, sample.described.length);
  const prior = Math.log(share / (1 - share));
  return evidence.map((words) => sigmoid(prior + (Number.isNaN(words) ? 0 : words)));
}

/** Ranks photos whose texts have what is searched for above all others, in odds and in chances. */
function writtenFirst(
  odds: Float64Array,
  ids: readonly number[],
  gradeOf: (id: number) => WrittenGrade,
  chances: Float64Array | null,
): Pick<TermRelevance, 'odds' | 'chances'> {
  const grades = Uint8Array.from(ids, gradeOf);
  return { odds: byGrade(odds, grades), chances: chances === null ? null : gradedChances(chances, grades) };
}

/** Default threshold: less likely results are weaker matches, unless the person has chosen another value. */
const defaultPrecision = 0.5;

export const precisionOf = (settings: SettingsStore): number => Number(settings.get('precision') ?? defaultPrecision);

/**
 * Number of results above the divider: those that are likely enough.
 * @param chances `[results]`, falling
 * @returns 0 when nothing is likely enough; `chances.length` when everything is
 */
export function weakFrom(chances: readonly number[], precision: number): number {
  const weak = chances.findIndex((chance) => chance < precision - 1e-6);
  return weak < 0 ? chances.length : weak;
}

/** Notice above results none of which is likely enough, though some have all words of the query. */
export const wordsWithoutFitNotice = sentence('words-without-fit', {});

/** Notice above results none of which is likely enough. */
export const nothingFitsNotice = sentence('nothing-fits', {});
