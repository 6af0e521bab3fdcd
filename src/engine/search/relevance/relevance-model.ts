// Estimates the chance that a hit is what was searched for. The number never falls as the evidence rises: first that
// of similarity, then that of the hit's own words, if it has any.
import { z } from 'zod';
import { fitCurve, isotonic, onCurve } from '../../numerics/isotonic.ts';
import { fitLogistic, logOdds, sigmoid, type Logistic } from '../../numerics/logistic.ts';
import { sentenceFrom } from './labelled-queries.ts';
import { similarityFeatureNames } from './similarity-features.ts';
import { usuallyRepeated } from './word-evidence.ts';
import { numberAt } from '../../../shared/at.ts';

/** Evidence about the hits of one query. */
export interface Evidence {
  /** `[hits, similarityFeatureNames]`, see similarity-features.ts; hits in any order. */
  readonly similarity: Float64Array;
  /**
   * `[hits]`: log likelihood ratio of the photo's own words, see word-evidence.ts, less the expected value for
   * photos with similar scores; NaN for a photo without words, which counts as the expected evidence.
   */
  readonly words: Float64Array;
}

/** One query with known answers. */
export interface RelevanceSample extends Evidence {
  /** `[hits]`, 1 where the photo is relevant. */
  readonly relevant: Uint8Array;
  /**
   * Samples of one group have something in common, such as their right photo: none is judged by a fit with the
   * others.
   */
  readonly group: number;
  /** `[hits]`: weight of each hit. */
  readonly weights: Float32Array;
  /** Content words of the query. */
  readonly wordCount: number;
  /** Whether no known photo has the words of the query. */
  readonly isUnnamed?: boolean;
}

const numbers = z.array(z.number()).readonly();
const update = z.object({ bias: z.number(), weight: z.number().min(0) });
const fittedPart = z.object({
  similarity: z.object({ mean: numbers, scale: numbers, weights: numbers, bias: z.number() }),
  /** Contribution of own words to the log odds by similarity: `bias + weight * evidence`. */
  words: update,
  /** Curve from log odds to the chance that a hit is labelled relevant. */
  curve: z.object({ x: numbers, y: numbers }),
});
/** Earlier releases call `similarity` `sight`. */
const part = z.preprocess(
  (stored) =>
    typeof stored === 'object' && stored !== null && 'sight' in stored
      ? { similarity: stored.sight, ...stored }
      : stored,
  fittedPart,
);
export const relevanceSchema = z.object({
  version: z.literal(7),
  features: z.array(z.enum(similarityFeatureNames)).readonly(),
  /** For queries of a few words, which mean all photos that show something; null with too few such queries. */
  words: part.nullable(),
  /** For sentences, which describe one photo. */
  sentences: part.nullable(),
  /** For a few words that no described photo has; absent from fits of earlier versions. */
  unnamed: part.nullable().default(null),
  /** For images, which look for photos with similar descriptions. */
  images: part.nullable(),
  /** Chance that a second writer uses a word of the first. */
  repeated: z.number().positive().lt(1),
  queries: z.int(),
});
/** Plain data, kept as JSON beside the model it belongs to. */
export type RelevanceModel = z.output<typeof relevanceSchema>;
type WordUpdate = z.output<typeof update>;
type Part = z.output<typeof part>;

/** Fewer are not enough to learn from. */
const fewestQueries = 20;
const fewestRelevant = 20;
const folds = 3;

/** Weight of own words before anything is learned: that of the language model. */
const plainUpdate: WordUpdate = { bias: 0, weight: 1 };
/** Weight of this prior, in hits that are as likely right as wrong. */
const updateRidge = 10;

/**
 * Fits two logistic regressions each for queries of a few words and for sentences, the second with the first as its
 * offset: first the evidence of similarity, for hits with words and without; then the contribution of own words. An
 * isotonic curve over cross-validated log odds gives chances.
 * @param repeated chance that a second writer uses a word of the first
 * @param images samples of queries that are images
 * @param agreement share of photos about which the words of two people count as alike
 * @returns null when there are too few labelled queries of either kind
 */
export function fitRelevance(
  samples: readonly RelevanceSample[],
  repeated = usuallyRepeated,
  images: readonly RelevanceSample[] = [],
  agreement = 1,
): RelevanceModel | null {
  const isSentence = ({ wordCount }: RelevanceSample) => wordCount >= sentenceFrom;
  const isUnnamed = ({ isUnnamed = false }: RelevanceSample) => isUnnamed;
  const words = fitPart(samples.filter((sample) => !isSentence(sample) && !isUnnamed(sample)));
  const unnamed = fitPart(samples.filter(isUnnamed));
  const sentences = fitPart(samples.filter(isSentence));
  if (words === null && sentences === null) return null;
  const ofImages = fitPart(images);
  return {
    version: 7,
    features: similarityFeatureNames,
    words,
    sentences,
    unnamed,
    images: ofImages && dividedBy(ofImages, agreement),
    repeated,
    queries: samples.length,
  };
}

/**
 * Turns the chance that words agree into the chance that photos are alike: it is divided by how often words agree about photos
 * that are alike (Elkan and Noto, KDD 2008).
 */
const dividedBy = ({ curve, ...others }: Part, agreement: number): Part => ({
  ...others,
  curve: { x: curve.x, y: curve.y.map((y) => Math.min(1, y / agreement)) },
});

function fitPart(samples: readonly RelevanceSample[]): Part | null {
  const relevant = samples.reduce((sum, { relevant: flags }) => sum + flags.reduce((n, flag) => n + flag, 0), 0);
  const groups = [...new Set(samples.map(({ group }) => group))].sort((a, b) => a - b);
  if (samples.length < fewestQueries || relevant < fewestRelevant || groups.length < folds) return null;
  const all = fitOn(samples);
  const odds: number[] = [];
  const labels: number[] = [];
  const weights: number[] = [];
  const foldOf = new Map(groups.map((group, i) => [group, i % folds]));
  for (let fold = 0; fold < folds; fold++) {
    const isInFold = ({ group }: RelevanceSample) => foldOf.get(group) === fold;
    const model = fitOn(
      samples.filter((sample) => !isInFold(sample)),
      all.similarity,
    );
    for (const sample of samples.filter(isInFold)) {
      odds.push(...updated(logOdds(model.similarity, sample.similarity), sample.words, model.words));
      labels.push(...sample.relevant);
      weights.push(...sample.weights);
    }
  }
  return { ...all, curve: fitCurve(Float64Array.from(odds), labels, weights) };
}

function fitOn(samples: readonly RelevanceSample[], start?: Logistic): Pick<Part, 'similarity' | 'words'> {
  const width = similarityFeatureNames.length;
  const hits = samples.reduce((sum, { relevant }) => sum + relevant.length, 0);
  const features = new Float64Array(hits * width);
  const labels = new Uint8Array(hits);
  const weights = new Float32Array(hits);
  let at = 0;
  for (const sample of samples) {
    features.set(sample.similarity, at * width);
    labels.set(sample.relevant, at);
    // Own words enter in the second step; in the first all photos are treated alike.
    weights.set(sample.weights, at);
    at += sample.relevant.length;
  }
  const similarity = fitLogistic(features, labels, weights, width, start);
  return { similarity, words: fitUpdate(samples, similarity) };
}

/** Newton's method for bias and weight of the contribution of own words to given log odds. */
function fitUpdate(samples: readonly RelevanceSample[], similarity: Logistic): WordUpdate {
  const rows = samples.flatMap((sample) => {
    const offsets = logOdds(similarity, sample.similarity);
    return Array.from(sample.words, (evidence, i) => ({
      evidence,
      offset: numberAt(offsets, i),
      label: numberAt(sample.relevant, i),
      weight: numberAt(sample.weights, i),
    })).filter((row) => !Number.isNaN(row.evidence));
  });
  let { bias, weight: slope } = plainUpdate;
  for (let step = 0; step < 25; step++) {
    // Gradient and curvature of the penalised log likelihood; the penalty draws towards `plainUpdate`.
    let [g0, g1] = [updateRidge * (plainUpdate.bias - bias), updateRidge * (plainUpdate.weight - slope)];
    let [h00, h01, h11] = [updateRidge, 0, updateRidge];
    for (const { evidence, offset, label, weight } of rows) {
      const p = sigmoid(offset + bias + slope * evidence);
      const curvature = weight * p * (1 - p);
      g0 += weight * (label - p);
      g1 += weight * (label - p) * evidence;
      h00 += curvature;
      h01 += curvature * evidence;
      h11 += curvature * evidence * evidence;
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    bias += Math.max(-1, Math.min(1, d0));
    slope = Math.max(0, slope + Math.max(-0.5, Math.min(0.5, d1)));
    if (Math.abs(d0) + Math.abs(d1) < 1e-4) break;
  }
  return { bias, weight: slope };
}

/** `[hits]`: log odds by similarity, and then by own words where there are any. */
function updated(similarity: Float64Array, words: Float64Array, { bias, weight }: WordUpdate): Float64Array {
  return similarity.map((odds, i) => {
    const evidence = numberAt(words, i);
    return Number.isNaN(evidence) ? odds : odds + bias + weight * evidence;
  });
}

/** Properties of a query that decide which part of a model estimates its hits. */
export interface QueryKind {
  /** Content words. */
  readonly wordCount: number;
  /** Whether no described photo has its words. */
  readonly isUnnamed: boolean;
}

/** The part for a query; if too few such queries were learned from, that for the others. */
function partFor({ wordCount, isUnnamed }: QueryKind, { words, sentences, unnamed }: RelevanceModel): Part {
  const ofWords = (isUnnamed ? unnamed : null) ?? words;
  const found = wordCount >= sentenceFrom ? (sentences ?? words) : (ofWords ?? sentences);
  if (found === null) throw new Error('a relevance model without parts');
  return found;
}

/** Keeps hits of equal log odds by similarity in the order of their scores. */
const tieBreak = 1e-4;

/**
 * `[hits]`: log odds in one scale for photos with words and without, by which hits are ordered. Of two hits without words,
 * the one with the higher score never has the lower odds.
 * @param scores `[hits]`, of the same kind as the model's, in any order
 */
export function relevanceOdds(
  scores: Float32Array,
  evidence: Evidence,
  kind: QueryKind,
  model: RelevanceModel,
): Float64Array {
  return oddsOf(scores, evidence, partFor(kind, model));
}

/** `[hits]`: the same for an image query, with the chance of each; null where nothing was learned from images. */
export function imageChances(
  scores: Float32Array,
  similarity: Float64Array,
  { images }: RelevanceModel,
): { readonly odds: Float64Array; readonly chances: Float64Array } | null {
  if (images === null) return null;
  const odds = oddsOf(scores, { similarity, words: new Float64Array(scores.length).fill(Number.NaN) }, images);
  return { odds, chances: odds.map((x) => Math.min(1, onCurve(images.curve, x))) };
}

function oddsOf(scores: Float32Array, evidence: Evidence, { similarity, words }: Part): Float64Array {
  const odds = logOdds(similarity, evidence.similarity);
  const rising = Array.from(scores.keys()).sort((a, b) => numberAt(scores, a) - numberAt(scores, b));
  const fit = isotonic(rising.map((i) => numberAt(odds, i)));
  const bySimilarity = new Float64Array(scores.length);
  rising.forEach((i, place) => (bySimilarity[i] = numberAt(fit, place) + (tieBreak * place) / scores.length));
  return updated(bySimilarity, evidence.words, words);
}

/** The chance, at given log odds, that some text about a photo says that it fits; it rises with the odds. */
export const chanceAt = (odds: number, kind: QueryKind, model: RelevanceModel): number =>
  Math.min(1, onCurve(partFor(kind, model).curve, odds));

/**
 * Features from the texts of photos with similar scores; the others depend on the score itself, or are the same for
 * all hits.
 */
const neighbourNames: ReadonlySet<string> = new Set(['near', 'around']);

/**
 * Evidence by similarity for each hit, in log odds above those of a photo in general.
 * @param similarity `[hits, similarityFeatureNames]`
 * @param usual `[similarityFeatureNames]`, of a photo whose score is the median
 * @returns `[hits]` each: by its score, and by the texts of photos with similar scores
 */
export function similarityEvidence(
  similarity: Float64Array,
  usual: Float64Array,
  kind: QueryKind,
  model: RelevanceModel,
): { readonly ownScore: Float64Array; readonly neighbours: Float64Array } {
  const { weights, scale } = partFor(kind, model).similarity;
  const width = similarityFeatureNames.length;
  const sumOf = (isCounted: (name: string) => boolean): Float64Array =>
    Float64Array.from({ length: similarity.length / width }, (_, hit) =>
      similarityFeatureNames.reduce((sum, name, f) => {
        if (!isCounted(name)) return sum;
        const above = numberAt(similarity, hit * width + f) - numberAt(usual, f);
        return sum + (numberAt(weights, f) * above) / numberAt(scale, f);
      }, 0),
    );
  return {
    ownScore: sumOf((name) => !neighbourNames.has(name)),
    neighbours: sumOf((name) => neighbourNames.has(name)),
  };
}
