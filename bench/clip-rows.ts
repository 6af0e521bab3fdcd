// Methods on rows of a real CLIP, by code alone: `npm run -s bench -- clip-rows [--methods a,b] [--bits n] [--seeds n] [--epochs n]
// [--runs file] [--json]`. The last 300 pairs are the test; mAP, R@1 and R@10 are of an item's own text or image among them, by code and
// with the nearest 100 codes re-ranked by the model's real-valued rows. Above float: the least of the four re-ranked values less that of
// the cosine of the encoder's own features, in points. The last three columns are two-tower's mean of both directions divided by
// the method's. `--runs` as in `methods`.
import { parseArgs } from 'node:util';
import { methodSettings, summarise } from '../src/engine/benchmark/benchmark.ts';
import type { Bits, Run } from '../src/engine/benchmark/run-benchmark.ts';
import type { Summary } from '../src/engine/benchmark/summary.ts';
import type { RecallScores } from '../src/shared/contract/evaluation.ts';
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
const atK = ({ i2t, t2i }: RecallScores, k: 1 | 10) => ({ i2t: i2t[k], t2i: t2i[k], mean: (i2t[k] + t2i[k]) / 2 });
const recallOf = (summary: Summary, k: 1 | 10) => atK(present(summary.own).mean.byCode.recall, k);
const { float, ranks } = await found.context();
const floatRecall = present(ranks?.float).recall;
/** R@1 and R@10 of both directions, in percent. */
const four = (recall: RecallScores) =>
  ([1, 10] as const).flatMap((k) => [percent(atK(recall, k).i2t), percent(atK(recall, k).t2i)]);
const aboveFloat = (recall: RecallScores) =>
  Math.min(
    ...([1, 10] as const).flatMap((k) =>
      (['i2t', 't2i'] as const).map((direction) => 100 * (recall[direction][k] - floatRecall[direction][k])),
    ),
  ).toFixed(1);
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
      ...['method', 'mAP I→T', 'T→I', '± T→I', 'R@1 I→T', 'T→I', 'R@10 I→T', 'T→I'],
      ...['re-ranked R@1 I→T', 'T→I', 'R@10 I→T', 'T→I', 'above float', 's'],
      ...['two-tower to it: mAP', 'R@1', 'R@10'],
    ],
    [
      ...summaries.map((summary) => {
        const { method, mean, sd, seconds } = summary;
        const { byCode, reranked } = present(summary.own).mean;
        return [
          ...[method, shown(mean.map.i2t), shown(mean.map.t2i), sd === null ? '-' : shown(sd.map.t2i)],
          ...[...four(byCode.recall), ...four(reranked.recall), aboveFloat(reranked.recall), seconds.toFixed(1)],
          ...[
            ratio(mapOf, summary),
            ratio((one) => recallOf(one, 1).mean, summary),
            ratio((one) => recallOf(one, 10).mean, summary),
          ],
        ];
      }),
      [
        ...['float cosine', shown(present(float).i2t), shown(present(float).t2i), '-', ...four(floatRecall)],
        ...Array<string>(9).fill('-'),
      ],
    ],
  );
}
