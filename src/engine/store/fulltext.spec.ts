// Full text follows photos, captions and tags within their own transactions, and finds names in any spelling.
import { describe, expect, it, onTestFinished } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import { openStore, type Store } from './database.ts';
import { itemAt } from '../../shared/at.ts';
import { beginning, phraseQuery } from './fulltext.ts';
import { rawDatabase } from './raw-database.ts';

function library(): { store: Store; folderId: FolderId; add: (path: string, camera?: string) => PhotoId } {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/home/anna/Bilder', null).id;
  const add = (path: string, camera: string | null = null) =>
    store.transaction(() => store.photos.insert(folderId, file(path), { ...facts, camera }));
  return { store, folderId, add };
}

const found = (store: Store, expression: string): number[] =>
  store.fullText.scores([expression]).best(1000, null).sort();
const caption = (text: string) => ({ text, source: 'iptc' as const });

describe('what is written is found at once', () => {
  it('in captions, tags, names, folders and cameras', () => {
    const { store, add } = library();
    const id = add('2019/Rügen/IMG_4120.JPG', 'Google Pixel 7');
    store.transaction(() => {
      store.texts.replaceCaptions(id, ['iptc'], [caption('Our Rex climbs the dunes')]);
      store.texts.replaceTags(id, ['iptc'], [{ name: 'Geburtstag', source: 'iptc' }]);
    });
    for (const word of [
      'rex',
      'climbing',
      'geburtstag',
      'img_4120',
      '4120',
      'IMG4120',
      'rugen',
      'RÜGEN',
      'bilder',
      '2019',
      'pixel',
    ]) {
      expect({ word, ids: found(store, phraseQuery(word)) }).toEqual({ word, ids: [id] });
    }
    expect(found(store, beginning('geburts'))).toEqual([id]);
    for (const word of ['jpg', 'anna', 'reptile'])
      expect({ word, ids: found(store, phraseQuery(word)) }).toEqual({ word, ids: [] });
  });

  it('in places, also in one that comes later', () => {
    const { store, folderId, add } = library();
    const id = add('a.jpg');
    for (const place of ['Tübingen, Germany', 'Rome, Italy']) {
      store.transaction(() => store.photos.update(id, folderId, file('a.jpg'), { ...facts, place }));
    }
    expect([found(store, phraseQuery('tubingen')), found(store, phraseQuery('rome'))]).toEqual([[], [id]]);
    store.transaction(() => store.photos.update(id, folderId, file('a.jpg'), facts));
    expect(found(store, phraseQuery('rome'))).toEqual([]);
  });

  it('until a caption or a tag goes', () => {
    const { store, add } = library();
    const id = add('a.jpg');
    store.transaction(() => {
      store.texts.replaceCaptions(id, ['iptc'], [caption('stays'), caption('goes')]);
      store.texts.replaceTags(id, ['iptc'], [{ name: 'sea', source: 'iptc' }]);
    });
    store.transaction(() => {
      store.texts.replaceCaptions(id, ['iptc'], [caption('stays')]);
      store.texts.replaceTags(id, ['iptc'], []);
      store.texts.removeUnusedTags();
    });
    expect([
      found(store, phraseQuery('stays')),
      found(store, phraseQuery('goes')),
      found(store, phraseQuery('sea')),
    ]).toEqual([[id], [], []]);
  });

  it('under the new name of a photo that was renamed or moved', () => {
    const { store, folderId, add } = library();
    const id = add('Italy/old.jpg');
    store.transaction(() => store.photos.update(id, folderId, file('Spain/new.jpg'), facts));
    expect([found(store, phraseQuery('italy')), found(store, phraseQuery('old'))]).toEqual([[], []]);
    expect([found(store, phraseQuery('spain')), found(store, phraseQuery('new'))]).toEqual([[id], [id]]);
  });

  it('not after the folder was removed', () => {
    const { store, folderId, add } = library();
    add('a.jpg');
    store.transaction(() => store.folders.remove(folderId));
    expect(found(store, phraseQuery('bilder'))).toEqual([]);
    expect(rawDatabase(store).prepare('SELECT count(*) AS n FROM photo_text').get()).toEqual({ n: 0 });
  });

  it('and nothing of a transaction that was rolled back', () => {
    const { store, folderId } = library();
    const failing = () =>
      store.transaction(() => {
        store.photos.insert(folderId, file('ghost.jpg'), facts);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    store.fullText.refresh();
    expect(found(store, phraseQuery('ghost'))).toEqual([]);
  });
});

it('catches up with what others have written', () => {
  const { store, add } = library();
  const id = add('a.jpg');
  rawDatabase(store)
    .prepare(`INSERT INTO captions (photo_id, source, text) VALUES (?, 'iptc', 'written elsewhere')`)
    .run(id);
  expect(found(store, phraseQuery('elsewhere'))).toEqual([]);
  store.fullText.refresh();
  expect(found(store, phraseQuery('elsewhere'))).toEqual([id]);
});

it('finds a phrase in one caption, not across two', () => {
  const { store, add } = library();
  const id = add('a.jpg');
  store.transaction(() =>
    store.texts.replaceCaptions(id, ['iptc'], [caption('a red car'), caption('park by the sea')]),
  );
  expect(found(store, phraseQuery('red car'))).toEqual([id]);
  expect(found(store, phraseQuery('car park'))).toEqual([]);
});

it('takes any character in a word as text', () => {
  const { store, add } = library();
  add('a.jpg');
  for (const word of ['"', '""', '*', 'a" OR "b', 'NEAR(', '\0', '^a', 'tag : x', '-', '\uD800']) {
    expect(() => store.fullText.scores([phraseQuery(word), beginning(word)])).not.toThrow();
  }
});

it('ranks a rare word above a common one', () => {
  const { store, add } = library();
  const ids = Array.from({ length: 10 }, (_, i) => add(`p${i}.jpg`));
  store.transaction(() =>
    ids.forEach((id, i) =>
      store.texts.replaceCaptions(id, ['iptc'], [caption(i === 7 ? 'Rex' : i < 4 ? 'a beach' : 'x')]),
    ),
  );
  const scores = store.fullText.scores([phraseQuery('rex'), phraseQuery('beach')]);
  expect(scores.of(itemAt(ids, 7))).toBeGreaterThan(scores.of(itemAt(ids, 0)));
  expect(scores.of(itemAt(ids, 9))).toBe(0);
});

describe('machine-made names', () => {
  it.each([
    [
      '667626_18933d713e_fab3.jpg',
      ['bed', 'fab', '3', 'b3', '18933'],
      ['18933d713e', '667626_18933d713e_fab3', '667626'],
    ],
    ['1000_3fa4b2c1_bed.jpg', ['bed', 'be', '3', 'fa'], ['3fa4b2c1']],
    ['550e8400-e29b-41d4-bead-446655440000.jpg', ['bead', 'e'], ['550e8400-e29b-41d4-bead-446655440000']],
    ['IMG_1234.jpg', ['img', '1'], ['IMG_1234', 'img1234', '1234']],
    ['DSC00012.JPG', ['dsc', '12'], ['DSC00012', 'dsc12', 'DSC 00012', '00012']],
    ['PXL_20210101_120000000.jpg', ['pxl'], ['20210101', 'PXL_20210101_120000000']],
    ['IMG-20190724-WA0012.jpg', ['img', 'wa'], ['WA0012', '20190724']],
    ['a1b2c3d4_cafe.jpg', ['cafe'], []],
  ])('%s has no words, and is found by who types it', (name, words, codes) => {
    const { store, add } = library();
    const id = add(name);
    for (const word of words) {
      expect({ word, ids: found(store, phraseQuery(word)) }).toEqual({ word, ids: [] });
      expect({ word, ids: found(store, beginning(word)) }).toEqual({ word, ids: [] });
    }
    for (const code of codes) expect({ code, ids: found(store, phraseQuery(code)) }).toEqual({ code, ids: [id] });
  });

  it.each([
    ['OmaUndRex.png', ['oma', 'rex', 'OmaUndRex']],
    ['beach.old.jpg', ['beach', 'old']],
    ['.hidden', ['hidden']],
    ['bed_18933d713e.jpg', ['bed']],
    ['Anna_2019.jpg', ['anna', '2019', 'anna 2019']],
    ['Apollo 11.jpg', ['apollo 11', '11']],
    ['rome2019.jpg', ['rome', 'rome2019']],
    ['facade.jpg', ['facade']],
    ['Screenshot_20200101-120000.png', ['screenshot']],
    ['Fab bed.jpg', ['fab', 'bed']],
  ])('but %s has those a person wrote', (name, words) => {
    const { store, add } = library();
    const id = add(name);
    for (const word of words) expect({ word, ids: found(store, phraseQuery(word)) }).toEqual({ word, ids: [id] });
  });

  it('nor are the folders that cameras make', () => {
    const { store, add } = library();
    add('DCIM/100APPLE/a.jpg');
    for (const word of ['apple', 'dcim']) expect(found(store, phraseQuery(word))).toEqual([]);
  });
});

it.each([
  ['日落 at 海边的小屋', ['日落', '海边', '小屋', '落']],
  ['夏の海岸で撮った写真', ['海岸', '写真', '夏']],
  ['해변에서 노는 아이들', ['해변', '아이']],
  ['เดินเล่นที่ชายหาดตอนเย็น', ['ชายหาด', 'ตอนเย็น']],
  ['Łódź Ørsted Đorđe Straße', ['lodz', 'ŁÓDŹ', 'orsted', 'dorde', 'strasse', 'straße']],
  ['Geburtstag 🎂🎉 in 🇮🇹, 👍🏽 and 👩‍👩‍👧', ['🎂', '🎉', '🇮🇹', '👍', '👍🏿', '👩‍👩‍👧']],
  ["Oma's garden in L’Aquila", ['oma', 'aquila', "l'aquila"]],
])('finds in “%s” what is in it', (text, words) => {
  const { store, add } = library();
  const id = add('x.jpg');
  store.transaction(() => store.texts.replaceCaptions(id, ['iptc'], [caption(text)]));
  for (const word of words) expect({ word, ids: found(store, phraseQuery(word)) }).toEqual({ word, ids: [id] });
  for (const word of ['落日', '🎈', '岸海', 'หาดชาย'])
    expect({ word, ids: found(store, phraseQuery(word)) }).toEqual({ word, ids: [] });
});

it('takes a beginning as it is typed, not its stem', () => {
  const { store, add } = library();
  const [beach, climb] = [add('x.jpg'), add('y.jpg')];
  store.transaction(() => {
    store.texts.replaceCaptions(beach, ['iptc'], [caption('a beach and a bed')]);
    store.texts.replaceCaptions(climb, ['iptc'], [caption('climbing')]);
  });
  expect(found(store, beginning('being'))).toEqual([]);
  expect(found(store, beginning('be'))).toEqual([beach]);
  expect(found(store, beginning('climbing'))).toEqual([climb]);
});
