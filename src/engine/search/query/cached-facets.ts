// The library's facets, cached until the library changes, and their comparison with typed words.
import { fold } from '../../text/fold.ts';
import type { Store } from '../../store/database.ts';
import type { FacetLists } from '../../store/facets.ts';
import { sentence, type Sentence } from '../../../shared/sentences.ts';

/** Lists that took this long to read are kept for ten times as long, even during indexing. */
const slowMs = 200;

export class Facets {
  readonly #store: Store;
  #held: { readonly lists: FacetLists; readonly key: string; readonly keepUntil: number } | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param revision changes whenever this process has changed the library */
  lists(revision: number): FacetLists {
    const key = `${revision} ${this.#store.dataVersion()}`;
    const now = performance.now();
    if (this.#held && (this.#held.key === key || now < this.#held.keepUntil)) return this.#held.lists;
    const lists = this.#store.facets.lists();
    const took = performance.now() - now;
    this.#held = { lists, key, keepUntil: took < slowMs ? 0 : now + 11 * took };
    return lists;
  }
}

/**
 * Whether a name contains the words at the start of one of its own: `italy` in `Summer in Italy`, not `art` in
 * `Party`.
 */
export function namePart(name: string, part: string): boolean {
  const [whole, wanted] = [fold(name), fold(part)];
  for (let at = whole.indexOf(wanted); at !== -1; at = whole.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(whole.charAt(at - 1)) || !/^[\p{L}\p{N}]/u.test(wanted)) return true;
  }
  return false;
}

/** Whether a hierarchical tag is the given one or below it. A single level is a tag like any other. */
export const isTagPath = (name: string, wanted: string): boolean =>
  wanted.includes('/') && (fold(name) === fold(wanted) || fold(name).startsWith(`${fold(wanted)}/`));

/** A tag must match as a whole, unless a `*` leaves its ending open. */
export function isTag(name: string, wanted: string): boolean {
  return wanted.endsWith('*') ? fold(name).startsWith(fold(wanted.slice(0, -1))) : fold(name) === fold(wanted);
}

/** The notice about a filter value that no photo has. */
export const unknownValue = (field: 'tag' | 'person' | 'camera' | 'place' | 'folder', value: string): Sentence =>
  sentence(`no-${field}`, { value });
