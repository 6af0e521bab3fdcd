// Which photos are worth comparing closely: the nearest codes of each term, and the best matches in full text.
import type { Store } from '../../store/database.ts';
import type { IdMask } from '../hamming-index.ts';
import type { LiveIndex } from '../hamming/live-index.ts';
import { opposite, shortlist } from './shortlist.ts';
import type { ReadyTerm } from './terms.ts';

export interface CandidateSources {
  readonly store: Store;
  readonly live: LiveIndex;
  readonly terms: readonly ReadyTerm[];
  /** Photos that the filters let through; null for all. */
  readonly mask: IdMask | null;
  /** Photos of the query itself. */
  readonly without: ReadonlySet<number>;
  /** For each term, at least. */
  readonly size: number;
  /** Best matches in full text. */
  readonly textSize: number;
}

/** Of so many times the matches wanted, enough are still there. */
const mostLookedAt = 4;

/** Ids, each once, with the distance to the first term's code where that is known. */
export function findCandidates(sources: CandidateSources): number[] {
  const { live, terms, mask, without, size, textSize } = sources;
  const added = terms.filter((term) => term.term.weight > 0);
  const ids = new Set<number>();
  // What is subtracted may hide most of what is near, so there more is looked at.
  const times = terms.length > added.length ? 2 : 1;
  // Where nothing is asked for but to be unlike, the farthest are the nearest to the opposite.
  const sought = added.length > 0 ? added : terms;
  for (const { semantic } of sought) {
    if (semantic === null) continue;
    const query = added.length > 0 ? semantic : opposite(semantic);
    const needs = { atLeast: size, times, more: without.size };
    for (const id of shortlist(live, query, needs, mask ?? undefined)) ids.add(id);
  }
  for (const id of bestTexts(sources, added, textSize)) ids.add(id);
  for (const id of without) ids.delete(id);
  return [...ids];
}

/** The `size` photos that match best in full text, equal ones by id. */
function bestTexts({ store, mask, without }: CandidateSources, added: readonly ReadyTerm[], size: number): number[] {
  const matched = added.flatMap(({ term, text }) => (text?.scores ? { weight: term.weight, scores: text.scores } : []));
  const found = new Set(matched.flatMap(({ scores }) => scores.best(mostLookedAt * size, mask)));
  const total = (id: number) => matched.reduce((sum, { weight, scores }) => sum + weight * scores.of(id), 0);
  const totals = new Map(Array.from(found, (id) => [id, total(id)]));
  const order = [...totals].sort(([a, x], [b, y]) => y - x || a - b);
  const best: number[] = [];
  // The mask holds photos that are there; full text keeps those that are gone.
  const isThere = mask ? () => true : presence(store);
  for (const [id] of order) {
    if (best.length === size) break;
    if (!without.has(id) && isThere(id)) best.push(id);
  }
  return best;
}

/** Says which photos are there. */
function presence({ db }: Store): (id: number) => boolean {
  if (db.prepare('SELECT 1 FROM photos WHERE NOT present LIMIT 1').get() === undefined) return () => true;
  const isPresent = db.prepare<[number], number>('SELECT present FROM photos WHERE id = ?').pluck();
  return (id) => isPresent.get(id) === 1;
}
