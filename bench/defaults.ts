// The best default method and code length: `npm run -s bench -- defaults [--quick] [--json] [--methods a,b] [--bits
// 16,64] [--photos n]`. 1000 Flickr8k photos with five captions each and the starter encoder, like a person's
// library. For each seed 100 photos with their captions are kept for the test and 100 choose the epoch; a caption
// then looks for its photo, and a photo for its captions, among the test's.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble, type BenchmarkSet } from '../src/engine/benchmark/benchmark-set.ts';
import type { CounterpartRanks } from '../src/engine/benchmark/counterpart-ranks.ts';
import { runBenchmark, type Bits, type Run, type Scores } from '../src/engine/benchmark/run-benchmark.ts';
import { summarise } from '../src/engine/benchmark/summary.ts';
import { openEncoder } from '../src/engine/encoder/open-encoder.ts';
import { findMethod, methods } from '../src/engine/hashing/methods/registry.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { captionWords } from '../src/engine/text/caption-words.ts';
import { trainOptions } from '../src/shared/contract/training.ts';
import { photoFolder, readCaptions } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
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

const percent = (share: number | undefined) => 100 * (share ?? Number.NaN);
/** The figures of a method at a code length, and their number of digits. */
const columns: readonly (readonly [
  name: string,
  digits: number,
  of: (scores: Scores, own: CounterpartRanks | undefined) => number,
])[] = [
  ['mAP photo to caption', 3, ({ map }) => map.i2t],
  ['mAP caption to photo', 3, ({ map }) => map.t2i],
  ['R@10 by code', 1, (_scores, own) => percent(own?.byCode.recall.t2i[10])],
  ['R@10 re-ranked', 1, (_scores, own) => percent(own?.reranked.recall.t2i[10])],
];
const summaries = summarise(runs);
if (flags.json) {
  console.log(JSON.stringify({ machine: machine(), seeds: seeds.length, summaries }));
} else {
  console.log(
    `${machine()}\n\n${library.photos} photos, ${library.captions.length} captions, ${seeds.length} seed(s)\n`,
  );
  printTable(
    ['method', 'bits', ...columns.map(([name]) => name), 'seconds'],
    summaries.map(({ method, bits, mean, sd, own, seconds }) => [
      method,
      String(bits),
      ...columns.map(([, digits, of]) => {
        const middle = of(mean, own?.mean).toFixed(digits);
        return sd === null ? middle : `${middle} ± ${of(sd, own?.sd ?? undefined).toFixed(digits)}`;
      }),
      seconds.toFixed(1),
    ]),
  );
}
