// A training that is interrupted, cancelled, diverges or does not fit.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { EpochMetrics, EvaluationContext } from '../../../shared/contract/evaluation.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { isDiverged } from './gradient-training.ts';
import { methods } from '../methods/registry.ts';
import { topicData } from '../../../../test/support/topic-data.ts';
import { Yielder, runYielding } from '../../runtime/yielder.ts';
import { trainInProcess } from './train-in-process.ts';
import { train } from './trainer.ts';
import type { TrainingOptions, TrainingRequest } from './training.ts';
import { uint8At } from '../../../shared/at.ts';

const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
const options: TrainingOptions = {
  method: 'ucch',
  bits: 16,
  epochs: 4,
  batch: 32,
  hidden: 16,
  negatives: 64,
  seed: 3,
  device: 'auto',
  threads: 1,
};
const request = (changes: Partial<TrainingOptions> = {}): TrainingRequest => ({
  data: topicData({ photos: 60 }),
  encoder,
  options: { ...options, ...changes },
});
/** All but the time taken. */
const numbers = (epochs: readonly EpochMetrics[]) => epochs.map((epoch) => ({ ...epoch, seconds: 0 }));

/** Trains to the end with a checkpoint after each epoch. */
async function withCheckpoints(of: TrainingRequest) {
  const checkpoints: Uint8Array[] = [];
  const model = await train({ ...of, onCheckpoint: (bytes) => void checkpoints.push(bytes.slice()) });
  return { model, checkpoints };
}

const trained: [string, Partial<TrainingOptions>][] = [
  ['ucch, shared negatives', {}],
  ['ucch, the whole bank', { negatives: 4096 }],
  ['ucch, negatives of each pair', { settings: { negativeSampling: 'per-sample' } }],
  ...methods
    .filter(({ id, hasEpochs }) => hasEpochs && id !== 'ucch')
    .map(({ id }): [string, Partial<TrainingOptions>] => [id, { method: id }]),
];

describe('a training that goes on from a checkpoint', () => {
  it.each(trained)('is the uninterrupted one bit for bit: %s', async (_, changes) => {
    const { model, checkpoints } = await withCheckpoints(request(changes));
    expect(checkpoints).toHaveLength(4);
    // From warm-up and from later, and when only the model is still to be made.
    for (const epoch of [1, 2, 4]) {
      const heard: EpochMetrics[] = [];
      let done: readonly EpochMetrics[] = [];
      const resumed = await train({
        ...request(changes),
        resumeFrom: checkpoints[epoch - 1]?.slice() ?? new Uint8Array(0),
        onStart: (_context, found) => (done = found),
        onEpoch: (metrics) => heard.push(metrics),
      });
      expect(done).toEqual(model.epochs.slice(0, epoch));
      expect(numbers(heard)).toEqual(numbers(model.epochs.slice(epoch)));
      expect(numbers(resumed.epochs)).toEqual(numbers(model.epochs));
      expect(resumed.bestEpoch).toBe(model.bestEpoch);
      expect(Buffer.compare(resumed.image, model.image)).toBe(0);
      expect(Buffer.compare(resumed.text, model.text)).toBe(0);
    }
  });

  it('starts at the beginning where data, options or bytes are not those of the checkpoint', async () => {
    const { checkpoints } = await withCheckpoints(request({ epochs: 2 }));
    const bytes = checkpoints[0] ?? new Uint8Array(0);
    const epochsDone = async (of: TrainingRequest, resumeFrom: Uint8Array) => {
      let found = -1;
      await train({ ...of, resumeFrom, onStart: (_context, done) => (found = done.length) });
      return found;
    };
    expect(await epochsDone(request({ epochs: 2 }), bytes.slice())).toBe(1);
    expect(await epochsDone(request({ epochs: 2, seed: 4 }), bytes.slice())).toBe(0);
    expect(await epochsDone({ ...request({ epochs: 2 }), data: topicData({ photos: 61 }) }, bytes.slice())).toBe(0);
    const damaged = bytes.slice();
    damaged[damaged.length - 5] = uint8At(damaged, damaged.length - 5) ^ 1;
    expect(await epochsDone(request({ epochs: 2 }), damaged)).toBe(0);
    expect(await epochsDone(request({ epochs: 2 }), new Uint8Array(3))).toBe(0);
  });

  it('does so in a process of its own, one checkpoint saved after the other', async () => {
    const { model } = await withCheckpoints(request());
    const checkpoints: Uint8Array[] = [];
    let saving = 0;
    const controller = new AbortController();
    const stopped = trainInProcess({
      ...request(),
      signal: controller.signal,
      onCheckpoint: async (bytes) => {
        expect(++saving).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        checkpoints.push(bytes);
        saving--;
        if (checkpoints.length === 2) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const resumed = await trainInProcess({ ...request(), resumeFrom: checkpoints[1] ?? new Uint8Array(0) });
    expect(numbers(resumed.epochs)).toEqual(numbers(model.epochs));
    expect(Buffer.compare(resumed.image, model.image)).toBe(0);
  });

  it('keeps every number in the bytes', () => {
    const checkpoint: Checkpoint = {
      key: 'k',
      steps: 7,
      firstLoss: 0.1,
      random: [1, 2, 3, 4],
      epochs: [],
      best: { epoch: 2, map: 1 / 3, values: { w: Float32Array.of(1.5) } },
      state: { w: Float32Array.of(0.1, -0), 'first.w': Float32Array.of(Number.MIN_VALUE, 3e38) },
      learner: { bank: new Float32Array(0) },
    };
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint), 'k')).toEqual(checkpoint);
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint), 'other')).toBeNull();
  });
});

/** Training processes this process started, by the system's process table. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^[0-9]+$/.test(entry)) return [];
    try {
      const ppid = Number(
        readFileSync(`/proc/${entry}/stat`, 'utf8')
          .replace(/^.*\) \S /, '')
          .split(' ')[0],
      );
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      return ppid === parent && command.includes('training-process') ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

describe('cancelling', () => {
  it('ends a process inside one long step, and this one lives on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hashlens-'));
    const program = join(folder, 'deaf.mjs');
    const pidFile = join(folder, 'pid');
    await writeFile(
      program,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); for (;;);`,
    );
    const controller = new AbortController();
    const training = trainInProcess({ ...request(), signal: controller.signal }, { program: pathToFileURL(program) });
    await vi.waitFor(() => expect(existsSync(pidFile) && statSync(pidFile).size > 0).toBe(true), { timeout: 250_000 });
    controller.abort();
    await expect(training).rejects.toMatchObject({ code: 'cancelled' });
    const pid = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    await rm(folder, { recursive: true });
  });

  it('ends ONNX Runtime in the middle of a step and keeps the last checkpoint', async () => {
    const controller = new AbortController();
    const large: TrainingRequest = {
      ...request({ hidden: 2048, batch: 512, epochs: 500, negatives: 4096 }),
      data: topicData({ photos: 600, width: 512, captionsPerPhoto: 1 }),
      encoder: { ...encoder, imageWidth: 512, textWidth: 512 },
      signal: controller.signal,
    };
    const checkpoints: Uint8Array[] = [];
    const training = trainInProcess({
      ...large,
      onCheckpoint: (bytes) => {
        checkpoints.push(bytes);
        // Within the next step.
        setTimeout(() => controller.abort(), 30);
      },
    });
    await expect(training).rejects.toMatchObject({ code: 'cancelled' });
    let done = 0;
    const again = new AbortController();
    const resumed = trainInProcess({
      ...large,
      signal: again.signal,
      resumeFrom: checkpoints.at(-1) ?? new Uint8Array(0),
      onCheckpoint: () => undefined,
      onStart: (_context, epochs) => {
        done = epochs.length;
        again.abort();
      },
    });
    await expect(resumed).rejects.toMatchObject({ code: 'cancelled' });
    expect(done).toBe(checkpoints.length);
  });

  it.runIf(process.platform === 'linux')('names the end of a process that was killed from outside', async () => {
    let killed = false;
    const training = trainInProcess({
      ...request({ epochs: 1000 }),
      onStep: () => {
        if (killed) return;
        killed = true;
        for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
      },
    });
    await expect(training).rejects.toThrow(/The training process was ended by SIGKILL/);
  });

  it('ends an evaluation between two slices', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    const endless = function* (): Generator<void, never> {
      for (;;) yield;
    };
    await expect(runYielding(endless(), new Yielder(controller.signal))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('stops before the next epoch when asked to during the measurements of one', async () => {
    const controller = new AbortController();
    const heard: number[] = [];
    const training = train({
      ...request(),
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        heard.push(epoch);
        if (epoch === 2) controller.abort();
      },
    });
    await expect(training).rejects.toMatchObject({ code: 'cancelled' });
    expect(heard).toEqual([1, 2]);
  });
});

describe('a loss that explodes', () => {
  it('is one out of all proportion to the first, or no number', () => {
    expect(isDiverged(3, 1, 5)).toBe(false);
    expect(isDiverged(5999, 1, 5)).toBe(false);
    expect(isDiverged(6001, 1, 5)).toBe(true);
    expect(isDiverged(-6001, 1, 5)).toBe(true);
    expect(isDiverged(Number.NaN, 1, 5)).toBe(true);
    expect(isDiverged(1, Number.POSITIVE_INFINITY, 5)).toBe(true);
  });

  it('is explained with the epoch, the loss and the remedy', async () => {
    const { data, ...rest } = request({ epochs: 5 });
    const onEpoch = ({ epoch }: EpochMetrics) => {
      if (epoch === 2) data.imageRows.fill(Number.NaN);
    };
    await expect(train({ data, ...rest, onEpoch })).rejects.toThrow(
      /^The training diverged in epoch 3, where the loss became NaN: .*lower learning rate.*epoch [12] was kept\.$/,
    );
  });
});

describe('memory', () => {
  it('is said before the start and refused with the number where it is too much', async () => {
    const contexts: EvaluationContext[] = [];
    await train({ ...request({ epochs: 1, memoryBudget: 1e9 }), onStart: (context) => contexts.push(context) });
    const [context] = contexts;
    expect(context?.device).toBe('cpu');
    expect(context?.memory?.total).toBeGreaterThan(1e5);
    expect(context?.memory?.total).toBeLessThan(1e7);
    const large = train(request({ hidden: 16384, memoryBudget: 1e9 }));
    await expect(large).rejects.toMatchObject({ code: 'too-large' });
    await expect(large).rejects.toThrow(/needs about \d+\.\d GB of memory \(\d+ million parameters\).*1\.0 GB here/);
  });
});
