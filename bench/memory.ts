// `npm run -s bench -- memory`: peak memory of indexing folders of huge photos and huge caption files, all processes
// together, and memory of a server while it reads the text in photos, and before and after a training.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { findFfmpeg } from '../src/engine/imaging/formats/video.ts';
import { peakMegabytes, residentMegabytes } from '../test/faults/support/machine.ts';
import { heic } from '../test/support/heic.ts';
import { jxl } from '../test/support/jxl.ts';
import { xmpOf } from '../test/support/metadata-photo.ts';
import { fillWithPhotos } from '../test/support/photos.ts';
import { tiffRaw } from '../test/support/raw.ts';
import { jsonLines, runOn, startHashlens, startServer } from '../test/support/program.ts';
import { printTable } from './lib/report.ts';

const ffmpeg = await findFfmpeg();
if (ffmpeg === null) console.error('ffmpeg is not installed, so videos are left out');
const root = mkdtempSync(join(tmpdir(), 'hashlens-memory-'));
const picture = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#a22' }, limitInputPixels: false });

interface Folder {
  readonly name: string;
  readonly count: number;
  readonly extension: string;
  readonly make: () => Promise<Buffer>;
}

const folders: readonly Folder[] = [
  {
    name: '8 AVIF of 144 megapixels',
    ...{ count: 8, extension: 'avif' },
    make: () => picture(12_000).avif({ effort: 0, quality: 10 }).toBuffer(),
  },
  {
    name: '8 AVIF of 49 megapixels',
    ...{ count: 8, extension: 'avif' },
    make: () => picture(7000).avif({ effort: 0, quality: 10 }).toBuffer(),
  },
  {
    name: '4 progressive JPEG of 289 megapixels',
    ...{ count: 4, extension: 'jpg' },
    make: () => picture(17_000).jpeg({ progressive: true, quality: 50 }).toBuffer(),
  },
  {
    name: '4 WebP of 144 megapixels',
    ...{ count: 4, extension: 'webp' },
    make: () => picture(12_000).webp({ lossless: true, effort: 0 }).toBuffer(),
  },
  {
    name: '20 HEIC of 48 megapixels',
    ...{ count: 20, extension: 'heic' },
    make: () => Promise.resolve(heic({ width: 1008, height: 6048, columns: 8 })),
  },
  {
    name: '8 RAW with previews of 49 megapixels',
    ...{ count: 8, extension: 'nef' },
    make: async () => tiffRaw({ previews: [await picture(7000).jpeg().toBuffer()] }),
  },
  {
    // The available encoder has no memory for larger ones.
    name: '8 JPEG XL of 4 megapixels',
    ...{ count: 8, extension: 'jxl' },
    make: () => jxl(picture(2000)),
  },
  {
    name: '8 motion photos of 49 megapixels with videos of 60 MB',
    ...{ count: 8, extension: 'jpg' },
    make: () => motionPhoto(60_000_000),
  },
  ...(ffmpeg === null
    ? []
    : [{ name: '8 videos of 8 megapixels', count: 8, extension: 'mp4', make: () => Promise.resolve(video(ffmpeg)) }]),
];

/** A JPEG followed by a video of this many bytes, as in motion photos. Its offset counts the 9 bytes added to each file. */
async function motionPhoto(videoBytes: number): Promise<Buffer> {
  const header = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');
  const google = 'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"';
  const xmp = xmpOf(`${google} GCamera:MicroVideoOffset="${videoBytes + 9}"`).toString();
  const still = await picture(7000).withXmp(xmp).jpeg().toBuffer();
  return Buffer.concat([still, header, Buffer.alloc(videoBytes - header.length)]);
}

/** Four seconds of a test picture that moves, 3840 by 2160. */
function video(program: string): Buffer {
  const file = join(root, 'video.mp4');
  const source = ['-f', 'lavfi', '-i', 'testsrc=size=3840x2160:rate=25:duration=4'];
  execFileSync(program, ['-loglevel', 'error', '-y', ...source, '-pix_fmt', 'yuv420p', file]);
  return readFileSync(file);
}

interface Indexed {
  readonly indexed: number;
  readonly failures: readonly { readonly code: string }[];
}

async function measure(name: string, folder: string): Promise<string[]> {
  const running = startHashlens(['index', folder, '--json', '--library', join(root, 'library')], {
    timeoutMs: 400_000,
  });
  const peak = await peakMegabytes(running.pid, running.ended);
  const outcome = await running.ended;
  const [result] = jsonLines(outcome) as Indexed[];
  if (result === undefined) throw new Error(outcome.stderr);
  const codes = new Set(result.failures.map(({ code }) => code));
  const refused = result.failures.length === 0 ? '0' : `${result.failures.length} ${[...codes].join(' ')}`;
  rmSync(join(root, 'library'), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  return [name, String(result.indexed), refused, outcome.seconds.toFixed(0), peak.toFixed(0)];
}

const rows: string[][] = [];
try {
  for (const { name, count, extension, make } of folders) {
    const folder = join(root, 'album');
    await fillWithPhotos(folder, 2);
    const bytes = await make();
    for (let i = 0; i < count; i++) {
      // A box that readers skip.
      writeFileSync(
        join(folder, `a${i}.${extension}`),
        Buffer.concat([bytes, Buffer.from([0, 0, 0, 9, ...Buffer.from('free'), i])]),
      );
    }
    rows.push(await measure(name, folder));
  }
  const folder = join(root, 'album');
  await fillWithPhotos(folder, 20);
  const names = readdirSync(folder);
  const lines = Array.from({ length: 1_000_000 }, (_, i) => `${names[i % names.length]},a dog number ${i} runs far`);
  writeFileSync(join(folder, 'captions.csv'), `image,caption\n${lines.join('\n')}\n`);
  rows.push(await measure('20 photos and a million captions', folder));
  printTable(['folder, and 2 photos more', 'indexed', 'refused', 's', 'peak MB'], rows);

  const library = join(root, 'served');
  const album = join(root, 'album');
  await fillWithPhotos(album, 60);
  const words = readdirSync(album).map((name, i) => `${name},a dog number ${i} at the beach`);
  writeFileSync(join(album, 'captions.csv'), `image,caption\n${words.join('\n')}\n`);
  const server = await startServer(library);
  await mustRun(library, ['text', 'on']);
  const reading = await peakMegabytes(server.pid, mustRun(library, ['index', album]));
  await mustRun(library, ['search', 'text', 'dog']);
  const before = residentMegabytes(server.pid);
  const training = runOn(library, ['train', '--epochs', '20', '--hidden', '4096', '--method', 'ucch'], {
    timeoutMs: 400_000,
  });
  const peak = await peakMegabytes(server.pid, training);
  if ((await training).status !== 0) throw new Error((await training).stderr);
  // Idle processes end after a quarter of a minute.
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const after = residentMegabytes(server.pid);
  server.signal('SIGTERM');
  await server.ended;
  console.log('');
  printTable(
    ['a server with all its processes', 'MB'],
    [
      ['at its peak while it indexes 60 photos and reads their text', reading.toFixed(0)],
      ['before a training with 4096 hidden units', before.toFixed(0)],
      ['at its peak during it', peak.toFixed(0)],
      ['20 s after it', after.toFixed(0)],
    ],
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function mustRun(library: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = await runOn(library, args);
  if (status !== 0) throw new Error(stderr);
}
