// The CLIP encoder: turns photos and English texts into rows of one shared space, from a model folder on disk, offline.
import { join } from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import type { PreparedImage } from '../encoder.ts';
import { checkSizes } from './checksums.ts';
import type { ModelFolder } from './model-folder.ts';
import { filesOf, isFile, readModelFolder } from './model-folder.ts';
import { invalidEncoder, type EncoderFormat, type FolderOptions, type OpenedEncoder } from '../encoder-format.ts';
import { openTransformers } from './offline.ts';
import type { PixelRule } from './prepare-image.ts';
import { pixelInput, pixelRule, prepareClipImage } from './prepare-image.ts';
import type { Tokenizer } from './byte-pair-tokenizer.ts';
import { batchByLength, makeTokenizer, padBatch } from './byte-pair-tokenizer.ts';
import type { Tower } from './tower.ts';
import { openTower } from './tower.ts';

/** Photos in one run. Larger batches gain nothing on a CPU, and the large network's attention takes 4 MB a photo. */
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
  const { CLIPTokenizer } = await openTransformers();
  try {
    // Do not use AutoTokenizer: it remembers for the rest of the process that a file was missing.
    return makeTokenizer(new CLIPTokenizer(folder.tokenizer, folder.tokenizerConfig), folder.maxTokens);
  } catch (error) {
    throw invalidEncoder(folder.dir, 'has a damaged tokenizer.json', undefined, error);
  }
}

/**
 * Opens a CLIP folder: config.json, tokenizer.json, tokenizer_config.json, preprocessor_config.json, and
 * onnx/text_model.onnx and onnx/vision_model.onnx or smaller variants of them. Runs both networks once, so that errors
 * appear now and the first search does not wait.
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
  const text = await openTower(folder, 'text', threads, device);
  const vision = await openTower(folder, 'vision', threads, device).catch(async (error: unknown) => {
    await text.dispose();
    throw error;
  });

  const imageBatch = batchSize(
    vision,
    'pixel_values',
    folder.visionVariant.rowsIndependent,
    options.imageBatch ?? imageBatchSize,
  );
  const textBatch = batchSize(text, 'input_ids', folder.textVariant.rowsIndependent, textBatchSize);
  const textLength = text.fixedLength('input_ids', 1) ?? 0;
  const pixels = rule.side * rule.side * 3;

  /** `[images, 3, side, side]` -> `[images, width]` */
  function runVision(images: readonly PreparedImage[]): Promise<{ width: number; data: Float32Array }> {
    const values = new Float32Array(images.length * pixels);
    images.forEach((image, row) => {
      if (image.length !== pixels) {
        const sizes = `${image.length} numbers instead of ${pixels}`;
        throw new HashlensError('bad-argument', `Photo ${row + 1} was prepared for another encoder: ${sizes}.`);
      }
      values.set(image, row * pixels);
    });
    const dims = [images.length, 3, rule.side, rule.side];
    return vision.run({ pixel_values: new Tensor('float32', values, dims) }, images.length);
  }

  /** `[texts]` tokens -> `[texts, width]` */
  function runText(batch: ReturnType<Tokenizer['tokenize']>): Promise<{ width: number; data: Float32Array }> {
    const { length, ids, mask } = padBatch(batch, tokeniser.padId, textLength);
    const dims = [batch.length, length];
    const inputs = {
      input_ids: new Tensor('int64', ids, dims),
      // Some exports have no mask. It changes nothing: the end token attends to earlier tokens only.
      ...(text.inputNames.includes('attention_mask') ? { attention_mask: new Tensor('int64', mask, dims) } : {}),
    };
    return text.run(inputs, batch.length);
  }

  async function dispose(): Promise<void> {
    await Promise.all([text.dispose(), vision.dispose()]);
  }

  /** Runs both networks once and returns their common width. */
  async function tryOut(): Promise<number> {
    const [words, photo] = await Promise.all([
      runText(tokeniser.tokenize(['a photo'])),
      runVision([new Float32Array(pixels)]),
    ]);
    const width = folder.projectionDim ?? words.width;
    if (words.width === width && photo.width === width) return width;
    const widths = `rows of ${words.width} for texts and ${photo.width} for photos where ${width} are expected`;
    throw invalidEncoder(folder.dir, `gives ${widths}`, 'take text and vision networks of the same model');
  }

  const width = await tryOut().catch(async (error: unknown) => {
    await dispose();
    if (error instanceof HashlensError) throw error;
    throw invalidEncoder(folder.dir, 'has networks that cannot be run', undefined, error);
  });

  return {
    info: {
      id: options.id ?? folder.id,
      name: folder.name,
      description: folder.description,
      imageWidth: width,
      textWidth: width,
      sharedWidth: width,
    },
    input: pixelInput(rule),
    isFullPrecision: folder.textVariant.name === 'fp32' && folder.visionVariant.name === 'fp32',
    ...(options.imageBatch === undefined ? {} : { imageBatch }),
    prepareImage: (source) => prepareClipImage(source, rule),
    async encodeImages(images) {
      const rows = new Float32Array(images.length * width); // [n, width], unit rows
      for (let at = 0; at < images.length; at += imageBatch) {
        rows.set((await runVision(images.slice(at, at + imageBatch))).data, at * width);
      }
      return rows;
    },
    async encodeTexts(texts) {
      const rows = new Float32Array(texts.length * width); // [n, width], unit rows, zeros for blank texts
      for (const batch of batchByLength(tokeniser.tokenize(texts), textBatch)) {
        const { data } = await runText(batch);
        batch.forEach(({ index }, row) => rows.set(data.subarray(row * width, (row + 1) * width), index * width));
      }
      return rows;
    },
    dispose,
  };
}

/** Folders in the layout of transformers.js. */
export const clipFormat: EncoderFormat = {
  recognises: (dir) => isFile(join(dir, 'config.json')),
  fileNames: async (dir) => filesOf(await readModelFolder(dir)),
  open: openClipEncoder,
};
