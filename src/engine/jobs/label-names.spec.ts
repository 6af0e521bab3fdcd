// Names of labels as texts to learn from: each alone, and those of a photo together.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import { labelNames } from './label-names.ts';

/** An encoder whose rows are the lengths of the texts. */
function encoder() {
  const asked: (readonly string[])[] = [];
  const encodeTexts = (texts: readonly string[]) => {
    asked.push(texts);
    return Promise.resolve(Float32Array.from(texts, ({ length }) => length));
  };
  return { asked, encodeTexts };
}

/** `lake` and `sea` are on the first four photos, `walk` is on six from the third on, `rare` on three. */
function library() {
  const { store, add, tag, caption } = photoLibrary();
  const photos = Array.from({ length: 8 }, (_, n) => {
    const id = add(`${n}.jpg`);
    tag(id, ...(n < 4 ? ['sea', 'lake'] : []), ...(n >= 2 ? ['walk'] : []), ...(n < 3 ? ['rare'] : []));
    return id;
  });
  return { store, photos, caption };
}

it('gives each name of a label with the photos of that label, and leaves out a label of few photos', async () => {
  const { store, photos } = library();
  const found = await labelNames(store, encoder());
  expect(found.labels).toEqual([
    { names: ['walk'], photos: photos.slice(2) },
    { names: ['lake', 'sea'], photos: photos.slice(0, 4) },
  ]);
  expect(found.single).toEqual({
    texts: ['walk', 'lake', 'sea'],
    photos: [photos.slice(2), photos.slice(0, 4), photos.slice(0, 4)],
    rows: Float32Array.of(4, 4, 3),
  });
});

it('gives one name of each label of a photo without a caption as one text, by the alphabet', async () => {
  const { store, photos, caption } = library();
  const [a, b, c, d, e] = photos;
  for (const id of photos) if (id === b || id === e) caption(id, 'a caption');
  expect((await labelNames(store, encoder())).together).toEqual({
    texts: ['lake, walk', 'walk', 'lake'],
    photos: [[c, d], photos.slice(5), [a]],
    rows: Float32Array.of(10, 4, 4),
  });
});

it('gives labels without texts while no encoder is available', async () => {
  const { store } = library();
  const found = await labelNames(store, null);
  const none = { texts: [], photos: [], rows: new Float32Array(0) };
  expect(found.labels.map(({ names }) => names)).toEqual([['walk'], ['lake', 'sea']]);
  expect([found.single, found.together]).toEqual([none, none]);
});

it('asks the encoder for nothing where there is no label, or every photo has a caption', async () => {
  const empty = encoder();
  expect(await labelNames(photoLibrary().store, empty)).toMatchObject({ labels: [], single: { texts: [] } });
  expect(empty.asked).toEqual([]);
  const { store, photos, caption } = library();
  for (const id of photos) caption(id, 'a caption');
  const { asked, encodeTexts } = encoder();
  expect((await labelNames(store, { encodeTexts })).together.rows).toHaveLength(0);
  expect(asked).toEqual([['walk', 'lake', 'sea']]);
});
