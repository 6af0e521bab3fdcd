// Files for electron-updater: the address inside an installed application, and the list of files at that address.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { dump, load } from 'js-yaml';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };

/** `app-update.yml` for packages that electron-builder does not make itself. */
export const updateAddress = (url: string): string =>
  dump({ provider: 'generic', url, updaterCacheDirName: 'hashlens-updater' });

const releaseFile = z.object({ url: z.string(), sha512: z.string(), size: z.int() });
const releaseFiles = z.object({ version: z.string(), files: z.array(releaseFile) });

/** Adds a package to `latest-linux.yml` beside it, which may name an AppImage of the same version. */
export async function addToLatest(file: string): Promise<void> {
  const latest = path.join(path.dirname(file), 'latest-linux.yml');
  const name = path.basename(file);
  const known = await readFile(latest, 'utf8').then(
    (text) => {
      const release = releaseFiles.parse(load(text));
      return release.version === packageFile.version ? release.files : [];
    },
    () => [],
  );
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const own = { url: name, sha512: hash.digest('base64'), size: (await stat(file)).size };
  const files = [...known.filter(({ url }) => url !== name), own];
  const { version } = packageFile;
  await writeFile(
    latest,
    dump({ version, files, path: own.url, sha512: own.sha512, releaseDate: new Date().toISOString() }),
  );
}
