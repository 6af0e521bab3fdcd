import { describe, expect, it } from 'vitest';
import { compile } from '../../compute/onnx/compile.ts';
import { nextName, openSession, type Numbers } from '../../compute/onnx/sessions.ts';
import { stepScalars } from '../training/adam.ts';
import { Random } from '../../numerics/random.ts';
import { buildStep, initialState, outputName, phaseFeeds } from '../training/step.ts';
import type { GradientLearner } from './method.ts';
import { ucch, ucchSettings } from './ucch.ts';
import { float32At, numberAt } from '../../../shared/at.ts';

type Matrix = number[][];
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * numberAt(b, i), 0);
const unit = (row: readonly number[]) => row.map((x) => x / Math.sqrt(dot(row, row)));
const average = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const logSumExp = (list: readonly number[]) => Math.log(list.reduce((sum, x) => sum + Math.exp(x), 0));
const matrix = (data: Numbers, width: number): Matrix =>
  Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);

const dims = { imageWidth: 7, textWidth: 5, bits: 8, hidden: 8, batch: 4, pairs: 12, negatives: 9 };

/** The networks, in plain loops. */
function forward(state: Readonly<Record<string, Numbers>>, name: string, layers: number, rows: Matrix): Matrix {
  return rows.map((row) => {
    let x = row;
    for (let layer = 0; layer < layers; layer++) {
      const bias = [...(state[`${name}.${layer}.b`] ?? [])];
      const w = matrix(state[`${name}.${layer}.w`] ?? new Float32Array(0), bias.length);
      const sums = bias.map((b, j) => b + x.reduce((sum, value, i) => sum + value * (w[i]?.[j] ?? 0), 0));
      x = layer < layers - 1 ? sums.map((value) => Math.max(0, value)) : sums.map(Math.tanh);
    }
    return unit(x);
  });
}

/** The losses as methods.md and the paper have them: row by row, negatives listed one by one. */
function plainLoss(f: Matrix, g: Matrix, targets: Matrix, negatives: (i: number) => Matrix) {
  const scale = 0.9 * Math.sqrt(dims.bits);
  const signs = (row: readonly number[]) => row.map(Math.sign);
  const contrast = (x: Matrix) =>
    average(
      x.map((row, i) => {
        const positive = dot(signs(targets[i] ?? []), row) / scale;
        return logSumExp([positive, ...negatives(i).map((other) => dot(signs(other), row) / scale)]) - positive;
      }),
    );
  const [margin, shift] = [0.2, 0.1];
  const rank = (a: Matrix, b: Matrix) =>
    average(
      a.map((row, i) => {
        const own = dot(row, b[i] ?? []);
        const all = b.map((other) => dot(row, other)).map((s) => (s >= own - margin ? s : s - shift));
        return -own + logSumExp(all) + margin;
      }),
    );
  const lossC = contrast(f) + contrast(g);
  const lossR = rank(f, g) + rank(g, f);
  return { lossC, lossR, loss: 0.7 * lossC + 0.3 * lossR };
}

function setUp(settings: Partial<Record<string, unknown>>) {
  const learner = ucch.learner(
    { ...dims, sharedWidth: 0, epochs: 4, random: new Random(3) },
    ucchSettings.parse({ hidden: dims.hidden, clipNorm: 0, weightDecay: 0, ...settings }),
  ) as GradientLearner;
  const random = new Random(4);
  const draw = (length: number) => Float32Array.from({ length }, () => random.normal());
  // Bank rows as they are after some steps: not only signs.
  const bank = matrix(draw(dims.pairs * dims.bits), dims.bits).map(unit);
  learner.restore({ bank: Float32Array.from(bank.flat()) });
  return {
    learner,
    bank: matrix(Float32Array.from(bank.flat()), dims.bits),
    state: initialState(learner.networks),
    imageRows: draw(dims.batch * dims.imageWidth),
    textRows: draw(dims.batch * dims.textWidth),
    pairs: Int32Array.of(5, 0, 7, 11),
  };
}

async function compiled(setup: ReturnType<typeof setUp>, epoch: number) {
  const phase = setup.learner.phase(epoch);
  const step = buildStep(setup.learner, phase, dims.batch);
  const session = await openSession(compile((tensors) => step.run(tensors), step.inputs).bytes, { threads: 1 });
  const feeds = phase.feed(setup.pairs, new Random(5));
  const { rate, epsilon } = stepScalars(setup.learner.optimizer, 1);
  const run = (state: Readonly<Record<string, Float32Array>> = setup.state) =>
    session.run({
      ...state,
      ...phaseFeeds(feeds),
      imageRows: setup.imageRows,
      textRows: setup.textRows,
      rate: Float32Array.of(rate),
      epsilon: Float32Array.of(epsilon),
    });
  return { phase, feeds, run, dispose: () => session.dispose() };
}

const cases: Record<string, { settings: Record<string, unknown>; epoch: number }> = {
  'warm-up': { settings: {}, epoch: 1 },
  'the whole bank': { settings: { negatives: 4096 }, epoch: 2 },
  'shared negatives': { settings: { negatives: dims.negatives }, epoch: 2 },
  'negatives of each pair': { settings: { negatives: dims.negatives, negativeSampling: 'per-sample' }, epoch: 2 },
};

describe.each(Object.entries(cases))('UCCH, %s', (name, { settings, epoch }) => {
  it('has the losses of the formulas and moves the bank', async () => {
    const setup = setUp(settings);
    const { phase, feeds, run, dispose } = await compiled(setup, epoch);
    const found = await run();
    await dispose();
    const f = forward(setup.state, 'image', 3, matrix(setup.imageRows, dims.imageWidth));
    const g = forward(setup.state, 'text', 2, matrix(setup.textRows, dims.textWidth));
    const means = f.map((row, i) => unit(row.map((x, j) => (x + (g[i]?.[j] ?? 0)) / 2)));
    const own = [...setup.pairs].map((pair) => setup.bank[pair] ?? []);
    const others = matrix((feeds['others'] as Float32Array | undefined) ?? new Float32Array(0), dims.bits);
    const draws = matrix((feeds['draws'] as Int32Array | undefined) ?? new Int32Array(0), 1 + dims.negatives);
    const negatives = {
      'warm-up': (i: number) => means.filter((_, j) => j !== i),
      'the whole bank': (i: number) => setup.bank.filter((_, j) => j !== setup.pairs[i]),
      'shared negatives': () => others,
      // The first is the pair's own.
      'negatives of each pair': (i: number) => (draws[i] ?? []).slice(1).map((j) => setup.bank[j] ?? []),
    }[name];
    if (negatives === undefined) throw new Error(name);
    if (name.includes('negatives')) expect(negatives(1)).toHaveLength(dims.negatives);
    const expected = plainLoss(f, g, name === 'warm-up' ? means : own, negatives);
    for (const part of ['loss', 'lossC', 'lossR'] as const) expect(found[part]?.[0]).toBeCloseTo(expected[part], 5);

    phase.absorb(setup.pairs, { bankRows: found[outputName('bankRows')] as Float32Array });
    const bank = matrix(setup.learner.state()['bank'] ?? new Float32Array(0), dims.bits);
    const momentum = name === 'warm-up' ? 0 : 0.4;
    setup.bank.forEach((row, j) => {
      const i = setup.pairs.indexOf(j);
      const moved = unit(row.map((x, bit) => momentum * x + (1 - momentum) * (means[i]?.[bit] ?? 0)));
      (i < 0 ? row : moved).forEach((x, bit) => expect(bank[j]?.[bit]).toBeCloseTo(x, 5));
    });
  });

  it('has the gradient of its loss', async () => {
    const setup = setUp(settings);
    const { run, dispose } = await compiled(setup, epoch);
    const exact = await run();
    let compared = 0;
    for (const [parameter, values] of Object.entries(setup.state)) {
      if (!/^(image|text)\./.test(parameter)) continue;
      const at = Math.floor(values.length / 2);
      const lossWith = async (change: number) => {
        const changed = values.slice();
        changed[at] = float32At(changed, at) + change;
        return (await run({ ...setup.state, [parameter]: changed }))['loss']?.[0] ?? Number.NaN;
      };
      const slopeOver = async (h: number) => ((await lossWith(h)) - (await lossWith(-h))) / (2 * h);
      const slope = await slopeOver(0.005);
      // A sign of a target or the choice of a similarity may flip in between: that jump is not a slope.
      if (Math.abs(slope - (await slopeOver(0.01))) > 0.02 * Math.max(0.1, Math.abs(slope))) continue;
      compared++;
      // After one step from moments of zero the first moment is the gradient.
      const gradient = exact[nextName(`first.${parameter}`)]?.[at] ?? Number.NaN;
      expect(Math.abs(gradient - slope)).toBeLessThan(2e-3 + 0.03 * Math.abs(slope));
    }
    expect(compared).toBeGreaterThan(5);
    await dispose();
  });
});

describe('UCCH, taken apart', () => {
  const losses = async (settings: Record<string, unknown>) => {
    const setup = setUp({ negatives: 4096, ...settings });
    const { run, dispose } = await compiled(setup, 2);
    const found = await run();
    await dispose();
    const [loss, lossC, lossR] = ['loss', 'lossC', 'lossR'].map((part) => found[part]?.[0] ?? Number.NaN);
    return { setup, loss, lossC, lossR };
  };

  it('descends one loss alone', async () => {
    const contrastive = await losses({ losses: 'contrastive' });
    expect(contrastive.loss).toBeCloseTo(contrastive.lossC ?? 0, 6);
    const ranking = await losses({ losses: 'ranking' });
    expect(ranking.loss).toBeCloseTo(ranking.lossR ?? 0, 6);
  });

  it('ranks against the hardest negative, with margin', async () => {
    const { setup, lossR } = await losses({ ranking: 'hardest', margin: 0.4 });
    const f = forward(setup.state, 'image', 3, matrix(setup.imageRows, dims.imageWidth));
    const g = forward(setup.state, 'text', 2, matrix(setup.textRows, dims.textWidth));
    const rank = (a: Matrix, b: Matrix) =>
      average(
        a.map((row, i) => {
          const hardest = Math.max(...b.filter((_, j) => j !== i).map((other) => dot(row, other)));
          return Math.max(0, 0.4 - dot(row, b[i] ?? []) + hardest);
        }),
      );
    expect(lossR).toBeCloseTo(rank(f, g) + rank(g, f), 5);
  });

  it('contrasts with the whole bank, however few negatives are asked for', async () => {
    const whole = await losses({ negativeSampling: 'whole-bank', negatives: 1 });
    expect(whole.loss).toBe((await losses({ negatives: 4096 })).loss);
  });

  it('is as deep as asked', () => {
    const { learner } = setUp({ imageLayers: 5, textLayers: 1 });
    const shapes = (modality: 'image' | 'text') =>
      Object.entries(learner.networks[modality].parameters)
        .filter(([name]) => name.endsWith('.w'))
        .map(([, { shape }]) => shape);
    const { imageWidth, textWidth, hidden, bits } = dims;
    const inner = [hidden, hidden];
    expect(shapes('image')).toEqual([[imageWidth, hidden], inner, inner, inner, [hidden, bits]]);
    expect(shapes('text')).toEqual([[textWidth, bits]]);
  });
});

it('defaults to 1024 hidden units for features up to 1024 wide', () => {
  const hidden = (imageWidth: number) => {
    const setup = { ...dims, imageWidth, sharedWidth: 0, epochs: 4, random: new Random(1) };
    const learner = ucch.learner(setup, ucchSettings.parse({})) as GradientLearner;
    return learner.networks.text.parameters['text.0.w']?.shape[1];
  };
  expect(hidden(1024)).toBe(1024);
  expect(hidden(1025)).toBe(2048);
});
