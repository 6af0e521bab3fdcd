// How honest the cut-off is: `node bench/calibration.ts <folder with captioned photos> [--library <dir>] [--json]`.
// Indexes the folder (or takes the library if it is there), calibrates without the captions of a tenth of the photos, and
// asks with those: for the model before any training, and for a UCCH model that has not learned from them either.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine, type Engine } from '../src/engine/engine.ts';
import { split } from '../src/engine/hashing/data/training-data.ts';
import { trainingData } from '../src/engine/jobs/train-job.ts';
import { ActiveModels } from '../src/engine/models/active-models.ts';
import { backgroundOf, hitFeatures } from '../src/engine/search/relevance/background.ts';
import { calibrateLibrary, tellsApart } from '../src/engine/search/relevance/calibrate-library.ts';
import { probabilities, weakFrom } from '../src/engine/search/relevance/calibration.ts';
import { bestFirst, KnownPhotos } from '../src/engine/search/relevance/known-photos.ts';
import { completenessFor, labelledQueries } from '../src/engine/search/relevance/labelled-queries.ts';
import { LibrarySample } from '../src/engine/search/relevance/library-sample.ts';
import { openStore } from '../src/engine/store/database.ts';
import { trainOptions } from '../src/shared/contract/training.ts';
import type { JobId, PhotoId } from '../src/shared/contract/ids.ts';
import { float32At, itemAt, uint8At } from '../src/shared/at.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { library: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const folder = positionals[0];
if (folder === undefined) throw new Error('usage: node bench/calibration.ts <folder> [--library <dir>] [--json]');
const libraryDir = resolve(values.library ?? mkdtempSync(join(tmpdir(), 'hashlens-bench-')));
const resourcesDir = fileURLToPath(new URL('../resources', import.meta.url));
const precision = 0.5;
/** Hits of a query that are judged: the first screens. */
const shown = 50;
const queryCount = 1000;
/** Hits less likely than this to be labelled are hopeless: there are so many that any estimate of them looks good. */
const hopeful = 0.1;

interface Judged {
  readonly kind: string;
  /** By score, best first. */
  readonly chances: Float32Array;
  readonly relevant: Uint8Array;
  /** Of what is relevant, the share that is labelled: what was said of a hit, times this, is what can be checked. */
  readonly labelled: number;
}

async function measure(name: string) {
  const store = openStore(libraryDir);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  try {
    const info = active.encoderInfo(active.encoderId());
    const data = trainingData(store, info);
    const photoIds = store.features.all('photo', info.id, info.imageWidth).ids as PhotoId[];
    const queryPhotos = new Set(Array.from(split(data, { seed: 1 }).queryPhotos, (row) => itemAt(photoIds, row)));
    await (await active.encoder()).encodeTexts(['a warm encoder']);
    const began = performance.now();
    const calibration = await calibrateLibrary(store, active, { without: queryPhotos });
    const fitMs = performance.now() - began;
    if (!calibration) throw new Error('too few captions to calibrate');

    const sample = await LibrarySample.open(store, active, { described: 5000, background: 1000, seed: 2 });
    const isHeldOut = sample.ids.map((id) => queryPhotos.has(id));
    const from = isHeldOut.flatMap((held, i) => (held ? [i] : []));
    const encoder = await active.encoder();
    const { model } = await active.model();
    const judged: Judged[] = [];
    let unknown = 0;
    for (const { text, words, relevant } of labelledQueries(sample.texts, queryCount, 3, from)) {
      const row = await encoder.encodeTexts([text]);
      const { real } = await model.encodeTexts(row, [text]);
      const scores = sample.of({ row, real, sharedWeight: model.sharedWeight });
      if (!tellsApart(scores)) {
        unknown++;
        continue;
      }
      const ordered = bestFirst(sample.described, scores);
      const ask = (kind: string, present: (photo: number) => boolean): void => {
        const hits = ordered.filter(present).subarray(0, shown);
        const found = Float32Array.from(hits, (photo) => float32At(scores, photo));
        const features = hitFeatures(
          found,
          backgroundOf(Float32Array.from(sample.background.filter(present), (photo) => float32At(scores, photo))),
          new KnownPhotos(
            ordered.filter((photo) => present(photo) && !isHeldOut[photo]),
            scores,
            relevant,
          ),
          hits,
        );
        judged.push({
          kind,
          chances: probabilities(found, features, words, calibration),
          relevant: Uint8Array.from(hits, (photo) => uint8At(relevant, photo)),
          labelled: completenessFor(words, calibration.completeness),
        });
      };
      ask(words > 3 ? 'longer' : `${words} word${words > 1 ? 's' : ''}`, () => true);
      ask('absent', (photo) => relevant[photo] === 0);
    }
    const kinds = ['1 word', '2 words', '3 words', 'longer', 'absent'];
    const present = judged.filter((j) => j.kind !== 'absent');
    return {
      model: name,
      photos: sample.ids.length,
      calibrationQueries: calibration.queries,
      completeness: calibration.completeness,
      fitMs: Math.round(fitMs),
      unknown,
      all: summary(present),
      kinds: Object.fromEntries(kinds.map((kind) => [kind, summary(judged.filter((j) => j.kind === kind))])),
      reliability: reliability(points(present)),
    };
  } finally {
    await active.close();
    store.close();
  }
}

interface Point {
  /** Chance of being *labelled* relevant, ... */
  readonly p: number;
  /** ... and whether it was. */
  readonly y: number;
}

const points = (judged: readonly Judged[]): Point[] =>
  judged.flatMap(({ chances, relevant, labelled }) =>
    Array.from(chances, (p, i) => ({ p: p * labelled, y: uint8At(relevant, i) })),
  );

const mean = (list: readonly number[]): number | null =>
  list.length === 0 ? null : list.reduce((sum, x) => sum + x, 0) / list.length;

function reliability(all: readonly Point[]) {
  return Array.from({ length: 10 }, (_, bin) => {
    const inside = all.filter(({ p }) => Math.min(9, Math.floor(p * 10)) === bin);
    return {
      bin: `${bin / 10}-${(bin + 1) / 10}`,
      hits: inside.length,
      said: mean(inside.map(({ p }) => p)),
      found: mean(inside.map(({ y }) => y)),
    };
  });
}

function calibrationError(all: readonly Point[]): number {
  const bins = reliability(all);
  return bins.reduce((sum, { hits, said, found }) => sum + hits * Math.abs((said ?? 0) - (found ?? 0)), 0) / all.length;
}

function summary(judged: readonly Judged[]) {
  const all = points(judged);
  const above = judged.map(({ chances }) => weakFrom(chances, precision));
  const shownAbove = judged.flatMap((j, i) => points([j]).slice(0, above[i]));
  const divided = above.filter((count) => count > 0).length;
  return {
    queries: judged.length,
    ece: calibrationError(all),
    hopefulEce: calibrationError(all.filter(({ p }) => p >= hopeful)),
    divided,
    above: shownAbove.length,
    saidAbove: mean(shownAbove.map(({ p }) => p)),
    labelledAbove: mean(shownAbove.map(({ y }) => y)),
  };
}

async function finish(engine: Engine, jobId: JobId): Promise<void> {
  const { error } = await engine.finished(jobId);
  if (error) throw new Error(error.message);
}

const isThere = existsSync(join(libraryDir, 'library.db'));
const engine = openEngine({ libraryDir, resourcesDir, interactive: true, emit: () => undefined });
const results = [];
try {
  if (!isThere) await finish(engine, (await engine.api['folders.add']({ path: resolve(folder) })).job.id);
  // Under another name than any trained model, the one a library has before training.
  const untrained = (await engine.api['models.list']({})).find((model) => model.evaluation === null);
  if (untrained) await engine.api['models.activate']({ modelId: untrained.id });
  results.push(await measure(untrained?.id ?? 'untrained'));
  const job = await engine.api['train.start'](trainOptions.parse({ bits: 64, epochs: 10, seed: 1 }));
  await finish(engine, job.id);
  results.push(await measure(String(job.modelId)));
} finally {
  await engine.close();
  if (values.library === undefined) rmSync(libraryDir, { recursive: true, force: true });
}

if (values.json) console.log(JSON.stringify(results));
else {
  for (const result of results) {
    const { model, photos, calibrationQueries, completeness, fitMs, unknown } = result;
    console.log(
      `\n${model}: ${photos} photos, calibrated on ${calibrationQueries} questions in ${fitMs} ms; labels hold ` +
        `${completeness.map((share) => (100 * share).toFixed(0)).join(', ')}% of what is relevant to one, two and more ` +
        `words; ${unknown} queries of unknown words left out`,
    );
    console.table({ all: result.all, ...result.kinds });
    console.table(result.reliability);
  }
}
