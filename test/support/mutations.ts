// Files of every supported kind, damaged at random: truncated, bits flipped, parts repeated, moved or replaced.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import sharp from 'sharp';
import { Random } from '../../src/engine/numerics/random.ts';
import { libraryContent } from './library-content.ts';
import { heic } from './heic.ts';
import { jxl } from './jxl.ts';
import { fillWithPhotos } from './photos.ts';
import { cr3Raw, rafRaw, tiffRaw } from './raw.ts';
import { peakMegabytes } from '../faults/support/machine.ts';
import { jsonLines, runOn, startHashlens } from './program.ts';
import { uint8At } from '../../src/shared/at.ts';

export interface MutationCampaign {
  readonly files: number;
  readonly models: number;
  /** Number of files by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /**
   * Longest time without a finished file, the loading of the encoder included, and of one import, the start of the
   * program included.
   */
  readonly slowestSeconds: number;
  /** Peak memory of all processes of an index run together; 0 if the system does not report it. */
  readonly peakMegabytes: number;
  readonly faults: readonly string[];
}

interface Plan {
  readonly folder: string;
  readonly seed: number;
  readonly files: number;
  readonly models: number;
  /** Longest time for one file. It may take 10 seconds of a processor; a busy machine needs more. */
  readonly mostSeconds: number;
  /** The campaign ends with the batch that is running after this time. */
  readonly minutes?: number;
  readonly log: (line: string) => void;
}

const batch = 250;
const mostMegabytes = 2000;

export async function mutationCampaign({
  folder,
  seed,
  files,
  models,
  mostSeconds,
  minutes = Infinity,
  log,
}: Plan): Promise<MutationCampaign> {
  const random = new Random(seed);
  const seeds = await seedFiles(join(folder, 'seeds'));
  const outcomes: Record<string, number> = {};
  const faults: string[] = [];
  let slowestSeconds = 0;
  let peak = 0;
  let made = 0;
  const end = performance.now() + minutes * 60_000;
  for (let round = 0; made < files && performance.now() < end; round++) {
    const album = join(folder, `album-${round}`);
    const library = join(folder, `library-${round}`);
    const names = writeBatch(album, seeds, Math.min(batch, files - made), random);
    const running = startHashlens(['index', album, '--json', '--library', library], { timeoutMs: 300_000 });
    const waiting = longestWait(library, running.ended);
    const megabytes = await peakMegabytes(running.pid, running.ended);
    const outcome = await running.ended;
    const seconds = await waiting;
    slowestSeconds = Math.max(slowestSeconds, seconds);
    peak = Math.max(peak, megabytes);
    made += names.length;
    const [result] = outcome.status === 0 ? (jsonLines(outcome) as Record<string, unknown>[]) : [];
    if (result === undefined) {
      faults.push(`round ${round}: exit ${outcome.status} ${outcome.signal ?? ''} ${outcome.stderr.slice(-300)}`);
    } else {
      const counts = ['indexed', 'unchanged', 'skipped', 'failed'].map((key) => [key, Number(result[key])] as const);
      for (const [key, n] of counts) outcomes[key] = (outcomes[key] ?? 0) + n;
      const sum = counts.reduce((total, [, n]) => total + n, 0);
      if (sum !== names.length) faults.push(`round ${round}: ${names.length} files, ${sum} accounted for`);
      const left = libraryContent(library).faults.filter((what) => !what.startsWith('no thumbnail'));
      faults.push(...left.map((what) => `round ${round}: ${what}`));
    }
    if (seconds > mostSeconds) faults.push(`round ${round}: ${seconds.toFixed(1)} s for one file`);
    if (megabytes > mostMegabytes) faults.push(`round ${round}: ${megabytes.toFixed(0)} MB`);
    log(`${made} files, ${JSON.stringify(outcomes)}, ${outcome.seconds.toFixed(0)} s, ${faults.length} faults`);
    rmSync(album, { recursive: true, force: true });
    rmSync(library, { recursive: true, force: true });
  }
  const imported = await importMutated(folder, models, random, log);
  faults.push(...imported.faults);
  slowestSeconds = Math.max(slowestSeconds, imported.slowestSeconds);
  Object.assign(outcomes, imported.outcomes);
  return { files: made, models, outcomes, slowestSeconds, peakMegabytes: peak, faults };
}

/** Longest time, in seconds, without a finished file in the index job of a library. */
async function longestWait(library: string, ended: Promise<unknown>): Promise<number> {
  const file = join(library, 'library.db');
  let over = false;
  void ended.finally(() => (over = true));
  let [longest, since, before] = [0, performance.now(), -1];
  while (!over) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const done = doneOf(file);
    if (done !== before || done < 0) [since, before] = [performance.now(), done];
    longest = Math.max(longest, (performance.now() - since) / 1000);
  }
  return longest;
}

/** Files done by the newest job of a library, as stored once a second; -1 before it reads the first file. */
function doneOf(file: string): number {
  if (!existsSync(file)) return -1;
  try {
    const db = new SQLite(file, { readonly: true });
    try {
      return (
        db.prepare<[], number>('SELECT done FROM jobs WHERE total > 0 ORDER BY id DESC LIMIT 1').pluck().get() ?? -1
      );
    } finally {
      db.close();
    }
  } catch {
    // The library is just being created.
    return -1;
  }
}

interface Seeds {
  readonly images: ReadonlyMap<string, readonly Buffer[]>;
  readonly texts: ReadonlyMap<string, Buffer>;
}

async function seedFiles(folder: string): Promise<Seeds> {
  const photos = await fillWithPhotos(folder, 4);
  const images = new Map<string, Buffer[]>([['jpg', photos.map((file) => readFileSync(file))]]);
  for (const format of ['png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    const made = photos.slice(0, 2).map((file) => sharp(file).resize(160).keepMetadata().toFormat(format).toBuffer());
    images.set(format === 'tiff' ? 'tif' : format, await Promise.all(made));
  }
  const colours = [heic({ width: 64, height: 48 }), heic({ width: 32, height: 32, columns: 2 })];
  images.set('heic', colours);
  const preview = await sharp(photos[0]).resize(200).jpeg().toBuffer();
  images.set('nef', [tiffRaw({ previews: [preview] }), tiffRaw({ previews: [preview], make: 'NIKON' })]);
  images.set('rw2', [tiffRaw({ previews: [preview], magic: 85 })]);
  images.set('cr3', [cr3Raw(preview, 6)]);
  images.set('raf', [rafRaw(preview)]);
  images.set('mp4', [mp4()]);
  images.set('jxl', await Promise.all(photos.slice(0, 2).map((file) => jxl(sharp(file).resize(120)))));
  const xmp = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">A dog at the beach</rdf:li></rdf:Alt></dc:description><dc:subject><rdf:Bag><rdf:li>dog</rdf:li><rdf:li>beach</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
  const lines = Array.from({ length: 30 }, (_, n) => `p${n}.jpg,"a dog, number ${n}"`);
  const coco = {
    images: [{ id: 1, file_name: 'p1.jpg' }],
    annotations: [{ image_id: 1, id: 1, caption: 'a dog at the beach' }],
  };
  const takeout = {
    ...{ title: 'p1.jpg', description: 'A dog at the beach', photoTakenTime: { timestamp: '1404554726' } },
    geoData: { latitude: 47.5, longitude: 9.7, altitude: 400 },
    people: [{ name: 'Trude Muster' }],
  };
  const texts = new Map([
    ['xmp', Buffer.from(xmp)],
    ['csv', Buffer.from(`image,caption\n${lines.join('\n')}\n`)],
    ['json', Buffer.from(JSON.stringify(coco))],
    ['txt', Buffer.from('A dog at the beach.\n')],
    ['takeout', Buffer.from(JSON.stringify(takeout))],
    [
      'picasa',
      Buffer.from('[p1.jpg]\nstar=yes\ncaption=A dog at the beach\nfaces=rect64(3f845bcb59418507),8e62398ebda8c1a5\n'),
    ],
  ]);
  return { images, texts };
}

/** A video without a picture: the header that is read of it, and its tables. */
function mp4(): Buffer {
  const box = (type: string, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const tables = box('trak', box('tkhd', Buffer.alloc(84)), box('mdia', box('mdhd', Buffer.alloc(24))));
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isommp41', 'latin1')),
    box('moov', box('mvhd', Buffer.alloc(100)), tables),
    box('mdat', Buffer.alloc(2000, 7)),
  ]);
}

const textNames: Readonly<Record<string, string>> = {
  ...{ xmp: 'p1.xmp', csv: 'captions.csv', json: 'captions.json', txt: 'p1.txt' },
  ...{ takeout: 'p1.jpg.json', picasa: 'picasa.ini' },
};

/** Fills a folder with `count` files; a text has an undamaged photo beside it, which counts too. @returns their names */
function writeBatch(album: string, { images, texts }: Seeds, count: number, random: Random): string[] {
  const names: string[] = [];
  const formats = [...images.keys()];
  const photo = images.get('jpg')?.[0];
  if (photo === undefined) throw new Error('no photo to begin with');
  const write = (path: string, bytes: Uint8Array): void => {
    mkdirSync(join(album, path, '..'), { recursive: true });
    writeFileSync(join(album, path), bytes);
    names.push(path);
  };
  for (let n = 0; names.length < count; n++) {
    const folder = `d${n}`;
    if (random.uniform() < 0.75) {
      const format = pick(formats, random);
      write(`${folder}/f${n}.${format}`, mutate(pick(images.get(format) ?? [], random), random));
      continue;
    }
    const kind = pick([...texts.keys()], random);
    const name = textNames[kind] ?? 'p1.txt';
    write(`${folder}/p1.jpg`, Buffer.concat([photo, Buffer.from(String(n))]));
    write(`${folder}/${name}`, mutate(texts.get(kind) ?? photo, random));
  }
  return names;
}

function pick<T>(list: readonly T[], random: Random): T {
  const item = list[random.below(list.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

const specials = [
  '<'.repeat(50),
  '&#x110000;',
  '"'.repeat(999),
  '{'.repeat(3000),
  '[['.repeat(3000),
  '\0',
  ',,,,',
  '\\u0000',
];

/** One to six random changes. */
export function mutate(original: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let n = 1 + random.below(6); n > 0 && bytes.length > 0; n--) {
    const at = random.uniform() < 0.5 ? random.below(bytes.length) : random.below(Math.min(bytes.length, 400));
    const size = 1 + random.below(2000);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (random.below(8)) {
      case 0:
        for (let k = 0; k < 20; k++) {
          const i = random.below(bytes.length);
          bytes[i] = uint8At(bytes, i) ^ (1 << random.below(8));
        }
        break;
      case 1:
        bytes = Buffer.concat([before, Buffer.from([0xff, 0xff, 0xff, 0xff]), after.subarray(4)]);
        break;
      case 2:
        bytes = Buffer.from(before);
        break;
      case 3:
        bytes = Buffer.concat([before, after.subarray(size)]);
        break;
      case 4:
        bytes = Buffer.concat([before, after.subarray(0, size), after.subarray(0, size), after]);
        break;
      case 5:
        bytes = Buffer.concat([before, Buffer.from(Uint8Array.from({ length: size }, () => random.below(256))), after]);
        break;
      case 6:
        bytes = Buffer.concat([before, Buffer.alloc(size), after.subarray(size)]);
        break;
      default:
        bytes = Buffer.concat([before, Buffer.from(pick(specials, random)), after]);
    }
  }
  return bytes;
}

/** Imports exported models whose networks or manifest are damaged: each is taken in or refused, within seconds. */
async function importMutated(
  folder: string,
  models: number,
  random: Random,
  log: (line: string) => void,
): Promise<Pick<MutationCampaign, 'outcomes' | 'slowestSeconds' | 'faults'>> {
  const outcomes = { imported: 0, refused: 0 };
  const faults: string[] = [];
  let slowestSeconds = 0;
  if (models === 0) return { outcomes, slowestSeconds, faults };
  const library = join(folder, 'library');
  const album = join(folder, 'album');
  await fillWithPhotos(album, 2);
  const exported = join(folder, 'exported');
  for (const args of [
    ['index', album],
    ['models', 'export', 'rotation-starter-1', exported],
  ]) {
    const { status, stderr } = await runOn(library, args);
    if (status !== 0) throw new Error(stderr);
  }
  const names = ['image.onnx', 'text.onnx', 'manifest.json'];
  for (let n = 0; n < models; n++) {
    const changed = join(folder, 'changed');
    rmSync(changed, { recursive: true, force: true });
    mkdirSync(changed);
    for (const name of names) copyFileSync(join(exported, name), join(changed, name));
    const name = pick(names, random);
    writeFileSync(join(changed, name), mutate(readFileSync(join(exported, name)), random));
    const { status, signal, seconds, stderr } = await runOn(library, ['models', 'import', changed, '--json'], {
      timeoutMs: 60_000,
    });
    slowestSeconds = Math.max(slowestSeconds, seconds);
    if (status === 0) outcomes.imported++;
    else if (status === 1) outcomes.refused++;
    else faults.push(`model ${n}, ${name}: exit ${status} ${signal ?? ''} ${stderr.slice(-200)}`);
    if (seconds > 60) faults.push(`model ${n}, ${name}: ${seconds.toFixed(0)} s`);
  }
  const search = await runOn(library, ['search', 'text', 'dog']);
  if (search.status !== 0) faults.push(`search afterwards: ${search.stderr.slice(-300)}`);
  faults.push(...libraryContent(library).faults);
  log(`${models} models: ${JSON.stringify(outcomes)}`);
  return { outcomes, slowestSeconds, faults };
}
