// The benchmark on data with a structure put in: what is learnt from, what is measured, and how runs are summed up.
import { describe, expect, it } from 'vitest';
import { averagePrecisions } from '../hashing/metrics.ts';
import { plantedData } from '../hashing/planted.ts';
import { labelSets } from '../hashing/relevance.ts';
import { train } from '../hashing/trainer.ts';
import { range, type BenchmarkSet } from './benchmark-set.ts';
import { chanceAt } from './chance.ts';
import { methodSettings } from './method-settings.ts';
import { normalised, standardised, unitLength } from './normalise.ts';
import { reportTables } from './report.ts';
import { runBenchmark, scoresOf, type Run, type RunPlan } from './runner.ts';
import { summarise } from './summary.ts';
import { testPart, trainingPart } from './training-part.ts';

const photos = 200;

function plantedSet(over: Partial<BenchmarkSet> = {}): BenchmarkSet {
  const { photoTags, ...data } = plantedData({ photos, topics: 5, captionsPerPhoto: 1 });
  return {
    ...data,
    id: 'planted',
    name: 'Planted',
    path: 'planted',
    labels: photoTags,
    train: range(0, 160),
    database: range(0, 160),
    query: range(160, photos),
    validation: null,
    normalise: 'none',
    ...over,
  };
}

const plan: RunPlan = {
  methods: [{ id: 'ucch', settings: { learningRate: 1e-3 } }],
  bits: [16],
  seeds: [1],
  epochs: 12,
  batch: 32,
  hidden: 32,
  negatives: 64,
  device: 'cpu',
  normalise: 'none',
  protocol: 'single',
};

describe('what is learnt from', () => {
  it('is every training pair and no query, the epoch being chosen by copies of training rows', () => {
    const set = plantedSet();
    const { data, queryPhotos, pairs } = trainingPart(set);
    expect(pairs).toBe(160);
    expect(queryPhotos).toEqual(range(160, 320));
    const width = set.imageWidth;
    const trained = set.imageRows.subarray(0, 160 * width);
    expect(data.imageRows).toEqual(Float32Array.of(...trained, ...trained));
    expect(data.captionPhoto).toEqual(range(0, 320));
    expect(data.photoTags.slice(0, 160)).toEqual(set.labels?.slice(0, 160));
  });

  it('leaves out validation photos with all their captions', () => {
    const captionPhoto = Int32Array.from({ length: 400 }, (_, i) => i >> 1);
    const textRows = new Float32Array(400 * 24);
    const set = plantedSet({ validation: range(100, 130), train: range(0, 100), captionPhoto, textRows, labels: null });
    const { data, queryPhotos, pairs } = trainingPart(set);
    expect(pairs).toBe(200);
    expect(queryPhotos).toEqual(range(100, 130));
    expect(data.captionPhoto).toHaveLength(260);
    expect(testPart(set).split.counts).toMatchObject({ trainPairs: 200, queryPhotos: 40, queryCaptions: 80 });
  });
});

describe('what is measured', () => {
  it('equals what the trainer measures on the same rows', async () => {
    const set = plantedSet({ validation: range(160, photos) });
    const { data, queryPhotos } = trainingPart(set);
    const { imageWidth, textWidth, sharedWidth } = set;
    const encoder = { id: 'planted', imageWidth, textWidth, sharedWidth };
    const { epochs, batch, hidden, negatives, device, methods } = plan;
    const options = { epochs, batch, hidden, negatives, device };
    const model = await train({
      data,
      queryPhotos,
      encoder,
      options: { ...options, method: 'ucch', bits: 16, seed: 1, settings: methods[0]?.settings ?? {} },
    });
    const scores = await scoresOf(model, set);
    const kept = model.epochs.find(({ epoch }) => epoch === model.bestEpoch);
    expect(scores.map.mean).toBeCloseTo(kept?.map.mean ?? 0, 6);
    expect(scores.mapStable.i2t).toBeCloseTo(kept?.mapStable.i2t ?? 0, 6);
    expect(scores.map50.t2i).toBeCloseTo(kept?.map50.t2i ?? 0, 6);
  });

  it('runs methods over lengths and seeds, tells each, and beats chance', async () => {
    const told: Run[] = [];
    const outcome = await runBenchmark(
      plantedSet(),
      { ...plan, bits: [16, 32], seeds: [1, 2] },
      { onRun: (run) => told.push(run) },
    );
    expect(outcome.runs).toEqual(told);
    expect(told.map(({ bits, seed }) => [bits, seed])).toEqual([
      [16, 1],
      [16, 2],
      [32, 1],
      [32, 2],
    ]);
    expect(outcome.context.split).toMatchObject({ trainPairs: 160, queryPhotos: 40, databaseCaptions: 160 });
    for (const { scores } of told) expect(scores.map.mean).toBeGreaterThan(outcome.context.chance.mean + 0.1);
  });

  it('names the protocol, and refuses methods without a network of pairs before anything is told', async () => {
    const methods = [{ id: 'ucmfh', settings: { feedForward: 32, layers: 1 } }];
    const { context, runs } = await runBenchmark(plantedSet(), { ...plan, epochs: 1, methods, protocol: 'paired' });
    expect([context.protocol, runs[0]?.protocol]).toEqual(['paired', 'paired']);
    const told: unknown[] = [];
    const refused = runBenchmark(
      plantedSet(),
      { ...plan, protocol: 'paired' },
      { onStart: (start) => told.push(start) },
    );
    await expect(refused).rejects.toThrow(
      /The method ucch makes codes of one modality at a time and has no protocol paired; use single/,
    );
    expect(told).toEqual([]);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const running = runBenchmark(plantedSet(), plan, { onProgress: () => controller.abort() }, controller.signal);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it('chance at k is the mean over random orders', () => {
  const queries = labelSets([[0], [1], [7]]);
  const items = labelSets([[0], [0], [1], [2], [2], [2]]);
  // Every order of six items, as six codes of their own distance from the query's.
  const order = (list: number[]): number[][] =>
    list.length < 2 ? [list] : list.flatMap((x) => order(list.filter((y) => y !== x)).map((rest) => [x, ...rest]));
  const orders = order([0, 1, 2, 3, 4, 5]);
  const sum = orders.reduce((total, places) => {
    const codes = Uint8Array.from(places, (place) => 2 ** place - 1);
    const { mapAtK } = averagePrecisions({
      bits: 8,
      k: 3,
      queries: new Uint8Array(3),
      items: codes,
      queryLabels: queries,
      itemLabels: items,
    });
    return total + mapAtK.reduce((a, b) => a + b, 0) / 3;
  }, 0);
  expect(chanceAt(3, queries, items)).toBeCloseTo(sum / orders.length, 10);
});

describe('features', () => {
  it('are standardised by the training rows alone', () => {
    const rows = Float32Array.of(1, 5, 3, 5, 100, 7);
    expect([...standardised(rows, 2, Int32Array.of(0, 1))]).toEqual([-1, 0, 1, 0, 98, 0]);
  });

  it('are brought to unit length, zeros staying zeros', () => {
    expect([...unitLength(Float32Array.of(3, 4, 0, 0), 2)].map((x) => +x.toFixed(6))).toEqual([0.6, 0.8, 0, 0]);
  });

  it('are left alone where nothing is asked', () => {
    const set = plantedSet();
    expect(normalised(set, 'none').imageRows).toBe(set.imageRows);
    expect(normalised(set, 'zscore').textRows).toEqual(standardised(set.textRows, set.textWidth, set.train));
  });
});

describe('settings', () => {
  it('go to the methods that have them', () => {
    const [first, second] = methodSettings(['ucch', 'rotation'], { alpha: 0.5 }, {});
    expect(first).toEqual({ id: 'ucch', settings: { alpha: 0.5 } });
    expect(second).toEqual({ id: 'rotation', settings: {} });
  });

  it('are refused where no method has them, or with a wrong value', () => {
    expect(() => methodSettings(['ucch'], { beta: 1 }, {})).toThrow(
      /There is no setting beta; ucch has hidden, .*alpha/,
    );
    expect(() => methodSettings(['ucch'], { alpha: 7 }, {})).toThrow(/Setting alpha of method ucch/);
    expect(() => methodSettings(['magic'], {}, {})).toThrow(/There is no hashing method magic/);
  });
});

describe('the table', () => {
  const both = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
  const run = (bits: 16 | 64, seed: number, i2t: number): Run => {
    const scores = both(i2t, 0.5);
    return {
      method: 'ucch',
      bits,
      seed,
      protocol: 'single',
      scores: { mapStable: scores, map: scores, map50: scores, map50Stable: scores },
      epoch: 1,
      epochs: 1,
      seconds: 1,
      options: {},
    };
  };
  const runs = [run(16, 1, 0.2), run(16, 2, 0.22), run(64, 1, 0.25), run(64, 2, 0.25)];

  it('has mean and spread over seeds', () => {
    const [first, second] = summarise(runs);
    expect(first).toMatchObject({ method: 'ucch', bits: 16, seeds: [1, 2] });
    expect(first?.mean.mapStable.i2t).toBeCloseTo(0.21);
    expect(first?.sd?.mapStable.i2t).toBeCloseTo(Math.SQRT2 / 100);
    expect(second?.sd?.map.i2t).toBe(0);
    expect(summarise(runs.slice(0, 1))[0]?.sd).toBeNull();
  });

  it('shows published values below ours, where the features are the same', () => {
    const context = {
      protocol: 'single',
      relevance: 'tags',
      seed: 1,
      split: testPart(plantedSet()).split.counts,
      chance: both(0.11, 0.11),
      chance50: both(0.12, 0.12),
      float: null,
    } as const;
    const [stable, , at50] = reportTables({ id: 'wikipedia', imageWidth: 128 }, context, summarise(runs));
    expect(stable?.head).toEqual(['', 'I→T 16', '64', 'T→I 16', '64']);
    expect(stable?.rows).toEqual([
      ['ucch', '0.210', '0.250', '0.500', '0.500'],
      ['  sd over seeds', '0.014', '0.000', '0.000', '0.000'],
      ['  published', '0.209', '0.250', '0.482', '0.517'],
      ['  difference', '+0.001', '+0.000', '+0.018', '-0.017'],
      ['chance', '0.110', '0.110', '0.110', '0.110'],
    ]);
    expect(at50?.rows.at(-1)).toEqual(['chance', '0.120', '0.120', '0.120', '0.120']);
    const [other] = reportTables({ id: 'wikipedia', imageWidth: 512 }, context, summarise(runs));
    expect(other?.rows.map(([name]) => name)).toEqual(['ucch', '  sd over seeds', 'chance']);
  });
});
