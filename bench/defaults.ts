// Which method and code length serve a person best: `npm run -s bench -- defaults [--quick] [--json] [--methods a,b]
// [--bits 16,64] [--photos n]`. 1000 Flickr8k photos with five captions each and the starter encoder, as a person's library
// would have them. For each seed 100 photos with their captions are kept for the test and 100 choose the epoch; a caption
// then looks for its photo, and a photo for its captions, among the test's.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble, type BenchmarkSet } from '../src/engine/benchmark/benchmark-set.ts';
import { runBenchmark, type Bits, type Run } from '../src/engine/benchmark/runner.ts';
import { openEncoder } from '../src/engine/encoder/open-encoder.ts';
import { findMethod, methods } from '../src/engine/hashing/methods/registry.ts';
import { Random } from '../src/engine/hashing/random.ts';
import { captionWords } from '../src/engine/hashing/words.ts';
import { trainOptions } from '../src/shared/contract.ts';
import { photoFolder, readCaptions, resourcesDir } from './lib/flickr8k.ts';
import { machine, printTable } from './lib/report.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    methods: { type: 'string' },
    bits: { type: 'string' },
    seeds: { type: 'string' },
    photos: { type: 'string' },
  },
});
const { quick } = flags;
const list = (text: string | undefined, otherwise: readonly string[]) => text?.split(',') ?? otherwise;
const chosen = list(
  flags.methods,
  methods.map(({ id }) => id),
);
const lengths = list(flags.bits, quick ? ['64'] : ['16', '32', '64', '128']).map((bits) => Number(bits) as Bits);
const seeds = Array.from({ length: Number(flags.seeds ?? (quick ? 1 : 3)) }, (_, i) => i + 1);
const heldOut = 0.1;

if (!existsSync(photoFolder)) throw new Error(`${photoFolder} is not there; this measurement needs its photos.`);

interface Library {
  readonly imageRows: Float32Array<ArrayBuffer>;
  readonly textRows: Float32Array<ArrayBuffer>;
  readonly captions: readonly string[];
  readonly captionPhoto: Int32Array;
  readonly photos: number;
}

async function encode(): Promise<Library> {
  const captionsOf = readCaptions(join(photoFolder, 'captions.txt'));
  const names = readdirSync(join(photoFolder, 'photos'))
    .filter((name) => captionsOf.has(name))
    .sort()
    .slice(0, Number(flags.photos ?? 1000));
  const encoder = await openEncoder({
    kind: 'starter',
    dir: join(resourcesDir, 'starter'),
    id: 'starter-1',
    threads: 2,
  });
  const { imageWidth } = encoder.info;
  const imageRows = new Float32Array(names.length * imageWidth);
  for (const [i, name] of names.entries()) {
    const prepared = await encoder.prepareImage(join(photoFolder, 'photos', name));
    imageRows.set(await encoder.encodeImages([prepared]), i * imageWidth);
  }
  const pairs = names.flatMap((name, photo) => (captionsOf.get(name) ?? []).map((text) => ({ text, photo })));
  const captions = pairs.map(({ text }) => text);
  const textRows = Float32Array.from(await encoder.encodeTexts(captions));
  await encoder.dispose();
  return {
    imageRows,
    textRows,
    captions,
    captionPhoto: Int32Array.from(pairs, ({ photo }) => photo),
    photos: names.length,
  };
}

/** The library with another tenth of its photos held out for each seed. */
function setOf(library: Library, seed: number): BenchmarkSet {
  const { imageRows, textRows, captions, captionPhoto, photos } = library;
  const order = new Random(seed).shuffle(Int32Array.from({ length: photos }, (_, i) => i));
  const size = Math.round(heldOut * photos);
  const part = (from: number, to?: number) => order.slice(from, to).sort();
  const query = part(0, size);
  return assemble({
    id: 'library',
    name: 'Flickr8k, 1000 photos',
    path: photoFolder,
    image: { rows: photos, columns: imageRows.length / photos, values: imageRows },
    text: { rows: captions.length, columns: textRows.length / captions.length, values: textRows },
    labels: null,
    captionPhoto,
    words: captionWords(captions),
    sharedWidth: 80,
    parts: { train: part(2 * size), validation: part(size, 2 * size), query, database: query },
    normalise: 'none',
  });
}

const defaults = trainOptions.parse({});
const library = await encode();
const runs: Run[] = [];
for (const seed of seeds) {
  const { epochs, batch, negatives, hidden } = defaults;
  const outcome = await runBenchmark(
    setOf(library, seed),
    {
      methods: chosen.map((id) => ({ id: findMethod(id).id, settings: {} })),
      bits: lengths,
      seeds: [seed],
      epochs: quick ? 5 : epochs,
      batch,
      hidden,
      negatives,
      device: 'cpu',
      normalise: 'none',
      protocol: 'single',
    },
    {
      onRun: ({ method, bits, seconds }) => {
        if (!flags.json) console.error(`${method}, ${bits} bits, seed ${seed}: ${seconds.toFixed(1)} s`);
      },
    },
  );
  runs.push(...outcome.runs);
}

const mean = (of: readonly number[]) => of.reduce((sum, x) => sum + x, 0) / of.length;
const spread = (of: readonly number[]) => Math.sqrt(mean(of.map((x) => (x - mean(of)) ** 2)));
/** What is measured of a run, by what the column says. */
const measures: readonly [string, (run: Run) => number][] = [
  ['mAP photo to caption', ({ scores }) => scores.map.i2t],
  ['mAP caption to photo', ({ scores }) => scores.map.t2i],
  ['R@10 by code', ({ own }) => 100 * (own?.byCode.recall.t2i[10] ?? Number.NaN)],
  ['R@10 re-ranked', ({ own }) => 100 * (own?.reranked.recall.t2i[10] ?? Number.NaN)],
  ['seconds', ({ seconds }) => seconds],
];
const rows = chosen.flatMap((method) =>
  lengths.map((bits) => {
    const of = runs.filter((run) => run.method === method && run.bits === bits);
    return { method, bits, values: measures.map(([, measure]) => of.map(measure)) };
  }),
);
if (flags.json) {
  console.log(
    JSON.stringify({ machine: machine(), seeds: seeds.length, measures: measures.map(([name]) => name), rows }),
  );
} else {
  console.log(
    `${machine()}\n\n${library.photos} photos, ${library.captions.length} captions, ${seeds.length} seed(s)\n`,
  );
  const digits = [3, 3, 1, 1, 1];
  printTable(
    ['method', 'bits', ...measures.map(([name]) => name)],
    rows.map(({ method, bits, values }) => [
      method,
      String(bits),
      ...values.map((of, i) => {
        const text = mean(of).toFixed(digits[i]);
        return of.length > 1 && i < 4 ? `${text} ± ${spread(of).toFixed(digits[i])}` : text;
      }),
    ]),
  );
}
