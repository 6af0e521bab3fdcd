// Reads and checks a CLIP model folder: its files, and the description of the two networks in its JSON files.
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readPlainText } from '../../runtime/plain-file.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { readChecksums } from './checksums.ts';
import { describeKnownEncoder } from './known-encoders.ts';
import { parseJson } from '../../../shared/json.ts';
import { invalidEncoder } from '../encoder-format.ts';

/**
 * Variants of a network in `onnx/`, best first: file suffix and the library's name for it.
 *
 * Full precision comes first although it is the largest. The 8-bit files quantise activations by the range of the whole
 * batch, so a photo's row would depend on the other photos of the batch (microsoft/onnxruntime#10111), and CLIP's image
 * network loses noticeably in them (josephrocca/openai-clip-js#3). A row is computed once and searched for years, and
 * all training here learns from it, so accuracy matters more than speed. Half precision comes second: rows agree with
 * the full ones to about 1e-3, but the CPU gains no speed. The order of the others is arbitrary.
 */
const variants = [
  { suffix: '', name: 'fp32', dtype: 'fp32', rowsIndependent: true },
  { suffix: '_fp16', name: 'fp16', dtype: 'fp16', rowsIndependent: true },
  { suffix: '_quantized', name: 'quantized', dtype: 'q8', rowsIndependent: false },
  { suffix: '_int8', name: 'int8', dtype: 'int8', rowsIndependent: false },
  { suffix: '_uint8', name: 'uint8', dtype: 'uint8', rowsIndependent: false },
  { suffix: '_q4', name: 'q4', dtype: 'q4', rowsIndependent: true },
  { suffix: '_q4f16', name: 'q4f16', dtype: 'q4f16', rowsIndependent: true },
  { suffix: '_bnb4', name: 'bnb4', dtype: 'bnb4', rowsIndependent: true },
] as const;

export type Variant = (typeof variants)[number];

const configSchema = z.looseObject({
  model_type: z.string(),
  projection_dim: z.int().positive().optional(),
  text_config: z.looseObject({ max_position_embeddings: z.int().min(3).optional() }).optional(),
  vision_config: z.looseObject({ image_size: z.int().positive().optional() }).optional(),
});

const edge = z.int().min(8).max(2048);
const preprocessorSchema = z.looseObject({
  do_resize: z.boolean().default(true),
  size: z
    .union([edge, z.object({ shortest_edge: edge }), z.object({ height: edge, width: edge })])
    .default({ shortest_edge: 224 }),
  resample: z.int().default(3),
  do_center_crop: z.boolean().default(true),
  crop_size: z.union([edge, z.object({ height: edge, width: edge })]).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  // CLIP's own statistics, as the reference processor uses them for files that leave them out.
  image_mean: z.tuple([z.number(), z.number(), z.number()]).default([0.48145466, 0.4578275, 0.40821073]),
  image_std: z
    .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
    .default([0.26862954, 0.26130258, 0.27577711]),
});

export type Preprocessor = z.infer<typeof preprocessorSchema>;

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ type: z.string().optional(), end_of_word_suffix: z.string().nullish() }),
});
const tokenizerConfigSchema = z.looseObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.number().positive().optional(),
});

export interface ModelFolder {
  /** Absolute path. */
  readonly dir: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Null where config.json does not give it; the networks' outputs then do. */
  readonly projectionDim: number | null;
  /** Null where config.json does not give it. */
  readonly imageSize: number | null;
  /** Largest number of tokens of a text, including start and end: 77 for every known CLIP. */
  readonly maxTokens: number;
  readonly preprocessor: Preprocessor;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  readonly textVariant: Variant;
  readonly visionVariant: Variant;
}

export async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}

async function readJson<T>(dir: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(dir, file);
  if (!(await isFile(path))) throw invalidEncoder(dir, `lacks ${file}`);
  let data: unknown;
  try {
    data = parseJson(z.unknown(), await readPlainText(path));
  } catch (error) {
    throw invalidEncoder(dir, `has a damaged ${file}, which is not valid JSON`, undefined, error);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
  throw invalidEncoder(dir, `has a ${file} that is not a CLIP model's${where}`, undefined, parsed.error);
}

async function findVariant(dir: string, tower: 'text_model' | 'vision_model'): Promise<Variant> {
  for (const variant of variants) {
    if (await isFile(join(dir, 'onnx', `${tower}${variant.suffix}.onnx`))) return variant;
  }
  const joined = await isFile(join(dir, 'onnx', 'model.onnx'));
  if (!joined) throw invalidEncoder(dir, `lacks onnx/${tower}.onnx`);
  throw invalidEncoder(
    dir,
    `lacks onnx/${tower}.onnx: its onnx/model.onnx holds texts and photos in one network`,
    'take an export with separate text and vision networks',
  );
}

/**
 * Refuses other model families: they look alike on disk but need other words, pixels or tokens, and their rows would be
 * wrong without an error.
 */
function refuseOtherFamilies(
  dir: string,
  modelType: string,
  tokenizer: z.infer<typeof tokenizerSchema>,
  tokenizerClass: string | undefined,
): void {
  const remedy = 'use a CLIP model such as Xenova/clip-vit-base-patch32';
  if (modelType !== 'clip') throw invalidEncoder(dir, `holds a "${modelType}" model, not CLIP`, remedy);
  if (tokenizerClass !== undefined && !/^CLIPTokenizer(Fast)?$/.test(tokenizerClass)) {
    throw invalidEncoder(dir, `has a "${tokenizerClass}" instead of CLIP's own tokenizer`, remedy);
  }
  // Older files leave `type` out; only CLIP's byte pairs have this word-end mark.
  if ((tokenizer.model.type ?? 'BPE') !== 'BPE' || tokenizer.model.end_of_word_suffix !== '</w>') {
    throw invalidEncoder(dir, "has a tokenizer.json without CLIP's byte pairs", remedy);
  }
}

/** Suffix of the id for every variant but full precision, because rows of different precision must not be mixed. */
function variantMark(text: Variant, vision: Variant): string {
  if (text !== vision) return `@${text.name}+${vision.name}`;
  return text.name === 'fp32' ? '' : `@${text.name}`;
}

/**
 * Reads a folder with the layout of Xenova/clip-vit-base-patch32. Reads the small files and checks which large ones
 * exist.
 *
 * The id is `clip:<repo>` for a downloaded folder (checksums.json names the repo) and `clip:<folder name>` for any
 * other, followed by `@<variant>` unless both networks are full precision.
 * @throws HashlensError `encoder-missing` without the folder, `encoder-invalid` for anything wrong inside
 */
export async function readModelFolder(modelDir: string): Promise<ModelFolder> {
  const dir = resolve(modelDir);
  const found = await stat(dir).catch(() => null);
  if (found?.isDirectory() !== true) {
    throw new HashlensError(
      'encoder-missing',
      `There is no encoder folder ${dir}; download the encoder or add its folder.`,
    );
  }
  const config = await readJson(dir, 'config.json', configSchema);
  // Check the family first: folders of other families lack some files, and an error about a missing file would mislead.
  if (config.model_type !== 'clip') {
    refuseOtherFamilies(dir, config.model_type, { model: {} }, undefined);
  }
  const tokenizer = await readJson(dir, 'tokenizer.json', tokenizerSchema);
  const tokenizerConfig = await readJson(dir, 'tokenizer_config.json', tokenizerConfigSchema);
  refuseOtherFamilies(dir, config.model_type, tokenizer, tokenizerConfig.tokenizer_class);
  const preprocessor = await readJson(dir, 'preprocessor_config.json', preprocessorSchema);
  const textVariant = await findVariant(dir, 'text_model');
  const visionVariant = await findVariant(dir, 'vision_model');

  const checksums = await readChecksums(dir);
  const label = checksums?.repo ?? basename(dir);
  const id = `clip:${label}${variantMark(textVariant, visionVariant)}`;
  const known = describeKnownEncoder(id);
  return {
    dir,
    id,
    name: known?.name ?? `CLIP (${label})`,
    description:
      known?.description ??
      `A CLIP network from the folder ${label}, trained by others: finds what an English sentence describes if it ` +
        'was trained on English captions, as most are; other languages give poor results.',
    projectionDim: config.projection_dim ?? null,
    imageSize: config.vision_config?.image_size ?? null,
    maxTokens: Math.min(config.text_config?.max_position_embeddings ?? 77, tokenizerConfig.model_max_length ?? 77),
    preprocessor,
    tokenizer,
    tokenizerConfig,
    textVariant,
    visionVariant,
  };
}

/** Every file the encoder in a folder is made of, relative to it. */
export const filesOf = ({ textVariant, visionVariant }: ModelFolder): string[] => [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  `onnx/text_model${textVariant.suffix}.onnx`,
  `onnx/vision_model${visionVariant.suffix}.onnx`,
];
