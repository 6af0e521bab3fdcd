// Foreign queries: `npm run -s bench -- languages [--record]`. English captions of Flickr8k, cut to their first words,
// that are mistaken for another language: by both methods together, as search does, and by the detector alone.
import { join } from 'node:path';
import { eld } from 'eld/extrasmall';
import { englishWords } from '../src/engine/search/query/english-words.ts';
import { LanguageCheck } from '../src/engine/search/query/language.ts';
import { tokenize } from '../src/engine/text/tokenize.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { featureFolder, readCaptions } from './lib/flickr8k.ts';
import { printTable } from './lib/report.ts';

const check = new LanguageCheck(englishWords(resourcesDir));
const captions = [...readCaptions(join(featureFolder, 'captions.txt')).values()].flat().map((text) => tokenize(text));
const share = (wrong: number, of: number) => `${((100 * wrong) / of).toFixed(2)} %`;

const rows: string[][] = [];
for (const length of [1, 2, 3, 4]) {
  const queries = new Set(
    captions.filter((words) => words.length >= length).map((words) => words.slice(0, length).join(' ')),
  );
  let both = 0;
  let detector = 0;
  for (const query of queries) {
    if ((await check.foreign(query)) !== null) both++;
    if (eld.detect(query).language !== 'en') detector++;
  }
  rows.push([String(length), String(queries.size), share(both, queries.size), share(detector, queries.size)]);
}
console.log('English queries taken for foreign ones\n');
printTable(['words', 'different queries', 'by search', 'by the detector alone'], rows);
