// Coverage of the engine: `npm run -s bench -- coverage [--keep] [spec ...]`. Runs its tests and counts what the test
// processes, the processes they start and all worker threads run. Prints the sums by folder; `coverage/` gets a page for
// each file. Fails below the thresholds, except when only some specs are named.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { printTable } from './lib/report.ts';
import { parseJson } from '../src/shared/json.ts';

/** Percent that the engine must reach. */
const thresholds = { lines: 92, branches: 85 };

const sum = z.object({ total: z.number(), covered: z.number() });
const summary = z.object({ lines: sum, branches: sum, functions: sum });
type Kind = keyof z.infer<typeof summary>;

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  options: { keep: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const counts = mkdtempSync(join(tmpdir(), 'hashlens-coverage-'));
const preload = pathToFileURL(join(root, 'test/coverage/preload.ts')).href;
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const status = await finished([vitest, 'run', '--config', 'test/coverage/vitest.config.ts', ...positionals], {
  NODE_V8_COVERAGE: counts,
  // Functions compiled before this point are counted less precisely.
  NODE_DISABLE_COMPILE_CACHE: '1',
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${preload}`,
});
const reporter = join(root, 'node_modules/monocart-coverage-reports/lib/cli.js');
const reported = await finished([reporter, 'merge'], { HASHLENS_COVERAGE: counts });
if (values.keep) console.error(counts);
else rmSync(counts, { recursive: true });
if (reported !== 0) throw new Error('No report could be made of the counts.');

const whole = z.record(z.string(), summary);
const { total, ...files } = parseJson(whole, readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8'));
const folderOf = ([file]: [string, unknown]): string =>
  dirname(relative(join(root, 'src/engine'), resolve(root, file)));
const folders = [...Map.groupBy(Object.entries(files), folderOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
const row = (name: string, of: readonly z.infer<typeof summary>[]): string[] => [
  name,
  ...(['lines', 'branches', 'functions'] as const).map((kind) => percent(of, kind)?.toFixed(1) ?? '-'),
];
const rows = folders.map(([folder, of]) =>
  row(
    folder,
    of.map(([, file]) => file),
  ),
);
const all = total === undefined ? [] : [total];
printTable(['folder of src/engine', 'lines %', 'branches %', 'functions %'], [...rows, row('all', all)]);
const isBelow = (['lines', 'branches'] as const).some((kind) => (percent(all, kind) ?? 0) < thresholds[kind]);
if (status !== 0) process.exitCode = status;
else if (positionals.length === 0 && isBelow) {
  console.error(`Below ${thresholds.lines} % of lines or ${thresholds.branches} % of branches.`);
  process.exitCode = 1;
}

/** Null without anything to cover. */
function percent(of: readonly z.infer<typeof summary>[], kind: Kind): number | null {
  const add = (what: 'covered' | 'total') => of.reduce((sum, file) => sum + file[kind][what], 0);
  return add('total') === 0 ? null : (100 * add('covered')) / add('total');
}

/** Runs a Node program, its output on stderr. */
async function finished(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}
