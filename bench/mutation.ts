// Mutation scores: `npm run -s bench -- mutation [file or folder ...] [--minutes=n] [--sample=n] [--concurrency=n]`.
// Stryker changes each file in many small ways, one at a time, and the file's tests (bench/lib/mutation-plan.ts) should
// notice. With `--sample`, n of the changes of each file are tried, drawn at random. Files whose code
// and tests have not changed since their last complete run, or their last sample, are left out. Stops after
// `--minutes`; the next run continues there (.cache/mutation). Without names it runs nothing. Code that runs while a
// module is loaded is not changed: each such change would need a process of its own. Prints the scores of
// docs/measurements.md updated with those measured here; the changes that no test noticed go to stderr.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../src/shared/json.ts';
import { leftOut, mutatedFolders, mutationPlan, type MutationPiece } from './lib/mutation-plan.ts';
import {
  countsOf,
  mutationReport,
  readScores,
  scoreHeads,
  scoreRows,
  scoreSchema,
  unnoticedIn,
  type Score,
} from './lib/mutation-scores.ts';
import { printTable } from './lib/report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const engine = 'src/engine/';
const kept = join(root, '.cache/mutation');
const scoresFile = join(kept, 'scores.json');
mkdirSync(kept, { recursive: true });

/** Scores of complete runs here, by file, each with the digest of the code and the tests it was measured with. */
const scoresHere = () =>
  existsSync(scoresFile) ? parseJson(z.record(z.string(), scoreSchema), readFileSync(scoresFile, 'utf8')) : {};
let measured = new Map(Object.entries(scoresHere()));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    sample: { type: 'string' },
    concurrency: { type: 'string', default: '1' },
  },
});

const wanted = positionals.flatMap((given) => {
  const name = given.replace(engine, '').replace(/\/$/, '');
  const files = mutationPlan
    .flatMap((piece) => piece.files)
    .filter((file) => file === name || file.startsWith(`${name}/`));
  if (files.length === 0) throw new Error(`bench/lib/mutation-plan.ts names no tests for ${given}.`);
  return files;
});

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const digestOf = (file: string, specs: readonly string[]): string =>
  [engine + file, ...specs].reduce((hash, name) => hash.update(read(name)), createHash('sha256')).digest('hex');

let stopped = false;
const end = performance.now() + Number(values.minutes ?? Infinity) * 60_000;

/** Runs Stryker on the files of one piece. @returns whether it finished in time */
async function mutate(files: readonly string[], { specs, name }: MutationPiece, results: string): Promise<boolean> {
  console.error(`${name}: ${files.join(', ')}`);
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
      ...['run', 'test/mutation/stryker.config.json', '--incrementalFile', results],
      ...['--mutate', files.map((file) => engine + file).join(','), '--concurrency', values.concurrency],
      ...(values.sample === undefined ? [] : ['--checkers', 'sample']),
    ],
    {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
      env: {
        ...process.env,
        HASHLENS_MUTATION_SPECS: specs.join(','),
        HASHLENS_MUTATION_SAMPLE: values.sample,
      },
    },
  );
  // Stryker writes its results so far when it is asked to end.
  const timer = Number.isFinite(end)
    ? setTimeout(() => {
        stopped = true;
        child.kill('SIGTERM');
      }, end - performance.now())
    : null;
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  if (timer !== null) clearTimeout(timer);
  if (status !== 0 && !stopped) {
    console.error(`Stryker has ended with ${status} for ${name}.`);
    process.exitCode = 1;
  }
  return status === 0;
}

/** Whether the file has a score of its present code and tests, complete where no sample is asked for. */
const isMeasured = (file: string, specs: readonly string[]): boolean => {
  const score = measured.get(file);
  return score?.digest === digestOf(file, specs) && (values.sample !== undefined || score.notTried === 0);
};

for (const piece of mutationPlan) {
  const files = piece.files.filter((file) => wanted.includes(file) && !isMeasured(file, piece.specs));
  if (files.length === 0 || stopped || performance.now() > end) continue;
  const digests = files.map((file) => digestOf(file, piece.specs));
  const results = join(kept, `${piece.name.replaceAll('/', '-')}${values.sample === undefined ? '' : '-sample'}.json`);
  // A sample is drawn among all changes of a file; one that was stopped begins again.
  if (values.sample !== undefined) rmSync(results, { force: true });
  if (!(await mutate(files, piece, results))) continue;
  const report = parseJson(mutationReport, readFileSync(results, 'utf8'));
  // Another run may have written to the file meanwhile.
  measured = new Map(Object.entries(scoresHere()));
  for (const [n, file] of files.entries()) {
    const of = report.files[engine + file];
    measured.set(file, {
      ...countsOf(of?.mutants ?? []),
      measured: new Date().toISOString().slice(0, 10),
      digest: digests[n] ?? '',
    });
    if (of) for (const line of unnoticedIn(of)) console.error(`${file}:${line}`);
  }
  writeFileSync(scoresFile, JSON.stringify(Object.fromEntries(measured), null, 2));
}

const planned = new Set(mutationPlan.flatMap((piece) => piece.files));
const all = globSync(`${engine}{${mutatedFolders.join(',')}}/**/*.ts`, { cwd: root })
  .map((file) => file.slice(engine.length))
  .filter((file) => !/\.spec\.ts$|\.d\.ts$|^store\/migrations\//.test(file) && leftOut[file] === undefined);
for (const file of all) if (!planned.has(file)) console.error(`bench/lib/mutation-plan.ts names no tests for ${file}.`);
const recorded = [...readScores(read('docs/measurements.md')), ...measured];
const scores = new Map<string, Score>(recorded.filter(([file]) => planned.has(file)));
const left = wanted.filter((file) => !measured.has(file)).length;
if (left > 0) console.error(`${left} of ${wanted.length} files are left; run the same command again.`);
printTable(scoreHeads, scoreRows(scores));
console.log(
  `\n${scores.size} of ${all.length} files, each with the tests that bench/lib/mutation-plan.ts names. A change with which a test comes to no end counts as noticed. Where some changes were not tried, those that were are drawn at random, the score is the one expected of all, and ± is the half width of its 95 % interval.`,
);
