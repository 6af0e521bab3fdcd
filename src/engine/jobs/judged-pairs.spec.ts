import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { openStore } from '../store/database.ts';
import { judgedPairs, noPairs } from './judged-pairs.ts';

function judged() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const [a, b, c] = ['a', 'b', 'c'].map((name) =>
    store.photos.insert(folder, photoFile(`${name}.jpg`), { ...photoFacts, contentHash: name }),
  ) as [PhotoId, PhotoId, PhotoId];
  return { store, photos: [a, b, c] as const };
}

/** An encoder whose rows are the lengths of the texts. */
function encoder() {
  const asked: (readonly string[])[] = [];
  const encodeTexts = (texts: readonly string[]) => {
    asked.push(texts);
    return Promise.resolve(Float32Array.from(texts, ({ length }) => length));
  };
  return { asked, active: { encoderForJobs: () => Promise.resolve({ encodeTexts }) } };
}

it('pairs the words of a search with its right photos alone, by photo and then by words, with their rows', async () => {
  const { store, photos } = judged();
  const [a, b, c] = photos;
  store.judgements.set('search', 'lake', [c, a], true, 1);
  store.judgements.set('search', 'a boat', [c], true, 2);
  store.judgements.set('search', 'mountains', [a], true, 3);
  store.judgements.set('search', 'mountains', [b], false, 4);
  const { active } = encoder();
  expect(await judgedPairs(store, active)).toEqual({
    photoIds: [a, a, c, c],
    texts: ['lake', 'mountains', 'a boat', 'lake'],
    rows: Float32Array.of(4, 9, 6, 4),
  });
});

it('makes no pairs without right photos, and asks the encoder for nothing', async () => {
  const { store, photos } = judged();
  const { active, asked } = encoder();
  expect(await judgedPairs(store, active)).toBe(noPairs);
  store.judgements.set('search', 'lake', [photos[0]], false);
  expect(await judgedPairs(store, active)).toBe(noPairs);
  expect(asked).toEqual([]);
});

it('makes no pairs while the encoder cannot be used', async () => {
  const { store, photos } = judged();
  store.judgements.set('search', 'lake', [photos[0]], true);
  expect(await judgedPairs(store, { encoderForJobs: () => Promise.resolve(null) })).toBe(noPairs);
});
