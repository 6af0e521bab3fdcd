import { expect, it } from 'vitest';
import { photoId, rankedHit } from '../../../../test/support/contract-values.ts';
import { Cursors, nothingShown } from './shown-pages.ts';

const hits = (from: number, count: number, probability: number | null = 0.9) =>
  Array.from({ length: count }, (_, i) => rankedHit(from + i, { probability }));

it('knows all photos that were shown before, and the least chance among them', () => {
  const cursors = new Cursors();
  const first = cursors.next(nothingShown, hits(1, 2), 2);
  const second = cursors.next(cursors.shown(first), hits(3, 2, 0.4), 2);
  expect(cursors.shown(first)).toEqual({ photoIds: new Set([photoId(1), photoId(2)]), leastChance: 0.9 });
  expect([...cursors.shown(second).photoIds]).toEqual([1, 2, 3, 4]);
  expect(cursors.shown(second).leastChance).toBe(0.4);
  const unknown = cursors.next(cursors.shown(second), hits(5, 2, null), 2);
  expect(cursors.shown(unknown).leastChance).toBe(0.4);
});

it('ends where fewer photos were found than asked for', () => {
  expect(new Cursors().next(nothingShown, hits(1, 2), 3)).toBeNull();
});

it('forgets the oldest of many searches', () => {
  const cursors = new Cursors();
  const given = Array.from({ length: 65 }, () => cursors.next(nothingShown, hits(1, 1), 1));
  expect(() => cursors.shown(given[0] ?? null)).toThrow(/no longer be continued/);
  expect(cursors.shown(given[1] ?? null).photoIds.size).toBe(1);
});
