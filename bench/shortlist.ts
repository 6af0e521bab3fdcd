// Number of nearest codes to compare closely, by size of the library and length of the code: `npm run -s bench --
// shortlist [--photos=<n>] [--method=<method>] [--bits=<n,n>] [--queries=<n>] [--json]`. The measure is the share of
// the 20 best by full float search that a shortlist misses. Models are trained on 1000 Flickr8k photos; the library
// is all 8091 of them, and up to a million made of these (lib/resampled.ts).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../src/engine/encoder/open-encoder.ts';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import { openHashModel, type HashModel } from '../src/engine/hashing/model/hash-model.ts';
import { rotationModel } from '../src/engine/hashing/methods/rotation.ts';
import { writeModel } from '../src/engine/hashing/model/model-files.ts';
import { train } from '../src/engine/hashing/training/trainer.ts';
import { HammingIndex } from '../src/engine/search/hamming/hamming-index.ts';
import { candidateRows, similarities, type CandidateRows } from '../src/engine/search/rerank/rerank.ts';
import { similarityMoments } from '../src/engine/search/query/score.ts';
import { shortlist, type SoughtTerm } from '../src/engine/search/query/shortlist.ts';
import { fitBasis, packBasis, Sketcher } from '../src/engine/search/sketch/basis.ts';
import { SketchTable } from '../src/engine/search/sketch/sketch-table.ts';
import { blockIds } from '../src/engine/store/codes.ts';
import { trainOptions } from '../src/shared/contract/training.ts';
import { allFeatures, flickrLibrary } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { machine, openTable } from './lib/report.ts';
import { ResampledFeatures } from './lib/resampled.ts';
import { float64At, numberAt } from '../src/shared/at.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '1000000' },
    method: { type: 'string', default: trainOptions.parse({}).method },
    bits: { type: 'string', default: '32,64,128' },
    queries: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
  },
});
const most = Number(values.photos);
const threads = 2;
const wanted = 20;
const shortlists = [500, 1000, 2000, 4000, 8000, 16_000];
/** Enough for a thousand photos. */
const epochs = 20;
const chunk = 8192;
const { imageWidth, textWidth, sharedWidth } = starterInfo;

interface Point {
  readonly model: string;
  readonly photos: number;
  /** Nearest codes; or the photos that a search compares closely, for one text and for the sum of two. */
  readonly shortlist: number | 'as searched' | 'two terms';
  /** Percent. */
  readonly loss: number;
}

const searched = ['as searched', 'two terms'] as const;

interface Asked {
  readonly term: SoughtTerm;
  readonly scores: Float64Array;
}

interface Photos {
  readonly all: CandidateRows;
  /** `[n, bits / 8]` */
  readonly codes: Uint8Array;
}

/** Codes and rows of `n` photos: the real ones, then synthetic ones made of them. */
async function photosOf(model: HashModel, real: Float32Array, n: number): Promise<Photos> {
  const { bits, realWidth } = model;
  const stride = sharedWidth + realWidth;
  const rows = new Float32Array(n * stride);
  const codes = new Uint8Array((n * bits) / 8);
  const resampled = new ResampledFeatures(real);
  const first = Math.min(n, real.length / imageWidth);
  for (let at = 0; at < n;) {
    const count = at < first ? first : Math.min(chunk, n - at);
    const features = at < first ? real.subarray(0, first * imageWidth) : resampled.take(count);
    const coded = await model.encodeImages(features);
    const ids = Array.from({ length: count }, (_, i) => i);
    rows.set(candidateRows({ ids, rows: features }, imageWidth, sharedWidth, coded.real, realWidth).rows, at * stride);
    codes.set(coded.codes, (at * bits) / 8);
    at += count;
  }
  return { all: { ids: Array.from({ length: n }, (_, i) => i), rows, sharedWidth, realWidth }, codes };
}

/** Sketches of the photos, in directions found from some four thousand of them. */
async function sketchesOf(all: CandidateRows, encoderWeight: number): Promise<SketchTable> {
  const stride = all.sharedWidth + all.realWidth;
  const part = (from: number, to: number, step = 1): CandidateRows => {
    const ids: number[] = [];
    for (let id = from; id < Math.min(to, all.ids.length); id += step) ids.push(id);
    const rows = new Float32Array(ids.length * stride);
    ids.forEach((id, i) => rows.set(all.rows.subarray(id * stride, (id + 1) * stride), i * stride));
    return { ...all, ids, rows };
  };
  const basis = await fitBasis(part(0, all.ids.length, Math.ceil(all.ids.length / blockIds)), encoderWeight);
  const sketcher = await Sketcher.open(basis, encoderWeight);
  const table = new SketchTable();
  table.use({ stamp: 1n, photos: all.ids.length, basis: packBasis(basis) });
  for (let block = 0; block * blockIds < all.ids.length; block++) {
    table.put(block, await sketcher.sketches(part(block * blockIds, (block + 1) * blockIds)));
  }
  await sketcher.dispose();
  return table;
}

/** In the same way as sums of terms (query/score.ts). */
function inDeviations(scores: Float64Array): Float64Array {
  const { mean, deviation } = similarityMoments(scores);
  return scores.map((score) => (score - mean) / deviation);
}

/** The places of the best scores. */
function best(scores: Float64Array): Set<number> {
  const least = scores.toSorted().at(-wanted) ?? -Infinity;
  const order = Array.from(scores.keys()).filter((i) => float64At(scores, i) >= least);
  return new Set(order.sort((a, b) => float64At(scores, b) - float64At(scores, a) || a - b).slice(0, wanted));
}

async function curve(
  name: string,
  model: HashModel,
  real: Float32Array,
  texts: readonly string[],
  queries: Float32Array,
): Promise<Point[]> {
  const { bits, realWidth, encoderWeight } = model;
  const asked = await model.encodeTexts(queries, texts);
  const whole = await photosOf(model, real, most);
  const points: Point[] = [];
  const first = Math.min(most, real.length / imageWidth);
  for (const photos of new Set([first, Math.max(first, most / 10), most])) {
    const all = { ...whole.all, ids: whole.all.ids.slice(0, photos) };
    const codes = whole.codes.subarray(0, (photos * bits) / 8);
    const index = new HammingIndex({ ids: Int32Array.from(all.ids), codes }, bits);
    const sketches = await sketchesOf(all, encoderWeight);
    const sizes = shortlists.filter((size) => size < photos);
    const missed = sizes.map(() => 0);
    let missedBySketch = 0;
    let missedOfTwo = 0;
    let before: Asked | null = null;
    const miss = (found: Int32Array, top: ReadonlySet<number>) =>
      (wanted - found.filter((id) => top.has(id)).length) / wanted;
    const needs = { atLeast: wanted, more: 0, onlySubtracted: false };
    texts.forEach((_, q) => {
      const row = queries.subarray(q * textWidth, (q + 1) * textWidth);
      const code = asked.codes.slice((q * bits) / 8, ((q + 1) * bits) / 8);
      const query = { row, real: asked.real.subarray(q * realWidth, (q + 1) * realWidth), encoderWeight, code };
      const scores = similarities(query, all);
      const top = best(scores);
      const near = index.rank(code, Math.max(...sizes)).ids;
      sizes.forEach((size, s) => (missed[s] = numberAt(missed, s) + miss(near.subarray(0, size), top)));
      const term = { query, weight: 1 };
      missedBySketch += miss(shortlist({ index, sketches }, [term], needs, undefined), top);
      const now = { term, scores: inDeviations(scores) };
      if (before) {
        const { scores: others } = before;
        const sum = now.scores.map((x, i) => x + float64At(others, i));
        missedOfTwo += miss(shortlist({ index, sketches }, [before.term, term], needs, undefined), best(sum));
      }
      before = now;
    });
    sizes.forEach((shortlist, s) =>
      points.push({ model: name, photos, shortlist, loss: (100 * numberAt(missed, s)) / texts.length }),
    );
    points.push({ model: name, photos, shortlist: 'as searched', loss: (100 * missedBySketch) / texts.length });
    points.push({ model: name, photos, shortlist: 'two terms', loss: (100 * missedOfTwo) / (texts.length - 1) });
  }
  return points;
}

const libraryDir = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
try {
  const features = allFeatures();
  if (features === null) throw new Error('the features of Flickr8k are not in ../shared/data');
  const { store, data, queries: heldOut } = await flickrLibrary(libraryDir, threads);
  store.close();
  const encoder = await openEncoder({
    kind: 'starter',
    dir: join(resourcesDir, 'starter'),
    id: starterInfo.id,
    threads,
  });
  const step = Math.max(1, Math.floor(heldOut.length / Number(values.queries)));
  const texts = heldOut.filter((_, i) => i % step === 0).map((query) => query.caption);
  const queries = await encoder.encodeTexts(texts);
  await encoder.dispose();
  if (!values.json)
    console.log(`${machine()}\n${texts.length} queries; percent of the ${wanted} best that are missed\n`);
  const line = values.json
    ? null
    : openTable(
        ['model', 'photos', ...shortlists.map(String), ...searched],
        [24, 8, ...shortlists.map(() => 5), 11, 9],
      );
  const points: Point[] = [];
  const lengths = values.bits.split(',').map((bits): [string, number] => [values.method, Number(bits)]);
  for (const [method, length] of [['rotation', 128] as const, ...lengths]) {
    const options = { ...trainOptions.parse({ method, bits: length, epochs, seed: 1 }), threads };
    const { bits } = options;
    const dir = join(libraryDir, `${method}-${bits}`);
    await writeModel(
      dir,
      method === 'rotation'
        ? rotationModel({ encoder: starterInfo, bits, seed: 1 })
        : await train({ data, options, encoder: starterInfo }),
    );
    const model = await openHashModel(dir, { threads });
    const name = method === 'rotation' ? `untrained, ${bits} bits` : `${method}, ${bits} bits`;
    const found = await curve(name, model, features, texts, queries);
    await model.dispose();
    points.push(...found);
    for (const photos of new Set(found.map((point) => point.photos))) {
      const row = [...shortlists, ...searched].map(
        (size) => found.find((p) => p.photos === photos && p.shortlist === size)?.loss,
      );
      line?.([name, String(photos), ...row.map((loss) => loss?.toFixed(1) ?? '')]);
    }
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), queries: texts.length, points }));
} finally {
  rmSync(libraryDir, { recursive: true, force: true });
}
