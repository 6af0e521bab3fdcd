// Every method on the Wikipedia set: `npm run -s bench -- methods [--methods a,b] [--bits 16,64] [--seeds n] [--epochs n] [--device d] [--runs file [--finished]] [--json]`.
// mAP over the whole list in both directions with the database codes named, images never trained on, and seconds, beside what the
// published code gave on the same file. Methods that learn in epochs take `--epochs` of them with batches of 32. Features are as
// in the file. `--runs` names a file of finished runs: the same call continues an interrupted one, and `--finished`
// prints the runs so far.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { methodSettings, readBenchmarkSet, summarise, withAllTraining } from '../src/engine/benchmark/benchmark.ts';
import { publishedRuns } from '../src/engine/benchmark/published-code.ts';
import { runBenchmark, type Bits, type Run } from '../src/engine/benchmark/run-benchmark.ts';
import { methods } from '../src/engine/hashing/methods/registry.ts';
import { machine, openTable } from './lib/report.ts';
import { RunFile } from './lib/run-file.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../shared/data/wikipedia', import.meta.url)) },
    methods: { type: 'string', default: methods.map(({ id }) => id).join(',') },
    bits: { type: 'string', default: '16,32,64,128' },
    seeds: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '60' },
    device: { type: 'string', default: 'cpu' },
    runs: { type: 'string' },
    finished: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
if (!existsSync(values.data)) {
  console.error(`${values.data} is not there; --data names the Wikipedia set.`);
  process.exit(1);
}

const isBits = (n: number): n is Bits => [16, 32, 64, 128].includes(n);
const bits = values.bits.split(',').map(Number).filter(isBits);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const set = withAllTraining(await readBenchmarkSet(values.data));
/** The authors' settings for this set, for methods with some. */
const settingsFor: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  djsrh: { beta: 0.3, lambda: 0.3, imageRate: 0.01 },
};

const kept = new RunFile(values.runs);
const shown = (x: number | undefined) => (x === undefined ? '-' : x.toFixed(3));
const heads = ['method', 'database', 'bits', 'I→T', 'T→I', 'T→new I', 's', 'published I→T', 'T→I', 's', 'difference'];
const line = values.json ? null : openTable(heads, [10, 8, 4, 6, 6, 7, 6, 13, 6, 5, 40]);
if (!values.json) console.error(machine());
for (const id of values.methods.split(',')) {
  const runs: Run[] = [];
  try {
    for (const length of bits) {
      for (const seed of seeds) {
        const plan = {
          methods: methodSettings([id], settingsFor[id] ?? {}, {}),
          ...{ bits: [length], seeds: [seed], epochs: Number(values.epochs), batch: 32, hidden: null, negatives: 512 },
          ...{ device: values.device, normalise: 'none' as const, protocol: 'single' as const },
        };
        const key = [values.data, plan];
        const make = async () => (await runBenchmark(set, plan)).runs;
        runs.push(...(values.finished ? kept.finished(key) : await kept.runsOf(key, make)));
      }
    }
  } catch (error) {
    // The set has no features in common, which some methods need.
    console.error(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    continue;
  }
  for (const summary of summarise(runs)) {
    const { database, seconds, mean, unseen } = summary;
    const published = publishedRuns.find((one) => one.method === id && one.database === database);
    const theirs = published?.values[summary.bits];
    if (values.json) console.log(JSON.stringify({ ...summary, published: theirs ?? null }));
    line?.([
      ...[id, database, String(summary.bits), shown(mean.mapStable.i2t), shown(mean.mapStable.t2i)],
      ...[shown(unseen?.mean), seconds.toFixed(1), shown(theirs?.[0]), shown(theirs?.[1])],
      summary.bits === 64 && typeof published?.seconds === 'number' ? published.seconds.toFixed(1) : '-',
      theirs === undefined ? '' : (published?.difference ?? ''),
    ]);
  }
}
