import { expect, it } from 'vitest';
import { onCurve } from './isotonic.ts';

it('a curve is linear between its corners and level outside of them', () => {
  const curve = { x: [-1, 1, 1, 3], y: [0.1, 0.3, 0.5, 0.9] };
  expect([-9, -1, 0, 1, 2, 3, 9].map((at) => onCurve(curve, at))).toEqual([
    0.1,
    0.1,
    expect.closeTo(0.2, 12),
    0.3,
    expect.closeTo(0.7, 12),
    0.9,
    0.9,
  ]);
});
