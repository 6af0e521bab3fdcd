import { describe, expect, it } from 'vitest';
import type { PhotoExposure } from '../../shared/contract/photos.ts';
import { exposureText, exposureTime, focalLengthText, pixelsText } from './exposure.ts';

const unknown: PhotoExposure = {
  seconds: null,
  aperture: null,
  iso: null,
  bias: null,
  flash: null,
  focalLength: null,
  focalLength35: null,
  lens: null,
  colourProfile: null,
};

describe('settings of a camera', () => {
  it.each([
    [1 / 250, '1/250 s'],
    [1 / 8000, '1/8000 s'],
    [0.25, '1/4 s'],
    [0.3, '0.3 s'],
    [1, '1 s'],
    [2.5, '2.5 s'],
    [30, '30 s'],
  ])('writes %d seconds as cameras do', (seconds, text) => expect(exposureTime(seconds)).toBe(text));

  it('names what is known of the exposure, and compensation and flash only where they were used', () => {
    const usual = { ...unknown, seconds: 1 / 60, aperture: 2.8, iso: 400, bias: 0, flash: false };
    expect(exposureText(usual)).toBe('1/60 s, f/2.8, ISO 400');
    expect(exposureText({ ...usual, aperture: 11, bias: -2 / 3, flash: true })).toBe(
      '1/60 s, f/11, ISO 400, −0.7 EV, flash',
    );
    expect(exposureText({ ...unknown, aperture: 0.95 })).toBe('f/0.95');
    expect(exposureText(unknown)).toBeNull();
  });

  it('adds the focal length on 35 mm film where it differs', () => {
    expect(focalLengthText({ ...unknown, focalLength: 4.253, focalLength35: 26 })).toBe('4.3 mm (26 mm on 35 mm film)');
    expect(focalLengthText({ ...unknown, focalLength: 50, focalLength35: 50 })).toBe('50 mm');
    expect(focalLengthText(unknown)).toBeNull();
  });

  it('rounds large photos to whole megapixels, and counts the pixels of tiny ones', () => {
    expect(pixelsText({ width: 4000, height: 3000 })).toBe('12 megapixels');
    expect(pixelsText({ width: 640, height: 480 })).toBe('0.3 megapixels');
    expect(pixelsText({ width: 400, height: 249 })).toBe('99,600 pixels');
    expect(pixelsText({ width: 1, height: 1 })).toBe('1 pixel');
  });
});
