// Makes packages for this system into `dist/`: `npm run package -- [dir|deb|AppImage|dmg|nsis ...]`; all of them by default.
import { build, Platform } from 'electron-builder';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildApp, findElectron, root } from './electron.ts';
import { makeDeb } from './package/deb.ts';
import { builderConfiguration, type ElectronSource } from './package/electron-builder.ts';
import { hostTarget } from './package/target.ts';
import packageFile from '../package.json' with { type: 'json' };

const targets = {
  linux: { platform: Platform.LINUX, formats: ['deb', 'AppImage'], unpacked: 'linux' },
  darwin: { platform: Platform.MAC, formats: ['dmg'], unpacked: 'mac' },
  win32: { platform: Platform.WINDOWS, formats: ['nsis'], unpacked: 'win' },
} as const;

async function packageApp(wanted: readonly string[]): Promise<string[]> {
  const target = hostTarget();
  const { platform, formats, unpacked } = targets[target.platform];
  const known: readonly string[] = ['dir', ...formats];
  const unknown = wanted.find((format) => !known.includes(format));
  if (unknown !== undefined) throw new Error(`${unknown} is not made here; choose from ${known.join(', ')}.`);
  const chosen = wanted.length === 0 ? known : wanted;

  await buildApp();
  const config = builderConfiguration(await electronToPack(), process.env);
  const built = ['dir', ...chosen.filter((format) => format !== 'dir' && format !== 'deb')];
  const files = await build({ targets: platform.createTarget(built), config, publish: 'never' });
  const folder = path.join(root, 'dist', `${unpacked}${target.arch === 'x64' ? '' : `-${target.arch}`}-unpacked`);
  const deb = chosen.includes('deb')
    ? [await makeDeb(folder, path.join(root, 'dist'), target, process.env['HASHLENS_UPDATE_FEED'])]
    : [];
  return [folder, ...deb, ...files.filter((file) => file !== folder)];
}

/** The pinned Electron where it is here or can be fetched; else the one used in development, which is no release. */
async function electronToPack(): Promise<ElectronSource> {
  const { executable } = await findElectron();
  const dist = path.dirname(executable);
  const version = (await readFile(path.join(dist, 'version'), 'utf8').catch(() => '')).trim().replace(/^v/, '');
  if (version === packageFile.devDependencies.electron) return { version, dist: null };
  console.warn(`Packing an Electron that is not ${packageFile.devDependencies.electron}: for tests, not for people.`);
  return { version: version === '' ? '33.2.1' : version, dist };
}

try {
  for (const made of await packageApp(process.argv.slice(2))) console.log(path.relative(root, made));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
