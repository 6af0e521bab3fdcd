// Full text follows photos, captions and tags within their own transactions, and finds names in any spelling.
import { describe, expect, it, onTestFinished } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import { openStore, type Store } from './database.ts';
import { itemAt } from '../../shared/at.ts';
import { anyOf, beginning, phraseQuery, textExpression } from './fulltext.ts';
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

it('counts a text once that two programs wrote', () => {
  const { store, add } = library();
  const [once, twice] = [add('a.jpg'), add('b.jpg')];
  store.transaction(() => {
    for (const [id, sources] of [
      [once, ['xmp'] as const],
      [twice, ['xmp', 'sidecar'] as const],
    ] as const) {
      store.texts.replaceCaptions(
        id,
        [...sources],
        sources.map((source) => ({ text: 'at the lake', source })),
      );
      store.texts.replacePeople(
        id,
        [...sources],
        sources.map((source) => ({ name: 'Anna', source })),
      );
    }
  });
  for (const word of ['lake', 'anna']) {
    const scores = store.fullText.scores([phraseQuery(word)]);
    expect({ word, score: scores.of(twice) }).toEqual({ word, score: scores.of(once) });
    expect(scores.of(once)).toBeGreaterThan(0);
  }
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

/** Two photos: a described one, and one that shows "Exit" and was taken by a Nikon. */
function describedAndShown() {
  const { store, add } = library();
  const [described, shown] = [add('Rome/a.jpg'), add('Rome/b.jpg', 'Nikon Z 6')];
  store.transaction(() => {
    store.texts.replaceCaptions(described, ['iptc'], [caption('a puppy at the exit')]);
    store.texts.replaceTags(described, ['iptc'], [{ name: 'Sleepy dog', source: 'iptc' }]);
    store.ocr.put(shown, 'Exit 12');
    store.ocr.put(described, 'Exit');
  });
  return { store, described, shown };
}

describe('words of a query', () => {
  it('are those of texts first, then those of broader terms, of photo text, and unknown ones', () => {
    const { store, described, shown } = describedAndShown();
    const [puppy, dog, exit] = [phraseQuery('puppy'), phraseQuery('dog'), phraseQuery('exit')];
    const { words } = store.fullText.scores([puppy], { kinds: [dog], photoText: [exit], absent: 2 });
    const of = (id: PhotoId) => words.map(({ ids, inPhotoText }) => [ids.has(id), inPhotoText.has(id)]);
    const none = [false, false];
    expect(words.map(({ photos, isWhole }) => [photos, isWhole])).toEqual([
      [1, true],
      [1, false],
      [2, true],
      [0, true],
      [0, true],
    ]);
    expect(of(described)).toEqual([[true, false], [true, false], [true, true], none, none]);
    expect(of(shown)).toEqual([none, none, [true, true], none, none]);
  });

  it('count as photo text where no text about the photo has them, at half the weight', () => {
    const { store, described, shown } = describedAndShown();
    const exit = phraseQuery('exit');
    const both = store.fullText.scores([exit, phraseQuery('puppy')], { alsoInPhotos: [exit, null] });
    expect(both.words.map(({ photos }) => photos)).toEqual([1, 1]);
    expect([described, shown].map((id) => both.isInPhotoText(id))).toEqual([false, true]);
    const alone = store.fullText.scores([], { photoText: [exit] });
    const ranks = rawDatabase(store)
      .prepare<[string], number>('SELECT -rank FROM ocr_words WHERE ocr_words MATCH ? ORDER BY rowid')
      .pluck()
      .all(exit);
    expect([described, shown].map((id) => alone.of(id))).toEqual(ranks.map((rank) => rank / 2));
  });

  it('in the name of a camera count for the score, and not as words about the photo', () => {
    const { store, shown } = describedAndShown();
    const found = store.fullText.scores([], { cameras: [phraseQuery('nikon')] });
    expect(found.of(shown)).toBeGreaterThan(0);
    expect(found.words.map(({ ids, photos, isWhole }) => [ids.has(shown), photos, isWhole])).toEqual([
      [false, 0, false],
    ]);
  });
});

it('says in which of a photo’s texts an expression is, among given photos', () => {
  const { store, described, shown } = describedAndShown();
  const places = (word: string, ids: readonly PhotoId[]) =>
    [...store.fullText.placesOf(phraseQuery(word), ids)].flatMap(([place, found]) =>
      found.size > 0 ? [[place, ...found]] : [],
    );
  expect(places('puppy', [described, shown])).toEqual([['caption', described]]);
  expect(places('dog', [described, shown])).toEqual([['tag', described]]);
  expect(places('rome', [shown])).toEqual([['name', shown]]);
  expect(places('nikon', [described, shown])).toEqual([['camera', shown]]);
  // This number of photos is compared with a list of all matches.
  const many = [described, ...Array.from({ length: 400 }, (_, i) => (1000 + i) as PhotoId)];
  expect(places('rome', many)).toEqual([['name', described]]);
  expect(store.fullText.withPhotoText(phraseQuery('exit'), [shown])).toEqual([shown]);
});

it('finds what has all expressions in captions and tags, and nothing for no expression', () => {
  const { store, described } = describedAndShown();
  const { fullText } = store;
  expect(fullText.described([phraseQuery('puppy'), phraseQuery('dog')])).toEqual([described]);
  expect([fullText.described([phraseQuery('puppy'), phraseQuery('rome')]), fullText.described([])]).toEqual([[], []]);
});

it('says whether a present photo has an expression in its texts, in its picture, or at all', () => {
  const { store, described, shown } = describedAndShown();
  const { fullText } = store;
  const known = () => [
    fullText.exists(phraseQuery('nikon')),
    fullText.exists(phraseQuery('nikon', 'written')),
    fullText.exists(anyOf(['cat', 'puppy'], 'written')),
    fullText.exists(anyOf(['cat', 'lion'])),
    fullText.hasBeginning('pup'),
    fullText.hasBeginning('nik'),
    fullText.hasPhotoText(textExpression('ex*')),
    fullText.hasPhotoText(textExpression('ex')),
  ];
  expect(known()).toEqual([true, false, true, false, true, false, true, false]);
  for (const id of [described, shown]) store.photos.setPresent(id, false);
  expect(known()).toEqual(Array(8).fill(false));
});

it('takes a number of three digits for a part of a name, and no shorter one', () => {
  expect(phraseQuery('123')).toContain(' OR ');
  expect(phraseQuery('12')).not.toContain(' OR ');
  expect(phraseQuery('word')).not.toContain(' OR ');
});

describe('abbreviations and compounds', () => {
  /** Two photos, one with each spelling in a caption, a tag or a text that it shows. */
  function spelled(one: string, other: string) {
    const { store, add } = library();
    const ids = [one, other].map((text, i) => {
      const id = add(`${i}.jpg`);
      store.transaction(() => {
        store.texts.replaceCaptions(id, ['iptc'], [caption(`in the ${text} we saw`)]);
        store.ocr.put(id, text);
      });
      return id;
    });
    return { store, ids };
  }

  it.each([
    ['USA', 'U.S.A.'],
    ['UK', 'u.k.'],
    ['email', 'e-mail'],
    ['emails', 'E‑Mail'],
    ['tshirt', 't-shirts'],
    ['icecream', 'ice-cream'],
    ['rocknroll', "rock'n'roll"],
    ['oclock', 'o’clock'],
    ['OBrien', "O'Brien"],
    ['3000', '3.000'],
    ['3,000', '3.000'],
    ['3 000', '3000'],
    ['1.234.567', '1’234’567'],
  ])('“%s” and “%s” find each other', (one, other) => {
    const { store, ids } = spelled(one, other);
    for (const word of [one, other]) {
      expect(found(store, phraseQuery(word))).toEqual(ids);
      expect(found(store, beginning(word, 'written'))).toEqual(ids);
      expect(store.fullText.withPhotoText(textExpression(word), ids)).toEqual(ids);
      expect(store.fullText.described([anyOf([word])])).toEqual(ids);
    }
  });

  it('are found by their parts and in phrases as before', () => {
    const { store, ids } = spelled('state-of-the-art e-mail program', 'email program');
    expect(found(store, phraseQuery('the-art e-mail program we saw'))).toEqual([ids[0]]);
    expect(found(store, phraseQuery('mail program'))).toEqual([ids[0]]);
    expect(found(store, phraseQuery('in the e-mail program'))).toEqual([ids[1]]);
    expect(found(store, phraseQuery('e-mail program'))).toEqual(ids);
    expect(found(store, phraseQuery('saw email'))).toEqual([]);
  });

  it('are not made of separate words', () => {
    const { store, ids } = spelled('not able to get her', 'not-able to-get-her');
    for (const word of ['notable', 'together']) expect(found(store, phraseQuery(word))).toEqual([ids[1]]);
  });
});
