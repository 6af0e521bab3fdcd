// The benchmark on data with a known structure: its training, its measures and its summaries.
import { describe, expect, it } from 'vitest';
import { averagePrecisions } from '../hashing/evaluation/metrics.ts';
import { topicData } from '../../../test/support/topic-data.ts';
import { labelSets } from '../hashing/data/label-relevance.ts';
import { train } from '../hashing/training/trainer.ts';
import { range, type BenchmarkSet } from './benchmark-set.ts';
import { randomCodesMapAt } from './chance.ts';
import { methodSettings } from './method-settings.ts';
import { normalised, standardised, unitLength, unitParts } from './normalise.ts';
import type { CounterpartRanks } from './counterpart-ranks.ts';
import { describeRun, describeSet, differencesOf, differenceTable, furtherTables, mapTables } from './report.ts';
import { measureTest, runBenchmark, type Run, type RunPlan } from './run-benchmark.ts';
import type { Quirk } from './published-quirks.ts';
import { summarise } from './summary.ts';
import { testPart, trainingPart, withAllTraining } from './training-part.ts';

const photos = 200;

function topicSet(over: Partial<BenchmarkSet> = {}): BenchmarkSet {
  const { photoTags, ...data } = topicData({ photos, topics: 5, captionsPerPhoto: 1 });
  return {
    ...data,
    id: 'synthetic',
    name: 'Synthetic',
    path: 'synthetic',
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

/** All tables but that of differences. */
const reportTables = (...[set, context, summaries]: Parameters<typeof mapTables>) => [
  ...mapTables(set, context, summaries),
  ...furtherTables(context, summaries),
];

describe('what is learnt from', () => {
  it('is every training pair and no query, the epoch being chosen by copies of training rows', () => {
    const set = topicSet();
    const { data, queryPhotos, pairs } = trainingPart(set);
    expect(pairs).toBe(160);
    expect(queryPhotos).toEqual(range(160, 320));
    const width = set.imageWidth;
    const trained = set.imageRows.subarray(0, 160 * width);
    expect(data.imageRows).toEqual(Float32Array.of(...trained, ...trained));
    expect(data.captionPhoto).toEqual(range(0, 320));
    expect(data.photoTags.slice(0, 160)).toEqual(set.labels?.slice(0, 160));
  });

  it('is the validation part too where that is asked for, each photo once', () => {
    const set = topicSet({ train: range(40, 160), validation: range(20, 60), labels: null });
    const all = withAllTraining(set);
    expect(all.train).toEqual(range(20, 160));
    const { data, queryPhotos, pairs } = trainingPart(all);
    expect(pairs).toBe(140);
    expect(queryPhotos).toEqual(range(140, 280));
    const half = data.imageRows.length / 2;
    expect(data.imageRows.subarray(half)).toEqual(data.imageRows.subarray(0, half));
    expect(testPart(all).split.counts).toMatchObject({ trainPairs: 140, trainPhotos: 140, queryPhotos: 40 });
    expect(withAllTraining(all)).toBe(all);
  });

  it('leaves out validation photos with all their captions', () => {
    const captionPhoto = Int32Array.from({ length: 400 }, (_, i) => i >> 1);
    const textRows = new Float32Array(400 * 24);
    const set = topicSet({ validation: range(100, 130), train: range(0, 100), captionPhoto, textRows, labels: null });
    const { data, queryPhotos, pairs } = trainingPart(set);
    expect(pairs).toBe(200);
    expect(queryPhotos).toEqual(range(100, 130));
    expect(data.captionPhoto).toHaveLength(260);
    expect(testPart(set).split.counts).toMatchObject({ trainPairs: 200, queryPhotos: 40, queryCaptions: 80 });
  });
});

describe('what is measured', () => {
  it('equals what the trainer measures on the same rows', async () => {
    const set = topicSet({ validation: range(160, photos) });
    const { data, queryPhotos } = trainingPart(set);
    const { imageWidth, textWidth, sharedWidth } = set;
    const encoder = { id: 'synthetic', imageWidth, textWidth, sharedWidth };
    const { epochs, batch, hidden, negatives, device, methods } = plan;
    const options = { epochs, batch, hidden, negatives, device };
    const model = await train({
      data,
      queryPhotos,
      encoder,
      options: { ...options, method: 'ucch', bits: 16, seed: 1, settings: methods[0]?.settings ?? {} },
    });
    const { scores, own } = await measureTest(model, set);
    const kept = model.epochs.find(({ epoch }) => epoch === model.bestEpoch);
    expect(scores.map.mean).toBeCloseTo(kept?.map.mean ?? 0, 6);
    expect(scores.mapStable.i2t).toBeCloseTo(kept?.mapStable.i2t ?? 0, 6);
    expect(scores.map50.t2i).toBeCloseTo(kept?.map50.t2i ?? 0, 6);
    expect(own).toBeNull();
  });

  it.each(['ucch', 'two-tower'])('asks for own items as the trainer does, by codes and rows of %s', async (method) => {
    // There are fewer queries than re-ranked items, so every own item is found.
    const set = topicSet({ labels: null, validation: range(160, photos), database: range(160, photos) });
    const { data, queryPhotos } = trainingPart(set);
    const { imageWidth, textWidth, sharedWidth } = set;
    const { epochs, batch, hidden, negatives, device } = plan;
    const model = await train({
      data,
      queryPhotos,
      encoder: { id: 'synthetic', imageWidth, textWidth, sharedWidth },
      options: { epochs, batch, hidden, negatives, device, method, bits: 16, seed: 1 },
    });
    const { own } = await measureTest(model, set);
    const kept = model.epochs.find(({ epoch }) => epoch === model.bestEpoch);
    expect(own?.byCode).toEqual({ recall: kept?.recall, medianRank: kept?.medianRank });
    for (const direction of ['i2t', 't2i'] as const) {
      expect(own?.reranked.recall[direction][10]).toBeCloseTo(kept?.recallReal?.[direction][10] ?? -1, 6);
      expect(own?.reranked.medianRank[direction]).toBeCloseTo(kept?.medianRankReal?.[direction] ?? -1, 6);
    }
    expect(own?.candidates).toEqual({ i2t: 40, t2i: 40 });
  });

  it('runs methods over lengths and seeds, tells each, and beats chance', async () => {
    const reported: Run[] = [];
    const outcome = await runBenchmark(
      topicSet(),
      { ...plan, bits: [16, 32], seeds: [1, 2] },
      { onRun: (run) => reported.push(run) },
    );
    expect(outcome.runs).toEqual(reported);
    expect(reported.map(({ bits, seed }) => [bits, seed])).toEqual([
      [16, 1],
      [16, 2],
      [32, 1],
      [32, 2],
    ]);
    expect(outcome.context.split).toMatchObject({ trainPairs: 160, queryPhotos: 40, databaseCaptions: 160 });
    for (const { scores } of reported) expect(scores.map.mean).toBeGreaterThan(outcome.context.chance.mean + 0.1);
  });

  it('measures each kind of database codes that a method has, and images that were never trained on by the encoder alone', async () => {
    const methods = methodSettings(['batch', 'cmfh', 'cvh'], {}, {});
    const { runs, context, precisions } = await runBenchmark(topicSet(), { ...plan, methods });
    expect(runs.map(({ method, database }) => [method, database])).toEqual([
      ['batch', 'encoder'],
      ['batch', 'learned'],
      ['cmfh', 'encoder'],
      ['cmfh', 'fused'],
      ['cvh', 'encoder'],
    ]);
    const [encoder, learned] = runs;
    // Codes learned from labels are easier to find than those of networks, which have to guess the labels.
    expect(learned?.scores.map.t2i).toBeGreaterThanOrEqual(encoder?.scores.map.t2i ?? 2);
    for (const { database, unseen } of runs) {
      if (database !== 'encoder') expect(unseen).toBeNull();
      else expect(unseen?.map).toBeGreaterThan((unseen?.chance ?? 1) + 0.1);
    }
    const table = reportTables(topicSet(), context, summarise(runs));
    const names = table[0]?.rows.map(([name]) => name);
    expect(names).toEqual(['batch', 'batch, database learned', 'cmfh', 'cmfh, database fused', 'cvh', 'chance']);
    const unseen = table.find(({ title }) => title.includes('never trained on'));
    expect(unseen?.rows.map(([name]) => name)).toEqual(['batch', 'cmfh', 'cvh', 'chance']);
    const difference = differenceTable(differencesOf(precisions));
    expect(difference?.title).toContain('from batch');
    expect(difference?.rows.map(([name]) => name)).toEqual(names?.slice(1, 5));
    expect(differenceTable(differencesOf(precisions.slice(0, 1)))).toBeNull();
  });

  it('divides chance and differences like the values of a published slip', async () => {
    const methods = methodSettings(['cvh', 'cmfh'], {}, {});
    const [honest, slip] = [[], ['count-from-10']] as const;
    const of = async (quirks: readonly Quirk[]) => {
      const { runs, context, precisions } = await runBenchmark(topicSet(), { ...plan, methods, quirks });
      const [first, second] = runs.map(({ scores }) => scores.map.t2i);
      return { chance: context.chance.t2i, maps: [first, second], differences: differencesOf(precisions) };
    };
    const [plain, published] = [await of(honest), await of(slip)];
    // 40 queries are counted as 50.
    expect(published.chance).toBeCloseTo(0.8 * plain.chance, 10);
    expect(published.maps[0]).toBeCloseTo(0.8 * (plain.maps[0] ?? 0), 10);
    const ofCmfh = ({ differences }: typeof plain) =>
      differences.find(({ database, direction }) => database === 'encoder' && direction === 't2i');
    expect(ofCmfh(published)?.mean).toBeCloseTo((published.maps[1] ?? 0) - (published.maps[0] ?? 0), 10);
    expect(ofCmfh(published)?.low).toBeCloseTo(0.8 * (ofCmfh(plain)?.low ?? 0), 10);
  });

  it('names the protocol, and refuses methods without a network of pairs before it reports anything', async () => {
    const methods = [{ id: 'ucmfh', settings: { feedForward: 32, layers: 1 } }];
    const { context, runs } = await runBenchmark(topicSet(), { ...plan, epochs: 1, methods, protocol: 'paired' });
    expect([context.protocol, runs[0]?.protocol]).toEqual(['paired', 'paired']);
    const reported: unknown[] = [];
    const refused = runBenchmark(
      topicSet(),
      { ...plan, protocol: 'paired' },
      { onStart: (start) => reported.push(start) },
    );
    await expect(refused).rejects.toThrow(
      /The method ucch makes codes of one modality at a time and has no protocol paired; use single/,
    );
    expect(reported).toEqual([]);
  });

  it('gives a method up that fails, and keeps the others', async () => {
    const methods = methodSettings(['ucch', 'ucmfh'], {}, {});
    const { runs, failures, ended } = await runBenchmark(topicSet(), {
      ...plan,
      ...{ epochs: 1, methods, protocol: 'paired' },
    });
    expect(new Set(runs.map(({ method }) => method))).toEqual(new Set(['ucmfh']));
    expect(failures).toMatchObject([{ method: 'ucch', error: { code: 'bad-argument' } }]);
    expect(ended).toBeNull();
  });

  it('keeps what is finished when it is cancelled', async () => {
    const controller = new AbortController();
    const methods = methodSettings(['cvh', 'ucch'], {}, {});
    const { runs, ended } = await runBenchmark(
      topicSet(),
      { ...plan, methods },
      { onProgress: ({ method }) => method === 'ucch' && controller.abort() },
      controller.signal,
    );
    expect(new Set(runs.map(({ method }) => method))).toEqual(new Set(['cvh']));
    expect(ended).toMatchObject({ code: 'cancelled' });
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const running = runBenchmark(topicSet(), plan, { onProgress: () => controller.abort() }, controller.signal);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it('chance at k is the mean over random orders', () => {
  const queries = labelSets([[0], [1], [7]]);
  const items = labelSets([[0], [0], [1], [2], [2], [2]]);
  // Every order of six items, as six codes at different distances from the query's.
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
  expect(randomCodesMapAt(3, queries, items)).toBeCloseTo(sum / orders.length, 10);
});

describe('features', () => {
  it('are standardised by the training rows alone', () => {
    const rows = Float32Array.of(1, 5, 3, 5, 100, 7);
    expect([...standardised(rows, 2, Int32Array.of(0, 1))]).toEqual([-1, 0, 1, 0, 98, 0]);
  });

  it('are brought to unit length, zeros staying zeros', () => {
    expect([...unitLength(Float32Array.of(3, 4, 0, 0), 2)].map((x) => +x.toFixed(6))).toEqual([0.6, 0.8, 0, 0]);
  });

  it('are brought to unit length in parts, as encoders give them', () => {
    const rows = Float32Array.of(3, 4, 0.2, 0, 0, -2);
    expect([...unitParts(rows, 3, 2)].map((x) => +x.toFixed(6))).toEqual([0.6, 0.8, 1, 0, 0, -1]);
    const shared = topicSet({ sharedWidth: 10 });
    const parts = normalised(shared, 'parts');
    expect(parts.imageRows).toEqual(unitParts(shared.imageRows, shared.imageWidth, 10));
    expect(parts.textRows).toEqual(unitParts(shared.textRows, shared.textWidth, 10));
    expect(normalised(topicSet(), 'parts').imageRows).toEqual(normalised(topicSet(), 'l2').imageRows);
  });

  it('are left alone where nothing is asked', () => {
    const set = topicSet();
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
    expect(() => methodSettings(['ucch', 'ucmfh'], { realValued: true }, {})).toThrow(
      /With the setting realValued, ucmfh is measured by rows that .* leave realValued out/,
    );
    expect(methodSettings(['ucmfh'], { realValued: false }, {})[0]?.settings).toEqual({ realValued: false });
    expect(() => methodSettings(['magic'], {}, {})).toThrow(/There is no hashing method magic/);
  });
});

describe('the table', () => {
  const both = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
  const run = (bits: 16 | 64, seed: number, i2t: number, own: CounterpartRanks | null = null): Run => {
    const scores = both(i2t, 0.5);
    return {
      method: 'ucch',
      database: 'encoder',
      unseen: null,
      bits,
      seed,
      protocol: 'single',
      scores: { mapStable: scores, map: scores, map50: scores, map50Stable: scores },
      own,
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
      split: testPart(topicSet()).split.counts,
      chance: both(0.11, 0.11),
      chance50: both(0.12, 0.12),
      float: null,
    } as const;
    const [stable, , at50] = reportTables({ id: 'wikipedia', imageWidth: 128 }, context, summarise(runs));
    expect(stable?.head).toEqual(['', 'I→T 16', '64', 'T→I 16', '64']);
    expect(stable?.rows).toEqual([
      ['ucch', '0.210', '0.250', '0.500', '0.500'],
      ['  sd over seeds', '0.014', '0.000', '0.000', '0.000'],
      ['  published code', '0.209', '0.250', '0.482', '0.517'],
      ['  difference', '+0.001', '+0.000', '+0.018', '-0.017'],
      ['chance', '0.110', '0.110', '0.110', '0.110'],
    ]);
    expect(at50?.rows.at(-1)).toEqual(['chance', '0.120', '0.120', '0.120', '0.120']);
    const [other] = reportTables({ id: 'wikipedia', imageWidth: 512 }, context, summarise(runs));
    expect(other?.rows.map(([name]) => name)).toEqual(['ucch', '  sd over seeds', 'chance']);
  });

  describe('of own items', () => {
    const recall = (at1: number) => ({ 1: at1, 5: 2 * at1, 10: 3 * at1 });
    const ranks = (at1: number, i2t: number, t2i: number) => ({
      recall: { i2t: recall(at1), t2i: recall(at1 / 2) },
      medianRank: { i2t, t2i },
    });
    const own = (at1: number, middle: number | null): CounterpartRanks => {
      const reranked = ranks(2 * at1, 3, 0);
      return {
        byCode: ranks(at1, 20, 40),
        reranked: { ...reranked, medianRank: { i2t: 3, t2i: middle } },
        candidates: { i2t: 100, t2i: 120 },
      };
    };
    const set = topicSet({ labels: null, validation: range(100, 160), train: range(0, 100), sharedWidth: 4 });
    const context = {
      protocol: 'single',
      relevance: 'own-caption',
      seed: 1,
      split: testPart(set).split.counts,
      chance: both(0.11, 0.11),
      chance50: both(0.12, 0.12),
      float: null,
      ranks: { chance: ranks(0.02, 50.5, 20.25), float: ranks(0.06, 9, 8) },
    } as const;
    const two = [run(16, 1, 0.2, own(0.1, 5)), run(16, 2, 0.2, own(0.12, null)), run(64, 1, 0.2, own(0.2, 7))];

    it('has R@k and median rank of both directions, by code and re-ranked, for each length', () => {
      const tables = reportTables(set, context, summarise(two));
      expect(tables).toHaveLength(5);
      const [short, long] = tables.slice(3);
      expect(short?.title).toMatch(/^Own items at 16 bits/);
      expect(short?.head).toEqual(['', 'I→T R@1', 'R@5', 'R@10', 'median', 'T→I R@1', 'R@5', 'R@10', 'median']);
      expect(short?.rows).toEqual([
        ['ucch, by code', '11.0', '22.0', '33.0', '20.0', '5.5', '11.0', '16.5', '40.0'],
        ['  sd over seeds', '1.4', '2.8', '4.2', '0.0', '0.7', '1.4', '2.1', '0.0'],
        ['ucch, re-ranked', '22.0', '44.0', '66.0', '3.0', '11.0', '22.0', '33.0', '>100'],
        ['  sd over seeds', '2.8', '5.7', '8.5', '0.0', '1.4', '2.8', '4.2', '-'],
        ['chance', '2.0', '4.0', '6.0', '50.5', '1.0', '2.0', '3.0', '20.3'],
        ['float features', '6.0', '12.0', '18.0', '9.0', '3.0', '6.0', '9.0', '8.0'],
      ]);
      expect(short?.notes).toEqual([expect.stringMatching(/^Re-ranked: the nearest 100 by code and all as near/)]);
      expect(long?.rows.map(([name]) => name)).toEqual([
        'ucch, by code',
        'ucch, re-ranked',
        'chance',
        'float features',
      ]);
      expect(long?.rows[1]?.at(-1)).toBe('7.0');
    });

    it('gives means and spreads over seeds, no median where one of the seeds has none', () => {
      const [short, long] = summarise(two);
      expect(short?.own?.mean.byCode.recall.i2t[1]).toBeCloseTo(0.11);
      expect(short?.own?.sd?.byCode.recall.i2t[1]).toBeCloseTo(0.02 / Math.SQRT2);
      expect(short?.own?.mean.reranked.medianRank).toEqual({ i2t: 3, t2i: null });
      expect(short?.own?.mean.candidates).toEqual({ i2t: 100, t2i: 120 });
      expect(long?.own?.sd).toBeNull();
      expect(summarise(runs)[0]?.own).toBeNull();
    });

    it('is reported of in a line a run, and the set in one that names what its features are', () => {
      expect(describeRun(run(16, 1, 0.2, own(0.1, 5)))).toMatch(
        /text→image 0\.500, R@10 text→image 15\.0% \(re-ranked 30\.0%\)/,
      );
      expect(describeRun(run(16, 1, 0.2))).not.toMatch(/R@10/);
      const line = describeSet(set, 'parts', context);
      expect(line).toMatch(/100 training pairs, the epoch being chosen by 60 validation images;/);
      expect(line).toMatch(/24 and 24 wide, the 4 shared numbers and the rest at unit length each; /);
      expect(describeSet(withAllTraining(set), 'none', context)).toMatch(
        /chosen by copies of training rows;.*as in the file/,
      );
    });
  });
});
