// Full text: `npm run -s bench -- full-text [--record]`. Its cost per photo and query, the effect of synonyms and
// narrower terms on Flickr8k (1000 photos with four captions each, queried with the fifth), and searches for
// substrings of Chinese.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matchWords } from '../src/engine/search/query/text-terms.ts';
import { openStore, type Store } from '../src/engine/store/database.ts';
import { phraseQuery } from '../src/engine/store/fulltext.ts';
import type { TextScores } from '../src/engine/store/text-scores.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { foldedWords } from '../src/engine/text/index-terms.ts';
import { isStopWord } from '../src/engine/text/stop-words.ts';
import { itemAt } from '../src/shared/at.ts';
import type { PhotoId } from '../src/shared/contract/ids.ts';
import { photoFolder, readCaptions } from './lib/flickr8k.ts';
import { machine, median, digits, printTable } from './lib/report.ts';
import { rawDatabase } from '../src/engine/store/raw-database.ts';
import { photoFacts, photoFile } from '../test/support/photo-rows.ts';

/** A library of photos with these captions, and the time to write its full text. */
function library(captions: readonly (readonly string[])[]) {
  const dir = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
  const store = openStore(dir);
  const folder = store.folders.add('/photos/Bilder', null).id;
  const ids: PhotoId[] = [];
  rawDatabase(store).transaction(() => {
    captions.forEach((texts, i) => {
      const file = photoFile(`2019/Rügen/IMG_${i}.jpg`);
      const id = store.photos.insert(folder, file, photoFacts);
      store.texts.replaceCaptions(
        id,
        ['iptc'],
        texts.map((text) => ({ text, source: 'iptc' as const })),
      );
      ids.push(id);
    });
  })();
  const pages = () => Number(rawDatabase(store).pragma('page_count', { simple: true }));
  const before = pages();
  const started = performance.now();
  store.fullText.refresh();
  const each = (1000 * (performance.now() - started)) / captions.length;
  const bytes =
    ((pages() - before) * Number(rawDatabase(store).pragma('page_size', { simple: true }))) / captions.length;
  const close = () => {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { store, ids, each, bytes, close };
}

/** Words as written, without synonyms and narrower terms. */
const exact = (store: Store, text: string): TextScores =>
  store.fullText.scores(
    [...new Set(foldedWords(text))].filter((word) => !isStopWord(word)).map((word) => phraseQuery(word)),
  );

console.log(machine());
const all = [...readCaptions(join(photoFolder, 'captions.txt')).values()].filter((texts) => texts.length === 5);
const flickr = library(all.map((texts) => texts.slice(0, 4)));
console.log(
  `\nA photo with four captions: ${flickr.each.toFixed(0)} microseconds, ${flickr.bytes.toFixed(0)} bytes of full text.\n`,
);
const ways = {
  'words as they are written': (text: string) => exact(flickr.store, text),
  'other words and kinds too': (text: string) => matchWords(flickr.store, text).scores,
};
const asked = {
  captions: (text: string) => text,
  'their first two words': (text: string) =>
    foldedWords(text)
      .filter((word) => !isStopWord(word))
      .slice(0, 2)
      .join(' '),
};
const combinations = Object.entries(asked).flatMap(([queries, cut]) =>
  Object.entries(ways).map(([name, scoresOf]) => ({ queries, cut, name, scoresOf })),
);
printTable(
  ['full text alone', 'queries', 'R@1', 'R@10', 'median ms'],
  combinations.map(({ queries, cut, name, scoresOf }) => {
    const times: number[] = [];
    const ranks = all.map((texts, i) => {
      const query = cut(itemAt(texts, 4));
      const started = performance.now();
      const scores = scoresOf(query);
      times.push(performance.now() - started);
      const own = scores?.of(itemAt(flickr.ids, i)) ?? 0;
      const found = flickr.ids.map((id) => scores?.of(id) ?? 0);
      return found.filter((score) => score > own).length + (found.filter((score) => score === own).length + 1) / 2;
    });
    const recall = (k: number) => ((100 * ranks.filter((rank) => rank <= k).length) / ranks.length).toFixed(1);
    return [name, queries, recall(1), recall(10), digits(median(times))];
  }),
);
flickr.close();

// Captions of common characters, drawn with the frequencies of a language: rank r as often as 1 / r.
const random = new Random(1);
const character = () =>
  String.fromCodePoint(0x4e00 + Math.min(2999, Math.floor(Math.exp(random.uniform() * Math.log(3000)))));
const chinese = Array.from({ length: 100_000 }, () => [Array.from({ length: 12 }, character).join('')]);
const other = library(chinese);
const rows = [1, 2, 3, 4].map((length) => {
  const times: number[] = [];
  let wrong = 0;
  for (let n = 0; n < 40; n++) {
    const text = itemAt(itemAt(chinese, random.below(chinese.length)), 0);
    const from = random.below(text.length - length + 1);
    const part = text.slice(from, from + length);
    const started = performance.now();
    const found = other.store.fullText.scores([phraseQuery(part)]);
    times.push(performance.now() - started);
    wrong += chinese.filter(([caption], i) => caption?.includes(part) !== found.hasAll(itemAt(other.ids, i))).length;
  }
  return [String(length), digits(median(times)), String(wrong)];
});
console.log(
  `\n100,000 captions of 12 Chinese characters: ${other.each.toFixed(0)} microseconds, ${other.bytes.toFixed(0)} bytes each.\n`,
);
printTable(['characters asked for', 'median ms', 'photos found wrongly or missed'], rows);
other.close();
