// Retrieval of photos by words: `npm run -s bench -- retrieval [--quick] [--json]`. Flickr8k, 1000 photos with four
// captions each in full text and training; the fifth caption of each photo is the query. bench/shortlist.ts measures
// the necessary length of the shortlist.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import type { HashModel } from '../src/engine/hashing/model/hash-model.ts';
import { writeModel } from '../src/engine/hashing/model/model-files.ts';
import { train } from '../src/engine/hashing/training/trainer.ts';
import { ActiveModels } from '../src/engine/models/active-models.ts';
import { HammingIndex } from '../src/engine/search/hamming/hamming-index.ts';
import { candidateRows, similarities, type CandidateRows } from '../src/engine/search/rerank/rerank.ts';
import { Searcher } from '../src/engine/search/searcher.ts';
import type { FeatureRows } from '../src/engine/store/features.ts';
import { trainOptions } from '../src/shared/contract/training.ts';
import type { ModelId } from '../src/shared/contract/ids.ts';
import { flickrLibrary, type FlickrLibrary } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { machine, median, printTable } from './lib/report.ts';
import { int32At, numberAt } from '../src/shared/at.ts';

const flags = new Set(process.argv.slice(2));
const quick = flags.has('--quick');
const threads = 1;
/** Options of a training with nothing chosen. */
const { method } = trainOptions.parse({});
/** Requested hits: few enough that the shortlist keeps its usual length. */
const limit = 200;

interface Row {
  readonly bits: number;
  readonly ranking: string;
  /** Percent. */
  readonly recall: readonly [r1: number, r5: number, r10: number];
  readonly medianRank: number;
  /** Median milliseconds a query beyond the encoder's own. */
  readonly ms: number | null;
}

const recallAt = (ranks: readonly number[], k: number) =>
  (100 * ranks.filter((rank) => rank <= k).length) / ranks.length;
function rowOf(bits: number, ranking: string, ranks: readonly number[], times: readonly number[] | null): Row {
  const recall = [recallAt(ranks, 1), recallAt(ranks, 5), recallAt(ranks, 10)] as const;
  return { bits, ranking, recall, medianRank: median(ranks), ms: times ? median(times) : null };
}

/**
 * Rank of the own photo; equal values share the mean of their ranks.
 * @param better greater is better
 */
function rankOf(values: ArrayLike<number>, own: number): number {
  let above = 0;
  let equal = 0;
  const mine = numberAt(values, own);
  for (let i = 0; i < values.length; i++) {
    const value = numberAt(values, i);
    if (value > mine) above++;
    else if (value === mine) equal++;
  }
  return above + (equal + 1) / 2;
}

async function makeModel({ data }: FlickrLibrary, bits: 16 | 32 | 64 | 128, dir: string): Promise<void> {
  const options = trainOptions.parse({ method, bits, epochs: quick ? 8 : 20, seed: 1 });
  await writeModel(dir, await train({ data, options: { ...options, threads }, encoder: starterInfo }));
}

async function measure(library: FlickrLibrary, active: ActiveModels, bits: 16 | 32 | 64 | 128): Promise<Row[]> {
  const { store } = library;
  const id = `bench-${bits}` as ModelId;
  await makeModel(library, bits, active.modelDir(id));
  store.models.begin({ id, method, bits, encoderId: starterInfo.id, state: 'ready', options: {} });
  store.settings.set('model', id);
  const { model } = await active.model();
  const features = store.features.all('photo', starterInfo.id, starterInfo.imageWidth);
  const { ids } = features;
  const coded = await model.encodeImages(features.rows);
  const all = candidatesOf(features, coded.real, model);
  store.transaction(() => {
    ids.forEach((photo, i) =>
      store.codes.put('photo', id, photo, coded.codes.slice((i * bits) / 8, ((i + 1) * bits) / 8)),
    );
    store.vectors.put('photo', id, all);
  });
  const queries = quick ? library.queries.filter((_, i) => i % 4 === 0) : library.queries;
  const encoder = await active.encoder();
  const captions = queries.map((query) => query.caption);
  const rows = await encoder.encodeTexts(captions);

  const { real, codes } = await model.encodeTexts(rows, captions);
  const place = new Map(ids.map((photo, i) => [photo, i]));
  const index = new HammingIndex({ ids: Int32Array.from(ids), codes: coded.codes }, bits);
  const float: number[] = [];
  const hamming: number[] = [];
  queries.forEach(({ photoId }, q) => {
    const own = place.get(photoId) ?? 0;
    float.push(rankOf(similarities(queryRow(rows, real, q, model), all), own));
    const ranked = index.rank(codes.slice((q * bits) / 8, ((q + 1) * bits) / 8), ids.length);
    const distances = new Float64Array(ids.length);
    ranked.ids.forEach((photo, i) => (distances[place.get(photo) ?? 0] = -int32At(ranked.distances, i)));
    hamming.push(rankOf(distances, own));
  });
  const table = [rowOf(bits, 'float', float, null), rowOf(bits, 'Hamming only', hamming, null)];
  const searcher = new Searcher(store, active);
  for (const [mode, name] of [
    ['semantic', 'two-stage'],
    ['text', 'full text'],
    ['hybrid', 'hybrid'],
  ] as const) {
    const ranks: number[] = [];
    const times: number[] = [];
    for (const { photoId, caption } of queries) {
      const term = { kind: 'text' as const, text: caption, weight: 1 };
      const answer = await searcher.query({
        text: '',
        terms: [term],
        filters: [],
        limit,
        mode,
        explain: false,
        asTyped: true,
        order: 'relevance',
        cursor: null,
      });
      const found = answer.hits.findIndex((hit) => hit.photoId === photoId);
      ranks.push(found === -1 ? Infinity : found + 1);
      times.push(answer.searchMs);
    }
    table.push(rowOf(bits, name, ranks, times));
  }
  await searcher.close();
  return table;
}

const candidatesOf = (features: FeatureRows, real: Float32Array, { realWidth }: HashModel): CandidateRows =>
  candidateRows(features, starterInfo.imageWidth, starterInfo.sharedWidth, real, realWidth);

function queryRow(rows: Float32Array, real: Float32Array, q: number, { realWidth, encoderWeight }: HashModel) {
  const { textWidth } = starterInfo;
  return {
    encoderWeight,
    row: rows.subarray(q * textWidth, (q + 1) * textWidth),
    real: real.subarray(q * realWidth, (q + 1) * realWidth),
  };
}

const libraryDir = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
try {
  const library = await flickrLibrary(libraryDir, threads);
  const active = new ActiveModels(library.store, { libraryDir, resourcesDir }, { threads, encoderThread: false });
  const rows: Row[] = [];
  for (const bits of quick ? ([64] as const) : ([16, 32, 64, 128] as const))
    rows.push(...(await measure(library, active, bits)));
  await active.close();
  library.store.close();
  if (flags.has('--json')) console.log(JSON.stringify({ machine: machine(), queries: library.queries.length, rows }));
  else print(library.queries.length, rows);
} finally {
  rmSync(libraryDir, { recursive: true, force: true });
}

function print(queries: number, rows: readonly Row[]): void {
  console.log(
    `${machine()}\n\n1000 photos, ${queries} held-out captions, starter encoder${quick ? ', a quarter of them asked' : ''}\n`,
  );
  printTable(
    ['bits', 'ranking', 'R@1', 'R@5', 'R@10', 'median rank', 'ms'],
    rows.map(({ bits, ranking, recall, medianRank, ms }) => {
      const rank = medianRank > limit ? `> ${limit}` : String(medianRank);
      return [String(bits), ranking, ...recall.map((r) => r.toFixed(1)), rank, ms === null ? '-' : ms.toFixed(1)];
    }),
  );
}
