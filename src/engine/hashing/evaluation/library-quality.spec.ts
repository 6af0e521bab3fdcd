import { describe, expect, it } from 'vitest';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Random } from '../../numerics/random.ts';
import { Yielder } from '../../runtime/yielder.ts';
import { evaluateLibrary, type Space } from './library-quality.ts';
import { mixed } from './mixed-cosine.ts';

const [count, width] = [80, 8];

/** Captions that are their photos' rows with noise added: with noise 0 each caption finds its photo. */
function space(noise: number, seed: number): Space {
  const random = new Random(seed);
  const rows = random.numbers(count * width, () => random.normal());
  const captions = rows.map((x) => x + noise * random.normal());
  return { photos: unitRowsOf(rows, width), captions: unitRowsOf(captions, width), width };
}

/** Captions that have nothing to do with their photos. */
const unrelated = (seed: number): Space => ({ ...space(0, seed), captions: space(0, seed + 100).captions });

const own = Int32Array.from({ length: count }, (_, i) => i);
const none = Array.from(own, () => false);
async function judge(learned: Space, shared: Space | null, clustered: readonly boolean[] = none) {
  const judged = await evaluateLibrary(learned, shared, { own, clustered }, 1, new Yielder(undefined));
  if (judged === null) throw new Error('nothing was judged');
  return judged;
}

describe('evaluateLibrary', () => {
  it('leaves out a source without information, and weighs two that both have some', async () => {
    expect((await judge(space(0.2, 1), unrelated(1))).encoderWeight).toBeLessThanOrEqual(0.5);
    expect((await judge(unrelated(1), space(0.2, 1))).encoderWeight).toBeGreaterThanOrEqual(0.7);
    const { encoderWeight } = await judge(space(1.5, 3), space(1.5, 4));
    expect(encoderWeight).toBeGreaterThanOrEqual(0.2);
    expect(encoderWeight).toBeLessThanOrEqual(0.8);
  });

  it('calls a model better than the encoder only when it is', async () => {
    expect((await judge(space(1, 5), space(3, 6))).quality.better).toBe(true);
    // Two sources that each know something are better together, even when one is worse.
    expect((await judge(space(3, 5), space(0.5, 6))).quality.better).toBe(true);
    for (const seed of [1, 2, 3, 4, 5])
      expect((await judge(unrelated(seed), space(2, seed))).quality.better).toBe(false);
  });

  it('does not call a model better that fails on clusters of kinds it has not seen', async () => {
    const half = Array.from(own, (i) => i < 30);
    const [learned, shared, failing] = [space(0.5, 7), space(2, 8), unrelated(9)];
    const captions = learned.captions.slice();
    captions.set(failing.captions.subarray(0, 30 * width));
    expect((await judge(learned, shared, half)).quality.better).toBe(true);
    // The encoder is right about the clusters.
    const sharp = { ...shared, captions: shared.captions.slice() };
    sharp.captions.set(shared.photos.subarray(0, 30 * width));
    expect((await judge({ ...learned, captions }, sharp, half)).quality.better).toBe(false);
  });

  it('measures the share of captions whose photo is among the first ten, with an interval around it', async () => {
    const { quality } = await judge(space(0, 1), unrelated(1));
    expect(quality.trained).toEqual({ mean: 1, low: expect.closeTo(0.954, 3) as number, high: 1 });
    expect(quality.encoder?.mean).toBeCloseTo(10 / count, 0);
    const noisy = (await judge(space(1.5, 2), space(1.5, 3))).quality;
    expect(noisy.trained.low).toBeLessThan(noisy.trained.mean);
    expect(noisy.trained.high).toBeGreaterThan(noisy.trained.mean);
    expect(noisy).toMatchObject({ photos: count, queries: count });
  });

  it('gives the share of captions of photos held out at random, or of the clusters where there are no others', async () => {
    const clustered = Array.from(own, (i) => i < 30);
    const [learned, unseen] = [space(0, 7), unrelated(9)];
    const captions = learned.captions.slice();
    captions.set(unseen.captions.subarray(0, 30 * width));
    const { quality } = await judge({ ...learned, captions }, unrelated(8), clustered);
    expect(quality).toMatchObject({ queries: count, asked: count - 30, trained: { mean: 1 } });
    const onlyClusters = await judge(
      learned,
      unrelated(8),
      Array.from(own, () => true),
    );
    expect(onlyClusters.quality).toMatchObject({ asked: count, trained: { mean: 1 } });
  });

  it('compares with chance where the encoder shares nothing', async () => {
    expect((await judge(space(1, 1), null)).quality).toMatchObject({ encoder: null, better: true });
    expect((await judge(unrelated(1), null)).quality).toMatchObject({ encoder: null, better: false });
  });

  it('leaves a caption that shares nothing with any photo to what was learned', async () => {
    expect(mixed(0.4, null, 0.7)).toBe(0.4);
    expect(mixed(0.4, 0.6, 0.5)).toBeCloseTo(0.5);
    expect(mixed(0.4, 0.6, 1)).toBe(0.6);
    const silent = { ...space(0, 1), captions: new Float32Array(count * width) };
    expect((await judge(space(0.2, 1), silent)).quality).toMatchObject({ trained: { mean: 1 }, better: true });
  });
});
