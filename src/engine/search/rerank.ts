// The second stage of search: float rows of the nearest candidates, and their cosines with a query.
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { HashModel } from '../hashing/hash-model.ts';
import type { Store } from '../store/database.ts';
import type { Kind } from '../store/kinds.ts';
import type { Ranked } from './hamming-index.ts';

export interface Candidate {
  readonly id: number;
  readonly distance: number;
  /** Float cosine with the query; null where the candidate's features are gone. */
  readonly score: number | null;
}

/** The query's two float rows. */
export interface FloatQuery {
  /** Its feature row, of which the first `sharedWidth` numbers are comparable. */
  readonly row: Float32Array;
  /** `[realWidth]`: what the model's network gave before the signs were taken. */
  readonly real: Float32Array;
}

/** What is stored and computed of some photos, captions or tags. */
export interface CandidateRows {
  /** Those that have features, in the order asked for. */
  readonly ids: readonly number[];
  /** `[n, width]`: at least the part of their features that the modalities share. */
  readonly rows: Float32Array;
  readonly width: number;
  /** `[n, realWidth]`: the model's real outputs for them. */
  readonly real: Float32Array;
  /** `[n, bits / 8]`. */
  readonly codes: Uint8Array;
}

/** Reads stored features and puts them through the model: 20 to 50 microseconds a row. */
export async function readCandidates(
  store: Store,
  info: EncoderInfo,
  model: HashModel,
  kind: Kind,
  wanted: readonly number[],
): Promise<CandidateRows> {
  const width = kind === 'photo' ? info.imageWidth : info.textWidth;
  const { ids, rows } = store.features.read(kind, info.id, wanted, width);
  if (ids.length === 0) return { ids, rows, width, real: new Float32Array(0), codes: new Uint8Array(0) };
  const { real, codes } = await (kind === 'photo'
    ? model.encodeImages(rows)
    : model.encodeTexts(rows, store.features.texts(kind, ids)));
  return { ids, rows, width, real, codes };
}

/**
 * `[n]`: the mean of two cosines: of the features the modalities share, and of the hash networks' real-valued outputs.
 * The first knows what the encoder knows, the second what the model has learned from this library's captions; on
 * held-out captions the mean beats either where the model has been trained, and equals the first where it has not
 * (docs/how-it-works.md has the table). Where the query or the candidate shares nothing, the second decides alone.
 */
export function similarities(
  query: FloatQuery,
  { ids, rows, width, real }: CandidateRows,
  sharedWidth: number,
  realWidth: number,
): Float64Array {
  return Float64Array.from(ids, (_, i) => {
    const learned = cosine(query.real, real.subarray(i * realWidth), realWidth) ?? 0;
    const shared = cosine(query.row, rows.subarray(i * width), sharedWidth);
    return shared === null ? learned : (learned + shared) / 2;
  });
}

/** The nearest codes, ordered anew by similarity. */
export async function rerank(
  store: Store,
  info: EncoderInfo,
  model: HashModel,
  kind: Kind,
  query: FloatQuery,
  ranked: Ranked,
): Promise<Candidate[]> {
  const rows = await readCandidates(store, info, model, kind, Array.from(ranked.ids));
  const similar = similarities(query, rows, info.sharedWidth, model.realWidth);
  const scores = new Map(rows.ids.map((id, i) => [id, similar[i] ?? 0]));
  const candidates = Array.from(ranked.ids, (id, i) => ({
    id,
    distance: ranked.distances[i] ?? 0,
    score: scores.get(id) ?? null,
  }));
  return candidates.sort((a, b) => (b.score ?? -2) - (a.score ?? -2) || a.distance - b.distance || a.id - b.id);
}

/** Cosine of the first `width` numbers; null when either has length zero there. */
export function cosine(a: Float32Array, b: Float32Array, width: number): number | null {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < width; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? null : dot / Math.sqrt(aa * bb);
}
