import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { openRunner } from '../../compute/devices/devices.ts';
import { stepScalars } from './adam.ts';
import type { GradientLearner } from '../methods/method.ts';
import { findMethod } from '../methods/registry.ts';
import { Random } from '../../numerics/random.ts';
import { buildStep, initialState, outputName, phaseFeeds } from './step.ts';
import { Stepper } from './stepper.ts';

const [batch, width, bits, pairs, steps] = [16, 12, 8, 40, 6];

/** The last one computes its sums by a separate kernel between two graphs. */
const variants: Readonly<Record<string, { method: string; settings: Record<string, unknown> }>> = {
  ucch: { method: 'ucch', settings: { negatives: 16 } },
  ucmfh: { method: 'ucmfh', settings: { feedForward: 24 } },
  'two-tower': { method: 'two-tower', settings: { embedding: 16 } },
  'ucch, per-sample': { method: 'ucch', settings: { negatives: 16, negativeSampling: 'per-sample' } },
};

function learnerOf(variant: string, random: Random): GradientLearner {
  const setup = { imageWidth: width, textWidth: width, sharedWidth: 0, bits, pairs, batch, epochs: 2, random };
  const { method = '', settings = {} } = variants[variant] ?? {};
  const learner = findMethod(method).resolve({ hidden: 20 }, settings).learner(setup);
  if (learner.kind !== 'gradient') throw new Error(`${method} does not learn by steps`);
  return learner;
}

/** Losses, norms and the state of some steps taken through `take`. */
async function trace(method: string, device: 'kernel' | 'graph' | 'tensorflow', threads = 1) {
  const random = new Random(3);
  const learner = learnerOf(method, random);
  const state = initialState(learner.networks);
  const standIn = { backend: 'cpu', loadPackage: () => Promise.resolve({}) };
  const stepper = await Stepper.open(device === 'tensorflow' ? device : 'cpu', learner, batch, state, {
    threads,
    ...standIn,
  });
  const graph = await openRunner('cpu', state, { threads });
  const numbers: number[] = [];
  for (let t = 1; t <= steps; t++) {
    const phase = learner.phase(t <= 2 ? 1 : 2);
    const indices = Int32Array.from({ length: batch }, () => random.below(pairs));
    const rows = () => Float32Array.from({ length: batch * width }, () => random.normal());
    const feeds = { imageRows: rows(), textRows: rows() };
    const scalars = stepScalars(learner.optimizer, t);
    const own = phase.feed(indices, random);
    const outputs =
      device === 'graph'
        ? await graph.step(buildStep(learner, phase, batch), {
            ...feeds,
            rate: Float32Array.of(scalars.rate),
            epsilon: Float32Array.of(scalars.epsilon),
            ...(learner.optimizer.decoupledDecay === undefined ? {} : { factor: Float32Array.of(1) }),
            ...phaseFeeds(own),
          })
        : await stepper.step(phase, { ...feeds, ...scalars, own });
    numbers.push(outputs['loss']?.[0] ?? Number.NaN, outputs['gradientNorm']?.[0] ?? Number.NaN);
    const bankRows = outputs[outputName('bankRows')];
    phase.absorb(indices, bankRows instanceof Float32Array ? { bankRows } : {});
  }
  await stepper.sync();
  const after = Object.entries(device === 'graph' ? graph.state : stepper.state).map(
    ([name, data]) => [name, [...data]] as const,
  );
  await stepper.dispose();
  await graph.dispose();
  return { numbers, state: Object.fromEntries(after) };
}

function expectClose(a: Awaited<ReturnType<typeof trace>>, b: Awaited<ReturnType<typeof trace>>) {
  a.numbers.forEach((x, i) => expect(Math.abs(x - (b.numbers[i] ?? Number.NaN))).toBeLessThan(1e-4 * Math.max(1, x)));
  expect(Object.keys(a.state).sort()).toEqual(Object.keys(b.state).sort());
  for (const [name, values] of Object.entries(a.state)) {
    const other = b.state[name] ?? [];
    const scale = Math.max(...other.map(Math.abs), 1e-6);
    const far = Math.max(...values.map((x, i) => Math.abs(x - (other[i] ?? Number.NaN)))) / scale;
    expect(far, name).toBeLessThan(2e-3);
  }
}

describe.each(Object.keys(variants))('a step of %s', (method) => {
  it('with the kernel is the step as one graph', async () => {
    expectClose(await trace(method, 'kernel'), await trace(method, 'graph'));
  });

  it('is the same bit for bit when taken again', async () => {
    expect(await trace(method, 'kernel')).toEqual(await trace(method, 'kernel'));
  });

  it('in TensorFlow.js as it is gives the same', async () => {
    expectClose(await trace(method, 'kernel'), await trace(method, 'tensorflow'));
  });
});
