// Chooses the photos to compare closely: the nearest to the terms, and the best matches in full text.
import type { Store } from '../../store/database.ts';
import { IdMask } from '../../store/id-mask.ts';
import type { LiveIndex } from '../hamming/live-index.ts';
import { isOnlySubtracted } from './score.ts';
import { shortlist } from './shortlist.ts';
import type { ReadyTerm } from './terms.ts';

export interface CandidateSources {
  readonly store: Store;
  readonly live: LiveIndex;
  readonly terms: readonly ReadyTerm[];
  /** Photos that pass the filters; null for all. */
  readonly mask: IdMask | null;
  /** Photos of the query itself. */
  readonly without: ReadonlySet<number>;
  /** Photos taken regardless of their looks, if they pass the filters. */
  readonly also: ReadonlySet<number>;
  /** Photos wanted, at least. */
  readonly size: number;
  /** Best matches in full text. */
  readonly textSize: number;
}

/** Ids, each once. */
export function findCandidates(sources: CandidateSources): number[] {
  const { live, terms, mask, without, size } = sources;
  const sought = terms.flatMap(({ semantic, term: { weight } }) => (semantic ? [{ query: semantic, weight }] : []));
  const needs = { atLeast: size, more: without.size, onlySubtracted: isOnlySubtracted(terms.map(({ term }) => term)) };
  const ids = new Set<number>(shortlist(live, sought, needs, mask ?? undefined));
  for (const id of bestTexts(sources)) ids.add(id);
  const missing = sources.also.size === 0 ? null : sources.store.codes.hidden('photo');
  for (const id of sources.also) if (mask?.has(id) !== false && missing?.has(id) !== true) ids.add(id);
  for (const id of without) ids.delete(id);
  return [...ids];
}

/** The `textSize` photos that match the added terms best in full text, equal ones by id. */
function bestTexts({ store, terms, mask, without, textSize }: CandidateSources): number[] {
  const matched = terms.flatMap(({ term: { weight }, text }) =>
    weight > 0 && text?.scores ? [{ weight, scores: text.scores }] : [],
  );
  // Full text still has missing photos; a mask has only present ones.
  const hidden = IdMask.of([...without, ...(mask === null ? store.codes.hidden('photo') : [])]);
  const found = new Set(matched.flatMap(({ scores }) => scores.best(textSize, mask, hidden)));
  const total = (id: number) => matched.reduce((sum, { weight, scores }) => sum + weight * scores.of(id), 0);
  const order = Array.from(found, (id) => [id, total(id)] as const).sort(([a, x], [b, y]) => y - x || a - b);
  return order.slice(0, textSize).map(([id]) => id);
}
