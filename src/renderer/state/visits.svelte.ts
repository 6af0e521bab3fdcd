// History of views and searches, each with its position on the page, for back and forward.
import type { GridAnchor } from '../grid/layout.ts';
import type { Shown } from './search.svelte.ts';
import type { SharedVisit } from './shared.svelte.ts';
import { sameQuery } from './shown-query.ts';

export type ViewName =
  'photos' | 'describe' | 'words' | 'training' | 'duplicates' | 'missing' | 'shared' | 'library' | 'settings';

export interface VisitedPlace extends Shown {
  readonly view: ViewName;
  /** Library and search in the view of shared libraries; null in other views. */
  readonly shared: SharedVisit | null;
}

/** Scroll position of a page. The photo counts if there is one, because rows may have another height later. */
export interface Spot {
  /** Pixels from the top of the page. */
  readonly top: number;
  readonly anchor: GridAnchor | null;
}

export interface Visit {
  readonly place: VisitedPlace;
  readonly spot: Spot;
}

const start: Spot = { top: 0, anchor: null };
const most = 50;

export class Visits {
  readonly #isKept: (place: VisitedPlace) => boolean;
  #list = $state.raw<readonly Visit[]>([]);
  #at = $state(-1);

  readonly canGoBack = $derived(this.#at > 0);
  readonly canGoForward = $derived(this.#at < this.#list.length - 1);

  /** @param isKept whether a visit is worth returning to; others are replaced by the next one */
  constructor(isKept: (place: VisitedPlace) => boolean) {
    this.#isKept = isKept;
  }

  get places(): readonly VisitedPlace[] {
    return this.#list.map(({ place }) => place);
  }

  /** Records a new visit, and the scroll position of the previous one. */
  follow(place: VisitedPlace, left: Spot): void {
    const now = this.#list[this.#at];
    if (now === undefined || samePlace(now.place, place)) {
      this.#put(Math.max(0, this.#at), { place, spot: now?.spot ?? start }, now !== undefined);
    } else if (this.#isKept(now.place)) this.#push({ place, spot: start }, left);
    else {
      const before = this.#list[this.#at - 1];
      const isBack = before !== undefined && samePlace(before.place, place);
      if (isBack) this.#at--;
      this.#put(this.#at, { place, spot: start }, false);
    }
  }

  /** Records a jump within the same page, and the previous scroll position. */
  leap(left: Spot): void {
    const now = this.#list[this.#at];
    if (now !== undefined) this.#push({ place: now.place, spot: start }, left);
  }

  /** The visit before (-1) or after (1) the present one, whose scroll position is recorded; null without one. */
  go(step: -1 | 1, left: Spot): Visit | null {
    const [now, next] = [this.#list[this.#at], this.#list[this.#at + step]];
    if (now === undefined || next === undefined) return null;
    this.#put(this.#at, { ...now, spot: left }, true);
    this.#at += step;
    return next;
  }

  #push(visit: Visit, left: Spot): void {
    const past = this.#list.slice(0, this.#at + 1);
    const list = past.map((one, i) => (i === this.#at ? { ...one, spot: left } : one));
    this.#list = [...list, visit].slice(-most);
    this.#at = this.#list.length - 1;
  }

  #put(at: number, visit: Visit, keepsLater: boolean): void {
    this.#list = [...this.#list.slice(0, at), visit, ...(keepsLater ? this.#list.slice(at + 1) : [])];
    this.#at = at;
  }
}

const samePlace = (a: VisitedPlace, b: VisitedPlace): boolean =>
  a.view === b.view &&
  a.shared === b.shared &&
  a.target === b.target &&
  a.order === b.order &&
  sameQuery(a.query, b.query);
