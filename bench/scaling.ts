// Cost of trainings of 1000, 10,000 and 100,000 pairs: `npm run -s bench -- scaling [--methods a,b] [--pairs
// 1000,20000] [--limit s] [--width n] [--device d] [--json]`. One epoch of methods that learn in epochs, the whole training of
// others, 64 bits, each in a process of its own; synthetic topics with tags. A training is stopped at the limit, and
// the time of its epoch is estimated from its steps. The four methods with a similarity of all pairs must stay below
// 2 GB with 20,000 pairs; otherwise the program fails.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { methods } from '../src/engine/hashing/methods/registry.ts';
import { train } from '../src/engine/hashing/training/trainer.ts';
import { parseJson } from '../src/shared/json.ts';
import { topicData } from '../test/support/topic-data.ts';
import { machine, openTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: methods.map(({ id }) => id).join(',') },
    pairs: { type: 'string', default: '1000,10000,20000,100000' },
    limit: { type: 'string', default: '60' },
    width: { type: 'string', default: '512' },
    device: { type: 'string', default: 'cpu' },
    one: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [limit, width] = [Number(values.limit), Number(values.width)];

const measured = z.object({
  /** Of an epoch, or of the whole training; null where the limit came before the second step. */
  seconds: z.number().nullable(),
  /** Whether the epoch was stopped at the limit. */
  reckoned: z.boolean(),
  megabytes: z.number(),
});

/** Numbers that photos and texts share, as with the starter encoder; some methods learn from them alone. */
const sharedWidth = Math.min(80, width);

/** Trains in this process and prints the cost. */
async function measureHere(method: string, pairs: number): Promise<void> {
  const data = { ...topicData({ photos: pairs, captionsPerPhoto: 1, topics: 20, width }), sharedWidth };
  const before = process.resourceUsage().maxRSS / 1024;
  const stop = new AbortController();
  const began = performance.now();
  const timer = setTimeout(() => stop.abort(), 1000 * limit);
  let [done, total, first] = [0, 1, 0];
  let broken = false;
  try {
    await train({
      data,
      options: {
        method,
        bits: 64,
        epochs: 1,
        batch: 256,
        hidden: null,
        negatives: 4096,
        seed: 1,
        device: values.device,
      },
      encoder: { id: 'synthetic', imageWidth: width, textWidth: width, sharedWidth },
      signal: stop.signal,
      onStep(steps, all) {
        if (steps <= 1) first = performance.now();
        [done, total] = [steps, all];
      },
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    broken = true;
  }
  clearTimeout(timer);
  const now = performance.now();
  const reckoned = done > 1 ? ((now - first) / 1000 / (done - 1)) * total : null;
  const seconds = broken ? reckoned : (now - began) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds, reckoned: broken, megabytes, rowsMegabytes: before }));
}

/** Similarities of all pairs must not be kept as a matrix. */
const bounded = { methods: ['dgcpn', 'jdsh', 'cirh', 'djsrh'], pairs: 20_000, megabytes: 2048 } as const;

function measureAll(): void {
  const line = values.json ? null : openTable(['method', 'pairs', 'seconds', 'MB'], [10, 8, 14, 7]);
  if (!values.json) console.error(machine());
  // A closed-form training cannot be interrupted between steps.
  const patience = 5 * limit + 60;
  for (const method of values.methods.split(',')) {
    let isOver = false;
    for (const pairs of values.pairs.split(',').map(Number)) {
      if (isOver) {
        line?.([method, String(pairs), 'longer', '-']);
        continue;
      }
      const child = spawnSync(
        process.execPath,
        [
          import.meta.filename,
          '--one',
          `${method},${pairs}`,
          '--limit',
          values.limit,
          '--width',
          values.width,
          '--device',
          values.device,
        ],
        { encoding: 'utf8', timeout: 1000 * patience, maxBuffer: 1e7 },
      );
      const printed = child.stdout.trim().split('\n').at(-1) ?? '';
      if (child.status !== 0 || printed === '') {
        isOver = child.signal !== null;
        const reason = isOver ? `not done in ${patience} s` : (child.stderr.trim().split('\n').at(-1) ?? '');
        if (values.json) console.log(JSON.stringify({ method, pairs, failed: reason }));
        else if (!isOver) console.error(`${method}, ${pairs} pairs: ${reason}`);
        line?.([method, String(pairs), isOver ? `over ${patience}` : '-', '-']);
        continue;
      }
      const { seconds, reckoned, megabytes } = parseJson(measured, printed);
      if (values.json) console.log(JSON.stringify({ method, pairs, seconds, reckoned, megabytes }));
      const time = seconds === null ? `over ${limit}` : `${reckoned ? 'about ' : ''}${seconds.toFixed(1)}`;
      line?.([method, String(pairs), time, megabytes.toFixed(0)]);
      const isBounded = pairs === bounded.pairs && bounded.methods.some((one) => one === method);
      if (isBounded && megabytes > bounded.megabytes) {
        console.error(
          `${method} took ${megabytes.toFixed(0)} MB for ${pairs} pairs; ${bounded.megabytes} MB are allowed.`,
        );
        process.exitCode = 1;
      }
    }
  }
}

const one = values.one?.split(',');
if (one === undefined) measureAll();
else await measureHere(one[0] ?? '', Number(one[1]));
