// Rate and time left over the last seconds.
import { expect, it } from 'vitest';
import { RateMeter } from './rate.ts';

it('gives items a second and seconds left', () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  meter.add(20, 2000);
  expect(meter.rate).toBe(10);
  expect(meter.eta(120)).toBe(10);
});

it('knows nothing from one sample', () => {
  const meter = new RateMeter();
  meter.add(5, 0);
  expect(meter.rate).toBe(0);
  expect(meter.eta(10)).toBeNull();
});

it('forgets what is older than ten seconds', () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  meter.add(1000, 1000);
  for (let second = 2; second <= 20; second++) meter.add(1000 + second, second * 1000);
  expect(meter.rate).toBeCloseTo(1, 5);
});

it('starts over when a new phase counts from nothing', () => {
  const meter = new RateMeter();
  meter.add(500, 0);
  meter.add(0, 1000);
  meter.add(4, 3000);
  expect(meter.rate).toBe(2);
});
