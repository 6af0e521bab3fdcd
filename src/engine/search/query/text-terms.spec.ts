// Words of a query looked up in the texts of a library.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { WrittenPeriod } from '../../text/written-dates.ts';
import { openStore } from '../../store/database.ts';
import { matchWords, type LibraryText } from './text-terms.ts';

/** Captions with all words of a text. */
function captionsWith(text: string, captions: readonly string[], more: Partial<LibraryText> = {}): string[] {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const ids = store.transaction(() =>
    captions.map((caption, i) => {
      const id = store.photos.insert(folder, photoFile(`${i}.jpg`), { ...photoFacts, contentHash: String(i) });
      store.texts.replaceCaptions(id, ['caption-file'], [{ text: caption, source: 'caption-file' }]);
      return id;
    }),
  );
  const { fullText, texts } = store;
  const { scores } = matchWords({ fullText, texts, ...more }, text);
  return captions.filter((_, i) => ids[i] !== undefined && scores?.hasAll(ids[i]) === true);
}

it.each([
  ['Mueller', ['Müllers Garten']],
  ['joerg', ['Jörg am See']],
  ['Schroeder', ['Herr Schröder']],
  ['Bäcker', ['beim Baecker']],
  ['Joerg See', ['Jörg am See']],
])('finds “%s” with and without umlauts', (text, right) => {
  expect(captionsWith(text, ['Müllers Garten', 'Jörg am See', 'Herr Schröder', 'beim Baecker', 'ein Hund'])).toEqual(
    right,
  );
});

it.each(
  (
    'woman/women man/men policeman/policemen fireman/firemen child/children leaf/leaves foot/feet tooth/teeth goose/geese wolf/wolves ' +
    'mouse/mice knife/knives bus/buses octopus/octopuses lens/lenses box/boxes dish/dishes dog/dogs'
  )
    .split(' ')
    .map((pair) => pair.split('/')),
)('finds %s and %s by each other', (one = '', many = '') => {
  const captions = [`a ${one} in snow`, `two ${many} in snow`, 'a tree'];
  expect(captionsWith(`snow ${many}`, captions)).toEqual(captions.slice(0, 2));
  expect(captionsWith(one, captions)).toEqual(captions.slice(0, 2));
  expect(captionsWith(many, captions)).toEqual(captions.slice(0, 2));
});

it.each([
  ['omen', 'Oman'],
  ['amen', 'Aman'],
])('takes %s for no plural of %s', (word, other) => {
  expect(captionsWith(word, [`an ${word}`, `in ${other}`])).toEqual([`an ${word}`]);
});

it.each([
  ['police officer', 'policeman'],
  ['police officers', 'two policemen'],
  ['polar bear', 'polar bears'],
  ['police officer on a horse', 'policeman with his horse'],
  ['mobile phone', 'a smartphone'],
])('finds the name of two words “%s” in “%s”', (text, caption) => {
  expect(captionsWith(text, [caption, 'a tree'])).toEqual([caption]);
});

it.each([
  ['Oma mit Bello', 'Bello, Oma'],
  ['die Oma und der Bello', 'Bello, Oma'],
  ['ein Kuchen für Oma', 'Kuchen, Oma'],
  ['Ana con el perro', 'Ana, perro'],
  ['Luc et Marie dans le jardin', 'jardin, Luc, Marie'],
  ['kat met een bal', 'bal, kat'],
])('takes no function word of another language for a part of what is asked for: “%s”', (text, tags) => {
  const other = 'ein Mann mit Hut und die Frau für den el con et dans le met een';
  expect(captionsWith(text, [tags, other])).toEqual([tags]);
});

it('looks up function words of another language that make a name with the word beside them', () => {
  const named = (text: string, ...photos: readonly { readonly tags?: string[]; readonly people?: string[] }[]) => {
    const store = openStore(temporaryFolder());
    onTestFinished(() => store.close());
    const folder = store.folders.add('/photos', false).id;
    const ids = store.transaction(() =>
      photos.map(({ tags = [], people = [] }, i) => {
        const id = store.photos.insert(folder, photoFile(`${i}.jpg`), { ...photoFacts, contentHash: String(i) });
        const written = (name: string) => ({ name, source: 'xmp' as const });
        store.texts.replaceTags(id, ['xmp'], tags.map(written));
        store.texts.replacePeople(id, ['xmp'], people.map(written));
        return id;
      }),
    );
    const { scores } = matchWords(store, text);
    return ids.flatMap((id, i) => (scores?.hasAll(id) === true ? [i] : []));
  };
  expect(named('sunset at Big Sur', { tags: ['sunset', 'Big Sur'] }, { tags: ['sunset', 'Big Ben'] })).toEqual([0]);
  expect(named('nur aydın', { people: ['Nur Aydın'] }, { people: ['Ali Aydın'] })).toEqual([0]);
  // Two tags are no name together.
  expect(named('Big Sur', { tags: ['Big', 'Sur la plage'] }, { tags: ['Big Ben'] })).toEqual([0, 1]);
  expect(named('Oma sur Bello', { tags: ['Bello', 'Oma'] }, { tags: ['Big Sur'] })).toEqual([0]);
});

it('looks up function words of another language alone, and where they are a tag', () => {
  expect(captionsWith('mit der', ['mit der Bahn', 'Bahn'])).toEqual(['mit der Bahn']);
  const texts = { isName: (name: string) => name === 'sur' };
  expect(captionsWith('Big Sur', ['Big Sur', 'Big Ben'], { texts })).toEqual(['Big Sur']);
});

it('prefers the spelling that a text has', () => {
  expect(captionsWith('Michael', ['Michael am See', 'Michal'])).toEqual(['Michael am See']);
});

it.each([
  ['Haus', ['alte Häuser', 'ein Haushalt']],
  ['maus', ['zwei Mäuse']],
])('finds the words that begin with “%s”, which is no English plural', (text, right) => {
  expect(captionsWith(text, ['alte Häuser', 'ein Haushalt', 'zwei Mäuse', 'being late'])).toEqual(right);
});

it('takes no inflected word for the beginning of another', () => {
  expect(captionsWith('cars', ['carstairs'])).toEqual([]);
  expect(captionsWith('being', ['beingness'])).toEqual([]);
});

it.each([
  ['summit 3 000', ['summit of 3 000 m', 'summit of 3000 m', 'summit of 3.000 m']],
  ['3 000', ['summit of 3 000 m', 'summit of 3000 m', 'summit of 3.000 m']],
  ['1 250 000 stars', ['1250000 stars']],
  ['stars 1 250', ['1250 stars', '250 and 1 stars']],
  ['room 01 250', ['room 01 and 250']],
])('finds “%s” where texts write the number without spaces', (text, right) => {
  const captions = [
    'summit of 3 000 m',
    'summit of 3000 m',
    'summit of 3.000 m',
    'summit of 3 m',
    '1250000 stars',
    '1250 stars',
  ];
  expect(captionsWith(text, [...captions, '250 and 1 stars', 'room 01 and 250', 'room 01250'])).toEqual(right);
});

it.each([
  ['AnnaMaria', ['Anna Maria am See', 'AnnaMaria']],
  ['Anna Maria', ['Anna Maria am See', 'AnnaMaria']],
  ['annamaria', ['AnnaMaria']],
])('finds “%s” in one word and in two', (text, right) => {
  expect(captionsWith(text, ['Anna Maria am See', 'AnnaMaria', 'Anna mit Maria', 'Maria'].toSorted())).toEqual(
    [...right, ...(text === 'Anna Maria' ? ['Anna mit Maria'] : [])].toSorted(),
  );
});

it('divides a word that no text has where a text has its parts one after the other', () => {
  expect(captionsWith('annamaria', ['Anna Maria am See', 'Anna mit Maria'])).toEqual(['Anna Maria am See']);
  expect(captionsWith('notable', ['not able to see it'])).toEqual([]);
});

it.each(['24.12.2012', '24. Dezember 2012', 'December 24, 2012', '2012-12-24'])(
  'finds %s in all its writings, and photos of that day',
  (text) => {
    const captions = [
      'am 24.12.2012',
      'der 24. Dezember 2012',
      'on December 24th, 2012',
      '25.12.2012',
      'im Dezember 2012',
    ];
    expect(captionsWith(text, captions)).toEqual(captions.slice(0, 3));
    expect(captionsWith(`am ${text}`, ['taken', 'nothing'], { takenOn: () => [1] })).toEqual(['taken']);
  },
);

it('knows a month before a year in both languages', () => {
  const captions = ['im Dezember 2012', 'December 2012', 'December 24, 2012', 'Dezember 2013'];
  expect(captionsWith('Dezember 2012', captions)).toEqual(captions.slice(0, 3));
  expect(captionsWith('photos of May 2012', ['im Mai 2012', 'May 2012', 'June 2012'])).toEqual([
    'im Mai 2012',
    'May 2012',
  ]);
});

it.each(['24. Dezember', 'December 24', '24th of December'])(
  'finds %s of every year in all its writings, and photos taken on that day',
  (text) => {
    const captions = ['am 24.12.2012', 'der 24. Dezember', 'on December 24th, 1998', '25. Dezember', 'im Dezember'];
    expect(captionsWith(text, captions)).toEqual(captions.slice(0, 3));
    const takenOn = ({ year, month, day }: WrittenPeriod) => (year === null && month === 12 && day === 24 ? [1] : []);
    expect(captionsWith(`Anna ${text}`, ['Anna', 'Anna da'], { takenOn })).toEqual(['Anna']);
  },
);

it.each(["Sommer '19", 'Sommer ’19', 'Sommer 19', 'Sommer 2019'])(
  'finds %s where the whole year is written, and in photos taken in it',
  (text) => {
    expect(captionsWith(text, ['Sommer 2019', 'Sommer 2018', 'Winter 2019'])).toEqual(['Sommer 2019']);
    const takenOn = ({ year, month }: WrittenPeriod) => (year === 2019 && month === null ? [1] : []);
    expect(captionsWith(text, ['Sommer', 'ein Sommer'], { takenOn })).toEqual(['Sommer']);
  },
);

it('finds a month of a year in photos taken in it', () => {
  const takenOn = ({ year, month }: WrittenPeriod) => (year !== 2012 ? [] : month === 12 ? [1] : [1, 2]);
  expect(captionsWith('Dezember 2012', ['Anna', 'Tom'], { takenOn })).toEqual(['Anna']);
});

it.each([
  ["Sommer '19", ["'19 = 2019"]],
  ['Weihnachten 98', ['98 = 1998']],
  ['Anna 24. Dezember', ['24. Dezember = on:12-24']],
  ['24.12.12', ['24.12.12 = 2012-12-24']],
  ['24.12.2012 Rome 2019', []],
  ['summer with 12 friends', []],
  ['may 10 dogs play', []],
])('says how it reads %s where the year is not written in full', (text, expected) => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const { readAs } = matchWords(store, text);
  expect(readAs.map(({ words, term }) => `${words} = ${term}`)).toEqual(expected);
});

it('looks up a number beside a date that has the same number', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  store.transaction(() => {
    const id = store.photos.insert(folder, photoFile('1.jpg'), photoFacts);
    store.texts.replaceCaptions(id, ['caption-file'], [{ text: '24 kids on December 24', source: 'caption-file' }]);
  });
  const { words } = matchWords(store, 'December 24 with 24 kids');
  expect(words.map(({ word }) => word)).toEqual(['December 24', '24', 'kids']);
});

it('looks up a word as the beginning of longer ones, unless it is complete', () => {
  expect(captionsWith('rain', ['Rainer am See', 'ein Hund'])).toEqual(['Rainer am See']);
  expect(captionsWith('rain', ['Rainer am See', 'ein Hund'], { complete: new Set(['rain']) })).toEqual([]);
});

it('takes the parts of a tag’s path as words', () => {
  expect(captionsWith('Family/Rex', ['Rex with the family', 'Rex'])).toEqual(['Rex with the family']);
});

it('looks for a query of function words in tags and names of people first', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', false).id;
  const [tagged, described] = store.transaction(() =>
    ['a', 'b'].map((name) =>
      store.photos.insert(folder, photoFile(`${name}.jpg`), { ...photoFacts, contentHash: name }),
    ),
  );
  if (tagged === undefined || described === undefined) throw new Error('two photos were added');
  store.transaction(() => {
    store.texts.replaceTags(tagged, ['xmp'], [{ name: 'In', source: 'xmp' }]);
    store.texts.replaceCaptions(described, ['xmp'], [{ text: 'In the park', source: 'xmp' }]);
  });
  const found = (text: string) => matchWords(store, text).scores?.best(9, null);
  expect(found('in')).toEqual([tagged]);
  expect(found('the park')).toEqual([described]);
});
