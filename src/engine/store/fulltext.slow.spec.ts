// Full text of a library large enough for a word of thousands of photos.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from './database.ts';
import { phraseQuery } from './fulltext.ts';
import { IdMask } from './id-mask.ts';

it('finds photos by a word that a great many have, each as well as the next', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/home/anna/Bilder', null).id;
  const add = (path: string) => store.photos.insert(folderId, file(path), facts);
  const caption = (text: string) => ({ text, source: 'iptc' as const });
  const ids = store.transaction(() => Array.from({ length: 8400 }, (_, i) => add(`p${i}.jpg`)));
  store.transaction(() =>
    ids.forEach((id, i) => {
      if (i % 2 === 0) store.texts.replaceCaptions(id, ['iptc'], [caption(i === 6000 ? 'Oma with Rex' : 'Oma')]);
    }),
  );
  store.fullText.refresh();
  const scores = store.fullText.scores([phraseQuery('oma'), phraseQuery('rex')]);
  const of = (id = 0) => scores.of(id);
  const [first = 0, rex = 0] = [ids[0], ids[6000]];
  // The photo with both words, then as many of the others as requested.
  expect(scores.best(4, null)).toEqual([rex, first, ids[2], ids[4]]);
  expect(scores.best(2, IdMask.of(ids.slice(8000)))).toEqual([ids[8000], ids[8002]]);
  expect([scores.hasAll(rex), scores.hasAll(first), of(ids[1])]).toEqual([true, false, 0]);
  expect(of(first)).toBeGreaterThan(0);
  expect(of(ids[8000])).toBe(of(first));
  expect(of(rex)).toBeGreaterThan(of(first));
});
