// A warm engine: `npm run -s bench -- warm-engine [--record]`. Milliseconds of a text search in the sample album: by a
// command alone, by a command beside `hashlens serve`, and by a client that stays connected to it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectEngine } from '../src/engine/cli/serve-client.ts';
import { engineRequests } from '../src/shared/contract/engine.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { best, digits, median, printTable } from './lib/report.ts';

const program = fileURLToPath(new URL('../src/engine/cli/hashlens.ts', import.meta.url));
const library = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
const runs = 7;

function command(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args, '--library', library], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`hashlens ${args.join(' ')} failed: ${stderr}`);
}

/** Milliseconds of each run, after one that is not counted. */
async function times(count: number, work: () => unknown): Promise<number[]> {
  const list: number[] = [];
  for (let run = -1; run < count; run++) {
    const started = performance.now();
    await work();
    if (run >= 0) list.push(performance.now() - started);
  }
  return list;
}

try {
  command('index', join(resourcesDir, 'sample-album'));
  const search = () => command('search', 'text', 'a dog');
  const alone = await times(runs, search);
  const server = spawn(process.execPath, [program, 'serve', '--json', '--library', library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => server.stdout.once('data', resolve));
  const beside = await times(runs, search);
  const client = await connectEngine(
    library,
    () => undefined,
    () => undefined,
  );
  if (client === null) throw new Error('the server does not answer');
  const query = engineRequests['search.query'].params.parse({ text: 'a dog' });
  const connected = await times(10 * runs, () => client.api['search.query'](query));
  await client.close();
  server.kill();
  printTable(
    ['a text search', 'median ms', 'least'],
    Object.entries({ 'a command alone': alone, 'a command beside serve': beside, 'a connected client': connected }).map(
      ([way, list]) => [way, digits(median(list)), digits(best(list))],
    ),
  );
} finally {
  rmSync(library, { recursive: true, force: true });
}
