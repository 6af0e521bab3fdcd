// The filters of the search box by key: reads their values, explains errors, and writes filters as text.
import {
  parseBounds,
  parseDayOfYear,
  parsePeriod,
  parsePeriods,
  parseStars,
  writeBounds,
  writeDates,
  writeDay,
} from './values.ts';
import type { Filter } from './query.ts';
import { sentence, type Sentence, type SentenceCode } from '../sentences.ts';

/** Every key with an example of its use. */
export const filterKeys = {
  tag: 'tag:beach',
  album: 'album:Rome',
  person: 'person:Anna',
  folder: 'folder:Italy',
  camera: 'camera:pixel',
  place: 'place:Rome',
  text: 'text:receipt',
  word: 'word:garden',
  type: 'type:png',
  after: 'after:2019',
  before: 'before:2020-06',
  date: 'date:2019-07',
  on: 'on:07-24',
  orientation: 'orientation:portrait',
  size: 'size:>2mb',
  width: 'width:>2000',
  height: 'height:<800',
  rating: 'rating:>=4',
  has: 'has:caption',
} as const;
export type FilterKey = keyof typeof filterKeys;

/** Names of these filters in other programs. */
const aliases: Readonly<Record<string, FilterKey>> = {
  location: 'place',
  people: 'person',
  face: 'person',
  ocr: 'text',
};

/** The key with its usual spelling; null for an unknown key. */
export function filterKey(written: string): FilterKey | null {
  const key = written.toLowerCase();
  if (Object.hasOwn(aliases, key)) return aliases[key] ?? null;
  return isFilterKey(key) ? key : null;
}

const isFilterKey = (key: string): key is FilterKey => Object.hasOwn(filterKeys, key);

export const orientations = ['portrait', 'landscape', 'square'] as const;
export const possessions = ['caption', 'tag', 'date', 'camera', 'rating', 'place', 'person', 'text'] as const;

/** Aliases of formats, from file names to the names in the library. */
const formats: Readonly<Record<string, string>> = { jpg: 'jpeg', jpe: 'jpeg', tif: 'tiff' };

/** @returns the filter, or a sentence that describes the expected value */
export function readFilter(key: FilterKey, values: readonly string[], not: boolean, today: Date): Filter | Sentence {
  const value = values.join(',');
  const needs = (code: Exclude<SentenceCode & `needs-${string}`, 'needs-photo'>): Sentence =>
    sentence(code, { key, example: filterKeys[key], value, possessions: possessions.join(', ') });
  switch (key) {
    case 'tag':
    case 'album':
    case 'person':
    case 'folder':
    case 'camera':
    case 'place':
    case 'text':
    case 'word':
    case 'type': {
      if (values.length > 20 || values.some((v) => v.length > 200)) return needs('needs-few-values');
      const folded = key === 'type' ? values.map((v) => formats[v.toLowerCase()] ?? v.toLowerCase()) : [...values];
      return { field: key, values: folded, not };
    }
    case 'after':
    case 'before': {
      const period = parsePeriod(value, today);
      if (!period) return needs('needs-period');
      const { from } = period;
      return { field: 'date', from: key === 'after' ? from : null, to: key === 'after' ? null : from, not };
    }
    case 'date': {
      const dates = parsePeriods(value, today);
      return dates ? { field: 'date', ...dates, not } : needs('needs-dates');
    }
    case 'on': {
      const day = parseDayOfYear(value, today);
      if (day) return { field: 'day', ...day, not };
      const period = parsePeriod(value, today);
      return period ? { field: 'date', ...period, not } : needs('needs-day');
    }
    case 'orientation': {
      const found = orientations.find((o) => o === value.toLowerCase());
      return found ? { field: 'orientation', value: found, not } : needs('needs-orientation');
    }
    case 'size':
    case 'width':
    case 'height': {
      const bounds = parseBounds(value, key === 'size');
      return bounds ? { field: key, ...bounds, not } : needs('needs-bounds');
    }
    case 'rating': {
      const bounds = parseStars(value);
      return bounds ? { field: 'rating', ...bounds, not } : needs('needs-stars');
    }
    case 'has': {
      const singular = value.toLowerCase().replace(/s$/, '');
      const found = possessions.find((what) => what === (filterKey(singular) ?? singular));
      return found ? { field: 'has', what: found, not } : needs('needs-possession');
    }
  }
}

export function writeFilter(filter: Filter): string {
  return `${filter.not ? '-' : ''}${writePositive(filter)}`;
}

function writePositive(filter: Filter): string {
  switch (filter.field) {
    case 'tag':
    case 'album':
    case 'person':
    case 'folder':
    case 'camera':
    case 'place':
    case 'text':
    case 'word':
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
    case 'rating':
      return writeBounds(filter);
    case 'has':
      return `has:${filter.what}`;
  }
}

/** Adds quotation marks where the value needs them. */
export const writeValue = (value: string): string =>
  /^[\p{L}\p{N}_./*<=>-]+$/u.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
