// Measures the starter encoder: text -> image retrieval by the shared part, speed, and agreement with stored features.
// `npm run -s bench -- starter <folder with captions.txt and photos/> [folder with image.npy and files.txt]`
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStarterEncoder, type StarterEncoder } from '../src/engine/encoder/starter/starter-encoder.ts';
import { float32At, numberAt } from '../src/shared/at.ts';

const resourcesFolder = join(import.meta.dirname, '..', 'resources', 'starter');
const [photoFolder, featureFolder] = process.argv.slice(2);
if (photoFolder === undefined) throw new Error('usage: npm run -s bench -- starter <photo folder> [feature folder]');

interface Caption {
  readonly photo: number;
  readonly text: string;
}

/** `image,caption` lines below a heading; a caption may hold commas. */
function parseCaptions(csv: string, photos: readonly string[]): Caption[] {
  const index = new Map(photos.map((name, i) => [name, i]));
  return csv
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const comma = line.indexOf(',');
      const photo = index.get(line.slice(0, comma));
      return photo === undefined ? [] : [{ photo, text: line.slice(comma + 1) }];
    });
}

/** R@1, R@5, R@10 in percent, and the median rank. Equal scores share the middle of their places. */
function retrieval(
  captions: readonly Caption[],
  texts: Float32Array,
  textWidth: number,
  images: Float32Array,
  n: number,
) {
  const shared = images.length / n;
  const ranks = captions.map(({ photo }, c) => {
    const text = texts.subarray(c * textWidth, c * textWidth + shared);
    const scores = Array.from({ length: n }, (_, i) =>
      text.reduce((s, x, j) => s + x * float32At(images, i * shared + j), 0),
    );
    const own = numberAt(scores, photo);
    const above = scores.filter((score) => score > own).length;
    const equal = scores.filter((score) => score === own).length;
    return above + (equal + 1) / 2;
  });
  const recall = (k: number): string => ((100 * ranks.filter((rank) => rank <= k).length) / ranks.length).toFixed(1);
  const median = ranks.toSorted((a, b) => a - b)[Math.floor(ranks.length / 2)];
  return { 'R@1': recall(1), 'R@5': recall(5), 'R@10': recall(10), 'median rank': median };
}

/** [n, 80] rows of unit norm out of rows that begin with 80 class scores. */
function sharedPart(rows: Float32Array, width: number, shared: number): Float32Array {
  const n = rows.length / width;
  const out = new Float32Array(n * shared);
  for (let i = 0; i < n; i++) {
    const part = rows.subarray(i * width, i * width + shared);
    const norm = Math.hypot(...part) || 1;
    out.set(
      part.map((x) => x / norm),
      i * shared,
    );
  }
  return out;
}

async function encodePhotos(encoder: StarterEncoder, paths: readonly string[]) {
  const rows = new Float32Array(paths.length * 592); // scores | backbone, not normalised
  let decodeMs = 0;
  let networkMs = 0;
  for (const [i, path] of paths.entries()) {
    const start = performance.now();
    const image = await encoder.prepareImage(path);
    const decoded = performance.now();
    const { scores, backbone } = await encoder.detect([image]);
    decodeMs += decoded - start;
    networkMs += performance.now() - decoded;
    rows.set(scores, i * 592);
    rows.set(backbone, i * 592 + 80);
  }
  return { rows, decodeMs: decodeMs / paths.length, networkMs: networkMs / paths.length };
}

/** The rows of the named photos out of a float16 `.npy` matrix of 592 columns. */
async function storedRows(folder: string, photos: readonly string[]): Promise<Float32Array> {
  const file = await readFile(join(folder, 'image.npy'));
  const data = 10 + file.readUInt16LE(8);
  const values = new Float16Array(Uint8Array.from(file.subarray(data)).buffer);
  const names = (await readFile(join(folder, 'files.txt'), 'utf8')).trim().split('\n');
  const out = new Float32Array(photos.length * 592);
  photos.forEach((name, i) => {
    const row = names.indexOf(name);
    if (row < 0) throw new Error(`${name} has no stored features.`);
    out.set(Float32Array.from(values.subarray(row * 592, (row + 1) * 592)), i * 592);
  });
  return out;
}

/** Mean cosine and mean absolute difference of one part of two matrices of 592 columns. */
function agreement(a: Float32Array, b: Float32Array, from: number, to: number) {
  let cosine = 0;
  let difference = 0;
  const n = a.length / 592;
  for (let i = 0; i < n; i++) {
    const x = a.subarray(i * 592 + from, i * 592 + to);
    const y = b.subarray(i * 592 + from, i * 592 + to);
    cosine += x.reduce((s, v, j) => s + v * float32At(y, j), 0) / (Math.hypot(...x) * Math.hypot(...y)) / n;
    difference += x.reduce((s, v, j) => s + Math.abs(v - float32At(y, j)), 0) / x.length / n;
  }
  return { 'mean cosine': cosine.toFixed(4), 'mean |difference|': difference.toFixed(4) };
}

const openedAt = performance.now();
const encoder = await openStarterEncoder(resourcesFolder, { threads: 1 });
console.log(`opened in ${(performance.now() - openedAt).toFixed(0)} ms, ${encoder.wordCount} words`);

const photos = (await readdir(join(photoFolder, 'photos'))).toSorted();
const captions = parseCaptions(await readFile(join(photoFolder, 'captions.txt'), 'utf8'), photos);
const { textWidth, sharedWidth } = encoder.info;
const textsAt = performance.now();
const texts = await encoder.encodeTexts(captions.map(({ text }) => text));
console.log(`${captions.length} captions in ${(performance.now() - textsAt).toFixed(0)} ms`);

const encoded = await encodePhotos(
  encoder,
  photos.map((name) => join(photoFolder, 'photos', name)),
);
console.log(
  `${photos.length} photos: decode ${encoded.decodeMs.toFixed(1)} ms, network ${encoded.networkMs.toFixed(1)} ms each`,
);
const own = sharedPart(encoded.rows, 592, sharedWidth);
const table = { 'text -> image': retrieval(captions, texts, textWidth, own, photos.length) };
if (featureFolder === undefined) console.table(table);
else {
  const stored = await storedRows(featureFolder, photos);
  const images = sharedPart(stored, 592, sharedWidth);
  console.table({ ...table, 'with stored features': retrieval(captions, texts, textWidth, images, photos.length) });
  console.table({
    'class scores': agreement(encoded.rows, stored, 0, 80),
    backbone: agreement(encoded.rows, stored, 80, 592),
  });
}
await encoder.dispose();
