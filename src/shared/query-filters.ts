// The filters of the search box by their keys: how each value is read, what is said when it cannot be, and how it is written.
import {
  parseBounds,
  parseDayOfYear,
  parsePeriod,
  parsePeriods,
  writeBounds,
  writeDates,
  writeDay,
} from './query-values.ts';
import type { Filter } from './query.ts';

/** Every key, with an example that says how it is used. */
export const filterKeys = {
  tag: 'tag:beach',
  folder: 'folder:Italy',
  camera: 'camera:pixel',
  type: 'type:png',
  after: 'after:2019',
  before: 'before:2020-06',
  date: 'date:2019-07',
  on: 'on:07-24',
  orientation: 'orientation:portrait',
  size: 'size:>2mb',
  width: 'width:>2000',
  height: 'height:<800',
  has: 'has:caption',
} as const;
export type FilterKey = keyof typeof filterKeys;

export const isFilterKey = (key: string): key is FilterKey => Object.hasOwn(filterKeys, key);

export const orientations = ['portrait', 'landscape', 'square'] as const;
export const possessions = ['caption', 'tag', 'date', 'camera'] as const;

/** Why a filter other programs have is not one here; null for a key nobody knows. */
export function unsupported(key: string): string | null {
  if (key === 'rating') return 'rating: cannot be used yet, because ratings are not read from photos; it was left out.';
  if (key === 'location' || key === 'place') {
    return `${key}: cannot be used yet, because places are not read from photos; it was left out.`;
  }
  return null;
}

/** Names of one thing: what a file name says and what the library stores. */
const formats: Readonly<Record<string, string>> = { jpg: 'jpeg', jpe: 'jpeg', tif: 'tiff' };

/** @returns the filter, or a sentence that says what its value should look like */
export function readFilter(key: FilterKey, values: readonly string[], not: boolean, today: Date): Filter | string {
  const value = values.join(',');
  const needs = (what: string) => `${key}: needs ${what}, like ${filterKeys[key]}; “${value}” was left out.`;
  switch (key) {
    case 'tag':
    case 'folder':
    case 'camera':
    case 'type': {
      if (values.length > 20 || values.some((v) => v.length > 200)) return needs('at most 20 short values');
      const folded = key === 'type' ? values.map((v) => formats[v.toLowerCase()] ?? v.toLowerCase()) : [...values];
      return { field: key, values: folded, not };
    }
    case 'after':
    case 'before': {
      const period = parsePeriod(value, today);
      if (!period) return needs('a year, month or day');
      const { from } = period;
      return { field: 'date', from: key === 'after' ? from : null, to: key === 'after' ? null : from, not };
    }
    case 'date': {
      const dates = parsePeriods(value, today);
      return dates ? { field: 'date', ...dates, not } : needs('a year, month, day or range');
    }
    case 'on': {
      const day = parseDayOfYear(value, today);
      if (day) return { field: 'day', ...day, not };
      const period = parsePeriod(value, today);
      return period ? { field: 'date', ...period, not } : needs('a day');
    }
    case 'orientation': {
      const found = orientations.find((o) => o === value.toLowerCase());
      return found ? { field: 'orientation', value: found, not } : needs('portrait, landscape or square');
    }
    case 'size':
    case 'width':
    case 'height': {
      const bounds = parseBounds(value, key === 'size');
      return bounds ? { field: key, ...bounds, not } : needs('a number or range');
    }
    case 'has': {
      if (value.toLowerCase() === 'location')
        return 'has:location cannot be used yet; places are not read from photos.';
      const found = possessions.find((what) => what === value.toLowerCase().replace(/s$/, ''));
      return found ? { field: 'has', what: found, not } : needs(possessions.join(', '));
    }
  }
}

export function writeFilter(filter: Filter): string {
  return `${filter.not ? '-' : ''}${writePositive(filter)}`;
}

function writePositive(filter: Filter): string {
  switch (filter.field) {
    case 'tag':
    case 'folder':
    case 'camera':
    case 'type':
      return `${filter.field}:${filter.values.map(writeValue).join(',')}`;
    case 'date':
      return writeDates(filter);
    case 'day':
      return writeDay(filter);
    case 'orientation':
      return `orientation:${filter.value}`;
    case 'size':
    case 'width':
    case 'height':
      return writeBounds(filter);
    case 'has':
      return `has:${filter.what}`;
  }
}

/** In quotation marks where it needs them. */
export const writeValue = (value: string): string =>
  /^[\p{L}\p{N}_./*-]+$/u.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
