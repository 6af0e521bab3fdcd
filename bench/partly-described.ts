// Search where only some photos are described: `npm run -s bench -- partly-described [--seeds=3] [--queries=200]
// [--described=1000x1,..] [--clip=60,..] [--only=flickr,clip,tags] [--untrained] [--json]`.
//
// Flickr: 4000 photos of Flickr8k, `n` of them described by one caption or by four of five, and 159 foreign photos:
// of things that no described photo shows (all photos whose captions name a bicycle, a horse, a boat; drawn by
// seed). Queries are captions that the library does not have. CLIP: 1126 photos with rows of a real CLIP, 60, 200 or
// 600 of them described. Tags: 300 photos, of which 10 to 30 in a hundred have a name as a tag. Every library is
// made of feature rows; everything else is the product's own code: store, training, search.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { starterInput } from '../src/engine/encoder/starter/image-input.ts';
import type { Encoder, EncoderInfo } from '../src/engine/encoder/encoder.ts';
import { cocoClasses } from '../src/engine/encoder/starter/coco-classes.ts';
import { openEncoder } from '../src/engine/encoder/open-encoder.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { contentWords, rawContentWords } from '../src/engine/text/content-words.ts';
import { searchQuery, type SearchQuery } from '../src/shared/contract/search.ts';
import type { PhotoId } from '../src/shared/contract/ids.ts';
import type { QueryAnswer } from '../src/shared/contract/search.ts';
import { allFeatures, featureFolder, photoFolder, readCaptions } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { readNumpyRows } from './lib/numpy-rows.ts';
import { reliabilityDiagram } from './lib/reliability-diagram.ts';
import { machine, printTable } from './lib/report.ts';
import { rowLibrary, type RowLibrary, type RowPhoto } from './lib/row-library.ts';
import { nothingFitsNotice, wordsWithoutFitNotice } from '../src/engine/search/relevance/relevance.ts';
import { float32At, itemAt, numberAt } from '../src/shared/at.ts';
import { englishOf } from '../src/shared/sentences.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    queries: { type: 'string', default: '200' },
    only: { type: 'string', default: 'flickr,clip,tags' },
    described: { type: 'string', default: '100x1,1000x1,3000x1,1000x4,3000x4' },
    clip: { type: 'string', default: '60,200,600' },
    untrained: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** File of the reliability diagram. */
    diagram: { type: 'string' },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const queriesEach = Number(values.queries);
/** Few of the words asked for are about foreign photos, so there are more of these queries. */
const wordQueriesEach = 4 * queriesEach;
const parts = values.only.split(',');

/** A photo with captions that the library does not have. */
interface KnownPhoto {
  readonly photo: RowPhoto;
  readonly kind: Kind;
  /** All captions and tags of the photo. */
  readonly captions: readonly string[];
  /** Captions used as queries, which the library does not have. */
  readonly asked: readonly string[];
  /** Whether the encoder's float cosine ranks it first for its own caption; absent where this is unknown. */
  readonly floatFirst?: boolean;
}

const kinds = ['described', 'undescribed', 'foreign'] as const;
type Kind = (typeof kinds)[number];

/** Number of hits of a query whose chances are judged: those that a person looks at. */
const judged = 30;
const calibrationBins = 10;

class Reliability {
  readonly #bins = Array.from({ length: calibrationBins }, () => ({ hits: 0, predicted: 0, found: 0 }));

  add(predicted: number, found: boolean): void {
    const bin = this.#bins[Math.min(calibrationBins - 1, Math.floor(predicted * calibrationBins))];
    if (!bin) throw new RangeError(`a chance of ${predicted}`);
    bin.hits++;
    bin.predicted += predicted;
    bin.found += found ? 1 : 0;
  }

  get bins() {
    return this.#bins;
  }

  /** Expected calibration error (Naeini et al., AAAI 2015); null without hits. */
  error(from = 0): number | null {
    const bins = this.#bins.slice(from);
    const hits = bins.reduce((sum, bin) => sum + bin.hits, 0);
    return hits === 0 ? null : bins.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.found), 0) / hits;
  }
}

/** Results of all queries to one kind of library. */
class Figures {
  readonly #sums = new Map<string, { sum: number; count: number }>();
  readonly reliability = {
    words: reliabilities(),
    captions: reliabilities(),
    /** Words that captions of foreign photos have: things the library's own captions mostly do not name. */
    foreignWords: reliabilities(),
  };
  inversions = 0;
  misplacedDividers = 0;
  wrongNotices = 0;

  add(name: string, value: number): void {
    const entry = this.#sums.get(name) ?? { sum: 0, count: 0 };
    this.#sums.set(name, { sum: entry.sum + value, count: entry.count + 1 });
  }

  mean(name: string): number | null {
    const entry = this.#sums.get(name);
    return entry ? entry.sum / entry.count : null;
  }

  /** Checks that the order, the divider, the notice and the chances shown agree. */
  checkOrder({ hits, weakFrom, precision, notice }: QueryAnswer): void {
    const chances = hits.map((hit) => hit.probability);
    if (chances.some((chance) => chance === null)) return;
    if (hits.length === 0) {
      if (notice === null) this.wrongNotices++;
      return;
    }
    const known = chances.map((chance) => chance ?? 0);
    for (let i = 1; i < known.length; i++) if (numberAt(known, i) > numberAt(known, i - 1) + 1e-9) this.inversions++;
    const above = known.filter((chance) => chance >= precision - 1e-6).length;
    if ((weakFrom ?? known.length) !== above) this.misplacedDividers++;
    const isNoticed = [nothingFitsNotice, wordsWithoutFitNotice].some(
      (one) => notice?.includes(englishOf(one)) === true,
    );
    if (isNoticed !== (above === 0)) this.wrongNotices++;
  }

  toJSON() {
    return {
      ...Object.fromEntries([...this.#sums.keys()].map((name) => [name, this.mean(name)])),
      inversions: this.inversions,
      misplacedDividers: this.misplacedDividers,
      wrongNotices: this.wrongNotices,
      reliability: Object.fromEntries(
        Object.entries(this.reliability).map(([queries, all]) => [
          queries,
          Object.fromEntries(kinds.map((kind) => [kind, { error: all[kind].error(), bins: all[kind].bins }])),
        ]),
      ),
    };
  }
}

function reliabilities(): Record<Kind, Reliability> {
  return { described: new Reliability(), undescribed: new Reliability(), foreign: new Reliability() };
}

function ask({ searcher }: RowLibrary, text: string, more: Partial<SearchQuery> = {}): Promise<QueryAnswer> {
  return searcher.query(searchQuery.parse({ terms: [{ kind: 'text', text }], limit: judged, ...more }));
}

const rankOf = ({ hits }: QueryAnswer, id: PhotoId): number => {
  const at = hits.findIndex((hit) => hit.photoId === id);
  return at < 0 ? Infinity : at + 1;
};

/** Searches for photos of a kind with captions that the library does not have. */
async function askCaptions(
  library: RowLibrary,
  photos: readonly KnownPhoto[],
  kind: Kind | 'any',
  random: Random,
  figures: Figures,
) {
  const places = Array.from(photos.keys()).filter(
    (i) => photos[i] && photos[i].asked.length > 0 && (kind === 'any' || photos[i].kind === kind),
  );
  if (places.length === 0) return;
  for (let q = 0; q < queriesEach; q++) {
    const place = numberAt(places, random.below(places.length));
    const [known, id] = [photos[place], library.ids[place]];
    if (!known || id === undefined) throw new Error('no such photo');
    const text = itemAt(known.asked, random.below(known.asked.length));
    const answer = await ask(library, text);
    const semantic = await ask(library, text, { mode: 'semantic' });
    figures.checkOrder(answer);
    for (const [name, found] of [
      ['default', answer],
      ['meaning', semantic],
    ] as const) {
      const rank = rankOf(found, id);
      figures.add(`${kind} ${name} R@1`, Number(rank <= 1));
      figures.add(`${kind} ${name} R@10`, Number(rank <= 10));
    }
    if (kind === 'any') judge(library, photos, answer, text, known, figures.reliability.captions);
    if (kind === 'undescribed') {
      if (known.floatFirst !== undefined) figures.add('float R@1', Number(known.floatFirst));
      const alone = await ask(library, text, {
        mode: 'semantic',
        filters: [{ field: 'has', what: 'caption', not: true }],
      });
      figures.add('undescribed alone R@10', Number(rankOf(alone, id) <= 10));
      const first = answer.hits.slice(0, 10);
      const described = first.filter((hit) => photos[library.ids.indexOf(hit.photoId)]?.kind === 'described');
      figures.add('described share', described.length / Math.max(1, first.length));
    }
  }
}

/** Compares the chances shown with all captions, those that the library does not have included. */
function judge(
  library: RowLibrary,
  photos: readonly KnownPhoto[],
  { hits }: QueryAnswer,
  text: string,
  own: KnownPhoto | null,
  reliability: Record<Kind, Reliability>,
): void {
  const words = contentWords(text);
  for (const { photoId, probability } of hits) {
    const photo = photos[library.ids.indexOf(photoId)];
    if (!photo || probability === null) continue;
    const described = new Set([...photo.captions, ...photo.photo.tags].flatMap(contentWords));
    const shared = words.filter((word) => described.has(word)).length;
    // A long sentence fits its own photo, and photos whose captions have nearly all of it.
    const fits = photo === own || (words.length <= 2 ? shared === words.length : shared >= 0.8 * words.length);
    reliability[photo.kind].add(probability, fits);
  }
}

/**
 * Single words and pairs of neighbouring words of captions that the library does not have.
 * @param isAsked photos whose captions the words are taken from
 */
async function askWords(
  library: RowLibrary,
  photos: readonly KnownPhoto[],
  isAsked: (photo: KnownPhoto) => boolean,
  count: number,
  random: Random,
  add: (answer: QueryAnswer, text: string) => void,
) {
  const asking = photos.filter((photo) => photo.asked.length > 0 && isAsked(photo));
  if (asking.length === 0) return;
  for (let q = 0; q < count; q++) {
    const photo = asking[random.below(asking.length)];
    const words = rawContentWords(photo?.asked[random.below(photo.asked.length)] ?? '');
    const length = 1 + (q % 2);
    const first = random.below(Math.max(1, words.length - length + 1));
    const text = words.slice(first, first + length).join(' ');
    if (contentWords(text).length === 0) continue;
    add(await ask(library, text), text);
  }
}

async function measure(library: RowLibrary, photos: readonly KnownPhoto[], seed: number, figures: Figures) {
  for (const kind of [...kinds, 'any'] as const) await askCaptions(library, photos, kind, new Random(seed), figures);
  const { words, foreignWords } = figures.reliability;
  await askWords(
    library,
    photos,
    () => true,
    wordQueriesEach,
    new Random(seed + 100),
    (answer, text) => {
      figures.checkOrder(answer);
      judge(library, photos, answer, text, null, words);
    },
  );
  const isForeign = ({ kind }: KnownPhoto) => kind === 'foreign';
  await askWords(library, photos, isForeign, queriesEach, new Random(seed + 200), (answer, text) => {
    figures.checkOrder(answer);
    judge(library, photos, answer, text, null, foreignWords);
  });
}

const foreignPhotos = 159;
const libraryPhotos = 4000;
/** Things the starter encoder can see: all photos of some of them are foreign, so that training meets none. */
const foreignThings = cocoClasses.filter((name) => !name.includes(' ') && !['person', 'dog'].includes(name));

/** @param each captions of a described photo */
function flickrPhotos(seed: number, described: number, each: number): KnownPhoto[] {
  const rows = allFeatures();
  if (!rows) throw new Error(`there are no features in ${featureFolder}`);
  const names = readFileSync(join(featureFolder, 'files.txt'), 'utf8').trim().split('\n');
  const captions = readCaptions(join(featureFolder, 'captions.txt'));
  const shipped = new Set(readCaptions(join(photoFolder, 'captions.txt')).keys());
  const width = rows.length / names.length;
  const random = new Random(seed);
  const order = Array.from(random.shuffle(Int32Array.from(names.keys()))).filter((i) => !shipped.has(itemAt(names, i)));
  /** Number of captions of each photo with a word. */
  const mentions = names.map((name) => {
    const counts = new Map<string, number>();
    for (const word of (captions.get(name) ?? []).flatMap(contentWords)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  });
  const foreign = new Set<number>();
  const foreignWords = new Set<string>();
  for (const place of random.shuffle(Int32Array.from(foreignThings.keys()))) {
    if (foreign.size >= foreignPhotos) break;
    const [word = ''] = contentWords(itemAt(foreignThings, place));
    foreignWords.add(word);
    for (const i of order) if ((mentions[i]?.get(word) ?? 0) >= 2 && foreign.size < foreignPhotos) foreign.add(i);
  }
  const isHome = (i: number) => !foreign.has(i) && ![...foreignWords].some((word) => mentions[i]?.has(word));
  const home = order.filter(isHome).slice(0, libraryPhotos);
  const knownPhoto = (i: number, kind: Kind): KnownPhoto => {
    const name = itemAt(names, i);
    const all = captions.get(name) ?? [];
    const indexed = kind === 'described' ? all.slice(0, each) : [];
    const photo = { name, row: rows.subarray(i * width, (i + 1) * width), captions: indexed, tags: [] };
    return { photo, kind, captions: all, asked: all.filter((caption) => !indexed.includes(caption)) };
  };
  return [
    ...home.map((i, place) => knownPhoto(i, place < described ? 'described' : 'undescribed')),
    ...[...foreign].map((i) => knownPhoto(i, 'foreign')),
  ];
}

/** Texts with CLIP's own rows; any other text is the mean of the texts that contain its words. */
function clipEncoder(texts: readonly string[], rows: Float32Array, width: number): Encoder {
  const info: EncoderInfo = {
    id: 'clip-rows',
    name: 'CLIP rows',
    description: 'Rows of a real CLIP.',
    imageWidth: width,
    textWidth: width,
    sharedWidth: width,
  };
  const place = new Map(texts.map((text, i) => [text, i]));
  const rowOf = (text: string): Float32Array => {
    const at = place.get(text);
    if (at !== undefined) return rows.subarray(at * width, (at + 1) * width);
    const words = contentWords(text);
    const row = new Float32Array(width);
    texts.forEach((other, i) => {
      const described = new Set(contentWords(other));
      if (!words.every((word) => described.has(word))) return;
      for (let j = 0; j < width; j++) row[j] = float32At(row, j) + float32At(rows, i * width + j);
    });
    const norm = Math.hypot(...row) || 1;
    return row.map((x) => x / norm);
  };
  const refuse = () => Promise.reject(new Error('these rows have no pictures'));
  return {
    info,
    // Not used here, as there are no pictures.
    input: starterInput,
    prepareImage: refuse,
    encodeImages: refuse,
    encodeTexts: (asked) => {
      const encoded = new Float32Array(asked.length * width);
      asked.forEach((text, i) => encoded.set(rowOf(text), i * width));
      return Promise.resolve(encoded);
    },
    dispose: () => Promise.resolve(),
  };
}

interface Result {
  readonly library: string;
  readonly model: string;
  readonly figures: Figures;
}

const base = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
const results: Result[] = [];
const models = values.untrained ? ['untrained'] : ['untrained', 'trained'];

/** One kind of library, over all seeds, before and after training. */
async function run(
  name: string,
  open: (seed: number) => Promise<{ library: RowLibrary; measure: (figures: Figures) => Promise<void> }>,
): Promise<void> {
  const figures = models.map(() => new Figures());
  for (const seed of seeds) {
    const { library, measure: look } = await open(seed);
    try {
      for (const [i, model] of models.entries()) {
        if (model === 'trained') await library.train();
        const own = figures[i];
        if (own) await look(own);
        if (own && model === 'trained') addSaid(library, own);
      }
    } finally {
      await library.close();
    }
  }
  models.forEach((model, i) => figures[i] && results.push({ library: name, model, figures: figures[i] }));
  console.error(`${name} done`);
}

/** The product's own measurement at the end of the training. */
function addSaid({ store, active }: RowLibrary, figures: Figures): void {
  for (const { id, evaluation } of store.models.list()) {
    const measured = evaluation?.library?.defaultOrder;
    if (measured === undefined) continue;
    console.error(`${id}${active.modelId() === id ? '' : ', not used'}: ${JSON.stringify(measured)}`);
    figures.add('shown R@10', measured.trained.mean);
  }
}

try {
  const starter = await openEncoder({
    kind: 'starter',
    dir: join(resourcesDir, 'starter'),
    id: 'starter-1',
    threads: 2,
  });
  if (parts.includes('flickr') && existsSync(featureFolder)) {
    for (const config of values.described.split(',')) {
      const [described = 0, each = 1] = config.split('x').map(Number);
      await run(`${described} of 4159, ${each} caption${each === 1 ? '' : 's'}`, async (seed) => {
        const photos = flickrPhotos(seed, described, each);
        const library = await rowLibrary(
          join(base, 'flickr'),
          starter,
          photos.map(({ photo }) => photo),
        );
        return { library, measure: (figures) => measure(library, photos, seed, figures) };
      });
    }
  }
  if (parts.includes('clip')) {
    const folder = join(featureFolder, '..', 'clip-rows');
    const image = readNumpyRows(join(folder, 'image.npy'));
    const text = readNumpyRows(join(folder, 'text.npy'));
    const texts = readFileSync(join(folder, 'texts.txt'), 'utf8').replace(/\n$/, '').split('\n');
    const encoder = clipEncoder(texts, text.rows, text.width);
    const floatFirst = texts.map((_, i) => isFirst(i, text.rows, image.rows, image.width));
    for (const described of values.clip.split(',').map(Number)) {
      await run(`real CLIP, ${described} of 1126`, async (seed) => {
        const order = new Random(seed).shuffle(Int32Array.from(texts.keys()));
        const isDescribed = new Set(order.subarray(0, described));
        const photos = texts.map((caption, i): KnownPhoto => {
          const indexed = isDescribed.has(i) ? [caption] : [];
          const row = image.rows.subarray(i * image.width, (i + 1) * image.width);
          return {
            photo: { name: `${i}.jpg`, row, captions: indexed, tags: [] },
            kind: isDescribed.has(i) ? 'described' : 'undescribed',
            captions: [caption],
            asked: isDescribed.has(i) ? [] : [caption],
            floatFirst: floatFirst[i] === true,
          };
        });
        const library = await rowLibrary(
          join(base, 'clip'),
          encoder,
          photos.map(({ photo }) => photo),
        );
        return {
          library,
          measure: (figures) => measure(library, photos, seed, figures),
        };
      });
    }
  }
  if (parts.includes('tags') && existsSync(featureFolder)) {
    const named = ['Anna', 'Tom', 'Oma'];
    await run('300 photos, names as tags', async (seed) => {
      const random = new Random(seed);
      const photos = flickrPhotos(seed, 60, 1)
        .slice(0, 300)
        .map((known): KnownPhoto => {
          const tags = named.filter((_, i) => random.uniform() < 0.1 * (i + 1));
          return { ...known, photo: { ...known.photo, tags } };
        });
      const library = await rowLibrary(
        join(base, 'tags'),
        starter,
        photos.map(({ photo }) => photo),
      );
      return {
        library,
        measure: async (figures) => {
          for (const name of named) {
            const tagged = new Set(library.ids.filter((_, i) => photos[i]?.photo.tags.includes(name)));
            const answer = await ask(library, name, { limit: 200 });
            figures.checkOrder(answer);
            const right = answer.hits.slice(0, tagged.size).filter((hit) => tagged.has(hit.photoId)).length;
            figures.add('tagged in the first places', right / tagged.size);
          }
        },
      };
    });
  }
  await starter.dispose();
  report();
} finally {
  rmSync(base, { recursive: true, force: true });
}

/** Whether the float cosine of the text with its own image, `[n, width]` each, is the greatest among all images. */
function isFirst(place: number, texts: Float32Array, images: Float32Array, width: number): boolean {
  const score = (photo: number) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += float32At(texts, place * width + j) * float32At(images, photo * width + j);
    return sum;
  };
  const own = score(place);
  for (let photo = 0; photo < images.length / width; photo++) if (photo !== place && score(photo) >= own) return false;
  return true;
}

/** All libraries and queries together, by kind of photo. */
function reliabilityOf(kind: Kind) {
  const all = results.flatMap(({ figures: { reliability } }) => [
    reliability.words[kind].bins,
    reliability.captions[kind].bins,
  ]);
  return Array.from({ length: calibrationBins }, (_, bin) =>
    all.reduce(
      (sum, bins) => ({
        hits: sum.hits + (bins[bin]?.hits ?? 0),
        predicted: sum.predicted + (bins[bin]?.predicted ?? 0),
        found: sum.found + (bins[bin]?.found ?? 0),
      }),
      { hits: 0, predicted: 0, found: 0 },
    ),
  );
}

function report(): void {
  if (values.diagram !== undefined) {
    const colours: Record<Kind, string> = { described: '#1f77b4', undescribed: '#d95f02', foreign: '#1b9e77' };
    const lines = kinds.map((kind) => ({ name: kind, colour: colours[kind], bins: reliabilityOf(kind) }));
    writeFileSync(values.diagram, reliabilityDiagram(lines));
  }
  if (values.json) {
    console.log(JSON.stringify({ machine: machine(), date: new Date().toISOString().slice(0, 10), results }));
    return;
  }
  console.log(
    `${machine()}, ${seeds.length} seeds, ${queriesEach} queries of each kind of photo, ${wordQueriesEach} of words\n`,
  );
  const percent = (x: number | null) => (x === null ? '' : (100 * x).toFixed(1));
  const error = (x: number | null) => (x === null ? '' : x.toFixed(3));
  const columns: readonly (readonly [string, (figures: Figures) => string])[] = [
    ['undescr. R@10', (f) => percent(f.mean('undescribed default R@10'))],
    ['shown', (f) => percent(f.mean('shown R@10'))],
    ['meaning', (f) => percent(f.mean('undescribed meaning R@10'))],
    ['alone', (f) => percent(f.mean('undescribed alone R@10'))],
    ['descr. R@10', (f) => percent(f.mean('described default R@10'))],
    ['any R@10', (f) => percent(f.mean('any default R@10'))],
    ['foreign R@10', (f) => percent(f.mean('foreign default R@10'))],
    ['meaning', (f) => percent(f.mean('foreign meaning R@10'))],
    ['descr. share', (f) => percent(f.mean('described share'))],
    ['undescr. R@1', (f) => percent(f.mean('undescribed default R@1'))],
    ['meaning', (f) => percent(f.mean('undescribed meaning R@1'))],
    ['float', (f) => percent(f.mean('float R@1'))],
    ['tagged first', (f) => percent(f.mean('tagged in the first places'))],
  ];
  printTable(
    ['library', 'model', ...columns.map(([head]) => head)],
    results.map(({ library, model, figures }) => [library, model, ...columns.map(([, cell]) => cell(figures))]),
  );
  console.log('\nExpected calibration error by words and by captions; order, divider and notice against the chances\n');
  printTable(
    [
      'library',
      'model',
      ...kinds.flatMap((kind) => [`${kind} words`, 'captions']),
      'foreign, their words',
      'inversions',
      'dividers',
      'notices',
    ],
    results.map(({ library, model, figures }) => [
      library,
      model,
      ...kinds.flatMap((kind) => [
        error(figures.reliability.words[kind].error()),
        error(figures.reliability.captions[kind].error()),
      ]),
      error(figures.reliability.foreignWords.foreign.error()),
      String(figures.inversions),
      String(figures.misplacedDividers),
      String(figures.wrongNotices),
    ]),
  );
  console.log('\nChance shown / found, and number of hits, by the chance shown: all libraries together\n');
  printTable(
    ['photos', ...Array.from({ length: calibrationBins }, (_, bin) => `from ${bin / calibrationBins}`)],
    kinds.map((kind) => [
      kind,
      ...reliabilityOf(kind).map(({ hits, predicted, found }) =>
        hits === 0 ? '-' : `${(predicted / hits).toFixed(2)} / ${(found / hits).toFixed(2)} (${hits})`,
      ),
    ]),
  );
}
