// `npm run -s bench -- package-size`: bytes of the package in `dist/` by part, and files left out of each npm
// package.
import { existsSync, globSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../scripts/electron.ts';
import { printTable } from './lib/report.ts';

const unpacked = path.join(root, 'dist/linux-unpacked');
if (!existsSync(unpacked)) throw new Error('Make the package first: npm run package -- deb');
const engine = path.join(unpacked, 'resources/engine');

function bytesOf(file: string): number {
  if (!existsSync(file)) return 0;
  if (statSync(file).isFile()) return statSync(file).size;
  return readdirSync(file, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const modules = path.join(engine, 'node_modules');
const packages = readdirSync(modules).flatMap((name) =>
  name.startsWith('@') ? readdirSync(path.join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
);
const sized = packages
  .map((name) => ({
    name,
    packed: bytesOf(path.join(modules, name)),
    installed: bytesOf(path.join(root, 'node_modules', name)),
  }))
  .sort((a, b) => b.packed - a.packed);
const large = sized.filter(({ packed }) => packed >= 1e6);
const small = sized.filter(({ packed }) => packed < 1e6);
const sum = (list: readonly { readonly packed: number; readonly installed: number }[]) => ({
  packed: list.reduce((total, { packed }) => total + packed, 0),
  installed: list.reduce((total, { installed }) => total + installed, 0),
});

const row = (what: string, packed: number, installed: number | null): string[] => [
  what,
  megabytes(packed),
  installed === null ? '' : megabytes(Math.max(0, installed - packed)),
];
const resources = bytesOf(path.join(unpacked, 'resources'));
const total = bytesOf(unpacked);
const others = sum(small);
printTable(
  ['part', 'MB', 'MB left out'],
  [
    row('Electron', total - resources, null),
    row('main, preload and page (app.asar)', bytesOf(path.join(unpacked, 'resources/app.asar')), null),
    row('engine, compiled', bytesOf(path.join(engine, 'src')), null),
    row('starter encoder and sample album', bytesOf(path.join(engine, 'resources')), null),
    ...large.map(({ name, packed, installed }) => row(name, packed, installed)),
    row(`${small.length} smaller packages`, others.packed, others.installed),
    row('unpacked', total, null),
    ...globSync('*.deb', { cwd: path.join(root, 'dist') }).map((file) =>
      row(file, bytesOf(path.join(root, 'dist', file)), null),
    ),
  ],
);
const absent = ['onnxruntime-web', 'typescript', 'usearch'].filter((name) => !packages.includes(name));
console.log(
  `\nNot in the package: ${absent.map((name) => `${name} (${megabytes(bytesOf(path.join(root, 'node_modules', name)))} MB)`).join(', ')}.`,
);
