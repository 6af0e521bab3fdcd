// Words of a query looked up in the texts of a library.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
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
