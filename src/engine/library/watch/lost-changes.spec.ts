// Changes in watched folders that may have been lost.
import { expect, it } from 'vitest';
import { LostChanges } from './lost-changes.ts';

function reports() {
  let now = 0;
  const lost = new LostChanges(400, () => now);
  /** @param pieces of the time until the report, each a beat of the process */
  return (root: string, changes: number, ...pieces: readonly number[]): boolean => {
    for (const ms of pieces.slice(0, -1)) {
      now += ms;
      lost.mayBeLost('beat', 0);
    }
    now += pieces.at(-1) ?? 0;
    return lost.mayBeLost(root, changes);
  };
}

it('they may where a quarter of the queue or more came in one run', () => {
  const report = reports();
  expect([report('a', 60, 100), report('b', 60, 100), report('a', 39, 100), report('a', 1, 100)]).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

it('runs end with a rest', () => {
  const report = reports();
  expect(report('a', 99, 100)).toBe(false);
  expect(report('a', 99, ...Array.from({ length: 6 }, () => 1000))).toBe(false);
});

it('they may with fewer where the process was held up while they came', () => {
  const report = reports();
  expect(report('a', 7, 100)).toBe(false);
  expect(report('b', 7, 2400)).toBe(false);
  expect(report('c', 6, 2600)).toBe(false);
  expect(report('c', 1, 100)).toBe(true);
  expect(report('d', 7, ...Array.from({ length: 6 }, () => 1000))).toBe(false);
});
