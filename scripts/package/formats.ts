// Formats of the packages of each system.
import type { PackageTarget } from './target.ts';

/**
 * Formats in the order in which they are made; `dir` is the unpacked application. The deb comes last: with an AppImage, electron-builder
 * replaces the list of files for updates, and the deb is added to that list.
 */
const formats: Readonly<Record<PackageTarget['platform'], readonly string[]>> = {
  linux: ['dir', 'AppImage', 'deb'],
  darwin: ['dir', 'dmg'],
  win32: ['dir', 'nsis'],
};

/**
 * The wanted formats in the order in which they are made; all of the system's where none is named. Throws an error with a sentence
 * for a person if one is not made on this system.
 */
export function formatsToMake(platform: PackageTarget['platform'], wanted: readonly string[]): readonly string[] {
  const known = formats[platform];
  const unknown = wanted.find((format) => !known.includes(format));
  if (unknown !== undefined) throw new Error(`${unknown} is not made here; choose from ${known.join(', ')}.`);
  return wanted.length === 0 ? known : known.filter((format) => wanted.includes(format));
}
