import { expect, it } from 'vitest';
import { mixed } from './mixed-cosine.ts';
import { bestMixture, type Space } from './mixture.ts';
import { Random } from '../../numerics/random.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Yielder } from '../../runtime/yielder.ts';

const [count, width] = [60, 8];

/** Captions that are their photos with noise of a size: 0 tells them apart without fail. */
function space(noise: number, seed: number): Space {
  const random = new Random(seed);
  const rows = random.numbers(count * width, () => random.normal());
  const captions = rows.map((x) => x + noise * random.normal());
  return { photos: unitRowsOf(rows, width), captions: unitRowsOf(captions, width), width };
}

const own = Array.from({ length: count }, (_, i) => [i]);
const counterparts = { captionsOf: own, photosOf: own };
const best = (learned: Space, shared: Space, of = counterparts) =>
  bestMixture(learned, shared, of, 1, new Yielder(undefined));

it('leaves out whichever says nothing, and weighs two that each say something', async () => {
  const noise = { ...space(0, 1), captions: space(0, 2).captions };
  expect(await best(space(0.2, 1), noise)).toBeLessThanOrEqual(0.1);
  expect(await best(noise, space(0.2, 1))).toBeGreaterThanOrEqual(0.7);
  const both = await best(space(1.5, 3), space(1.5, 4));
  expect(both).toBeGreaterThanOrEqual(0.2);
  expect(both).toBeLessThanOrEqual(0.8);
});

it('does not judge by a handful of captions', async () => {
  const few = own.map((photos, i) => (i < 20 ? photos : []));
  expect(await best(space(0.2, 1), space(0.2, 2), { captionsOf: few, photosOf: few })).toBeNull();
});

it('leaves a caption that shares nothing with any photo to what was learned', async () => {
  expect(mixed(0.4, null, 0.7)).toBe(0.4);
  expect(mixed(0.4, 0.6, 0.5)).toBeCloseTo(0.5);
  const nothing = { ...space(0, 1), captions: new Float32Array(count * width) };
  expect(await best(space(0.2, 1), nothing)).toBe(0);
});
