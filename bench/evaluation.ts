// Cost of evaluating a hash model: `npm run -s bench -- evaluation [--quick] [--json]`. 2000 queries against 20,000
// items of 128 bits: mAP over the whole list and at k, tie-aware and in stable order, then precision, recall and
// NDCG at five k and the precision-recall curve; beside it numpy with mAP in stable order alone.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreCodes } from '../src/engine/hashing/evaluation/metrics.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { singleLabels } from '../src/engine/hashing/data/label-relevance.ts';
import { reportSteps } from '../src/engine/hashing/evaluation/retrieval-report.ts';
import { runToEnd } from '../src/engine/runtime/yielder.ts';
import { best, machine, median, printTable, timed } from './lib/report.ts';
import { float32At, itemAt, uint8At } from '../src/shared/at.ts';
import { z } from 'zod';
import { parseJson } from '../src/shared/json.ts';

const flags = new Set(process.argv.slice(2));
const [queries, items, bits, labels] = flags.has('--quick') ? [200, 5000, 128, 24] : [2000, 20_000, 128, 24];
const python = '/usr/bin/python3';

const random = new Random(1);
const centres = Array.from({ length: labels }, () => random.numbers(bits, () => random.normal()));

/** Codes around the centre of their label. */
function codesOf(rows: number) {
  const own = Int32Array.from({ length: rows }, () => random.below(labels));
  const codes = new Uint8Array((rows * bits) / 8);
  own.forEach((label, row) => {
    for (let bit = 0; bit < bits; bit++) {
      if (float32At(itemAt(centres, label), bit) + 2 * random.normal() >= 0) {
        const at = (row * bits + bit) >> 3;
        codes[at] = uint8At(codes, at) | (0x80 >> (bit & 7));
      }
    }
  });
  return { codes, own };
}

const [asking, found] = [codesOf(queries), codesOf(items)];
const retrieval = {
  queries: asking.codes,
  queryLabels: singleLabels(asking.own),
  items: found.codes,
  itemLabels: singleLabels(found.own),
  bits,
};

let map = 0;
const scores = timed(3, () => (map = scoreCodes(retrieval).mapStable));
const report = timed(3, () => runToEnd(reportSteps(retrieval)));

/** Seconds and mAP of numpy; null where Debian's Python has none. */
function numpy(): { seconds: number; map: number } | null {
  if (spawnSync(python, ['-c', 'import numpy']).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
  try {
    for (const [name, { codes, own }] of Object.entries({ queries: asking, items: found })) {
      writeFileSync(join(folder, `${name}.codes`), codes);
      writeFileSync(join(folder, `${name}.labels`), own);
    }
    const program = join(import.meta.dirname, 'lib', 'evaluation.py');
    const printed = execFileSync(python, [program, folder, String(queries), String(items), String(bits)]);
    return parseJson(z.object({ seconds: z.number(), map: z.number() }), printed.toString());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rival = numpy();
if (rival !== null && Math.abs(rival.map - map) > 1e-6) throw new Error(`mAP is ${map} here and ${rival.map} by numpy`);
const seconds = (times: readonly number[]) => median(times) / 1000;
const rows = [
  { what: 'mAP, whole list and at 50, tie-aware and stable', seconds: seconds(scores), least: best(scores) / 1000 },
  { what: 'precision, recall, NDCG at 5 k, curve', seconds: seconds(report), least: best(report) / 1000 },
];
if (flags.has('--json')) {
  console.log(JSON.stringify({ machine: machine(), queries, items, bits, map, rows, numpy: rival }));
} else {
  console.log(`${machine()}\n${queries} queries, ${items} items, ${bits} bits; one thread\n`);
  const ratio = (s: number) => (rival === null ? '-' : `${(rival.seconds / s).toFixed(1)} x`);
  printTable(
    ['', 'seconds', 'least', 'as fast as numpy'],
    [
      ...rows.map((row) => [row.what, row.seconds.toFixed(2), row.least.toFixed(2), ratio(row.seconds)]),
      ['numpy: mAP in stable order alone', rival === null ? 'not run: no numpy' : rival.seconds.toFixed(2), '', ''],
    ],
  );
  console.log(`mAP ${map.toFixed(4)}${rival === null ? '' : ', the same by both'}.`);
}
