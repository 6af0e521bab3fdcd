import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { learnerSizes, planMemory } from './memory-plan.ts';
import { findMethod } from '../methods/registry.ts';

const setup = { imageWidth: 24, textWidth: 24, sharedWidth: 0, bits: 16, pairs: 1000, batch: 64, epochs: 9 };
const sizes = { photos: 500, captions: 1000, imageWidth: 24, textWidth: 24 };
const learner = (settings = {}) =>
  learnerSizes(findMethod('ucch').resolve({ hidden: 100, negatives: 4096 }, settings), setup);
const count = 24 * 100 + 100 + 100 * 100 + 100 + 100 * 16 + 16 + 24 * 100 + 100 + 100 * 16 + 16;

describe('the memory a training is said to need', () => {
  it('counts parameters, moments, checkpoint and the work of a step', () => {
    const { memory, parameters } = planMemory(learner(), sizes, true, 'cpu');
    expect(parameters).toBe(count);
    expect(memory.parts).toMatchObject({
      data: 1500 * 24 * 4,
      // The kernel updates in place.
      parameters: count * 4,
      moments: count * 8,
      gradients: count * 4,
      bank: 2 * 1000 * 16 * 4,
      checkpoint: 2 * (count * 16 + 1000 * 16 * 4),
    });
    // At least the similarities of the batch to the bank, and their gradient.
    expect(memory.parts['step']).toBeGreaterThan(2 * 64 * 1000 * 4);
    expect(memory.total).toBe(Object.values(memory.parts).reduce((a, b) => a + b, 0));
  });

  it('counts a second set of parameters and moments where a step is one graph', () => {
    const cpu = planMemory(learner(), sizes, true, 'cpu').memory;
    const cuda = planMemory(learner(), sizes, true, 'cuda').memory;
    expect(cuda.parts).toMatchObject({ parameters: count * 8, moments: count * 16 });
    expect(cuda.total).toBeGreaterThan(cpu.total + count * 8);
  });

  it('counts no similarities to the whole bank where the rows drawn are summed over by the kernel', () => {
    const step = (device: 'cpu' | 'cuda') =>
      planMemory(learner({ negativeSampling: 'per-sample' }), sizes, true, device).memory.parts['step'] ?? 0;
    const draws = 64 * 4097 * 4;
    expect(step('cpu')).toBeLessThan(draws + 0.5e6);
    expect(step('cuda')).toBeGreaterThan(draws + 3 * 64 * 1000 * 4);
  });

  it('is about what a training takes', { timeout: 120_000 }, async () => {
    const program = fileURLToPath(new URL('../../../../test/fixtures/training/peak-memory.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, '2048']);
    const { plan, took } = parseJson(z.object({ plan: z.number(), took: z.number() }), stdout);
    // The runtime's own share is not in the plan.
    expect(took).toBeLessThan(plan + 1.5e8);
    expect(plan).toBeLessThan(1.4 * took);
  });
});
