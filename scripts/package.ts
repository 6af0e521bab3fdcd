// Makes packages for this system into `dist/`: `npm run package -- [dir|deb|AppImage|dmg|nsis ...]`; all of them by default.
// Builds the app unless HASHLENS_BUILT says that it is built.
import { build, Platform } from 'electron-builder';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildApp, findElectron, root } from './electron.ts';
import { makeDeb } from './package/deb.ts';
import { makeEach, type Packages } from './package/each.ts';
import { builderConfiguration, type ElectronSource } from './package/electron-builder.ts';
import { formatsToMake } from './package/formats.ts';
import { hostTarget } from './package/target.ts';
import packageFile from '../package.json' with { type: 'json' };

/** `together`: formats that electron-builder makes with the unpacked application, which writes their update address into it. */
const targets = {
  linux: { platform: Platform.LINUX, together: [], unpacked: 'linux' },
  darwin: { platform: Platform.MAC, together: ['dmg'], unpacked: 'mac' },
  win32: { platform: Platform.WINDOWS, together: ['nsis'], unpacked: 'win' },
} as const;

async function packageApp(wanted: readonly string[]): Promise<Packages> {
  const target = hostTarget();
  const { platform, together, unpacked } = targets[target.platform];
  const chosen = formatsToMake(target.platform, wanted);

  if (process.env['HASHLENS_BUILT'] !== '1') await buildApp();
  const electron = await electronToPack();
  const dist = path.join(root, 'dist');
  const folder = path.join(dist, `${unpacked}${target.arch === 'x64' ? '' : `-${target.arch}`}-unpacked`);
  const make = (names: readonly string[], prepackaged?: string): Promise<string[]> =>
    build({
      targets: platform.createTarget([...names]),
      // electron-builder changes what it is given.
      config: builderConfiguration(electron, process.env),
      publish: 'never',
      ...(prepackaged === undefined ? {} : { prepackaged }),
    });

  const first = chosen.filter((format) => together.some((one) => one === format));
  const files = await make(['dir', ...first]);
  const { made, failed } = await makeEach(
    chosen
      .filter((format) => format !== 'dir' && !first.includes(format))
      .map((format) => [
        format,
        () =>
          format === 'deb'
            ? makeDeb(folder, dist, target, process.env['HASHLENS_UPDATE_FEED']).then((deb) => [deb])
            : make([format], folder),
      ]),
  );
  return { made: [folder, ...files.filter((file) => file !== folder), ...made], failed };
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
  const { made, failed } = await packageApp(process.argv.slice(2));
  for (const file of made) console.log(path.relative(root, file));
  for (const sentence of failed) console.error(sentence);
  if (failed.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
