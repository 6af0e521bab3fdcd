import { describe, expect, it } from 'vitest';
import { mapView, worldWidth } from './map-view.ts';

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

  it('shows another world beside it at the 180th meridian, and only there', () => {
    const shown = (longitude: number) =>
      [-worldWidth, 0, worldWidth].filter(mapView({ latitude: -17, longitude }, false).shows);
    expect(shown(12)).toEqual([0]);
    expect(shown(179)).toEqual([0, worldWidth]);
    expect(shown(-179)).toEqual([-worldWidth, 0]);
  });

  it('has the photo at its place in the whole world', () => {
    expect(mapView({ latitude: 45, longitude: -90 }, true)).toMatchObject({
      viewBox: '-3600 -1800 7200 3600',
      pin: { left: 25, top: 25 },
    });
  });
});
