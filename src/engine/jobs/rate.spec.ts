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

it('knows a rate after a fifth of a second, not before', () => {
  const meter = new RateMeter();
  meter.add(0, 1000);
  meter.add(4, 1199);
  expect(meter.rate).toBe(0);
  expect(meter.eta(10)).toBeNull();
  meter.add(4, 1200);
  expect(meter.rate).toBe(20);
});

it('counts ten seconds back, and always to the sample before', () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  meter.add(10, 5000);
  meter.add(100, 10_000);
  expect(meter.rate).toBe(10);
  meter.add(100, 10_001);
  expect(meter.rate).toBeCloseTo(90 / 5.001, 10);
  const slow = new RateMeter();
  slow.add(0, 0);
  slow.add(10, 20_000);
  expect(slow.rate).toBe(0.5);
});

it('goes on counting while nothing is done', () => {
  const meter = new RateMeter();
  meter.add(5, 0);
  meter.add(5, 1000);
  expect(meter.eta(10)).toBeNull();
  meter.add(10, 2000);
  expect(meter.rate).toBe(2.5);
});

it('counts what is left from the last sample: nothing when all is done, and unknown without a total', () => {
  const meter = new RateMeter();
  expect(meter.eta(10)).toBeNull();
  meter.add(0, 0);
  meter.add(20, 2000);
  meter.add(40, 4000);
  expect(meter.eta(120)).toBe(8);
  expect(meter.eta(30)).toBe(0);
  expect(meter.eta(0)).toBeNull();
});
