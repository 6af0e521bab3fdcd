// Gains and losses of training: `npm run -s bench -- learning [--seeds=3] [--only=clip,flickr,images]
// [--methods=two-tower] [--json]`. Orders are those of search by meaning alone, without full text.
//
// CLIP: 1126 photos with rows of a real CLIP, 60, 200 or 600 of them described; the others' descriptions are the
// queries, among all photos. Flickr: 4000 photos of Flickr8k, 1000 of them described, none with a word for a
// vehicle, a board, a ball game, a boat or a farm animal; and 200 foreign photos whose captions all have one.
// Captions of undescribed and of foreign photos are queries among all photos; names of things missing from the
// captions of described photos are queries for photos whose captions have them. Images: photos of 20 kinds, named in
// their captions, search for photos of their kind.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../src/engine/encoder/open-encoder.ts';
import type { TrainingData } from '../src/engine/hashing/data/training-data.ts';
import { findMethod } from '../src/engine/hashing/methods/registry.ts';
import { openHashModel } from '../src/engine/hashing/model/hash-model.ts';
import { writeModel } from '../src/engine/hashing/model/model-files.ts';
import { train } from '../src/engine/hashing/training/trainer.ts';
import type { EncoderShape } from '../src/engine/hashing/model/trained-model.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { ImageSpace } from '../src/engine/search/rerank/image-space.ts';
import { candidateRows, similarities, type CandidateRows } from '../src/engine/search/rerank/rerank.ts';
import { captionWords, lowerCaseWords } from '../src/engine/text/caption-words.ts';
import { itemAt, numberAt } from '../src/shared/at.ts';
import { trainOptions } from '../src/shared/contract/training.ts';
import { allFeatures, featureFolder, readCaptions } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { readNumpyRows } from './lib/numpy-rows.ts';
import { machine, printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'clip,flickr,images' },
    methods: { type: 'string', default: 'two-tower,cvh,ucch' },
    json: { type: 'boolean', default: false },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const parts = values.only.split(',');
const methods = values.methods.split(',');

/** Photos and texts as an encoder gives them. */
interface Rows {
  readonly encoder: EncoderShape;
  readonly imageRows: Float32Array;
  readonly textRows: Float32Array;
  readonly texts: readonly string[];
}

const rowOf = (rows: Float32Array, width: number, i: number) => rows.subarray(i * width, (i + 1) * width);

function take(rows: Float32Array, width: number, indices: readonly number[]): Float32Array {
  const taken = new Float32Array(indices.length * width);
  indices.forEach((from, to) => taken.set(rowOf(rows, width, from), to * width));
  return taken;
}

/** A trained model as search would use it: similarities of texts to photos, by the encoder alone and with the model. */
interface Trained {
  readonly seconds: number;
  readonly better: boolean;
  /** Whether the model would be used. */
  readonly used: boolean;
  readonly encoderWeight: number;
  readonly photos: CandidateRows;
  /** Similarities `[photos]` of each text: in the encoder's order, the model's, and that of search. */
  orders(textRows: Float32Array, texts: readonly string[]): AsyncGenerator<Record<Order, Float64Array>>;
}
const orders = ['encoder', 'model', 'search'] as const;
type Order = (typeof orders)[number];

async function trained(
  all: Rows,
  photos: readonly number[],
  captions: readonly { readonly text: number; readonly photo: number }[],
  method: string,
  seed: number,
): Promise<Trained> {
  const { encoder } = all;
  const { imageWidth, textWidth, sharedWidth } = encoder;
  const place = new Map(photos.map((photo, i) => [photo, i]));
  const imageRows = take(all.imageRows, imageWidth, photos);
  const data: TrainingData = {
    imageRows,
    textRows: take(
      all.textRows,
      textWidth,
      captions.map(({ text }) => text),
    ),
    imageWidth,
    textWidth,
    sharedWidth,
    captionPhoto: Int32Array.from(captions, ({ photo }) => place.get(photo) ?? -1),
    photoTags: photos.map(() => []),
    words: captionWords(captions.map(({ text }) => itemAt(all.texts, text))),
  };
  const began = performance.now();
  const { activate: _, ...options } = trainOptions.parse({ method, seed, device: 'cpu' });
  const made = await train({ data, encoder, options });
  const seconds = (performance.now() - began) / 1000;
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
  const dir = join(folder, 'model');
  await writeModel(dir, made);
  const model = await openHashModel(dir);
  rmSync(folder, { recursive: true });
  const { real } = await model.encodeImages(imageRows);
  const ids = photos.map((_photo, i) => i);
  const rows = candidateRows({ ids, rows: imageRows }, imageWidth, sharedWidth, real, model.realWidth);
  const better = made.evaluation?.library?.better ?? false;
  const used = better || !findMethod(method).needsPairs;
  return {
    seconds,
    better,
    used,
    encoderWeight: model.encoderWeight,
    photos: rows,
    async *orders(textRows, texts) {
      const asked = await model.encodeTexts(textRows, texts);
      for (const i of texts.keys()) {
        const row = rowOf(textRows, textWidth, i);
        const query = { row, real: rowOf(asked.real, model.realWidth, i), encoderWeight: model.encoderWeight };
        const byModel = similarities(query, rows);
        const byEncoder = similarities({ ...query, real: new Float32Array(model.realWidth), encoderWeight: 1 }, rows);
        yield { encoder: byEncoder, model: byModel, search: used ? byModel : byEncoder };
      }
    },
  };
}

/** Place of a photo, from 1, the mean over ties. */
function rankOf(scores: Float64Array, own: number): number {
  const score = numberAt(scores, own);
  let [ahead, equal] = [0, 0];
  for (const other of scores) {
    if (other > score) ahead++;
    else if (other === score) equal++;
  }
  return ahead + (equal + 1) / 2;
}

function averagePrecision(scores: Float64Array, relevant: ReadonlySet<number>, among: readonly number[]): number {
  const order = [...among].sort((a, b) => numberAt(scores, b) - numberAt(scores, a) || a - b);
  let [found, sum] = [0, 0];
  order.forEach((photo, i) => {
    if (relevant.has(photo)) sum += ++found / (i + 1);
  });
  return sum / Math.max(1, found);
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / Math.max(1, numbers.length);
const percent = (share: number) => (100 * share).toFixed(1);
const within = (k: number) => (ranks: readonly number[]) => mean(ranks.map((rank) => (rank <= k ? 1 : 0)));
const empty = (): Record<Order, number[]> => ({ encoder: [], model: [], search: [] });

const results: Record<string, unknown>[] = [];

async function clip(): Promise<void> {
  const folder = join(featureFolder, '..', 'clip-rows');
  const { rows: imageRows, width } = readNumpyRows(join(folder, 'image.npy'));
  const { rows: textRows } = readNumpyRows(join(folder, 'text.npy'));
  const texts = readFileSync(join(folder, 'texts.txt'), 'utf8').trim().split('\n');
  const encoder = { id: 'clip', imageWidth: width, textWidth: width, sharedWidth: width };
  const photos = texts.map((_, i) => i);
  const lines: string[][] = [];
  for (const method of methods) {
    for (const described of [60, 200, 600]) {
      const found: Record<Order, number[]> = empty();
      const [used, shares, seconds]: [number[], number[], number[]] = [[], [], []];
      for (const seed of seeds) {
        const order = Array.from(new Random(seed).shuffle(Int32Array.from(photos)));
        const pairs = order.slice(0, described).map((photo) => ({ text: photo, photo }));
        const model = await trained({ encoder, imageRows, textRows, texts }, photos, pairs, method, seed);
        const asked = order.slice(described);
        const ranks = empty();
        let i = 0;
        const asking = asked.map((photo) => itemAt(texts, photo));
        for await (const scores of model.orders(take(textRows, width, asked), asking)) {
          for (const name of orders) ranks[name].push(rankOf(scores[name], numberAt(asked, i)));
          i++;
        }
        for (const name of orders) found[name].push(within(1)(ranks[name]));
        used.push(model.used ? 1 : 0);
        shares.push(model.encoderWeight);
        seconds.push(model.seconds);
      }
      const cells = orders.map((name) => found[name].map(percent).join(' '));
      lines.push([
        method,
        String(described),
        ...cells,
        `${mean(used) * seeds.length} of ${seeds.length}`,
        shares.map((share) => share.toFixed(2)).join(' '),
        mean(seconds).toFixed(1),
      ]);
      results.push({ part: 'clip', method, described, found, used, seconds });
    }
  }
  heading('CLIP: R@1 in percent, a number a seed, of undescribed photos among all 1126');
  if (!values.json) {
    printTable(['method', 'described', 'encoder', 'model', 'search', 'put to use', 'encoder share', 'seconds'], lines);
  }
}

/** Words by which photos are foreign to a library of people and dogs. */
const foreignWords = new Set(
  (
    'bike bikes bicycle bicycles biker bikers biking bicyclist cyclist cyclists bmx motorcycle motorcycles motorbike ' +
    'dirtbike motocross atv skateboard skateboarder skateboarding skateboards surfboard surfer surfers surfing surf surfs ' +
    'snowboard snowboarder snowboarding snowboards ski skis skier skiers skiing wakeboard wakeboarding wakeboarder sled ' +
    'sledding football soccer basketball baseball tennis volleyball racket bat rugby hockey boat boats kayak kayaker ' +
    'kayaking canoe raft rafting ship sailboat horse horses pony cow cows sheep goat goats camel car cars truck bus train ' +
    'van suv racecar vehicle'
  ).split(' '),
);
/** Things the captions of described photos never name, and the words that name them. */
const unnamed: Readonly<Record<string, readonly string[]>> = {
  bicycle: ['bike', 'bikes', 'bicycle', 'bicycles', 'biker', 'bikers', 'bicyclist', 'cyclist', 'cyclists'],
  skateboard: ['skateboard', 'skateboarder', 'skateboarding'],
  surfboard: ['surfboard', 'surfer', 'surfing', 'surfs'],
  snowboard: ['snowboard', 'snowboarder', 'snowboarding'],
  skis: ['skis', 'skier', 'skiing', 'skiers', 'ski'],
  motorcycle: ['motorcycle', 'motorbike', 'motocross', 'dirtbike'],
  'tennis racket': ['tennis'],
  boat: ['boat', 'boats', 'kayak', 'canoe'],
  horse: ['horse', 'horses'],
  car: ['car', 'cars', 'racecar'],
  baseball: ['baseball'],
  football: ['football', 'soccer'],
  basketball: ['basketball'],
};
/** Kinds of photos for image queries. */
const imageKinds: Readonly<Record<string, readonly string[]>> = {
  ...unnamed,
  pool: ['pool'],
  beach: ['beach'],
  climbing: ['climber', 'climbing', 'cliff'],
  dog: ['dog', 'dogs'],
  swing: ['swing', 'slide'],
  bird: ['bird', 'birds'],
  music: ['guitar', 'band', 'microphone'],
  crowd: ['crowd', 'audience', 'concert'],
};

interface Flickr extends Rows {
  /** Texts of each photo. */
  readonly captionsOf: readonly (readonly number[])[];
  /** Number of a photo's captions that have one of some words. */
  naming(photo: number, words: ReadonlySet<string>): number;
  encodeTexts(texts: readonly string[]): Promise<Float32Array>;
}

async function openFlickr(): Promise<Flickr | null> {
  const imageRows = allFeatures();
  if (imageRows === null) return null;
  const captions = readCaptions(join(featureFolder, 'captions.txt'));
  const names = readFileSync(join(featureFolder, 'files.txt'), 'utf8').trim().split('\n');
  const opened = await openEncoder({
    kind: 'starter',
    dir: join(resourcesDir, 'starter'),
    id: 'starter-1',
    threads: 2,
  });
  const texts: string[] = [];
  const captionsOf = names.map((name) => (captions.get(name) ?? []).map((text) => texts.push(text) - 1));
  const words = texts.map((text) => new Set(lowerCaseWords(text)));
  return {
    encoder: opened.info,
    imageRows,
    textRows: Float32Array.from(await opened.encodeTexts(texts)),
    texts,
    captionsOf,
    naming: (photo, named) =>
      itemAt(captionsOf, photo).filter((text) => [...named].some((word) => words[text]?.has(word))).length,
    encodeTexts: async (list) => Float32Array.from(await opened.encodeTexts([...list])),
  };
}

async function flickr(all: Flickr): Promise<void> {
  const { captionsOf, textRows, texts, encoder } = all;
  const foreignness = captionsOf.map((_, photo) => all.naming(photo, foreignWords));
  const lines: string[][] = [];
  for (const each of [1, 5]) {
    const tables = { undescribed: empty(), foreign: empty(), unnamed: empty() };
    const [used, seconds]: [number[], number[]] = [[], []];
    for (const seed of seeds) {
      const order = Array.from(new Random(seed).shuffle(Int32Array.from(captionsOf.keys())));
      const home = order.filter((photo) => foreignness[photo] === 0);
      const described = home.slice(0, 1000);
      const undescribed = home.slice(1000, 3800);
      const foreign = order.filter((photo) => numberAt(foreignness, photo) >= 4).slice(0, 200);
      const photos = [...described, ...undescribed, ...foreign];
      const pairs = described.flatMap((photo) =>
        itemAt(captionsOf, photo)
          .slice(0, each)
          .map((text) => ({ text, photo })),
      );
      const model = await trained(all, photos, pairs, 'two-tower', seed);
      used.push(model.used ? 1 : 0);
      seconds.push(model.seconds);
      const place = new Map(photos.map((photo, i) => [photo, i]));
      const ask = async (kind: 'undescribed' | 'foreign', of: readonly number[]) => {
        const asking = of.flatMap((photo) =>
          itemAt(captionsOf, photo)
            .slice(0, 2)
            .map((text) => ({ text, photo })),
        );
        const ranks = empty();
        let i = 0;
        const rows = take(
          textRows,
          encoder.textWidth,
          asking.map(({ text }) => text),
        );
        const list = asking.map(({ text }) => itemAt(texts, text));
        for await (const scores of model.orders(rows, list)) {
          for (const name of orders) ranks[name].push(rankOf(scores[name], place.get(asking[i]?.photo ?? -1) ?? -1));
          i++;
        }
        for (const name of orders) tables[kind][name].push(within(10)(ranks[name]));
      };
      await ask('undescribed', undescribed.slice(0, 500));
      await ask('foreign', foreign);
      const things = Object.keys(unnamed);
      const among = photos.map((_, i) => i).slice(described.length);
      const precisions = empty();
      let i = 0;
      for await (const scores of model.orders(await all.encodeTexts(things), things)) {
        const named = new Set(unnamed[things[i++] ?? '']);
        const relevant = new Set(among.filter((at) => all.naming(numberAt(photos, at), named) >= 2));
        if (relevant.size < 5) continue;
        for (const name of orders) precisions[name].push(averagePrecision(scores[name], relevant, among));
      }
      for (const name of orders) tables.unnamed[name].push(mean(precisions[name]));
    }
    for (const [kind, found] of Object.entries(tables)) {
      const show = (list: readonly number[]) => (kind === 'unnamed' ? mean(list).toFixed(3) : percent(mean(list)));
      const what = { undescribed: 'undescribed, R@10', foreign: 'foreign, R@10', unnamed: 'unnamed things, AP' }[kind];
      lines.push([
        `1000 x ${each}`,
        what ?? kind,
        ...orders.map((name) => show(found[name])),
        `${mean(used) * seeds.length} of ${seeds.length}`,
        mean(seconds).toFixed(1),
      ]);
    }
    results.push({ part: 'flickr', each, tables, used, seconds });
  }
  heading(`Flickr8k: mean of ${seeds.length} seed(s), among 4000 photos, two-tower`);
  if (!values.json) printTable(['captions', 'asked for', 'encoder', 'model', 'search', 'put to use', 'seconds'], lines);
}

async function images(all: Flickr): Promise<void> {
  const { imageWidth, sharedWidth } = all.encoder;
  const kinds = Object.values(imageKinds).map((words) => new Set(words));
  const kindsOf = all.captionsOf.map((_, photo) =>
    kinds.flatMap((named, kind) => (all.naming(photo, named) >= 3 ? [kind] : [])),
  );
  const [shared, whole]: [number[], number[]] = [[], []];
  for (const seed of seeds) {
    const order = Array.from(new Random(seed).shuffle(Int32Array.from(all.captionsOf.keys())));
    const counts = kinds.map(() => 0);
    const chosen = order.filter((photo) => {
      const [kind, ...more] = itemAt(kindsOf, photo);
      if (kind === undefined || more.length > 0) return false;
      counts[kind] = numberAt(counts, kind) + 1;
      return numberAt(counts, kind) <= 60;
    });
    const rows = take(all.imageRows, imageWidth, chosen);
    const space = await ImageSpace.fit(take(all.imageRows, imageWidth, order.slice(0, 2048)), imageWidth);
    const kind = (i: number) => kindsOf[numberAt(chosen, i)]?.[0];
    const precision = (query: number, scores: ArrayLike<number>) => {
      const best = chosen.map((_, i) => i).filter((i) => i !== query);
      best.sort((a, b) => numberAt(scores, b) - numberAt(scores, a));
      return best.slice(0, 10).filter((i) => kind(i) === kind(query)).length / 10;
    };
    const ids = chosen.map((_, i) => i);
    const candidates = candidateRows({ ids, rows }, imageWidth, sharedWidth, new Float32Array(0), 0);
    for (const i of chosen.keys()) {
      const row = rowOf(rows, imageWidth, i);
      shared.push(precision(i, similarities({ row, real: new Float32Array(0), encoderWeight: 1 }, candidates)));
      whole.push(precision(i, await space.cosines(row, rows)));
    }
    await space.dispose();
  }
  results.push({ part: 'images', shared: mean(shared), whole: mean(whole) });
  heading(`Images: P@10 of ${kinds.length} kinds of photos, at most 60 of each, untrained`);
  if (!values.json) {
    printTable(
      ['compared by', 'P@10'],
      [
        [`the ${sharedWidth} numbers shared with texts`, mean(shared).toFixed(3)],
        [`all ${imageWidth} numbers, half-whitened`, mean(whole).toFixed(3)],
      ],
    );
  }
}

function heading(text: string): void {
  if (!values.json) console.log(`\n${text}\n`);
}

if (!values.json) console.log(machine());
if (parts.includes('clip')) await clip();
const library = parts.includes('flickr') || parts.includes('images') ? await openFlickr() : null;
if (library !== null && parts.includes('flickr')) await flickr(library);
if (library !== null && parts.includes('images')) await images(library);
if (values.json) console.log(JSON.stringify({ machine: machine(), seeds: seeds.length, results }));
