// How honest the cut-off is: `node bench/calibration.ts <folder with captioned photos> [--library <dir>] [--json]`.
// Indexes the folder (or takes the library if it is there), calibrates without the captions of a tenth of the photos, and
// asks with those: for the model before any training, and for a UCCH model that has not learned from them either.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine, type Engine } from '../src/engine/engine.ts';
import { Random } from '../src/engine/hashing/random.ts';
import { split } from '../src/engine/hashing/data.ts';
import { trainingData } from '../src/engine/jobs/train-job.ts';
import { Active } from '../src/engine/search/active.ts';
import {
  calibrateLibrary,
  sampleRows,
  samplesOf,
  textsOf,
} from '../src/engine/search/calibration/calibrate-library.ts';
import { probabilities, weakFrom } from '../src/engine/search/calibration/calibration.ts';
import { labelledQueries, TextRelevance } from '../src/engine/search/calibration/labelled-queries.ts';
import { PhotoScores } from '../src/engine/search/calibration/photo-scores.ts';
import { openStore } from '../src/engine/store/database.ts';
import { trainOptions } from '../src/shared/contract.ts';
import type { JobId, PhotoId } from '../src/shared/types.ts';

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
const queryCount = 400;

interface Judged {
  readonly kind: string;
  readonly chances: Float32Array;
  readonly relevant: Uint8Array;
}

async function measure(name: string) {
  const store = openStore(libraryDir);
  const active = new Active(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  try {
    const info = active.encoderInfo(active.encoderId());
    const data = trainingData(store, info);
    const photoIds = store.features.all('photo', info.id, info.imageWidth).ids as PhotoId[];
    const queryPhotos = new Set(Array.from(split(data, { seed: 1 }).queryPhotos, (row) => photoIds[row] as PhotoId));
    const began = performance.now();
    const calibration = await calibrateLibrary(store, active, { without: queryPhotos });
    const fitMs = performance.now() - began;
    if (!calibration) throw new Error('too few captions to calibrate');

    const scores = await PhotoScores.open(store, active, { most: 5000, seed: 2 });
    const texts = scores.ids.map((id) => textsOf(store, id));
    const from = scores.ids.flatMap((id, i) => (queryPhotos.has(id) ? [i] : []));
    const queries = labelledQueries(texts, queryCount, 3, from);
    const encoder = await active.encoder();
    const { model } = await active.model();
    const background = sampleRows(scores.ids.length, 1000, new Random(4));
    const judged: Judged[] = [];
    let unknown = 0;
    for (const query of queries) {
      const row = await encoder.encodeTexts([query.text]);
      if (row.every((x) => x === 0)) {
        unknown++;
        continue;
      }
      const all = scores.of({ row, real: (await model.encodeTexts(row, [query.text])).real });
      samplesOf(query, all, background).forEach((sample, i) => {
        const chances = probabilities(sample.scores, sample.background, sample.words, calibration);
        const kind =
          i === 1 ? 'absent' : query.words > 3 ? 'caption' : `${query.words} word${query.words > 1 ? 's' : ''}`;
        judged.push({ kind, chances, relevant: sample.relevant });
      });
    }
    const kinds = ['1 word', '2 words', '3 words', 'caption', 'absent'];
    const present = judged.filter((j) => j.kind !== 'absent');
    return {
      model: name,
      photos: scores.ids.length,
      calibrationQueries: calibration.queries,
      completeness: calibration.completeness,
      fitMs: Math.round(fitMs),
      unknown,
      all: summary(present, calibration.completeness),
      kinds: Object.fromEntries(
        kinds.map((kind) => [
          kind,
          summary(
            judged.filter((j) => j.kind === kind),
            calibration.completeness,
          ),
        ]),
      ),
      reliability: reliability(present, calibration.completeness),
      labelCompletenessOfAll: TextRelevance.completeness(texts),
    };
  } finally {
    await active.close();
    store.close();
  }
}

/** Chance of being *labelled* relevant beside how many were: what can be checked. */
function points(judged: readonly Judged[], completeness: number): { p: number; y: number }[] {
  return judged.flatMap(({ chances, relevant }) =>
    Array.from(chances.subarray(0, shown), (p, i) => ({ p: p * completeness, y: relevant[i] as number })),
  );
}

function reliability(judged: readonly Judged[], completeness: number) {
  const all = points(judged, completeness);
  return Array.from({ length: 10 }, (_, bin) => {
    const inside = all.filter(({ p }) => Math.min(9, Math.floor(p * 10)) === bin);
    const mean = (of: (point: { p: number; y: number }) => number) =>
      inside.length === 0 ? null : inside.reduce((sum, point) => sum + of(point), 0) / inside.length;
    return {
      bin: `${bin / 10}-${(bin + 1) / 10}`,
      hits: inside.length,
      said: mean((x) => x.p),
      found: mean((x) => x.y),
    };
  });
}

function summary(judged: readonly Judged[], completeness: number) {
  const bins = reliability(judged, completeness);
  const hits = bins.reduce((sum, bin) => sum + bin.hits, 0);
  let above = 0;
  let right = 0;
  let without = 0;
  for (const { chances, relevant } of judged) {
    const count = weakFrom(chances, precision);
    above += count;
    right += relevant.subarray(0, count).reduce((sum, flag) => sum + flag, 0);
    if (count === 0) without++;
  }
  return {
    queries: judged.length,
    ece: bins.reduce((sum, { hits: n, said, found }) => sum + (n * Math.abs((said ?? 0) - (found ?? 0))) / hits, 0),
    above,
    precisionAbove: above === 0 ? null : right / above,
    nothingFits: without,
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
  const job = await engine.api['train.start'](trainOptions.parse({ method: 'ucch', bits: 64, epochs: 10, seed: 1 }));
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
        `${(100 * completeness).toFixed(0)}% of what is relevant; ${unknown} queries of unknown words left out`,
    );
    console.table({ all: result.all, ...result.kinds });
    console.table(result.reliability);
  }
}
