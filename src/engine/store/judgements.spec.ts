// Judgements of photos: stored by words, ignoring case and accents, and restored to their earlier state.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const ids = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) =>
    store.photos.insert(folder, photoFile(name), { ...photoFacts, contentHash: name }),
  );
  const [a, b, c] = ids as [PhotoId, PhotoId, PhotoId];
  return { judgements: store.judgements, a, b, c };
}

it('keeps right and wrong photos for words, separately by the origin of the words', () => {
  const { judgements, a, b } = library();
  judgements.set('search', 'Ein Hund', [a], true);
  judgements.set('search', ' ein  HUND ', [b], false);
  judgements.set('tag', 'ein hund', [a], false);
  const { fits, others } = judgements.of('search', 'ein hund');
  expect([[...fits], [...others]]).toEqual([[a], [b]]);
  expect(judgements.ofPhoto('tag', a)).toMatchObject([{ text: 'ein hund', fits: false }]);
  expect(judgements.ofPhoto('search', a)).toMatchObject([{ text: 'Ein Hund', fits: true }]);
  expect([judgements.count('search'), judgements.count('search', 'hund'), judgements.fitting('search')]).toEqual([
    2, 0, 1,
  ]);
});

it('returns the earlier judgements of changed photos, grouped by equal ones', () => {
  const { judgements, a, b, c } = library();
  judgements.set('search', 'dog', [a, b], true);
  expect(judgements.set('search', 'dog', [a, b, c, 99 as PhotoId], false)).toEqual([
    { photoIds: [a, b], fits: true },
    { photoIds: [c], fits: null },
  ]);
  expect(judgements.set('search', 'dog', [a], false)).toEqual([]);
  expect(judgements.set('search', 'dog', [a, c], null)).toEqual([{ photoIds: [a, c], fits: false }]);
  expect([...judgements.of('search', 'dog').others]).toEqual([b]);
});

it('keeps words apart by their spaces, however many there are of them', () => {
  const { judgements, a, b } = library();
  judgements.set('search', 'sun  flower', [a], true);
  judgements.set('search', 'sunflower', [b], true);
  expect([...judgements.of('search', 'sun flower').fits]).toEqual([a]);
  expect([...judgements.of('search', 'sunflower').fits]).toEqual([b]);
});

it('lists the newest first', () => {
  const { judgements, a, b, c } = library();
  judgements.set('search', 'dog', [a], true, 1);
  judgements.set('search', 'cat', [b], false, 3);
  judgements.set('search', 'dog', [c], false, 2);
  expect(judgements.list('search', 2).map(({ photoId }) => photoId)).toEqual([b, c]);
  expect(judgements.list('search', 9, 'Dog').map(({ photoId }) => photoId)).toEqual([c, a]);
});
