// Which photos are worth comparing closely: the nearest codes of each term, and the best matches in full text.
import type { Store } from '../../store/database.ts';
import type { HammingIndex, IdMask } from '../hamming-index.ts';
import type { ReadyTerm } from './terms.ts';

export interface CandidateSources {
  readonly store: Store;
  readonly index: HammingIndex;
  readonly terms: readonly ReadyTerm[];
  /** Photos that the filters let through; null for all. */
  readonly mask: IdMask | null;
  /** Photos of the query itself. */
  readonly without: ReadonlySet<number>;
  /** Nearest codes a term. */
  readonly size: number;
  /** Best matches in full text. */
  readonly textSize: number;
}

/** Of so many times the matches wanted, enough are still there. */
const mostLookedAt = 4;

/** Ids, each once, with the distance to the first term's code where that is known. */
export function findCandidates(sources: CandidateSources): number[] {
  const { index, terms, mask, without, size, textSize } = sources;
  const added = terms.filter((term) => term.term.weight > 0);
  const ids = new Set<number>();
  // What is subtracted may hide most of what is near, so there more is looked at.
  const n = terms.length > added.length ? 2 * size : size;
  const rank = (code: Uint8Array) => {
    for (const id of index.rank(code, n + without.size, mask ?? undefined).ids) ids.add(id);
  };
  for (const { semantic } of added) if (semantic) rank(semantic.code);
  // Nothing is asked for but to be unlike: the farthest codes are the nearest to the opposite one.
  if (added.length === 0)
    for (const { semantic } of terms) if (semantic) rank(semantic.code.map((byte) => ~byte & 0xff));
  for (const id of bestTexts(sources, added, textSize)) ids.add(id);
  for (const id of without) ids.delete(id);
  return [...ids];
}

/** The `size` photos that match best in full text, equal ones by id. */
function bestTexts({ store, mask, without }: CandidateSources, added: readonly ReadyTerm[], size: number): number[] {
  const totals = new Map<number, number>();
  for (const { term, text } of added) {
    const scores = text?.scores;
    for (const id of scores?.found.keys() ?? []) {
      const score = scores?.of(id) ?? 0;
      if (!without.has(id) && mask?.has(id) !== false) totals.set(id, (totals.get(id) ?? 0) + term.weight * score);
    }
  }
  // Sorting numbers alone is ten times as fast as sorting pairs, and few of many matches are wanted.
  const least =
    Float64Array.from(totals.values())
      .sort()
      .at(-mostLookedAt * size) ?? -Infinity;
  const above: [id: number, score: number][] = [];
  const equal: number[] = [];
  for (const [id, score] of totals) {
    if (score > least) above.push([id, score]);
    else if (score === least) equal.push(id);
  }
  above.sort((x, y) => y[1] - x[1] || x[0] - y[0]);
  const best: number[] = [];
  const isPresent = store.db.prepare<[number], number>('SELECT present FROM photos WHERE id = ?').pluck();
  for (const id of [...above.map(([other]) => other), ...Int32Array.from(equal).sort()]) {
    if (best.length === size) break;
    // The mask holds photos that are there; full text keeps those that are gone.
    if (mask || isPresent.get(id) === 1) best.push(id);
  }
  return best;
}
