// Methods on rows of a real CLIP, by code alone: `npm run -s bench -- clip-rows [--methods a,b] [--bits n] [--seeds n] [--epochs n]
// [--runs file] [--json]`. The last 300 pairs are the test; mAP, R@1 and R@10 are of an item's own text or image among them. The last three
// columns are two-tower's mean of both directions divided by the method's. `--runs` as in `methods`.
import { parseArgs } from 'node:util';
import { methodSettings, summarise } from '../src/engine/benchmark/benchmark.ts';
import type { Bits, Run } from '../src/engine/benchmark/run-benchmark.ts';
import type { Summary } from '../src/engine/benchmark/summary.ts';
import { present } from '../src/shared/at.ts';
import { namedSet } from './lib/benchmark-sets.ts';
import { printTable } from './lib/report.ts';
import { RunFile } from './lib/run-file.ts';

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: 'two-tower,cvh,ucch,ucmfh,cirh,itq,rotation' },
    bits: { type: 'string', default: '64' },
    seeds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '20' },
    runs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const found = await namedSet('clip-rows');
if (found === null) {
  console.error('The rows are not there.');
  process.exit(1);
}
const isBits = (n: number): n is Bits => [16, 32, 64, 128].includes(n);
const bits = [Number(values.bits)].filter(isBits);
const kept = new RunFile(values.runs);
const runs: Run[] = [];
for (const id of values.methods.split(',')) {
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const methods = methodSettings([id], {}, {});
    runs.push(...(await found.runsOf(kept, { methods, bits, seeds: [seed], epochs: Number(values.epochs) })));
  }
}

const summaries = summarise(runs).filter(({ database }) => database === 'encoder');
const mapOf = ({ mean }: Summary) => mean.map.mean;
const recallOf = (summary: Summary, k: 1 | 10) => {
  const { i2t, t2i } = present(summary.own).mean.byCode.recall;
  return { i2t: i2t[k], t2i: t2i[k], mean: (i2t[k] + t2i[k]) / 2 };
};
const ours = summaries.find(({ method }) => method === 'two-tower');
const ratio = (of: (summary: Summary) => number, summary: Summary) =>
  ours === undefined || ours === summary ? '-' : (of(ours) / of(summary)).toFixed(3);
const shown = (x: number) => x.toFixed(3);
const percent = (x: number) => (100 * x).toFixed(1);
if (values.json) {
  console.log(JSON.stringify(summaries));
} else {
  printTable(
    [
      ...['method', 'mAP I→T', 'T→I', '± T→I', 'R@1 I→T', 'T→I', 'R@10 I→T', 'T→I', 's'],
      ...['two-tower to it: mAP', 'R@1', 'R@10'],
    ],
    summaries.map((summary) => {
      const { method, mean, sd, seconds } = summary;
      const [first, ten] = [recallOf(summary, 1), recallOf(summary, 10)];
      return [
        ...[method, shown(mean.map.i2t), shown(mean.map.t2i), sd === null ? '-' : shown(sd.map.t2i)],
        ...[percent(first.i2t), percent(first.t2i), percent(ten.i2t), percent(ten.t2i), seconds.toFixed(1)],
        ...[
          ratio(mapOf, summary),
          ratio((one) => recallOf(one, 1).mean, summary),
          ratio((one) => recallOf(one, 10).mean, summary),
        ],
      ];
    }),
  );
}
