// Compares a query's terms with its candidates: similarities, full text, and their usual values in the library.
import type { TermExplanation } from '../../../shared/contract/search.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { UnseenPhotos } from '../../models/unseen-photos.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import type { Store } from '../../store/database.ts';
import type { FacetLists } from '../../store/facets.ts';
import type { TextScores } from '../../store/text-scores.ts';
import { float64At, numberAt } from '../../../shared/at.ts';
import type { LiveIndex } from '../hamming/live-index.ts';
import { CandidateCache } from '../rerank/candidate-cache.ts';
import { ImageSpaces, type ImageSpace } from '../rerank/image-space.ts';
import { similarities, type CandidateRows, type FloatQuery } from '../rerank/rerank.ts';
import { BackgroundSample } from './background-sample.ts';
import { deviationsOf, similarityMoments, type SimilarityMoments } from './score.ts';
import type { ReadyTerm } from './terms.ts';

/** The state of the library during one search. */
export interface SearchedLibrary {
  readonly active: ActiveModel;
  readonly info: EncoderInfo;
  /** Photos. */
  readonly live: LiveIndex;
  /** Possible names in filters. */
  readonly facets: () => FacetLists;
  /** Photos the model in use has not learned from; null where it has learned from none of this library. */
  readonly unseen: () => Promise<UnseenPhotos | null>;
  /** Changes whenever the library's features may have changed. */
  readonly state: string;
}

/** Evidence of a term that is shown to people: cosines and matches in full text. */
export interface TermEvidence {
  readonly weight: number;
  /** `[candidates]`, NaN where unknown; null for a term without a meaning for the encoder. */
  readonly similarities: Float64Array | null;
  readonly background: SimilarityMoments;
  /** The term's similarities to a sample of the library's photos. */
  readonly sample: Float32Array;
  /**
   * `[candidates]`: the lift of a photo above photos in general by the learned part of the model, less that by the
   * encoder; -Infinity where the learned part does not lift it. Null where the model takes no part.
   */
  readonly learned: Float64Array | null;
  readonly text: TextScores | null;
}

/** Compares candidates with terms. Keeps rows of candidates, a sample of the library and its image space for the next query. */
export class CandidateComparison {
  readonly #store: Store;
  readonly #cache = new CandidateCache();
  readonly #background = new BackgroundSample();
  readonly #imageSpaces = new ImageSpaces();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Evidence by term. @param ids the candidates */
  async evidence(
    terms: readonly ReadyTerm[],
    ids: readonly number[],
    library: SearchedLibrary,
  ): Promise<TermEvidence[]> {
    const { active, info, live, state } = library;
    const rows = await this.#cache.read(this.#store, info, active, state, ids);
    const sample = await this.#background.rows(this.#store, info, active, live.index.size);
    const evidence: TermEvidence[] = [];
    for (const term of terms) evidence.push(await this.#of(term, ids, rows, sample, library));
    return evidence;
  }

  async #of(
    { term, semantic, text }: ReadyTerm,
    ids: readonly number[],
    rows: CandidateRows,
    sample: CandidateRows,
    { info, live }: SearchedLibrary,
  ): Promise<TermEvidence> {
    const { weight } = term;
    const matches = text?.scores ?? null;
    const unknown = { mean: 0, deviation: 0 };
    if (!semantic) {
      const noSimilarity = { similarities: null, background: unknown, sample: new Float32Array(0), learned: null };
      return { weight, ...noSimilarity, text: matches };
    }
    const isImage = term.kind === 'image' || term.kind === 'photo';
    const space = isImage ? await this.#imageSpaces.of(this.#store, info, live.index.size) : null;
    const compare = (others: CandidateRows) =>
      space === null ? similarities(semantic, others) : this.#imageSimilarities(info, space, semantic, others);
    const aligned = alignedTo(ids, rows.ids, await compare(rows));
    const sampled = await compare(sample);
    const background = similarityMoments(sampled.filter((x) => !Number.isNaN(x)));
    const learned = isImage ? null : learnedLift(semantic, rows, sample);
    return {
      weight,
      similarities: aligned,
      background,
      sample: Float32Array.from(sampled),
      learned: learned && alignedTo(ids, rows.ids, learned),
      text: matches,
    };
  }

  /**
   * Similarities of an image to photos, NaN without features. They use all numbers that the encoder stores and, in
   * equal parts, the learned rows of the model in use, if it has any.
   */
  async #imageSimilarities(
    info: EncoderInfo,
    space: ImageSpace,
    query: FloatQuery,
    others: CandidateRows,
  ): Promise<Float64Array> {
    const features = this.#store.features.read('photo', info.id, others.ids, info.imageWidth);
    const seen = alignedTo(others.ids, features.ids, await space.cosines(query.row, features.rows));
    if (query.encoderWeight >= 1) return seen;
    const learned = similarities({ ...query, encoderWeight: 0 }, others);
    return seen.map((cosine, i) => (cosine + float64At(learned, i)) / 2);
  }

  close(): Promise<void> {
    return this.#imageSpaces.close();
  }
}

/** `[rows.ids]`, see `TermEvidence.learned`. @param sample rows of photos in general */
function learnedLift(query: FloatQuery, rows: CandidateRows, sample: CandidateRows): Float64Array | null {
  const { encoderWeight, row } = query;
  if (encoderWeight >= 1 || query.real.every((x) => x === 0)) return null;
  const encoderKnows = row.subarray(0, rows.sharedWidth).some((x) => x !== 0);
  const share = encoderKnows ? 1 - encoderWeight : 1;
  const partsOf = (photos: CandidateRows) => {
    const learned = similarities({ ...query, encoderWeight: 0 }, photos).map((cosine) => share * cosine);
    return { learned, encoded: similarities(query, photos).map((all, i) => all - float64At(learned, i)) };
  };
  const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);
  const usual = partsOf(sample);
  const found = partsOf(rows);
  const [usualLearned, usualEncoded] = [mean(usual.learned), mean(usual.encoded)];
  return found.learned.map((learned, i) => {
    const lift = learned - usualLearned;
    return lift <= 0 ? -Infinity : lift - (float64At(found.encoded, i) - usualEncoded);
  });
}

/** Values of some photos in the order of others; NaN for a photo without one, because its features are missing. */
function alignedTo(ids: readonly number[], valued: readonly number[], values: ArrayLike<number>): Float64Array {
  const places = new Map(valued.map((id, i) => [id, i]));
  return Float64Array.from(ids, (id) => {
    const place = places.get(id);
    return place === undefined ? Number.NaN : numberAt(values, place);
  });
}

/** Mean cosine of a candidate, weighted by the terms; null where no term has a cosine. */
export function meanCosine(terms: readonly TermEvidence[], i: number): number | null {
  const known = terms.filter((term) => term.similarities && !Number.isNaN(term.similarities[i]));
  const weights = known.reduce((sum, term) => sum + Math.abs(term.weight), 0);
  if (weights === 0) return null;
  return known.reduce((sum, term) => sum + term.weight * numberAt(term.similarities ?? [], i), 0) / weights;
}

export function textScore(terms: readonly TermEvidence[], id: number): number | null {
  const score = terms.reduce((sum, term) => sum + term.weight * (term.text?.of(id) ?? 0), 0);
  return score === 0 ? null : score;
}

export function explain(
  terms: readonly ReadyTerm[],
  evidence: readonly TermEvidence[],
  i: number,
  id: number,
): TermExplanation[] {
  return terms.flatMap(({ label }, t) => {
    const term = evidence[t];
    if (!term) return [];
    const cosine = term.similarities === null ? Number.NaN : float64At(term.similarities, i);
    const known = !Number.isNaN(cosine);
    return {
      term: label,
      weight: term.weight,
      cosine: known ? cosine : null,
      deviations: known ? deviationsOf(cosine, term.background) : null,
      textScore: term.text?.of(id) ?? null,
    };
  });
}
