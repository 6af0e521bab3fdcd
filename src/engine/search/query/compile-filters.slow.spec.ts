// Filters in SQL against a plain definition of them, over random libraries; and completion from the library's
// values.
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { parseQuery } from '../../../shared/query/grammar.ts';
import type { Filter } from '../../../shared/query/query.ts';
import { openStore, type Store } from '../../store/database.ts';
import { complete } from './complete.ts';
import { Facets } from './cached-facets.ts';
import { compileFilters, photosThat } from './compile-filters.ts';
import { itemAt } from '../../../shared/at.ts';
import { englishOf } from '../../../shared/sentences.ts';
import { rawDatabase } from '../../store/raw-database.ts';

interface Photo {
  readonly path: string;
  readonly tags: readonly string[];
  readonly caption: boolean;
  readonly camera: string | null;
  readonly rating: number | null;
  readonly place: string | null;
  readonly positionPlace: string | null;
  readonly people: readonly string[];
  readonly albums: readonly string[];
  /** Text shown in the photo. */
  readonly text: string;
  readonly precision: 'time' | 'day' | 'month' | 'year';
  readonly format: string;
  readonly capturedAt: number | null;
  readonly mtimeMs: number;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly present: boolean;
}

/** The known part of the date: the start and end of a year, month or day, or a time of day. */
function capturedPeriod({ capturedAt, precision }: Photo): { capturedAt: number | null; capturedUntil: number | null } {
  if (capturedAt === null || precision === 'time') return { capturedAt, capturedUntil: null };
  const date = new Date(capturedAt);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const dates = {
    year: [Date.UTC(year, 0), Date.UTC(year + 1, 0)],
    month: [Date.UTC(year, month), Date.UTC(year, month + 1)],
    day: [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
  } as const;
  const [from, until] = dates[precision];
  return { capturedAt: from, capturedUntil: until };
}

function fill(photos: readonly Photo[]): { store: Store; ids: number[] } {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/home/anna/My Pictures', null).id;
  const ids = store.transaction(() =>
    photos.map((photo, i) => {
      const { size, mtimeMs, width, height, format, camera, rating, place, positionPlace } = photo;
      const file = { path: `${photo.path}p${i}.x`, size, mtimeMs, ctimeMs: null, sidecarStamp: '', versions: [] };
      const id = store.photos.insert(folderId, file, {
        contentHash: `h${i}`,
        width,
        height,
        format,
        ...capturedPeriod(photo),
        ...{ camera, rating, place, positionPlace, utcOffset: null, dateSource: null, position: null },
        metadataReader: 1,
      });
      store.texts.replacePeople(
        id,
        ['xmp'],
        photo.people.map((name) => ({ name, source: 'xmp' })),
      );
      store.texts.replaceTags(
        id,
        ['iptc'],
        photo.tags.map((name) => ({ name, source: 'iptc' })),
      );
      store.texts.replaceCaptions(id, ['iptc'], photo.caption ? [{ text: 'words', source: 'iptc' }] : []);
      store.texts.refreshTagCaption(id);
      for (const name of photo.albums)
        store.albums.add(store.albums.named(name)?.id ?? store.albums.insert(name), [id]);
      store.ocr.put(id, photo.text);
      if (!photo.present) store.photos.setPresent(id, false);
      return id;
    }),
  );
  return { store, ids };
}

function passing(store: Store, filters: readonly Filter[]): number[] {
  const facets = new Facets(store);
  const { condition } = compileFilters(filters, [], () => facets.lists(0));
  if (condition === null) throw new Error('no filters');
  const { mask, count } = photosThat(store, condition);
  const ids = rawDatabase(store)
    .prepare<[], number>('SELECT id FROM photos ORDER BY id')
    .pluck()
    .all()
    .filter((id) => mask.has(id));
  expect(ids.length).toBe(count);
  return ids;
}

/** The definition, with lower-case words so that case folding does not matter here. */
function holds(photo: Photo, filter: Filter): boolean {
  const period = capturedPeriod(photo);
  const taken = new Date(period.capturedAt ?? photo.mtimeMs);
  /** The last moment at which it may have been taken. */
  const latest = new Date(period.capturedUntil === null ? taken.getTime() : period.capturedUntil - 1);
  const positive = (): boolean => {
    switch (filter.field) {
      case 'tag':
        return filter.values.some((v) => photo.tags.some((tag) => tag.toLowerCase() === v.toLowerCase()));
      case 'folder': {
        const names = ` my pictures ${photo.path.toLowerCase().replaceAll('/', ' ')}`;
        return filter.values.some((v) => names.includes(` ${v.toLowerCase().replaceAll('/', ' ')}`));
      }
      case 'camera':
        return filter.values.some((v) => ` ${photo.camera ?? ''}`.toLowerCase().includes(` ${v.toLowerCase()}`));
      case 'place':
        return filter.values.some((v) =>
          [photo.place, photo.positionPlace].some((place) =>
            ` ${place ?? ''}`.toLowerCase().includes(` ${v.toLowerCase()}`),
          ),
        );
      case 'album':
        return filter.values.some((v) => photo.albums.some((name) => name.toLowerCase() === v.toLowerCase()));
      case 'person':
        return filter.values.some((v) =>
          photo.people.some((name) => ` ${name}`.toLowerCase().includes(` ${v.toLowerCase()}`)),
        );
      case 'text':
        return filter.values.some((v) => {
          const words = ` ${photo.text.toLowerCase()}`;
          return v.endsWith('*')
            ? words.includes(` ${v.slice(0, -1).toLowerCase()}`)
            : `${words} `.includes(` ${v.toLowerCase()} `);
        });
      case 'word': {
        const texts = [...photo.tags, ...(photo.caption ? ['words'] : [])].map((text) => text.toLowerCase());
        return filter.values.some((v) =>
          v.endsWith('*')
            ? texts.some((text) => ` ${text}`.includes(` ${v.slice(0, -1).toLowerCase()}`))
            : texts.some((text) => ` ${text} `.includes(` ${v.toLowerCase()} `)),
        );
      }
      case 'type':
        return filter.values.includes(photo.format);
      case 'date': {
        const days = [taken, latest].map((date) => date.toISOString().slice(0, 10));
        return (
          (filter.from === null || itemAt(days, 0) >= filter.from) &&
          (filter.to === null || itemAt(days, 1) < filter.to)
        );
      }
      case 'day':
        return (
          taken.getUTCMonth() + 1 === filter.month &&
          taken.getUTCDate() === filter.day &&
          taken.toISOString().slice(0, 10) === latest.toISOString().slice(0, 10)
        );
      case 'orientation':
        return {
          portrait: photo.height > photo.width,
          landscape: photo.height < photo.width,
          square: photo.height === photo.width,
        }[filter.value];
      case 'size':
      case 'width':
      case 'height':
        return photo[filter.field] >= (filter.least ?? 0) && photo[filter.field] <= (filter.most ?? Infinity);
      case 'rating':
        return photo.rating !== null && photo.rating >= (filter.least ?? 1) && photo.rating <= (filter.most ?? 5);
      case 'has':
        return {
          caption: photo.caption,
          tag: photo.tags.length > 0,
          date: photo.capturedAt !== null,
          camera: photo.camera !== null,
          rating: photo.rating !== null,
          place: photo.place !== null || photo.positionPlace !== null,
          person: photo.people.length > 0,
          text: photo.text !== '',
        }[filter.what];
    }
  };
  return positive() !== filter.not;
}

const time = fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2025, 0, 1) });
const nearDay = fc.constantFrom(...[-1, 0, 86_399_999, 86_400_000].map((ms) => Date.UTC(2019, 6, 24) + ms));
const photo: fc.Arbitrary<Photo> = fc.record({
  path: fc.constantFrom('', 'Italy/', 'Italy/Rome/', 'Trip to Italy/', 'Spain/Italian food/', 'a/b/c/'),
  tags: fc.uniqueArray(fc.constantFrom('beach', 'sea', 'New York', 'dog'), { maxLength: 3 }),
  caption: fc.boolean(),
  camera: fc.constantFrom(null, 'Google Pixel 7', 'Canon EOS 6D'),
  rating: fc.constantFrom(null, 1, 2, 3, 4, 5),
  place: fc.constantFrom(null, 'Trastevere, Rome, Italy', 'Rome, Georgia, USA', 'Berlin, Germany'),
  positionPlace: fc.constantFrom(null, null, 'Rome, Italy', 'Kyoto, Japan'),
  people: fc.uniqueArray(fc.constantFrom('Anna', 'Anna Maria', 'Tom'), { maxLength: 2 }),
  albums: fc.uniqueArray(fc.constantFrom('Best of', 'Rome'), { maxLength: 2 }),
  text: fc.constantFrom('', 'NO ENTRY', 'Total 12', 'entry hall'),
  precision: fc.constantFrom('time', 'time', 'day', 'month', 'year'),
  format: fc.constantFrom('jpeg', 'png'),
  capturedAt: fc.oneof(fc.constant(null), time, nearDay),
  mtimeMs: fc.oneof(time, nearDay),
  size: fc.integer({ min: 1, max: 5_000_000 }),
  width: fc.constantFrom(100, 200, 300),
  height: fc.constantFrom(100, 200, 300),
  present: fc.boolean(),
});
const filterText = fc.constantFrom(
  ...[
    'tag:beach',
    'tag:BEACH,sea',
    'tag:"new york"',
    'tag:nothing',
    'folder:italy',
    'folder:Italy/Rome',
    'folder:"to Italy"',
  ],
  ...[
    'folder:pictures',
    'folder:b',
    'camera:pixel',
    'camera:canon,google',
    'type:jpg',
    'after:2019',
    'before:2019-07-24',
  ],
  ...['date:2019-07', 'date:2019-07-24', 'date:1960..2000', 'on:07-24', 'orientation:portrait', 'orientation:square'],
  ...['size:>2mb', 'width:200', 'height:<=200', 'has:caption', 'has:tag', 'has:date', 'has:camera'],
  ...['rating:>=4', 'rating:5', 'rating:<3', 'rating:2..3', 'has:rating'],
  ...['word:words', 'word:york', 'word:BEACH,dog', 'word:be*', 'word:rome'],
  ...['place:rome', 'place:"Rome, Italy"', 'location:germany,usa', 'place:nowhere', 'has:place'],
  ...[
    'place:kyoto',
    'person:anna',
    'person:"anna maria"',
    'person:nobody',
    'has:person',
    'date:1960..2019',
    'date:2018',
  ],
  ...['album:rome', 'album:"Best of",rome', 'album:nothing'],
  ...['text:entry', 'text:"no entry",total', 'text:ent*', 'text:way', 'has:text'],
);

it('lets through what the definition does', () => {
  fc.assert(
    fc.property(
      fc.array(photo, { minLength: 1, maxLength: 25 }),
      fc.array(fc.tuple(fc.constantFrom('', '-'), filterText), { minLength: 1, maxLength: 3 }),
      (photos, chosen) => {
        const { filters } = parseQuery(chosen.map((parts) => parts.join('')).join(' '));
        expect(filters).toHaveLength(chosen.length);
        const { store, ids } = fill(photos);
        const expected = ids.filter((_, i) => photos[i]?.present && filters.every((f) => holds(itemAt(photos, i), f)));
        expect(passing(store, filters)).toEqual(expected);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
});

const one: Photo = {
  path: 'Ägypten 2019/',
  tags: ['Ärger', 'Beach day'],
  caption: true,
  camera: 'Nikon Z 6',
  rating: 4,
  place: 'Gizeh, Ägypten',
  positionPlace: null,
  people: ['Ägidius'],
  albums: [],
  text: '',
  precision: 'time',
  format: 'webp',
  capturedAt: 0,
  mtimeMs: 0,
  size: 1,
  width: 2,
  height: 1,
  present: true,
};

describe('values', () => {
  it('are compared without case and accents', () => {
    const { store, ids } = fill([one]);
    for (const text of [
      'tag:arger',
      'tag:ÄRGER',
      'folder:agypten',
      'tag:beach*',
      'tag:"beach day"',
      'place:agypten',
      'person:agidius',
    ]) {
      expect({ text, ids: passing(store, parseQuery(text).filters) }).toEqual({ text, ids });
    }
    expect(passing(store, parseQuery('tag:beach').filters)).toEqual([]);
  });

  it('that nothing has are named', () => {
    const { store } = fill([one]);
    const facets = new Facets(store);
    const { filters } = parseQuery('tag:mountain folder:norway camera:leica place:oslo');
    const { notices } = compileFilters(filters, [], () => facets.lists(0));
    expect(notices.map(englishOf)).toEqual([
      'No photo has the tag “mountain”.',
      'No folder with photos is named “norway”.',
      'No photo was taken with a camera named “leica”.',
      'No photo was taken at a place named “oslo”.',
    ]);
  });
});

describe('completion', () => {
  const library = () => {
    const { store } = fill([
      one,
      { ...one, tags: ['beach', 'Beach day'], path: 'Italy/Rome/', place: 'Trastevere, Rome, Italy' },
      { ...one, tags: [], path: 'Italy/', place: 'New York, New York, USA' },
      { ...one, tags: ['bear'], present: false },
    ]);
    const facets = new Facets(store);
    return (text: string, cursor = text.length) => complete(text, cursor, 10, () => facets.lists(0));
  };
  const texts = (completions: ReturnType<typeof complete>) => completions.items.map((item) => item.text);

  it('offers tags of photos that are there, the commonest first, with their counts', () => {
    expect(library()('dog tag:be')).toEqual({
      from: 4,
      to: 10,
      items: [
        { text: 'tag:"Beach day"', kind: 'value', photos: 2 },
        { text: 'tag:beach', kind: 'value', photos: 1 },
      ],
    });
  });

  it('offers keys and tags for a word', () => {
    expect(texts(library()('-t'))).toEqual(['-tag:', '-text:', '-type:']);
    expect(texts(library()('be'))).toEqual(['before:', 'tag:"Beach day"', 'tag:beach']);
  });

  it('keeps sign and earlier values, and replaces what is behind the cursor', () => {
    const completed = library()('-tag:beach,arXX dog', 13);
    expect(completed).toMatchObject({ from: 0, to: 15 });
    expect(texts(completed)).toEqual(['-tag:beach,Ärger']);
    expect(texts(library()('tag:beach,'))).toEqual(['tag:beach,"Beach day"', 'tag:beach,Ärger']);
  });

  it('offers folders at any depth, cameras, formats and fixed values', () => {
    const at = library();
    expect(at('folder:').items).toEqual([
      { text: 'folder:"My Pictures"', kind: 'value', photos: 3 },
      { text: 'folder:Italy', kind: 'value', photos: 2 },
      { text: 'folder:Rome', kind: 'value', photos: 1 },
      { text: 'folder:"Ägypten 2019"', kind: 'value', photos: 1 },
    ]);
    expect(texts(at('camera:'))).toEqual(['camera:"Nikon Z 6"']);
    expect(at('place:').items).toEqual([
      { text: 'place:Gizeh', kind: 'value', photos: 1 },
      { text: 'place:Italy', kind: 'value', photos: 1 },
      { text: 'place:"New York"', kind: 'value', photos: 1 },
      { text: 'place:Rome', kind: 'value', photos: 1 },
      { text: 'place:Trastevere', kind: 'value', photos: 1 },
      { text: 'place:USA', kind: 'value', photos: 1 },
      { text: 'place:Ägypten', kind: 'value', photos: 1 },
    ]);
    expect(texts(at('location:ro'))).toEqual(['place:Rome']);
    expect(texts(at('-rating:4'))).toEqual(['-rating:>=4']);
    expect(texts(at('has:r'))).toEqual(['has:rating']);
    expect(texts(at('type:w'))).toEqual(['type:webp']);
    expect(texts(at('orientation:s'))).toEqual(['orientation:square']);
  });

  it('offers nothing between words, in phrases, and for what has no list', () => {
    const at = library();
    for (const text of ['', 'dog ', '"be', 'size:2', 'nothing:x'])
      expect({ text, items: at(text).items }).toEqual({ text, items: [] });
  });

  it('gives what reads back as that filter', () => {
    for (const text of texts(library()('tag:')))
      expect(parseQuery(text)).toMatchObject({ filters: [{ field: 'tag' }], notices: [] });
  });
});
