// Cost of a change to another encoder: what it has to encode, and how long that takes by the time of a few of them.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { featureLibrary } from '../../../test/support/feature-library.ts';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { itemAt } from '../../shared/at.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Encoder } from '../encoder/encoder.ts';
import type { ReadResult, RootState } from '../library/reader/messages.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { PendingModels } from '../models/active-models.ts';
import { planEncoder } from './encoder-plan.ts';

const other = 'other';
const input = { side: 2, fit: 'crop' } as unknown as Encoder['input'];

// The time is that of the encoder alone.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

interface Given {
  readonly photos?: number;
  /** Captions and tags, each of a photo of its own. */
  readonly captions?: number;
  readonly tags?: number;
  readonly photoMs?: number;
  /** Time of the first batch above that of its photos. */
  readonly warmingMs?: number;
  readonly textMs?: number;
  /** Result of reading a photo, by its number. */
  readonly reads?: (photo: number) => Promise<unknown>;
  readonly state?: (folder: string) => RootState;
  readonly opens?: () => Promise<Encoder>;
}

const pixels = new Uint8Array(12);

function library(given: Given = {}) {
  const { photos = 20, captions = 0, tags = 0, photoMs = 100, warmingMs = 0, textMs = 10 } = given;
  const { reads = () => Promise.resolve({ pixels, frames: [] }), state = () => 'online' } = given;
  const { store, info } = featureLibrary(
    Array.from({ length: photos }, (_, i) => ({
      row: [i],
      captions: i < captions ? [`caption ${i}`] : [],
      tags: i < tags ? [`tag${i}`] : [],
    })),
  );
  const batches: number[] = [];
  const texts: (readonly string[])[] = [];
  const encoder = {
    info: { ...info, id: other },
    input,
    encodeImages: (images: readonly unknown[]) => {
      vi.advanceTimersByTime(images.length * photoMs + (batches.length === 0 ? warmingMs : 0));
      batches.push(images.length);
      return Promise.resolve(new Float32Array(images.length));
    },
    encodeTexts: (asked: readonly string[]) => {
      vi.advanceTimersByTime(asked.length * textMs);
      texts.push(asked);
      return Promise.resolve(new Float32Array(asked.length));
    },
  } as unknown as Encoder;
  const opened: string[] = [];
  const active = {
    pendingModels: (encoderId: string) => {
      opened.push(encoderId);
      return {
        encoder: given.opens ?? (() => Promise.resolve(encoder)),
        close: () => Promise.resolve(void opened.push('closed')),
      } as PendingModels;
    },
  };
  const read: unknown[] = [];
  const folders: Pick<PhotoFolders, 'read' | 'state'> = {
    read: (root, photo, options) => {
      read.push({ root, path: photo.path, ...options });
      return reads(Number(/\d+/.exec(photo.path)?.[0])) as Promise<ReadResult>;
    },
    state: (root) => Promise.resolve(state(root)),
  };
  return { store, info, batches, texts, opened, read, plan: () => planEncoder(store, active, folders, other) };
}

it('counts what the encoder has not encoded, and takes no time where that is nothing', async () => {
  const { store, info, plan, opened } = library({ photos: 3, captions: 2, tags: 1 });
  expect(await plan()).toMatchObject({ photos: 3, offline: 0, texts: 3 });
  store.encoders.put({ info: { ...info, id: other }, path: '/other', files: {} });
  for (const kind of ['photo', 'caption', 'tag'] as const) {
    for (const id of store.features.missing(kind, other)) store.features.put(kind, other, id, Float32Array.of(1));
  }
  opened.length = 0;
  expect(await plan()).toEqual({ photos: 0, offline: 0, texts: 0, photoMs: null, seconds: 0 });
  // No encoder was opened for that.
  expect(opened).toEqual([]);
});

it('measures a photo without the first batch, which starts processes', async () => {
  const { plan, batches, opened } = library({ photoMs: 100, warmingMs: 5000 });
  // 20 photos of 100 ms each.
  expect(await plan()).toEqual({ photos: 20, offline: 0, texts: 0, photoMs: 100, seconds: 2 });
  expect(batches).toEqual([4, 4, 4]);
  expect(opened).toEqual([other, 'closed']);
});

it('measures a photo with the first batch where that is the only one', async () => {
  const { plan, batches } = library({ photos: 3, photoMs: 100, warmingMs: 600 });
  expect(await plan()).toEqual({ photos: 3, offline: 0, texts: 0, photoMs: 300, seconds: 0.9 });
  expect(batches).toEqual([3]);
});

it('reads the twelve newest photos, as a job reads them', async () => {
  const { plan, read } = library();
  await plan();
  const options = { knownHash: null, wanted: { input, thumbnail: false }, libraryDir: null };
  expect(read).toEqual(Array.from({ length: 12 }, (_, i) => ({ root: '/photos', path: `p${i + 8}.jpg`, ...options })));
});

it('begins no batch after 15 seconds', async () => {
  const slow = library({ photoMs: 4000 });
  expect(await slow.plan()).toMatchObject({ photoMs: 4000, seconds: 80 });
  expect(slow.batches).toEqual([4]);
  // 14.8 seconds after the first batch of four.
  const faster = library({ photoMs: 3700 });
  expect(await faster.plan()).toMatchObject({ photoMs: 3700, seconds: 74 });
  expect(faster.batches).toEqual([4, 4]);
});

it('adds the time of the texts by that of sixteen captions', async () => {
  const { plan, texts } = library({ photos: 30, captions: 20, tags: 10, textMs: 50 });
  // 30 photos of 100 ms, and 30 texts of 50 ms.
  expect(await plan()).toEqual({ photos: 30, offline: 0, texts: 30, photoMs: 100, seconds: 4.5 });
  expect(texts).toEqual([Array.from({ length: 16 }, (_, i) => `caption ${i}`)]);
  const without = library({ tags: 2 });
  expect((await without.plan()).seconds).toBe(2);
  expect(without.texts).toEqual([]);
});

it('measures texts alone where all photos are encoded', async () => {
  const { store, info, plan, batches } = library({ photos: 4, captions: 4, textMs: 500 });
  store.encoders.put({ info: { ...info, id: other }, path: '/other', files: {} });
  for (const id of store.features.missing('photo', other)) store.features.put('photo', other, id, Float32Array.of(1));
  expect(await plan()).toEqual({ photos: 0, offline: 0, texts: 4, photoMs: null, seconds: 2 });
  expect(batches).toEqual([]);
});

it('leaves photos out that cannot be read, and knows no time where none can', async () => {
  const unreadable = () => Promise.reject(new HashlensError('unreadable', 'damaged'));
  const half = library({ reads: (i) => (i % 2 === 0 ? unreadable() : Promise.resolve({ pixels, frames: [] })) });
  expect(await half.plan()).toMatchObject({ photos: 20, photoMs: 100, seconds: 2 });
  expect(half.batches).toEqual([2, 2, 2]);
  for (const reads of [unreadable, () => Promise.resolve({ pixels: null, frames: [] })]) {
    const { plan, batches } = library({ reads, captions: 1 });
    expect(await plan()).toEqual({ photos: 20, offline: 0, texts: 1, photoMs: null, seconds: null });
    expect(batches).toEqual([]);
  }
});

it('fails with an error that is not about the photo, and closes the encoder', async () => {
  const { plan, opened } = library({ reads: () => Promise.reject(new TypeError('wrong call')) });
  await expect(plan()).rejects.toThrow('wrong call');
  expect(opened).toEqual([other, 'closed']);
  const missing = library({ opens: () => Promise.reject(new HashlensError('encoder-missing', 'not here')) });
  await expect(missing.plan()).rejects.toThrow('not here');
  expect(missing.opened).toEqual([other, 'closed']);
});

it('counts photos in offline folders apart, and measures others', async () => {
  const state = (folder: string): RootState =>
    folder === '/photos' ? 'online' : folder === '/gone' ? 'offline' : 'empty';
  const { store, plan, read } = library({ photos: 4, state });
  for (const [n, path] of ['/gone', '/unmounted'].entries()) {
    const folder = store.folders.add(path, false).id;
    store.photos.insert(folder, photoFile(`away${n}.jpg`), { ...photoFacts, contentHash: `away${n}` });
  }
  expect(await plan()).toMatchObject({ photos: 4, offline: 2, texts: 0, seconds: 0.4 });
  expect(read).toHaveLength(4);
  // All of them in reach.
  const all = library({ photos: 4 });
  all.store.photos.insert(itemAt(all.store.folders.list(), 0).id, photoFile('p5.jpg'), {
    ...photoFacts,
    contentHash: 'x',
  });
  expect(await all.plan()).toMatchObject({ photos: 5, offline: 0 });
});
