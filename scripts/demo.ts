// `npm run demo [-- <folder>]`: index, train, search and print; then open the window where there is a display.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv[2];
const folder = given === undefined ? join(root, 'resources', 'sample-album') : resolve(given);
const library = mkdtempSync(join(tmpdir(), 'hashlens-demo-'));

/** Queries for the sample album. They suit most other folders of photos, too. */
const queries =
  given === undefined
    ? ['a cat', 'mountains and snow', 'a bridge at night', 'people making music', 'a cup of coffee']
    : ['a dog', 'children playing', 'mountains and snow', 'people at a table', 'a city street'];

/** Runs the command line as a person would, its output passed through. */
function hashlens(...args: string[]): boolean {
  console.log(`\n$ hashlens ${args.map((a) => (a.includes(' ') ? `"${a}"` : a)).join(' ')}`);
  const program = join(root, 'src', 'engine', 'cli', 'hashlens.ts');
  const { status } = spawnSync(process.execPath, [program, ...args, '--library', library], { stdio: 'inherit' });
  return status === 0;
}

function give(up: number): never {
  rmSync(library, { recursive: true, force: true });
  process.exit(up);
}

if (!hashlens('index', folder)) give(1);
// A folder without captions or tags cannot train anything, but its photos can be searched.
const trained = hashlens('train', '--epochs', '20');
if (!trained && given === undefined) give(1);
for (const query of queries) if (!hashlens('search', 'text', query, '-n', '3')) give(1);
hashlens('status');

console.log(
  given === undefined
    ? '\nSo few photos prove nothing about quality: the sample album shows that every part works. Numbers worth something\n' +
        'need hundreds of captioned photos: npm run demo -- <your folder>'
    : '\nThis was a library of its own in a temporary folder; your photos were only read.',
);

const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
if (hasDisplay && process.env['CI'] !== 'true') {
  console.log('Opening the window; the demo ends when you close it.');
  spawnSync(process.execPath, [join(root, 'scripts', 'electron.ts'), '--library', library], { stdio: 'inherit' });
} else console.log('There is no display, so the window stays closed; `npm start` opens the application.');
rmSync(library, { recursive: true, force: true });
