// The suggested photo of several near-duplicates, and the rule given as the reason.
import { expect, it } from 'vitest';
import { chooseBest, type GroupPhoto } from './best.ts';

const photo = (change: Partial<GroupPhoto> = {}): GroupPhoto => {
  return {
    width: 4000,
    height: 3000,
    sharpness: 1,
    derived: false,
    enlarged: false,
    clipped: null,
    forWeb: false,
    captured: false,
    size: 1_000_000,
    date: 5000,
    ...change,
  };
};

it.each([
  [
    'most pixels',
    photo({ width: 1000, height: 750, size: 9_000_000, date: 1 }),
    /^most pixels: 4000 × 3000, the next has 1000 × 750$/,
  ],
  [
    'the one larger copies were enlarged from',
    photo({ width: 8000, height: 6000, enlarged: true, captured: true, size: 9_000_000, date: 1 }),
    /enlarged from/,
  ],
  ['the one others were saved from', photo({ derived: true, captured: true, size: 9_000_000, date: 1 }), /saved from/],
  ['the sharpest', photo({ captured: true, sharpness: 0.5, date: 1 }), /^the sharpest$/],
  ['the camera’s date', photo({ captured: false, size: 2_000_000, date: 1 }), /the date the camera gave it/],
  ['no format for web pages', photo({ captured: true, forWeb: true, size: 9_000_000, date: 1 }), /web pages/],
  [
    'the largest file',
    photo({ captured: true, size: 500_000, date: 1 }),
    /^the largest file: 1000 kB, the next has 500 kB$/,
  ],
  ['the earliest', photo({ captured: true, date: 6000 }), /the earliest/],
])('prefers %s', (_name, worse, reason) => {
  const better = photo({ captured: true });
  for (const [list, place] of [
    [[better, worse], 0],
    [[worse, better], 1],
  ] as const) {
    const choice = chooseBest(list);
    expect(choice.best).toBe(place);
    expect(choice.reason).toMatch(reason);
  }
});

it('prefers the copy of a picture whose highlights are not lost, and ignores highlights where pictures differ', () => {
  const [original, brighter] = [0.01, 0.2].map((clipped) =>
    photo({ sharpness: null, clipped, date: 9000 * (1 - clipped) }),
  );
  if (original === undefined || brighter === undefined) throw new Error('two photos');
  expect(chooseBest([brighter, original])).toEqual({ best: 1, reason: 'the one whose bright parts are not lost' });
  expect(chooseBest([original, photo({ sharpness: null, clipped: 0.012, date: 1 })]).best).toBe(1);
  const moments = [original, brighter].map((one) => ({ ...one, sharpness: 1 }));
  expect(chooseBest(moments).best).toBe(1);
});

it('is not swayed by differences too small to matter', () => {
  const rounded = photo({ width: 3990, sharpness: 1.05, size: 1_020_000, date: 1 });
  expect(chooseBest([photo(), rounded])).toEqual({ best: 1, reason: 'as good as the others, and the earliest' });
});

it('takes the first of photos that are all the same', () => {
  expect(chooseBest([photo(), photo()])).toEqual({ best: 0, reason: 'all the same; the one indexed first' });
});
