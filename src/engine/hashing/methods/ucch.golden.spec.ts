// UCCH against numbers of its authors' published PyTorch code: losses, gradient norm, bank and parameters of 4 steps.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession, nextName, type Numbers } from '../../compute/onnx/sessions.ts';
import { stepScalars } from '../training/adam.ts';
import { Random } from '../../numerics/random.ts';
import { buildStep, initialState, outputName, phaseFeeds } from '../training/step.ts';
import type { GradientLearner } from './method.ts';
import { ucch, ucchSettings } from './ucch.ts';

const storedSchema = z.object({
  shape: z.array(z.number()),
  data: z.array(z.number()),
});
const layerSchema = z.object({
  w: storedSchema,
  b: storedSchema,
});
type Layer = z.output<typeof layerSchema>;
const goldenSchema = z.object({
  dims: z.record(z.enum(['batch', 'imageDim', 'textDim', 'hidden', 'bits', 'pairs', 'K']), z.number()),
  hyper: z.record(
    z.enum(['temperature', 'momentum', 'alpha', 'margin', 'shift', 'lr', 'weightDecay', 'clipNorm']),
    z.number(),
  ),
  imageNet: z.array(layerSchema),
  textNet: z.array(layerSchema),
  bank: storedSchema,
  steps: z.array(
    z.object({
      warmup: z.boolean(),
      image: storedSchema,
      text: storedSchema,
      pair: z.array(z.number()),
      negatives: z.array(z.array(z.number())).nullable(),
      Lc: z.number(),
      Lr: z.number(),
      loss: z.number(),
      gradNorm: z.number(),
      bankAfter: storedSchema,
      imageNetAfter: z.array(layerSchema),
      textNetAfter: z.array(layerSchema),
    }),
  ),
});

const file = fileURLToPath(new URL('../../../../test/fixtures/golden/ucch.json', import.meta.url));

/** Largest difference, relative to the largest number expected. */
function distance(actual: Numbers, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((x, i) => Math.abs(x - (actual[i] ?? Number.NaN)))) / scale;
}

type RunStep = (warmup: boolean, feeds: Record<string, Numbers>) => Promise<Record<string, Numbers>>;

describe('UCCH computes what the published code computes', () => {
  const golden = parseJson(goldenSchema, readFileSync(file, 'utf8'));

  function setUp() {
    const { dims, hyper } = golden;
    const settings = ucchSettings.parse({
      hidden: dims.hidden,
      negatives: dims.K,
      negativeSampling: 'per-sample',
      alpha: hyper.alpha,
      margin: hyper.margin,
      shift: hyper.shift,
      temperature: hyper.temperature,
      momentum: hyper.momentum,
      learningRate: hyper.lr,
      weightDecay: hyper.weightDecay,
      clipNorm: hyper.clipNorm,
    });
    const setup = {
      imageWidth: dims.imageDim,
      textWidth: dims.textDim,
      sharedWidth: 0,
      bits: dims.bits,
      pairs: dims.pairs,
      batch: dims.batch,
      epochs: 4,
      random: new Random(1),
    };
    const learner = ucch.learner(setup, settings) as GradientLearner;
    const state = initialState(learner.networks);
    const place = (name: string, layers: Layer[]) =>
      layers.forEach(({ w, b }, layer) => {
        state[`${name}.${layer}.w`]?.set(w.data);
        state[`${name}.${layer}.b`]?.set(b.data);
      });
    place('image', golden.imageNet);
    place('text', golden.textNet);
    learner.restore({ bank: Float32Array.from(golden.bank.data) });
    return { golden, learner, state };
  }

  async function expectRecorded(makeRun: (learner: GradientLearner, batch: number) => Promise<RunStep>) {
    const { golden, learner, state: initial } = setUp();
    let state: Record<string, Numbers> = initial;
    const run = await makeRun(learner, golden.dims.batch);
    let t = 0;
    for (const step of golden.steps) {
      t++;
      const pairs = Int32Array.from(step.pair);
      const phase = learner.phase(step.warmup ? 1 : 2);
      const feeds: Record<string, Numbers> = { ...phase.feed(pairs, new Random(1)) };
      if (step.negatives !== null) {
        feeds['draws'] = Int32Array.from(step.negatives.flat());
      }
      const scalars = stepScalars(learner.optimizer, t);
      const results = await run(step.warmup, {
        ...state,
        ...phaseFeeds(feeds),
        imageRows: Float32Array.from(step.image.data),
        textRows: Float32Array.from(step.text.data),
        rate: Float32Array.of(scalars.rate),
        epsilon: Float32Array.of(scalars.epsilon),
      });
      const number = (name: string) => results[name]?.[0];
      expect(number('lossC')).toBeCloseTo(step.Lc, 4);
      expect(number('lossR')).toBeCloseTo(step.Lr, 4);
      expect(number('loss')).toBeCloseTo(step.loss, 4);
      expect(number('gradientNorm')).toBeCloseTo(step.gradNorm, 4);
      const bankRows = results[outputName('bankRows')] as Float32Array;
      phase.absorb(pairs, { bankRows });
      expect(distance(learner.state()['bank'] as Float32Array, step.bankAfter.data)).toBeLessThan(1e-4);
      state = Object.fromEntries(
        Object.keys(initial).map((name) => [name, (results[nextName(name)] as Float32Array).slice()]),
      );
      for (const [name, layers] of [
        ['image', step.imageNetAfter],
        ['text', step.textNetAfter],
      ] as const) {
        layers.forEach(({ w, b }, layer) => {
          expect(distance(state[`${name}.${layer}.w`] as Float32Array, w.data)).toBeLessThan(1e-4);
          expect(distance(state[`${name}.${layer}.b`] as Float32Array, b.data)).toBeLessThan(1e-4);
        });
      }
    }
  }

  it('compiled to ONNX', async () => {
    await expectRecorded(async (learner, batch) => {
      const open = async (epoch: number) => {
        const step = buildStep(learner, learner.phase(epoch), batch);
        return openSession(compile((tensors) => step.run(tensors), step.inputs).bytes, { threads: 1 });
      };
      const [warm, main] = [await open(1), await open(2)];
      return (warmup, feeds) => (warmup ? warm : main).run(feeds);
    });
  });

  it('on TensorFlow.js as it is', async () => {
    await tf.setBackend('cpu');
    await expectRecorded((learner, batch) =>
      Promise.resolve((warmup, feeds) => {
        const step = buildStep(learner, learner.phase(warmup ? 1 : 2), batch);
        const tensors = Object.entries(step.inputs).map(([name, { shape }]) => [
          name,
          tf.tensor(feeds[name] as Float32Array, shape.map(Number)),
        ]);
        const results = step.run(Object.fromEntries(tensors) as Record<string, tf.Tensor>);
        return Promise.resolve(
          Object.fromEntries(Object.entries(results).map(([name, x]) => [name, x.dataSync() as Float32Array])),
        );
      }),
    );
  });
});
