// Makes a model folder of another family than CLIP, half a megabyte with random weights:
// `npx node scripts/make-tiny-encoder.ts siglip <dir>`.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeTinyClip } from './make-tiny-clip.ts';
import {
  bertTokenizer,
  gemmaTokenizer,
  siglipTokenizer,
  xlmRobertaTokenizer,
  type TokenizerFiles,
} from './tiny-clip/family-tokenizers.ts';
import {
  chineseClip,
  jinaClip,
  mobileClipText,
  sentenceText,
  siglipText,
  siglipVision,
} from './tiny-clip/family-networks.ts';
import { visionNetwork, type TinyShape } from './tiny-clip/networks.ts';
import { exampleWords, tinyTokenizer } from './tiny-clip/tokenizer.ts';

export const tinyFamilies = ['siglip', 'siglip2', 'mobileclip', 'chinese-clip', 'jina-clip', 'multilingual'] as const;
export type TinyFamily = (typeof tinyFamilies)[number];

export interface TinyEncoderOptions {
  readonly seed?: number;
  /** For `chinese-clip`: the export fails on a batch without photos. */
  readonly needsPhotos?: boolean;
  /** For `jina-clip`: `model_fp16.onnx`, whose pixels and rows are of half precision. */
  readonly half?: boolean;
  /** For `siglip2`: tokenizer.json leaves the end token to the tokenizer's class. */
  readonly leavesEnd?: boolean;
}

const openAi = { image_mean: [0.48145466, 0.4578275, 0.40821073], image_std: [0.26862954, 0.26130258, 0.27577711] };
const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const letters = [...'abcdefghijklmnopqrstuvwxyzäöüß0123456789'];
const hanzi = [...'一只狗在海滩上的猫雪照片'];

/** Ids from `first` on. */
const numbered = (pieces: readonly string[], first: number) => ({
  pieces: Object.fromEntries([...new Set(pieces)].map((piece, at) => [piece, first + at])),
  size: first + new Set(pieces).size,
});
const sentencePieces = ['\u2581', ...letters, ...hanzi, ...exampleWords.map((word) => `\u2581${word}`)];
const bertPieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...exampleWords, ...letters, ...hanzi].concat(
  letters.map((letter) => `##${letter}`),
);

function shapeOf(files: TokenizerFiles, maxTokens: number): TinyShape {
  const { model } = files.tokenizer as { model: { vocab: object } };
  const vocabulary = Object.keys(model.vocab).length;
  const sizes = { width: 32, heads: 2, layers: 2, projection: 32, imageSize: 64, patchSize: 16 };
  return { ...sizes, vocabulary, maxTokens, quantized: false };
}

async function writeAll(dir: string, files: Readonly<Record<string, object | Uint8Array>>): Promise<void> {
  for (const [name, data] of Object.entries(files)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data instanceof Uint8Array ? data : `${JSON.stringify(data, null, 2)}\n`);
  }
}

const tokenizerFiles = ({ tokenizer, config }: TokenizerFiles) => ({
  'tokenizer.json': tokenizer,
  'tokenizer_config.json': config,
});

/** Sizes of a network for config.json. */
const layers = { hidden_size: 32, intermediate_size: 64, num_attention_heads: 2, num_hidden_layers: 2 };

function siglip(version: 1 | 2, seed: number, leavesEnd: boolean): Record<string, object | Uint8Array> {
  const files =
    version === 1
      ? siglipTokenizer(numbered(sentencePieces, 3))
      : gemmaTokenizer(numbered(sentencePieces, 4), !leavesEnd);
  const shape = shapeOf(files, 64);
  return {
    ...tokenizerFiles(files),
    'config.json': {
      architectures: ['SiglipModel'],
      initializer_factor: 1,
      model_type: 'siglip',
      text_config: { ...layers, model_type: 'siglip_text_model', vocab_size: shape.vocabulary },
      vision_config: { ...layers, model_type: 'siglip_vision_model', image_size: 64, patch_size: 16 },
    },
    'preprocessor_config.json': {
      do_normalize: true,
      do_rescale: true,
      do_resize: true,
      ...half,
      image_processor_type: 'SiglipImageProcessor',
      processor_class: 'SiglipProcessor',
      resample: version === 1 ? 3 : 2,
      rescale_factor: 0.00392156862745098,
      size: { height: 64, width: 64 },
    },
    'onnx/text_model.onnx': siglipText(shape, seed),
    'onnx/vision_model.onnx': siglipVision(shape, seed + 1),
  };
}

function mobileClip(seed: number): Record<string, object | Uint8Array> {
  const { tokenizer, config } = tinyTokenizer(77);
  // As OpenCLIP pads.
  const files = { tokenizer, config: { ...config, pad_token: '!' } };
  const shape = shapeOf(files, 77);
  return {
    ...tokenizerFiles(files),
    'config.json': { model_type: 'clip' },
    'preprocessor_config.json': {
      crop_size: { height: 64, width: 64 },
      do_center_crop: true,
      do_convert_rgb: true,
      do_normalize: false,
      do_rescale: true,
      do_resize: true,
      feature_extractor_type: 'CLIPFeatureExtractor',
      image_processor_type: 'CLIPFeatureExtractor',
      resample: 2,
      rescale_factor: 0.00392156862745098,
      size: { shortest_edge: 64 },
    },
    'onnx/text_model.onnx': mobileClipText(shape, seed),
    'onnx/vision_model.onnx': visionNetwork(shape, seed + 1),
  };
}

function chinese(seed: number, needsPhotos: boolean): Record<string, object | Uint8Array> {
  const files = bertTokenizer(numbered(bertPieces, 0));
  const shape = shapeOf(files, 512);
  return {
    ...tokenizerFiles(files),
    'config.json': {
      architectures: ['ChineseCLIPModel'],
      logit_scale_init_value: 2.6592,
      model_type: 'chinese_clip',
      projection_dim: 32,
      text_config: { ...layers, model_type: 'chinese_clip_text_model', vocab_size: shape.vocabulary },
      vision_config: { ...layers, model_type: 'chinese_clip_vision_model', patch_size: 16 },
    },
    'preprocessor_config.json': {
      crop_size: { height: 64, width: 64 },
      do_center_crop: false,
      do_convert_rgb: true,
      do_normalize: true,
      do_rescale: true,
      do_resize: true,
      ...openAi,
      feature_extractor_type: 'ChineseCLIPFeatureExtractor',
      image_processor_type: 'ChineseCLIPImageProcessor',
      resample: 3,
      rescale_factor: 0.00392156862745098,
      size: { height: 64, width: 64 },
    },
    'onnx/model.onnx': chineseClip(shape, seed, needsPhotos),
  };
}

function jina(seed: number, half: boolean): Record<string, object | Uint8Array> {
  const files = xlmRobertaTokenizer(numbered(sentencePieces, 4));
  const shape = shapeOf(files, 512);
  return {
    ...tokenizerFiles(files),
    'config.json': {
      architectures: ['JinaCLIPModel'],
      logit_scale_init_value: 2.6592,
      model_type: 'jina_clip',
      projection_dim: 32,
      text_config: { embed_dim: 32, model_type: 'jina_clip_text' },
      vision_config: { embed_dim: 32, image_size: 64, model_type: 'jina_clip_vision', patch_size: 16 },
    },
    'preprocessor_config.json': {
      fill_color: 0,
      image_processor_type: 'JinaCLIPImageProcessor',
      interpolation: 'bicubic',
      mean: openAi.image_mean,
      processor_class: 'JinaCLIPProcessor',
      resize_mode: 'shortest',
      size: 64,
      std: openAi.image_std,
    },
    [half ? 'onnx/model_fp16.onnx' : 'onnx/model.onnx']: jinaClip(shape, seed, half),
  };
}

function multilingualText(seed: number): Record<string, object | Uint8Array> {
  const files = bertTokenizer(numbered(bertPieces, 0), 'DistilBertTokenizer');
  const shape = shapeOf(files, 512);
  return {
    ...tokenizerFiles(files),
    'config.json': {
      architectures: ['DistilBertModel'],
      dim: 32,
      max_position_embeddings: 512,
      model_type: 'distilbert',
      vocab_size: shape.vocabulary,
    },
    'onnx/model.onnx': sentenceText(shape, seed),
  };
}

/**
 * Writes the folder. It has the layout, file formats, input and output names of a published repository of the family, at tiny
 * widths; `multilingual` has two, in `text/` and `image/`. Its rows have no meaning. The same seed gives the same bytes.
 */
export async function makeTinyEncoder(
  dir: string,
  family: TinyFamily,
  options: TinyEncoderOptions = {},
): Promise<void> {
  const { seed = 1, needsPhotos = false, half = false, leavesEnd = false } = options;
  if (family === 'multilingual') {
    await writeAll(join(dir, 'text'), multilingualText(seed));
    await makeTinyClip(join(dir, 'image'), { seed });
    return;
  }
  const files = {
    siglip: () => siglip(1, seed, false),
    siglip2: () => siglip(2, seed, leavesEnd),
    mobileclip: () => mobileClip(seed),
    'chinese-clip': () => chinese(seed, needsPhotos),
    'jina-clip': () => jina(seed, half),
  }[family]();
  await writeAll(dir, files);
}

if (import.meta.main) {
  const [family, dir] = process.argv.slice(2);
  const known = tinyFamilies.find((one) => one === family);
  if (known === undefined || dir === undefined) {
    console.error(`Usage: npx node scripts/make-tiny-encoder.ts ${tinyFamilies.join('|')} <target dir>`);
    process.exitCode = 2;
  } else {
    await makeTinyEncoder(dir, known);
  }
}
