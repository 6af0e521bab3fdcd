// The second stage of search: the nearest codes, ordered anew by the float cosine of the shared features.
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { Store } from '../store/database.ts';
import type { Kind } from '../store/kinds.ts';
import type { Ranked } from './hamming-index.ts';

export interface Candidate {
  readonly id: number;
  readonly distance: number;
  /** Cosine of the shared features; null where one of the two rows has none. */
  readonly score: number | null;
}

/**
 * Orders by cosine, then distance, then id. Candidates without a cosine keep their Hamming order behind the others.
 * @param query the whole feature row; its first `sharedWidth` numbers are compared
 */
export function rerank(
  store: Store,
  info: EncoderInfo,
  kind: Kind,
  query: { readonly row: Float32Array },
  ranked: Ranked,
): Candidate[] {
  const width = kind === 'photo' ? info.imageWidth : info.textWidth;
  const { ids, rows } = store.features.read(kind, info.id, Array.from(ranked.ids), width);
  const scores = new Map<number, number | null>();
  ids.forEach((id, i) => {
    scores.set(id, cosine(query.row, rows.subarray(i * width, (i + 1) * width), info.sharedWidth));
  });
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
