// `npm run -s bench -- million [--quick | --photos=<n>] [--json]`: cost of a search in a library of a million
// photos.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine } from '../src/engine/engine.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { searchQuery } from '../src/shared/contract/search.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { machine, digits, printTable } from './lib/report.ts';
import { bits, method, words } from './lib/synthetic-library.ts';
import { itemAt } from '../src/shared/at.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, photos: { type: 'string' }, json: { type: 'boolean' } },
});
const photos = Number(values.photos ?? (values.quick ? 100_000 : 1_000_000));
const libraryDir = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));

interface Row {
  readonly what: string;
  readonly first: number;
  readonly p50: number;
  readonly p95: number;
}

const percentile = (list: readonly number[], share: number): number =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))] ?? Number.NaN;

try {
  const made = performance.now();
  const program = fileURLToPath(new URL('lib/make-library.ts', import.meta.url));
  execFileSync(process.execPath, [program, libraryDir, String(photos)], { stdio: 'inherit' });
  console.error(`A library of ${photos} photos was made in ${((performance.now() - made) / 1000).toFixed(0)} s.`);

  const before = process.memoryUsage().rss;
  const opened = performance.now();
  const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
  const random = new Random(7);
  const word = () => itemAt(words, random.below(words.length));
  const ask = async (text: string): Promise<number> => {
    const { searchMs } = await engine.api['search.query'](searchQuery.parse({ text, limit: 60 }));
    return searchMs;
  };
  await ask('dog');
  const firstAnswer = performance.now() - opened;
  // The first search brings full text up to date; a real library has done this before.
  await ask('cat');

  const kinds: Record<string, () => string> = {
    'two words, never asked before': () => `${word()} ${word()} ${random.below(1e9)}`,
    'two words': () => `${word()} ${word()}`,
    'two words, a year': () => `${word()} ${word()} date:20${10 + random.below(15)}`,
    'one word': () => word(),
  };
  const rows: Row[] = [];
  for (const [what, make] of Object.entries(kinds)) {
    const times: number[] = [];
    for (let i = 0; i < 100; i++) times.push(await ask(make()));
    rows.push({ what, first: times[0] ?? Number.NaN, p50: percentile(times, 0.5), p95: percentile(times, 0.95) });
  }
  const memory = process.memoryUsage().rss - before;
  await engine.close();

  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  if (values.json) console.log(JSON.stringify({ machine: machine(), photos, firstAnswer, memory, rows }));
  else {
    console.log(
      `${machine()}\n${photos} photos, starter features, ${method} ${bits} bits, 60 results; ms beyond the encoder's own time`,
    );
    printTable(
      ['query', 'first', 'median', 'p95'],
      rows.map((row) => [row.what, ...[row.first, row.p50, row.p95].map(digits)]),
    );
    console.log(
      `From opening the library to the first answer ${digits(firstAnswer)} ms; memory taken ${megabytes(memory)};`,
    );
    console.log(`library.db ${megabytes(statSync(join(libraryDir, 'library.db')).size)}.`);
  }
} finally {
  rmSync(libraryDir, { recursive: true, force: true });
}
