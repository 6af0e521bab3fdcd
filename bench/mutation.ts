// Mutation scores: `npm run -s bench -- mutation [file ...]`. Stryker changes each named file of src/engine in many small
// ways, one at a time, and the fast tests ought to notice. A large file can be done in pieces, `file:from-to` naming lines.
// Prints the score of all files measured so far; the changes that no test noticed go to stderr. A run goes on where an
// earlier one has been (.cache/mutation).
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { printTable } from './lib/report.ts';
import { parseJson } from '../src/shared/json.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const kept = join(root, '.cache/mutation');
const prefix = 'src/engine/';
const report = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});

/** Results of interrupted runs are kept too: the next run continues from them, but their scores mean nothing. */
const unfinished = join(kept, 'incremental');

mkdirSync(unfinished, { recursive: true });
for (const given of process.argv.slice(2)) {
  const file = given.startsWith(prefix) ? given : prefix + given;
  const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  // Results of other lines of the file stay in its report.
  const name = `${file.slice(prefix.length).replace(/:.*/, '').replaceAll('/', '-')}.json`;
  const results = join(unfinished, name);
  const child = spawn(
    process.execPath,
    [stryker, 'run', 'test/mutation/stryker.config.json', '--mutate', file, '--incrementalFile', results],
    { cwd: root, stdio: ['ignore', process.stderr, process.stderr] },
  );
  const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
  if (status !== 0) throw new Error(`Stryker has ended with ${status} for ${file}.`);
  copyFileSync(results, join(kept, name));
}

/** Counts by status of each file. */
const counted = new Map<string, Record<string, number>>();
for (const name of readdirSync(kept).filter((entry) => entry.endsWith('.json'))) {
  const { files } = parseJson(report, readFileSync(join(kept, name), 'utf8'));
  for (const [file, { mutants }] of Object.entries(files)) {
    counted.set(
      file,
      Object.fromEntries(
        Object.entries(Object.groupBy(mutants, ({ status }) => status)).map(([status, of]) => [
          status,
          of?.length ?? 0,
        ]),
      ),
    );
  }
}

const row = (name: string, counts: readonly Record<string, number>[]): string[] => {
  const sum = (status: string) => counts.reduce((all, count) => all + (count[status] ?? 0), 0);
  const noticed = sum('Killed') + sum('Timeout');
  const tested = noticed + sum('Survived');
  const score = (of: number) => (of === 0 ? '-' : ((100 * noticed) / of).toFixed(1));
  return [
    name,
    score(tested + sum('NoCoverage')),
    score(tested),
    ...[noticed, sum('Survived'), sum('NoCoverage')].map(String),
  ];
};
const files = [...counted].toSorted(([a], [b]) => (a < b ? -1 : 1));
const rows = [...Map.groupBy(files, ([file]) => dirname(file))].flatMap(([folder, of]) => [
  row(
    folder.slice(prefix.length),
    of.map(([, counts]) => counts),
  ),
  ...of.map(([file, counts]) => row(`  ${file.slice(dirname(file).length + 1)}`, [counts])),
]);
printTable(['file of src/engine', 'score %', 'of reached %', 'noticed', 'unnoticed', 'not reached'], rows);
