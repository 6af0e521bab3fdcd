// Selection of judged queries to learn from.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { openStore } from '../../store/database.ts';
import { judgedQueries } from './judged-queries.ts';

it('takes queries that are one text, with all judgements on their photos', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const [a, b] = ['a', 'b'].map((name) =>
    store.photos.insert(folder, photoFile(`${name}.jpg`), { ...photoFacts, contentHash: name }),
  );
  if (a === undefined || b === undefined) throw new Error('no photos');
  store.judgements.set('search', 'a dog', [a], true, 3);
  store.judgements.set('search', 'a dog', [b], false, 2);
  store.judgements.set('search', 'beach -people', [a], true, 1);
  store.judgements.set('search', '+dog +beach', [a], true);
  store.judgements.set('search', '+"a dog"', [a], true);
  store.judgements.set('tag', 'cat', [a], false);
  expect(judgedQueries(store)).toEqual([
    {
      text: 'a dog',
      photos: new Map([
        [a, true],
        [b, false],
      ]),
    },
  ]);
});
