import { expect, it } from 'vitest';
import { deviceSpeed } from './devices.ts';

const measurement = {
  device: 'webgpu',
  passed: true,
  detail: 'rows agree',
  cosine: 1,
  imageMs: 12.34,
  textMs: 1.26,
  imageBatch: 16,
} as const;

it('gives the time of a photo and of a search', () => {
  expect(deviceSpeed(measurement)).toBe('12 ms a photo, 1.3 ms a search');
});

it('gives the reason why a device cannot be used', () => {
  const failed = { ...measurement, passed: false, detail: 'its rows are not finite numbers', imageMs: null };
  expect(deviceSpeed(failed)).toBe('cannot be used, its rows are not finite numbers');
});
