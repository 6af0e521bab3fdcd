// Makes a CLIP model folder of half a megabyte with random weights: `npx node scripts/make-tiny-clip.ts <dir> [--seed 1]`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { textNetwork, visionNetwork } from './tiny-clip/networks.ts';
import { tinyTokenizer } from './tiny-clip/tokenizer.ts';

export interface TinyClipOptions {
  /** Seed of the weights; 1 if absent. */
  readonly seed?: number;
  /** Whether the text network has the input `attention_mask`, which some exports lack; true if absent. */
  readonly attentionMask?: boolean;
  /** Writes `text_model_quantized.onnx` and the other 8-bit networks instead of the full ones. */
  readonly quantized?: boolean;
  /** `base32`: the widths, depths and pixels of ViT-B/32, for its speed: 0.5 GB. `tiny` if absent. */
  readonly size?: 'tiny' | 'base32';
}

/**
 * Writes the folder. It has the layout, file formats, input and output names of Xenova/clip-vit-base-patch32 and the
 * structure of CLIP at tiny widths, so that all code around the networks can be tested without a download. Its rows
 * have no meaning. The same seed gives the same bytes.
 */
export async function makeTinyClip(dir: string, options: TinyClipOptions = {}): Promise<void> {
  const { seed = 1, attentionMask = true, quantized = false, size: scale = 'tiny' } = options;
  const maxTokens = 77;
  const { tokenizer, config, size } = tinyTokenizer(maxTokens);
  const common = { vocabulary: size, maxTokens, quantized };
  const tiny = { width: 32, heads: 2, layers: 2, projection: 32, imageSize: 64, patchSize: 16, ...common };
  const base = { layers: 12, projection: 512, imageSize: 224, patchSize: 32, ...common };
  const shape = scale === 'tiny' ? tiny : { ...base, width: 768, heads: 12, inner: 3072 };
  const textShape = scale === 'tiny' ? tiny : { ...base, width: 512, heads: 8, inner: 2048 };
  const tower = { hidden_size: shape.width, num_attention_heads: shape.heads, num_hidden_layers: shape.layers };
  const files: Record<string, object> = {
    'config.json': {
      architectures: ['CLIPModel'],
      model_type: 'clip',
      logit_scale_init_value: 2.6592,
      projection_dim: shape.projection,
      text_config: {
        ...tower,
        model_type: 'clip_text_model',
        intermediate_size: shape.width * 2,
        max_position_embeddings: maxTokens,
        projection_dim: shape.projection,
        vocab_size: size,
      },
      vision_config: {
        ...tower,
        model_type: 'clip_vision_model',
        image_size: shape.imageSize,
        intermediate_size: shape.width * 2,
        patch_size: shape.patchSize,
        projection_dim: shape.projection,
      },
    },
    'preprocessor_config.json': {
      crop_size: { height: shape.imageSize, width: shape.imageSize },
      do_center_crop: true,
      do_convert_rgb: true,
      do_normalize: true,
      do_rescale: true,
      do_resize: true,
      feature_extractor_type: 'CLIPFeatureExtractor',
      image_mean: [0.48145466, 0.4578275, 0.40821073],
      image_processor_type: 'CLIPFeatureExtractor',
      image_std: [0.26862954, 0.26130258, 0.27577711],
      resample: 3,
      rescale_factor: 0.00392156862745098,
      size: { shortest_edge: shape.imageSize },
    },
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': config,
  };
  await mkdir(join(dir, 'onnx'), { recursive: true });
  for (const [file, data] of Object.entries(files))
    await writeFile(join(dir, file), `${JSON.stringify(data, null, 2)}\n`);
  const suffix = quantized ? '_quantized' : '';
  await writeFile(join(dir, 'onnx', `text_model${suffix}.onnx`), textNetwork(textShape, seed, attentionMask));
  await writeFile(join(dir, 'onnx', `vision_model${suffix}.onnx`), visionNetwork(shape, seed + 1));
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' } },
  });
  const [dir] = positionals;
  const seed = Number(values.seed);
  if (dir === undefined || positionals.length > 1 || !Number.isInteger(seed)) {
    console.error('Usage: npx node scripts/make-tiny-clip.ts <target dir> [--seed 1]');
    process.exitCode = 2;
  } else {
    await makeTinyClip(dir, { seed });
  }
}
