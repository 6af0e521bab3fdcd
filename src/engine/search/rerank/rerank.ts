// The second stage of search: float rows of the nearest candidates, and their cosines with a query.
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import { cosine } from '../../numerics/cosine.ts';
import { mixed } from '../../hashing/evaluation/mixed-cosine.ts';
import type { FeatureRows } from '../../store/features.ts';
import type { ItemKind } from '../../store/item-kinds.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import type { Ranked } from '../hamming/hamming-index.ts';
import { entryOf, float64At, int32At } from '../../../shared/at.ts';

export interface Candidate {
  readonly id: number;
  readonly distance: number;
  /** Float cosine with the query; null without features of the candidate. */
  readonly score: number | null;
}

/** The query's two float rows, and the weights of their cosines. */
export interface FloatQuery {
  /** Its feature row, of which the first `sharedWidth` numbers are comparable. */
  readonly row: Float32Array;
  /** `[realWidth]`: Codes.real, whose length is the share of the query that the model has learned. */
  readonly real: Float32Array;
  /** Share of the first cosine: HashModel.encoderWeight. */
  readonly encoderWeight: number;
}

/** Rows for comparing photos, captions or tags. */
export interface CandidateRows {
  readonly ids: readonly number[];
  /** `[n, sharedWidth + realWidth]`: the features that the modalities share, then the model's real outputs. */
  readonly rows: Float32Array;
  readonly sharedWidth: number;
  readonly realWidth: number;
}

/** Puts side by side the first `sharedWidth` of the features `[n, width]` and the real outputs `[n, realWidth]`. */
export function candidateRows(
  features: FeatureRows,
  width: number,
  sharedWidth: number,
  real: Float32Array,
  realWidth: number,
): CandidateRows {
  const { ids } = features;
  const stride = sharedWidth + realWidth;
  const rows = new Float32Array(ids.length * stride);
  for (let i = 0; i < ids.length; i++) {
    rows.set(features.rows.subarray(i * width, i * width + sharedWidth), i * stride);
    rows.set(real.subarray(i * realWidth, (i + 1) * realWidth), i * stride + sharedWidth);
  }
  return { ids, rows, sharedWidth, realWidth };
}

/**
 * Those of `wanted` with features, in any order: stored rows take 2 microseconds each. Without stored rows (a
 * library of an earlier version, until it is indexed again) features go through the model, 20 to 50 microseconds
 * each.
 */
export async function readCandidates(
  store: Store,
  info: EncoderInfo,
  { id: modelId, model }: ActiveModel,
  kind: ItemKind,
  wanted: readonly number[],
): Promise<CandidateRows> {
  const { sharedWidth } = info;
  const { realWidth } = model;
  const stride = sharedWidth + realWidth;
  const stored = store.vectors.read(kind, modelId, wanted, stride);
  if (stored.ids.length === wanted.length) return { ...stored, sharedWidth, realWidth };
  const has = new Set(stored.ids);
  const width = kind === 'photo' ? info.imageWidth : info.textWidth;
  const missing = wanted.filter((id) => !has.has(id));
  const features = store.features.read(kind, info.id, missing, width);
  if (features.ids.length === 0) return { ...stored, sharedWidth, realWidth };
  const { real } = await (kind === 'photo'
    ? model.encodeImages(features.rows)
    : model.encodeTexts(features.rows, store.features.texts(kind, features.ids)));
  const computed = candidateRows(features, width, sharedWidth, real, realWidth);
  if (stored.ids.length === 0) return computed;
  const source = new Map<number, Float32Array>();
  for (const part of [stored, computed]) {
    part.ids.forEach((id, i) => source.set(id, part.rows.subarray(i * stride, (i + 1) * stride)));
  }
  const ids = wanted.filter((id) => source.has(id));
  const rows = new Float32Array(ids.length * stride);
  ids.forEach((id, i) => rows.set(entryOf(source, id), i * stride));
  return { ids, rows, sharedWidth, realWidth };
}

/**
 * `[n]`: a weighted mean of two cosines: of the features that the modalities share, and of the model's real-valued rows.
 * The first has the encoder's knowledge, the second what the model has learned from this library's captions; their
 * weights were measured on the held-out captions during the training (hashing/evaluation/library-quality.ts). If the
 * query or the candidate shares nothing, the second decides alone.
 */
export function similarities(query: FloatQuery, { ids, rows, sharedWidth, realWidth }: CandidateRows): Float64Array {
  const stride = sharedWidth + realWidth;
  const { encoderWeight } = query;
  const known = Math.hypot(...query.real);
  return Float64Array.from(ids, (_, i) => {
    const learned = known * (cosine(query.real, 0, rows, i * stride + sharedWidth, realWidth) ?? 0);
    if (encoderWeight === 0) return learned;
    return mixed(learned, cosine(query.row, 0, rows, i * stride, sharedWidth), encoderWeight);
  });
}

/** The nearest codes, ordered by similarity. */
export async function rerank(
  store: Store,
  info: EncoderInfo,
  active: ActiveModel,
  kind: ItemKind,
  query: FloatQuery,
  ranked: Ranked,
): Promise<Candidate[]> {
  const rows = await readCandidates(store, info, active, kind, Array.from(ranked.ids));
  const similar = similarities(query, rows);
  const scores = new Map(rows.ids.map((id, i) => [id, float64At(similar, i)]));
  const candidates = Array.from(ranked.ids, (id, i) => ({
    id,
    distance: int32At(ranked.distances, i),
    score: scores.get(id) ?? null,
  }));
  return candidates.sort((a, b) => (b.score ?? -2) - (a.score ?? -2) || a.distance - b.distance || a.id - b.id);
}
