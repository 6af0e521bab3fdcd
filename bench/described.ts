// Value of captions for the estimate of a match: `npm run -s bench -- described [--photos=<n,n>] [--captions=<n,n>]
// [--json]`. Small libraries drawn from 1000 photos of Flickr8k: half of the photos have some of their five captions,
// the others none. Single words are searched for, and the shown chances are compared with captions that the library
// does not have.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { ActiveModels } from '../src/engine/models/active-models.ts';
import { refreshRelevance } from '../src/engine/search/relevance/relevance-file.ts';
import { contentWords, rawContentWords } from '../src/engine/text/content-words.ts';
import { Searcher } from '../src/engine/search/searcher.ts';
import { openStore, type Store } from '../src/engine/store/database.ts';
import { searchQuery } from '../src/shared/contract/search.ts';
import type { PhotoId } from '../src/shared/contract/ids.ts';
import { flickrLibrary, photoFolder, readCaptions } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { machine, printTable } from './lib/report.ts';
import { itemAt } from '../src/shared/at.ts';
import { rawDatabase } from '../src/engine/store/raw-database.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '40,160,640' },
    captions: { type: 'string', default: '1,2,4' },
    json: { type: 'boolean', default: false },
  },
});
const list = (text: string) => text.split(',').map(Number);
const threads = 2;
/** Photos, over all libraries of a size. */
const photosInAll = 1280;
const queriesEach = 150;
const shown = 30;
const groups = ['undescribed', 'described, not so'] as const;
/** Lower ends of the bins of chances. */
const bins = [0, 0.1, 0.3, 0.5];

interface Tally {
  hits: number;
  estimated: number;
  confirmed: number;
}

const captions = readCaptions(join(photoFolder, 'captions.txt'));
const wordsOf = (texts: readonly string[]) => new Set(texts.flatMap(contentWords));

/** Keeps `count` photos, every second with its first `described` captions and the others with none. */
function cutDown(store: Store, count: number, described: number, random: Random): PhotoId[] {
  const all = rawDatabase(store).prepare<[], PhotoId>('SELECT id FROM photos').pluck().all();
  const order = Array.from(random.shuffle(Int32Array.from(all))) as PhotoId[];
  const kept = order.slice(0, count);
  store.transaction(() => {
    const remove = rawDatabase(store).prepare('DELETE FROM photos WHERE id = ?');
    for (const id of order.slice(count)) remove.run(id);
    const forget = rawDatabase(store).prepare('DELETE FROM captions WHERE id = ?');
    kept.forEach((id, i) => {
      for (const caption of store.texts.captionsOf(id).slice(i % 2 === 0 ? described : 0)) forget.run(caption.id);
    });
  });
  return kept;
}

async function measure(base: string, dir: string, photos: number, described: number): Promise<Tally[][]> {
  const tallies = groups.map(() => bins.map(() => ({ hits: 0, estimated: 0, confirmed: 0 })));
  for (let seed = 1; seed <= Math.max(2, photosInAll / photos); seed++) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    copyFileSync(join(base, 'library.db'), join(dir, 'library.db'));
    const random = new Random(seed);
    const store = openStore(dir);
    const kept = cutDown(store, photos, described, random);
    const active = new ActiveModels(store, { libraryDir: dir, resourcesDir }, { threads, encoderThread: false });
    const context = { signal: new AbortController().signal, progress: () => undefined };
    const { id, model } = await active.model();
    const { ids, rows } = store.features.all('photo', starterInfo.id, starterInfo.imageWidth);
    const { codes } = await model.encodeImages(rows);
    ids.forEach((photo, i) =>
      store.codes.put('photo', id, photo, codes.slice((i * model.bits) / 8, ((i + 1) * model.bits) / 8)),
    );
    await refreshRelevance(store, active, context);
    const searcher = new Searcher(store, active, { resourcesDir });
    const allCaptions = (path: string) => captions.get(basename(path)) ?? [];
    for (let query = 0; query < queriesEach; query++) {
      const path = store.photos.line(itemAt(kept, random.below(kept.length)))?.path ?? '';
      const words = rawContentWords(allCaptions(path)[4] ?? '');
      const text = itemAt(words, random.below(words.length));
      const [word] = contentWords(text);
      if (word === undefined) continue;
      const { hits } = await searcher.query(searchQuery.parse({ text, limit: shown }));
      for (const { photoId, path: file, probability, textScore } of hits) {
        if (probability === null || textScore !== null) continue;
        const own = store.texts.captionsOf(photoId).length;
        const kind = own > 0 ? 1 : 0;
        const tally = tallies[kind]?.[bins.findLastIndex((least) => probability >= least)];
        if (!tally) continue;
        tally.hits++;
        tally.estimated += probability;
        tally.confirmed += wordsOf(allCaptions(file).slice(own)).has(word) ? 1 : 0;
      }
    }
    await active.close();
    store.close();
  }
  return tallies;
}

const base = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
try {
  (await flickrLibrary(base, threads)).store.close();
  const results = [];
  for (const photos of list(values.photos)) {
    for (const described of list(values.captions)) {
      const tallies = await measure(base, join(base, 'part'), photos, described);
      results.push({
        photos,
        captions: described,
        groups: groups.map((name, i) => ({ name, bins: itemAt(tallies, i) })),
      });
    }
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), bins, results }));
  else {
    console.log(
      `${machine()}\nsaid / confirmed by captions the library has not got, and how many hits, by what was estimated\n`,
    );
    const cell = ({ hits, estimated, confirmed }: Tally) =>
      hits === 0 ? '-' : `${(estimated / hits).toFixed(2)} / ${(confirmed / hits).toFixed(2)} (${hits})`;
    printTable(
      ['photos', 'captions', 'hits', ...bins.map((least) => `from ${least}`)],
      results.flatMap(({ photos, captions: each, groups: found }) =>
        found.map(({ name, bins: tallies }) => [String(photos), String(each), name, ...tallies.map(cell)]),
      ),
    );
  }
} finally {
  rmSync(base, { recursive: true, force: true });
}
