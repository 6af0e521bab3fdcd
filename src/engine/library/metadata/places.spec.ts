// Place names from coordinates: the town that a person would name, in the person's language.
import { describe, expect, it } from 'vitest';
import { placeAt } from './places.ts';

describe('a position', () => {
  it.each([
    [48.8584, 2.2945, /Paris, France$/],
    [35.0116, 135.7681, /Kyoto, Japan$/],
    [36.0544, -112.1401, /Grand Canyon Village, United States$/],
    [52.4986, 13.3918, /^Kreuzberg( Bezirk)?, Berlin, Germany$/],
    [41.1496, -8.611, /Porto, Portugal$/],
    [46.0207, 7.7491, /Zermatt, Switzerland$/],
    [-54.8019, -68.303, /Ushuaia, Argentina$/],
    [-18.1416, 178.4419, /Suva, Fiji$/],
    [46.2044, 6.1432, /Gen[eè]v[ae].*, Switzerland$/],
    [41.8902, 12.4922, /Rome, Italy$/],
    [78.2232, 15.6267, /Longyearbyen, Svalbard & Jan Mayen$/],
    [44.6488, -63.5752, /Halifax, Canada$/],
    [53.8175, -3.0357, /Blackpool, United Kingdom$/],
  ])('at %f, %f is named', (latitude, longitude, name) => {
    expect(placeAt({ latitude, longitude }, 'en-GB')).toMatch(name);
  });

  it.each([
    ['in the Atlantic', 30, -40],
    ['at the pole', 90, 0],
    ['in Antarctica', -80, 120],
  ])('%s has no name', (_, latitude, longitude) => {
    expect(placeAt({ latitude, longitude }, 'en')).toBeNull();
  });

  it('is named in the language of the person, and in English', () => {
    const rome = { latitude: 41.8902, longitude: 12.4922 };
    expect(placeAt(rome, 'de-DE')).toMatch(/Rom \(Rome\), Italien \(Italy\)$/);
    expect(placeAt(rome, 'it')).toMatch(/Roma \(Rome\), Italia \(Italy\)$/);
    expect(placeAt(rome, 'ja')).toMatch(/Rome, イタリア \(Italy\)$/);
  });
});
