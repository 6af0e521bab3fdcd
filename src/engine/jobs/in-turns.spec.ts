import { expect, it } from 'vitest';
import { inTurns } from './in-turns.ts';

it('finds each id up to the last once, in turns that neither overlap nor leave any out', async () => {
  const asked: [from: number, to: number][] = [];
  const wanted = [0, 1, 16_383, 16_384, 32_767, 32_768, 40_000, 49_152];
  const found = await inTurns(49_152, (from, to) => {
    asked.push([from, to]);
    return wanted.filter((id) => from <= id && id <= to);
  });
  expect(found).toEqual(wanted);
  expect(asked.map(([from]) => from)).toEqual([0, ...asked.slice(0, -1).map(([, to]) => to + 1)]);
  expect(asked.every(([from, to]) => to - from < 20_000)).toBe(true);
});

it('asks about the first id alone where that is the last', async () => {
  expect(await inTurns(0, (from) => [from])).toEqual([0]);
  expect(await inTurns(16_384, (from) => [from])).toEqual([0, 16_384]);
});
