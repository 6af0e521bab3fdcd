// A library with too few texts to learn chances from: what people wrote comes first, in sums too.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rowLibrary } from '../../bench/lib/row-library.ts';
import type { Encoder } from '../../src/engine/encoder/encoder.ts';
import { starterInput } from '../../src/engine/encoder/starter/image-input.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { temporaryFolder } from '../support/temporary.ts';

const width = 8;
const refuse = () => Promise.reject(new Error('there are no pictures'));

/** Sees whether a photo shows a person, and takes every text for one. */
const encoder: Encoder = {
  info: {
    id: 'persons',
    name: 'Persons',
    description: 'Knows persons.',
    imageWidth: width,
    textWidth: width,
    sharedWidth: width,
  },
  input: starterInput,
  prepareImage: refuse,
  encodeImages: refuse,
  encodeTexts: (texts) =>
    Promise.resolve(Float32Array.from({ length: texts.length * width }, (_, i) => Number(i % width === 0))),
  dispose: () => Promise.resolve(),
};

it.each(['Anna', 'Anna -beach', 'Anna without beach', '+Anna -beach'])(
  'puts photos first with the tag for “%s”, however little they look like it',
  async (text) => {
    const photos = Array.from({ length: 60 }, (_, i) => ({
      name: `${i}.jpg`,
      // The photos of Anna show hardly anything of her.
      row: Float32Array.from({ length: width }, (_, j) => (j === 0 ? Number(i >= 4) * (1 + 0.01 * i) : (i * j) % 3)),
      captions: [],
      tags: i < 3 ? ['Anna'] : i === 3 ? ['Anna', 'beach'] : i === 4 ? ['beach'] : [],
    }));
    const library = await rowLibrary(join(temporaryFolder(), 'library'), encoder, photos);
    const { hits } = await library.searcher.query(searchQuery.parse({ text, limit: 60 }));
    await library.close();
    const first = hits.slice(0, text === 'Anna' ? 4 : 3).map(({ photoId }) => library.ids.indexOf(photoId));
    expect(hits[0]?.probability).toBeNull();
    expect(first.sort()).toEqual(text === 'Anna' ? [0, 1, 2, 3] : [0, 1, 2]);
  },
);
