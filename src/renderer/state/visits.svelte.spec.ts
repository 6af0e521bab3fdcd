// Back and forward over views and searches.
import { beforeEach, describe, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import type { ShownQuery } from './shown-query.ts';
import { Visits, type VisitedPlace, type Spot } from './visits.svelte.ts';

let looked: Set<ShownQuery>;
let visits: Visits;
const all: ShownQuery = { kind: 'all' };
const at = (top: number): Spot => ({ top, anchor: null });
const place = (query: ShownQuery, more: Partial<VisitedPlace> = {}): VisitedPlace => ({
  view: 'photos',
  query,
  target: 'photos',
  order: 'taken',
  shared: null,
  ...more,
});
const words = (text: string): ShownQuery => ({ kind: 'text', text, asTyped: false });
/** Searches for words and looks at the results. */
function look(text: string, left = at(0)): ShownQuery {
  const query = words(text);
  visits.follow(place(query), left);
  looked.add(query);
  return query;
}
const queryText = (visit: ReturnType<Visits['go']>): string | undefined =>
  visit?.place.query.kind === 'text' ? visit.place.query.text : visit?.place.query.kind;

beforeEach(() => {
  looked = new Set();
  visits = new Visits(({ query }) => query.kind !== 'text' || looked.has(query));
  visits.follow(place(all), at(0));
});

describe('Visits', () => {
  it('goes back to each place at its scroll position, and forward again', () => {
    const anchor = { top: 900, anchor: { photoId: photoId(7), inside: 12 } };
    look('dog', anchor);
    visits.follow(place(words('dog'), { view: 'training' }), at(300));
    expect(visits.go(-1, at(5))).toMatchObject({ place: { view: 'photos' }, spot: at(300) });
    expect(visits.go(-1, at(310))).toMatchObject({ place: { query: all }, spot: anchor });
    expect([visits.canGoBack, visits.canGoForward]).toEqual([false, true]);
    expect(visits.go(1, anchor)).toMatchObject({ spot: at(310) });
    expect(visits.go(1, at(310))).toMatchObject({ place: { view: 'training' }, spot: at(5) });
    expect(visits.go(1, at(5))).toBeNull();
  });

  it('keeps no search that was not looked at: the next one takes its place', () => {
    visits.follow(place(words('d')), at(40));
    visits.follow(place(words('do')), at(0));
    look('dog');
    expect(visits.go(-1, at(0))).toMatchObject({ place: { query: all }, spot: at(40) });
    expect(visits.canGoBack).toBe(false);
  });

  it('is where it was when typing is taken back', () => {
    look('dog');
    visits.follow(place(words('dogs')), at(60));
    visits.follow(place(words('dog')), at(0));
    expect(visits.canGoForward).toBe(false);
    expect(queryText(visits.go(-1, at(0)))).toBe('all');
  });

  it('drops what came after when another way is taken from an earlier place', () => {
    look('dog');
    look('cat');
    visits.go(-1, at(0));
    look('bird');
    expect(visits.canGoForward).toBe(false);
    expect(queryText(visits.go(-1, at(0)))).toBe('dog');
  });

  it('stays where it is when the place is the same, also after going back', () => {
    look('dog');
    look('cat');
    const back = visits.go(-1, at(0));
    if (back !== null) visits.follow(back.place, at(0));
    expect(visits.canGoForward).toBe(true);
    expect(queryText(visits.go(1, at(0)))).toBe('cat');
  });

  it('counts a jump within a page as a place of its own', () => {
    visits.leap(at(500));
    expect(visits.go(-1, at(9000))).toEqual({ place: place(all), spot: at(500) });
    expect(visits.go(1, at(500))).toEqual({ place: place(all), spot: at(9000) });
  });

  it('distinguishes orders, targets and images', () => {
    const image = (): ShownQuery => ({ kind: 'image', image: new Uint8Array([1]), preview: 'blob:1', name: 'a.png' });
    visits.follow(place(all, { order: 'name' }), at(0));
    visits.follow(place(image(), { order: 'name' }), at(0));
    visits.follow(place(image(), { order: 'name' }), at(0));
    visits.follow(place({ kind: 'photo', photoId: photoId(1), name: 'a' }, { target: 'tags' }), at(0));
    expect([-1, -1, -1, -1, -1].map(() => queryText(visits.go(-1, at(0))))).toEqual([
      'image',
      'image',
      'all',
      'all',
      undefined,
    ]);
  });

  it('keeps the last fifty', () => {
    for (let n = 0; n < 60; n++) look(`dog ${n}`);
    let steps = 0;
    while (visits.go(-1, at(0)) !== null) steps++;
    expect(steps).toBe(49);
    expect(visits.places).toHaveLength(50);
  });
});
