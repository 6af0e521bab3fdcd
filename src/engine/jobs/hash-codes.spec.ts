// Codes and rows for comparison, made of stored features by the hash model in use.
import { expect, it } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
import { HashCodes } from './hash-codes.ts';

const [model, other] = ['m', 'other'] as [ModelId, ModelId];

/** A photo's code is its first two numbers, a text's its first number and its letters. The rows are the last two numbers. */
const coder = {
  bits: 16,
  realWidth: 2,
  encoderWeight: 0.5,
  encodeImages: (rows: Float32Array) => {
    const at = (of: (i: number) => readonly number[]) =>
      Array.from({ length: rows.length / 3 }, (_, i) => of(3 * i)).flat();
    return Promise.resolve({
      codes: Uint8Array.from(at((i) => [rows[i] ?? 0, rows[i + 1] ?? 0])),
      real: Float32Array.from(at((i) => [rows[i + 1] ?? 0, rows[i + 2] ?? 0])),
    });
  },
  encodeTexts: (rows: Float32Array, texts: readonly string[]) =>
    Promise.resolve({
      codes: Uint8Array.from(texts.flatMap(({ length }, i) => [rows[2 * i] ?? 0, length])),
      real: rows,
    }),
};
const modelsOf = (id: ModelId, encoder: string) => ({
  encoderId: () => encoder,
  encoderInfo: (of: string) => ({ id: of, name: '', description: '', imageWidth: 3, textWidth: 2, sharedWidth: 1 }),
  model: () => Promise.resolve({ id, model: coder }),
});

/** @param count of photos; the numbers of each are its place from 1 on, twice that, and 7 */
function library(count: number) {
  const { store, add, caption, tag } = photoLibrary();
  for (const id of [model, other]) {
    store.models.begin({ id, method: 'itq', bits: 16, encoderId: 'e', state: 'ready', options: {} });
  }
  const photos = store.transaction(() =>
    Array.from({ length: count }, (_, n): PhotoId => {
      const id = add(`${n}.jpg`);
      store.features.put('photo', 'e', id, Float32Array.of(n + 1, 2 * (n + 1), 7));
      return id;
    }),
  );
  let changes = 0;
  const codes = new HashCodes(store, modelsOf(model, 'e'), () => void changes++);
  const progress: (readonly [number, number, string | undefined])[] = [];
  const context = {
    ...undisturbed,
    progress: (done: number, total: number, message?: string) => void progress.push([done, total, message]),
  };
  const [first = expect.fail('no photo')] = photos;
  caption(first, 'a dog');
  tag(first, 'dog');
  const [captionId = 0] = store.edits.textIds('caption', [first]);
  const [tagId = 0] = store.edits.textIds('tag', [first]);
  store.features.put('caption', 'e', captionId, Float32Array.of(5, 6));
  store.features.put('tag', 'e', tagId, Float32Array.of(8, 9));
  const hashing = () => progress.filter(([, , message]) => message === 'Hashing').map(([done, total]) => [done, total]);
  return { store, add, codes, photos, first, captionId, tagId, context, progress, hashing, changes: () => changes };
}

it('gives each photo, caption and tag with features a code, and a row of the shared numbers and the outputs', async () => {
  const { store, add, codes, photos, captionId, tagId, context, hashing } = library(2);
  const [a = 0, b = 0] = photos;
  const without = add('without features');
  await codes.makeMissing(context);
  expect([a, b, without].map((id) => store.codes.of('photo', model, id))).toEqual([
    Buffer.of(1, 2),
    Buffer.of(2, 4),
    null,
  ]);
  expect(store.codes.of('caption', model, captionId)).toEqual(Buffer.of(5, 5));
  expect(store.codes.of('tag', model, tagId)).toEqual(Buffer.of(8, 3));
  expect(store.vectors.read('photo', model, [a, b, without], 3)).toEqual({
    ids: [a, b],
    rows: Float32Array.of(1, 2, 7, 2, 4, 7),
  });
  expect(store.vectors.read('caption', model, [captionId], 3).rows).toEqual(Float32Array.of(5, 5, 6));
  expect(store.vectors.read('tag', model, [tagId], 3).rows).toEqual(Float32Array.of(8, 8, 9));
  expect(hashing()).toEqual([
    [2, 4],
    [3, 4],
    [4, 4],
  ]);
});

it('packs the codes of each kind, so that the next start reads them faster', async () => {
  const { store, codes, first, context, progress } = library(1);
  await codes.makeMissing(context);
  for (const kind of ['photo', 'caption', 'tag'] as const) expect([...store.codes.pack(kind, model, 2)]).toEqual([]);
  expect(store.codes.all('photo', model, 2)).toEqual({ ids: Int32Array.of(first), codes: Uint8Array.of(1, 2) });
  expect(progress.filter(([, , message]) => message === 'Packing codes')).toEqual(
    Array.from({ length: 3 }, () => [1, 0, 'Packing codes']),
  );
});

it('makes only what is missing, and tells that codes have changed after each commit and at the end', async () => {
  const { store, add, codes, context, progress, hashing, changes } = library(1);
  await codes.makeMissing(context);
  expect(changes()).toBe(4);
  progress.length = 0;
  store.features.put('photo', 'e', add('new'), Float32Array.of(3, 4, 5));
  await codes.makeMissing(context);
  expect([hashing(), changes()]).toEqual([[[1, 1]], 6]);
});

it('works in batches of 1024, and stops between two of them', async () => {
  const { store, codes, photos, context, hashing } = library(1030);
  const stop = new AbortController();
  const stopping = { ...context, signal: stop.signal, progress: (done: number) => void (done > 0 && stop.abort()) };
  await expect(codes.makeMissing(stopping)).rejects.toThrow(/abort/i);
  expect(store.codes.count('photo', model)).toBe(1024);
  await codes.makeMissing(context);
  expect(store.codes.count('photo', model)).toBe(1030);
  expect(store.codes.of('photo', model, photos[1029] ?? 0)).toEqual(Buffer.of(1030 % 256, 2060 % 256));
  expect(hashing()).toEqual([
    [6, 8],
    [7, 8],
    [8, 8],
  ]);
});

it('stops before it packs codes, which are then packed the next time', async () => {
  const { store, codes, context } = library(1);
  const stop = new AbortController();
  const stopping = {
    ...context,
    signal: stop.signal,
    progress: (done: number, total: number) => void (done === total && stop.abort()),
  };
  await expect(codes.makeMissing(stopping)).rejects.toThrow(/abort/i);
  expect([...store.codes.pack('caption', model, 2)]).toHaveLength(1);
});

it('makes the kinds that are asked for, with the models that are asked for', async () => {
  const { store, codes, photos, captionId, context } = library(1);
  const [a = 0] = photos;
  await codes.makeMissing(context, ['photo'], modelsOf(other, 'e'));
  expect(store.codes.of('photo', other, a)).toEqual(Buffer.of(1, 2));
  expect([store.codes.of('caption', other, captionId), store.codes.of('photo', model, a)]).toEqual([null, null]);
  expect(store.codes.count('caption', model)).toBe(0);
  await codes.makeMissing(context, ['photo'], modelsOf(model, 'another encoder'));
  expect(store.codes.of('photo', model, a)).toBeNull();
});

it('makes codes of these items alone, and changes nothing where none of them has features', async () => {
  const { store, add, codes, photos, changes } = library(3);
  const [a = 0, b = 0, c = 0] = photos;
  await codes.make('photo', [c, a]);
  expect([a, b, c].map((id) => store.codes.of('photo', model, id))).toEqual([Buffer.of(1, 2), null, Buffer.of(3, 6)]);
  await codes.make('photo', [add('new')]);
  expect(changes()).toBe(1);
});

it('gives up sketches of photos whose rows are made again, and of no other kind', async () => {
  const { store, codes, first, captionId } = library(1);
  await codes.make('photo', [first]);
  await codes.make('caption', [captionId]);
  store.sketches.begin(model, 1, new Uint8Array(4));
  const { stamp } = store.sketches.set(model) ?? expect.fail('no sketches');
  const [block = expect.fail('no block')] = store.sketches.stale(model);
  store.sketches.put(model, stamp, block, new Int8Array(8));
  await codes.make('caption', [captionId]);
  expect(store.sketches.block(model, block.block, stamp)).not.toBeNull();
  await codes.make('photo', [first]);
  expect(store.sketches.block(model, block.block, stamp)).toBeNull();
});
