// Two-tower without each of its parts, on up to four sets: `npm run -s bench -- ablation [--sets a,b] [--parts a,b] [--bits n] [--seeds n]
// [--epochs n] [--runs file [--finished]] [--json]`. Database codes of the encoder; in sets whose texts name one image alone, mAP of own pairs.
// `--runs` names a file of finished runs, from which a call that was interrupted goes on; `--finished` prints parts with all seeds alone.
import { parseArgs } from 'node:util';
import { methodSettings, summarise } from '../src/engine/benchmark/benchmark.ts';
import type { Bits, Run } from '../src/engine/benchmark/run-benchmark.ts';
import { namedSet, setNames } from './lib/benchmark-sets.ts';
import { machine, openTable } from './lib/report.ts';
import { RunFile } from './lib/run-file.ts';

/** Of targets by similar pairs. At two thirds of the losses' temperature such a target stays with its own pair on clip-rows. */
const softTemperature = 0.15;

/** Name of the omitted part, and the settings that omit it. */
const parts: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  'as it is': {},
  'no soft targets': { softTargets: 0 },
  'targets by neighbours': { softBy: 'neighbours', softTemperature },
  'targets by a mixture': { softBy: 'mixture', softTemperature },
  'targets by both': { softBy: 'joint', softTemperature },
  'no divergence': { distillation: 0 },
  'no real-valued loss': { realWeight: 0 },
  'no dropout': { inputDropout: 0, hiddenDropout: 0, textDropout: 0 },
  'no weight decay': { weightDecay: 0 },
  'no start from directions': { canonicalCodes: false },
  'no start from the encoder': { residual: false },
  'no linear part': { linear: 0 },
  'no learned words': { words: false },
};

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: setNames.join(',') },
    parts: { type: 'string', default: Object.keys(parts).join(',') },
    bits: { type: 'string', default: '64' },
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '20' },
    runs: { type: 'string' },
    finished: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const isBits = (n: number): n is Bits => [16, 32, 64, 128].includes(n);
const bits = [Number(values.bits)].filter(isBits);
const kept = new RunFile(values.runs);
const shown = (x: number | undefined) => (x === undefined ? '-' : x.toFixed(3));
const heads = ['set', 'part', 'I→T', 'T→I', '± T→I', 'T→new I', 's'];
const line = values.json ? null : openTable(heads, [17, 26, 6, 6, 6, 7, 6]);
if (!values.json) console.error(machine());
for (const name of values.sets.split(',')) {
  const found = await namedSet(name);
  if (found === null) {
    console.error(`${name} is not there.`);
    continue;
  }
  for (const part of values.parts.split(',')) {
    const runs: Run[] = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const methods = methodSettings(['two-tower'], { ...parts[part] }, {});
      const plan = { methods, bits, seeds: [seed], epochs: Number(values.epochs) };
      runs.push(...(await found.runsOf(kept, plan, values.finished)));
    }
    if (runs.length < Number(values.seeds)) continue;
    for (const { mean, sd, unseen, seconds } of summarise(runs)) {
      if (values.json) console.log(JSON.stringify({ set: name, part, mean, sd, unseen, seconds }));
      const own = [shown(mean.map.i2t), shown(mean.map.t2i), shown(sd?.map.t2i), shown(unseen?.mean)];
      line?.([name, part, ...own, seconds.toFixed(1)]);
    }
  }
}
