// Words of a query looked up in the texts of a library.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { openStore } from '../../store/database.ts';
import { matchWords } from './text-terms.ts';

/** Captions with all words of a text. */
function captionsWith(text: string, captions: readonly string[]): string[] {
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
  const { scores } = matchWords(store, text);
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
