import { describe, expect, it } from 'vitest';
import world from '../../../resources/map/world.json';
import { mapView } from './map-view.ts';

describe('mapView', () => {
  it('has the photo in the middle of its surroundings, which are wider in degrees towards the poles', () => {
    const width = (latitude: number) => Number(mapView({ latitude, longitude: 10 }, false).viewBox.split(' ')[2]);
    expect(mapView({ latitude: 41.9, longitude: 12.5 }, false).pin).toEqual({ left: 50, top: 50 });
    expect(width(60) / width(0)).toBeCloseTo(2, 3);
  });

  it('ends at the poles', () => {
    const north = mapView({ latitude: 89, longitude: 0 }, false);
    expect(Number(north.viewBox.split(' ')[1])).toBe(-1800);
    expect(north.pin.top).toBeCloseTo(100 / 12, 5);
    expect(mapView({ latitude: -90, longitude: 0 }, false).pin.top).toBe(100);
  });

  it('has the photo at its place in the whole world', () => {
    expect(mapView({ latitude: 45, longitude: -90 }, true)).toMatchObject({
      viewBox: '-3600 -1800 7200 3600',
      pin: { left: 25, top: 25 },
    });
  });
});

it('is drawn by lands and borders without a line around the world', () => {
  for (const path of [world.land, world.borders]) {
    for (const line of path.split('M').slice(1)) {
      const steps = (line.split('l')[1] ?? '').match(/-?\d+/g)?.map(Number) ?? [];
      // Only the ring around the pole has a long step, along the pole.
      const long = steps.filter((step, i) => i % 2 === 0 && Math.abs(step) > 90 * world.perDegree);
      expect(long.length).toBeLessThan(2);
      if (long.length === 1) expect(Math.abs(long[0] ?? 0)).toBe(360 * world.perDegree);
    }
  }
});
