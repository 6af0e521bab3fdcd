// Encoders of CLIP's kind: turn photos and texts into rows of one shared space, from a model folder on disk, offline. What differs
// between families is in families.ts.
import { join } from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import type { PreparedImage } from '../encoder.ts';
import { PlaneBatches } from '../plane-batches.ts';
import { planesLength } from '../../imaging/pixel-input.ts';
import { checkSizes } from './checksums.ts';
import type { ModelFolder } from './model-folder.ts';
import { isPair, readModelFolder } from './model-folder.ts';
import { isFile } from './network-files.ts';
import {
  invalidEncoder,
  promptsMark,
  type EncoderFormat,
  type FolderOptions,
  type OpenedEncoder,
} from '../encoder-format.ts';
import { float32At } from '../../../shared/at.ts';
import { openTransformers } from './offline.ts';
import type { PixelRule } from './prepare-image.ts';
import { pixelInput, pixelRule, prepareClipImage } from './prepare-image.ts';
import type { TextTokens, Tokenizer } from './tokenizer.ts';
import { batchByLength, makeTokenizer, padBatch } from './tokenizer.ts';
import type { Tower } from './tower.ts';
import { normaliseRows, openTowers } from './tower.ts';

/** Photos in one run: more take memory and gain no speed on a CPU (docs/measurements.md, Runs of networks). */
const imageBatchSize = 16;
const textBatchSize = 32;

/**
 * Batch size of a network. One where the network quantises by the range of the whole batch: a row then depends on its
 * own item only.
 */
function batchSize(tower: Tower, input: string, rowsIndependent: boolean, wanted: number): number {
  if (!rowsIndependent) return 1;
  return Math.min(wanted, tower.fixedLength(input, 0) ?? wanted);
}

function makeRule(folder: ModelFolder): PixelRule {
  const rule = pixelRule(folder.preprocessor);
  const remedy = 'take the preprocessor_config.json that belongs to the model';
  if (typeof rule === 'string') {
    throw invalidEncoder(folder.dir, `has a preprocessor_config.json that ${rule}`, remedy);
  }
  if (folder.imageSize !== null && folder.imageSize !== rule.side) {
    const sizes = `${rule.side} pixels where config.json says ${folder.imageSize}`;
    throw invalidEncoder(folder.dir, `has a preprocessor_config.json that makes photos of ${sizes}`, remedy);
  }
  return rule;
}

async function openTokeniser(folder: ModelFolder): Promise<Tokenizer> {
  const { PreTrainedTokenizer } = await openTransformers();
  try {
    // Do not use AutoTokenizer: it remembers for the rest of the process that a file was missing.
    return makeTokenizer(new PreTrainedTokenizer(folder.tokenizer, folder.tokenizerConfig), folder);
  } catch (error) {
    throw invalidEncoder(folder.dir, 'has a damaged tokenizer.json', undefined, error);
  }
}

/** Least cosine at which a text's row counts as the same with and without padding: full and reduced precision. */
const samePadded = { independent: 0.9999, dependent: 0.99 } as const;

const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * float32At(b, at), 0);

/**
 * Opens a folder in the layout of transformers.js, or one with `text/` and `image/` in that layout. Runs both networks once, so
 * that errors appear now and the first search does not wait.
 * @throws HashlensError `encoder-missing` without the folder, `encoder-invalid` when it cannot be used
 */
export async function openClipEncoder(modelDir: string, options: FolderOptions = {}): Promise<OpenedEncoder> {
  const { threads, device = 'cpu' } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new HashlensError('bad-argument', `The number of threads must be 1 or more, not ${threads}.`);
  }
  const folder = await readModelFolder(modelDir);
  await checkSizes(folder.dir);
  const rule = makeRule(folder);
  const tokeniser = await openTokeniser(folder);
  const { Tensor } = await openTransformers();
  const [sample] = tokeniser.tokenize(['a photo']);
  if (sample === undefined) throw invalidEncoder(folder.dir, 'has a tokenizer.json that knows no word');
  const { text, image, dispose } = await openTowers(folder, { ids: sample.ids, side: rule.side }, threads, device);

  const { family, networks } = folder;
  const textIsIndependent = networks.text.variant.rowsIndependent;
  const imageBatch = batchSize(
    image,
    'pixel_values',
    networks.image.variant.rowsIndependent,
    options.imageBatch ?? imageBatchSize,
  );
  const textBatch = batchSize(text, 'input_ids', textIsIndependent, textBatchSize);
  const fixedLength = text.fixedLength('input_ids', 1);
  // An export may read fewer tokens than the files say.
  const maxTokens = Math.min(folder.maxTokens, fixedLength ?? Infinity);
  const input = pixelInput(rule);
  const pixels = planesLength(input);
  const batches = new PlaneBatches(input);

  /** `[images, side, side, 3]` -> `[images, width]` */
  async function runVision(images: readonly PreparedImage[]): Promise<{ width: number; data: Float32Array }> {
    images.forEach((prepared, row) => {
      if (prepared.length === pixels) return;
      const sizes = `${prepared.length} bytes instead of ${pixels}`;
      throw new HashlensError('bad-argument', `Photo ${row + 1} was prepared for another encoder: ${sizes}.`);
    });
    const dims = [images.length, 3, rule.side, rule.side];
    return batches.run(images, (planes) =>
      image.run({ pixel_values: new Tensor('float32', planes, dims) }, images.length),
    );
  }

  /** `[texts]` tokens -> `[texts, width]` */
  function runText(batch: readonly TextTokens[], least: number): Promise<{ width: number; data: Float32Array }> {
    const { length, ids, mask } = padBatch(batch, tokeniser.padId, least, family.masksPadding);
    const dims = [batch.length, length];
    const inputs = {
      input_ids: new Tensor('int64', ids, dims),
      ...(text.inputNames.includes('attention_mask') ? { attention_mask: new Tensor('int64', mask, dims) } : {}),
    };
    return text.run(inputs, batch.length);
  }

  /** Least length of a batch of texts. */
  async function textLength(words: TextTokens): Promise<number> {
    if (fixedLength !== null) return fixedLength;
    if (family.padding !== 'tried') return family.padding === 'full' ? maxTokens : 0;
    const [plain, padded] = [await runText([words], 0), await runText([words], maxTokens)];
    const least = textIsIndependent ? samePadded.independent : samePadded.dependent;
    return cosine(plain.data, padded.data) >= least ? 0 : maxTokens;
  }

  /** Runs both networks once. */
  async function tryOut(words: TextTokens): Promise<{ width: number; leastLength: number }> {
    const leastLength = await textLength(words);
    const [row, photo] = await Promise.all([runText([words], leastLength), runVision([new Uint8Array(pixels)])]);
    const width = folder.projectionDim ?? row.width;
    if (row.width === width && photo.width === width) return { width, leastLength };
    const widths = `rows of ${row.width} for texts and ${photo.width} for photos where ${width} are expected`;
    throw invalidEncoder(folder.dir, `gives ${widths}`, 'take text and vision networks of the same model');
  }

  const { width, leastLength } = await tryOut(sample).catch(async (error: unknown) => {
    await dispose();
    if (error instanceof HashlensError) throw error;
    throw invalidEncoder(folder.dir, 'has networks that cannot be run', undefined, error);
  });

  /** `[n]` texts -> `[n, width]` unit rows, zeros for blank texts. */
  async function textRows(texts: readonly string[]): Promise<Float32Array> {
    const rows = new Float32Array(texts.length * width);
    for (const batch of batchByLength(tokeniser.tokenize(texts, maxTokens), textBatch)) {
      const { data } = await runText(batch, leastLength);
      batch.forEach(({ index }, row) => rows.set(data.subarray(row * width, (row + 1) * width), index * width));
    }
    return rows;
  }

  /** Rows like those of `textRows`; each is the mean over the family's prompts, scaled to unit length. */
  async function promptedRows(texts: readonly string[]): Promise<Float32Array> {
    const sums = new Float32Array(texts.length * width);
    for (const prompt of family.prompts) {
      // A blank text stays blank.
      const prompted = texts.map((text) => (text.trim() === '' ? '' : prompt.replace('{}', () => text.trim())));
      const rows = await textRows(prompted);
      for (let at = 0; at < sums.length; at++) sums[at] = float32At(sums, at) + float32At(rows, at);
    }
    normaliseRows(sums, width);
    return sums;
  }

  return {
    info: {
      id: options.id ?? folder.id,
      name: folder.name,
      description: folder.description,
      imageWidth: width,
      textWidth: width,
      sharedWidth: width,
    },
    input,
    isFullPrecision: networks.text.variant.name === 'fp32' && networks.image.variant.name === 'fp32',
    ...(options.imageBatch === undefined ? {} : { imageBatch }),
    prepareImage: (source) => prepareClipImage(source, rule),
    async encodeImages(images) {
      const rows = new Float32Array(images.length * width); // [n, width], unit rows
      for (let at = 0; at < images.length; at += imageBatch) {
        rows.set((await runVision(images.slice(at, at + imageBatch))).data, at * width);
      }
      return rows;
    },
    encodeTexts: options.id?.endsWith(promptsMark) === true ? promptedRows : textRows,
    dispose,
  };
}

/** Folders in the layout of transformers.js. */
export const clipFormat: EncoderFormat = {
  recognises: async (dir) => (await isFile(join(dir, 'config.json'))) || isPair(dir),
  fileNames: async (dir) => (await readModelFolder(dir)).files,
  open: openClipEncoder,
};
