// Indexing under faults, by the program itself: full and read-only caches, folders without read permission,
// decompression bombs, endless caption files.
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import { fillWithPhotos } from '../support/photos.ts';
import { jsonLines, runOn, startHashlens } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { asNobody, peakMegabytes, smallDisk } from './support/machine.ts';
import { fault } from './support/needs.ts';

interface Indexed {
  readonly indexed: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly failures: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly notices?: readonly { readonly code: string; readonly message: string }[];
}

async function index(library: string, folder: string, options: Parameters<typeof runOn>[2] = {}): Promise<Indexed> {
  const outcome = await runOn(library, ['index', folder, '--json'], options);
  const [result] = jsonLines(outcome) as Indexed[];
  if (result === undefined) throw new Error(`index has printed nothing: ${outcome.stderr}`);
  return result;
}

const thumbnails = (library: string): number =>
  readdirSync(join(library, 'thumbnails'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.webp'),
  ).length;

describe('a cache of thumbnails that cannot be written', () => {
  for (const kind of ['full', 'read-only'] as const) {
    fault(`and is ${kind} fails no photo; the thumbnails are made when it can be`, ['root', 'tmpfs'], async () => {
      const disk = smallDisk(1);
      const library = join(temporaryFolder(), 'library');
      const folder = temporaryFolder();
      await fillWithPhotos(folder, 6);
      mkdirSync(library);
      symlinkSync(disk.path, join(library, 'thumbnails'));
      const filler = kind === 'full' ? disk.fill() : null;
      if (kind === 'read-only') disk.readOnly(true);
      expect(await index(library, folder)).toMatchObject({ indexed: 6, failed: 0, notices: [{ code: 'io-error' }] });
      for (let run = 0; run < 3; run++) expect(await index(library, folder)).toMatchObject({ unchanged: 6, failed: 0 });
      if (filler === null) disk.readOnly(false);
      else rmSync(filler);
      expect(await index(library, folder)).toMatchObject({ unchanged: 6, failed: 0 });
      expect(thumbnails(library)).toBe(6);
    });
  }
});

describe('a folder that may not be read for a while', () => {
  fault('keeps its photos, which are found as before', ['root', 'other-user'], async () => {
    const home = temporaryFolder();
    const folder = join(home, 'photos');
    await fillWithPhotos(join(folder, 'locked'), 3);
    await fillWithPhotos(join(folder, 'open'), 2);
    chmodSync(home, 0o777);
    for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }))
      chownSync(join(home, name), 65534, 65534);
    const nobody = { through: asNobody, env: { HOME: home } };
    const library = join(home, 'library');
    expect(await index(library, folder, nobody)).toMatchObject({ indexed: 5 });
    chmodSync(join(folder, 'locked'), 0);
    expect(await index(library, folder, nobody)).toMatchObject({
      unchanged: 2,
      failed: 1,
      failures: [{ code: 'io-error' }],
    });
    const [status] = jsonLines(await runOn(library, ['status', '--json'], nobody)) as {
      photos: number;
      missing: number;
    }[];
    expect(status).toMatchObject({ photos: 5, missing: 0 });
    chmodSync(join(folder, 'locked'), 0o755);
    expect(await index(library, folder, nobody)).toMatchObject({ unchanged: 5, failed: 0 });
  });
});

/**
 * Environment of programs in which opening a file named `crash` ends the process as a failed assertion of native code does,
 * and one named `endless` keeps the main thread for ever, as WebAssembly can.
 */
function faultyDecoder(): Readonly<Record<string, string>> {
  const hook = join(temporaryFolder(), 'faulty-decoder.mjs');
  writeFileSync(
    hook,
    `import promises from 'node:fs/promises';
     import { syncBuiltinESMExports } from 'node:module';
     const { open } = promises;
     promises.open = async (file, ...rest) => {
       if (/crash/.test(String(file))) process.abort();
       while (/endless/.test(String(file)));
       return open(file, ...rest);
     };
     syncBuiltinESMExports();`,
  );
  return { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` };
}

describe('a photo that ends or stops its decoder', () => {
  fault('fails by name, and everything behind it is indexed, now and at later runs', ['linux'], async () => {
    const [library, folder] = [temporaryFolder(), temporaryFolder()];
    await fillWithPhotos(folder, 8);
    for (const name of ['photo-002-crash.jpg', 'photo-004-endless.jpg']) {
      copyFileSync(join(folder, 'photo-000.jpg'), join(folder, name));
    }
    const env = faultyDecoder();
    const failures = [
      { path: join(folder, 'photo-002-crash.jpg'), code: 'too-heavy' },
      { path: join(folder, 'photo-004-endless.jpg'), code: 'too-heavy' },
    ];
    const first = await index(library, folder, { env });
    expect(first).toMatchObject({ indexed: 8, failed: 2, failures });
    expect(first.failures.map(({ message }) => message)).toEqual([
      expect.stringMatching(/photo-002-crash\.jpg ended the process that decoded it/),
      expect.stringMatching(/photo-004-endless\.jpg takes more time to decode/),
    ]);
    expect(await index(library, folder, { env })).toMatchObject({ unchanged: 8, failed: 2, failures });
    // Without the fault the person requests it.
    const retried = await runOn(library, ['index', folder, '--retry', '--json']);
    expect(jsonLines(retried)[0]).toMatchObject({ indexed: 2, unchanged: 8, failed: 0 });
  });
});

describe('memory', () => {
  /** Limit in megabytes for all processes of an index run together. */
  const most = 2000;

  async function peakOf(folder: string): Promise<{ peak: number; result: Indexed }> {
    const library = temporaryFolder();
    const running = startHashlens(['index', folder, '--json', '--library', library]);
    const peak = await peakMegabytes(running.pid, running.ended);
    const [result] = jsonLines(await running.ended) as Indexed[];
    if (result === undefined) throw new Error(`index has printed nothing: ${(await running.ended).stderr}`);
    return { peak, result };
  }

  fault('stays below two gigabytes with photos that decode to gigabytes', ['linux'], async () => {
    const folder = temporaryFolder();
    await fillWithPhotos(folder, 4);
    const create = { width: 7000, height: 7000, channels: 3, background: '#a22' } as const;
    const avif = await sharp({ create, limitInputPixels: false }).avif({ effort: 0, quality: 10 }).toBuffer();
    const progressive = await sharp({ create, limitInputPixels: false })
      .jpeg({ progressive: true, quality: 40 })
      .toBuffer();
    const webp = Buffer.from('UklGRh4AAABXRUJQVlA4TBEAAAAv/r//DwdQkapWpP+BiOh/AAA=', 'base64');
    for (let i = 0; i < 3; i++) {
      writeFileSync(join(folder, `a${i}.avif`), Buffer.concat([avif, Buffer.from([i])]));
      writeFileSync(join(folder, `b${i}.jpg`), Buffer.concat([progressive, Buffer.from([i])]));
      writeFileSync(join(folder, `c${i}.webp`), Buffer.concat([webp, Buffer.from([i])]));
    }
    const { peak, result } = await peakOf(folder);
    // The 268 megapixels of WebP are too much for one photo; 49 megapixels of the others are not.
    expect(result).toMatchObject({ indexed: 10, failed: 3 });
    expect(result.failures.map(({ code }) => code)).toEqual(['too-heavy', 'too-heavy', 'too-heavy']);
    expect(peak).toBeLessThan(most);
  });

  fault(
    'stays below two gigabytes with a million captions for a few photos, which are cut with a notice',
    ['linux'],
    async () => {
      const folder = temporaryFolder();
      await fillWithPhotos(folder, 5);
      const names = readdirSync(folder);
      const lines = Array.from({ length: 1_000_000 }, (_, i) => `${names[i % names.length]},a dog number ${i} runs`);
      writeFileSync(join(folder, 'captions.csv'), `image,caption\n${lines.join('\n')}\n`);
      const { peak, result } = await peakOf(folder);
      expect(result).toMatchObject({ indexed: 5, failed: 0, notices: [{ code: 'too-large' }] });
      expect(result.notices?.[0]?.message).toMatch(/more than 200 captions for 5 photos/);
      expect(peak).toBeLessThan(most);
    },
  );
});
