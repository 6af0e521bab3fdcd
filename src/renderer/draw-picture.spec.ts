// The part of a picture that a tile shows, and its pixels.
import { describe, expect, it } from 'vitest';
import { covering } from './draw-picture.ts';

describe('covering', () => {
  it('takes the whole picture for a box of its proportions, with no more pixels than the box', () => {
    expect(covering({ width: 512, height: 384 }, { width: 256, height: 192 })).toEqual({
      part: { width: 512, height: 384 },
      drawn: { width: 256, height: 192 },
    });
  });

  it('takes the middle of a panorama and of a narrow strip', () => {
    expect(covering({ width: 500, height: 100 }, { width: 130, height: 50 }).part).toEqual({ width: 260, height: 100 });
    expect(covering({ width: 100, height: 500 }, { width: 30, height: 50 }).part.width).toBe(100);
    expect(covering({ width: 100, height: 500 }, { width: 30, height: 50 }).part.height).toBeCloseTo(500 / 3);
  });

  it('draws a small picture with its own pixels, and never none', () => {
    expect(covering({ width: 64, height: 48 }, { width: 640, height: 480 }).drawn).toEqual({ width: 64, height: 48 });
    expect(covering({ width: 512, height: 384 }, { width: 0.2, height: 0.2 }).drawn).toEqual({ width: 1, height: 1 });
  });
});
