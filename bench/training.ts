// Time and memory of training steps beside the same steps in plain PyTorch: `npm run -s bench -- training [--quick]
// [--json] [--device <name>]`. PyTorch is looked for as $PYTHON, python3 and /usr/bin/python3.
import { loadavg } from 'node:os';
import { chooseDevice } from '../src/engine/compute/devices/devices.ts';
import { machine, median, digits, printTable } from './lib/report.ts';
import { findTorch, StepProcess, type StepOptions, type StepTime } from './lib/step-process.ts';
import { numberAt } from '../src/shared/at.ts';

interface Config extends Omit<StepOptions, 'device'> {
  /** Steps in a turn. */
  readonly steps: number;
  /** Goal: how many times faster than PyTorch's step. */
  readonly goal: number | null;
}

interface Side {
  /** Milliseconds of a step. */
  readonly median: number;
  readonly least: number;
  /** Processor time of a step, all threads: the measure that other work on the machine changes least. */
  readonly busy: number;
  readonly peakBytes: number;
}

interface Row {
  readonly config: Config;
  readonly ours: Side;
  readonly torch: Side | null;
  /** PyTorch's median over ours, and its least over ours. */
  readonly ratio: number | null;
  readonly ratioOfLeast: number | null;
  /** Ratio of processor times. */
  readonly ratioOfBusy: number | null;
  /** Load average during the run. The bench itself waits meanwhile, so all of it is the measured side and other work. */
  readonly load: number;
}

const flags = process.argv.slice(2);
const quick = flags.includes('--quick');
const named = flags.indexOf('--device');
/** Number of turns of each side, alternating, so that other work on the machine affects both. */
const turns = quick ? 3 : 5;

const ucch = { method: 'ucch', batch: 256, width: 512, negatives: 4096, pairs: 20_000 } as const;
const sizes = [
  { hidden: 1024, bits: 64, steps: 6, goal: 8 },
  { hidden: 4096, bits: 64, steps: 2, goal: 2.5 },
  { hidden: 8192, bits: 128, steps: 1, goal: 1.5 },
];
const configs: Config[] = (quick ? sizes.slice(0, 1) : sizes).flatMap((size): Config[] => [
  { ...ucch, ...size, sampling: 'per-sample' },
  { ...ucch, ...size, sampling: 'shared', goal: null },
]);
const fusion = {
  method: 'ucmfh',
  batch: 128,
  width: 512,
  hidden: 4096,
  bits: 64,
  negatives: 0,
  pairs: 20_000,
} as const;
configs.push({ ...fusion, sampling: 'shared', steps: 3, goal: null });

async function measure(config: Config, python: string | null): Promise<Row> {
  const { steps } = config;
  const ours = await StepProcess.ours({ ...config, device });
  const theirs = python === null ? null : await StepProcess.torch(python, { ...config, device });
  const times: [StepTime[], StepTime[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    times[0].push(...(await ours.steps(steps)));
    if (theirs !== null) times[1].push(...(await theirs.steps(steps)));
  }
  const side = (list: readonly StepTime[], peakBytes: number): Side => {
    const [clock, busy] = [0, 1].map((i) => list.map((pair) => pair[i as 0 | 1]));
    return { median: median(clock ?? []), least: Math.min(...(clock ?? [])), busy: median(busy ?? []), peakBytes };
  };
  const own = side(times[0], await ours.end());
  const torch = theirs === null ? null : side(times[1], await theirs.end());
  return {
    config,
    ours: own,
    torch,
    ratio: torch === null ? null : torch.median / own.median,
    ratioOfLeast: torch === null ? null : torch.least / own.least,
    ratioOfBusy: torch === null ? null : torch.busy / own.busy,
    load: numberAt(loadavg(), 0),
  };
}

const megabytes = (side: Side | null) => (side === null ? '-' : (side.peakBytes / 2 ** 20).toFixed(0));
const both = (side: Side | null) =>
  side === null ? '-' : `${digits(side.median)} (${digits(side.least)}; ${digits(side.busy)})`;
const times = (ratio: number | null) => (ratio === null ? '-' : ratio.toFixed(2));

const { device, reasons } = await chooseDevice(named < 0 ? 'cpu' : (flags[named + 1] ?? 'auto'));
const torch = findTorch();
const before = numberAt(loadavg(), 0);
const rows: Row[] = [];
for (const config of configs) rows.push(await measure(config, torch?.python ?? null));

const about = {
  machine: machine(),
  torch: torch?.version ?? 'PyTorch skipped: no Python here has torch',
  device,
  reasons,
};
if (flags.includes('--json')) {
  console.log(JSON.stringify({ ...about, loadBefore: before, turns, rows }, null, 2));
} else {
  console.log(`${about.machine}\n${about.torch}; ours on ${device}; load ${before.toFixed(1)} before we began`);
  console.log(
    `UCCH B=256 d=512 K=4096 N=20000; UCMFH B=128 d=512+512; ${turns} turns each, ours and theirs in alternation`,
  );
  console.log(
    'ms a step: median (least; processor time of all threads); ratio: PyTorch over ours, of the same three\n',
  );
  printTable(
    ['step', 'hidden', 'bits', 'negatives', 'Hashlens', 'PyTorch', 'ratio', 'goal', 'MB', 'MB PyTorch', 'load'],
    rows.map(({ config: { method, hidden, bits, sampling, goal }, ours, torch: theirs, ...row }) => [
      method,
      String(hidden),
      String(bits),
      method === 'ucch' ? sampling : '-',
      both(ours),
      both(theirs),
      row.ratio === null ? '-' : `${times(row.ratio)} (${times(row.ratioOfLeast)}; ${times(row.ratioOfBusy)})`,
      goal === null ? '-' : String(goal),
      megabytes(ours),
      megabytes(theirs),
      row.load.toFixed(1),
    ]),
  );
}
