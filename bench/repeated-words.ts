// Repeated words: `npm run -s bench -- repeated-words [--record]`. How often another caption of the same photo has a
// content word of a caption, by the share of photos whose captions have the word (Flickr8k, five writers a photo).
import { join } from 'node:path';
import { repeatChance, usuallyRepeated } from '../src/engine/search/relevance/word-evidence.ts';
import { contentWords } from '../src/engine/text/content-words.ts';
import { numberAt } from '../src/shared/at.ts';
import { featureFolder, readCaptions } from './lib/flickr8k.ts';
import { printTable } from './lib/report.ts';

/** Upper bounds of the shares of photos. */
const bounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

const photos = [...readCaptions(join(featureFolder, 'captions.txt')).values()].map((captions) =>
  captions.map((text) => new Set(contentWords(text))),
);
const photosWith = new Map<string, number>();
for (const captions of photos) {
  for (const word of new Set(captions.flatMap((words) => [...words])))
    photosWith.set(word, (photosWith.get(word) ?? 0) + 1);
}
const rows = bounds.map(() => ({ pairs: 0, repeated: 0, predicted: 0 }));
for (const captions of photos) {
  for (const words of captions) {
    for (const word of words) {
      const frequency = (photosWith.get(word) ?? 0) / photos.length;
      const row = rows[bounds.findIndex((bound) => frequency <= bound)];
      if (row === undefined) throw new RangeError(`a share of ${frequency}`);
      for (const other of captions) {
        if (other === words) continue;
        row.pairs++;
        row.predicted += repeatChance(frequency, usuallyRepeated);
        if (other.has(word)) row.repeated++;
      }
    }
  }
}
console.log(`${photos.length} photos, ${photosWith.size} different content words\n`);
printTable(
  ['share of photos', 'words of two writers', 'the second repeats it', 'by the curve of search'],
  rows.map(({ pairs, repeated, predicted }, i) => [
    `up to ${numberAt(bounds, i)}`,
    String(pairs),
    pairs === 0 ? '-' : (repeated / pairs).toFixed(3),
    pairs === 0 ? '-' : (predicted / pairs).toFixed(3),
  ]),
);
