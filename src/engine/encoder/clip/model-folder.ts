// Reads and checks a model folder: its files, and the description of the two networks in its JSON files.
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readPlainText } from '../../runtime/plain-file.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { readChecksums } from './checksums.ts';
import { describeKnownEncoder } from './known-encoders.ts';
import { parseJson } from '../../../shared/json.ts';
import { invalidEncoder } from '../encoder-format.ts';
import { familyOf, pairedFamily } from './families.ts';
import type { Cleaning, EncoderFamily, PixelDefaults, TokenizerRule } from './families.ts';
import { findNetwork, findNetworks, isFile, variantMark } from './network-files.ts';
import type { NetworkFile, NetworkFiles } from './network-files.ts';

const configSchema = z.looseObject({
  model_type: z.string(),
  projection_dim: z.int().positive().optional(),
  text_config: z.looseObject({ max_position_embeddings: z.int().min(3).optional() }).optional(),
  vision_config: z.looseObject({ image_size: z.int().positive().optional() }).optional(),
  max_position_embeddings: z.int().min(3).optional(),
});
type Config = z.infer<typeof configSchema>;

const edge = z.int().min(8).max(2048);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const deviations = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

/** @param pixels what the family's reference processor does where the file says nothing */
const preprocessorSchema = ({ mean, std, resample, crop }: PixelDefaults) =>
  z.looseObject({
    do_resize: z.boolean().default(true),
    size: z
      .union([edge, z.object({ shortest_edge: edge }), z.object({ height: edge, width: edge })])
      .default({ shortest_edge: 224 }),
    resample: z.int().default(resample),
    do_center_crop: z.boolean().default(crop),
    crop_size: z.union([edge, z.object({ height: edge, width: edge })]).optional(),
    do_rescale: z.boolean().default(true),
    rescale_factor: z
      .number()
      .positive()
      .default(1 / 255),
    do_normalize: z.boolean().default(true),
    image_mean: channels.default([...mean]),
    image_std: deviations.default([...std]),
  });

/** Jina's own preprocessor_config.json (JinaCLIPImageProcessor). */
const jinaPreprocessorSchema = z.looseObject({
  size: z.union([edge, z.tuple([edge, edge])]),
  resize_mode: z.enum(['shortest', 'squash']),
  interpolation: z.enum(['bicubic', 'bilinear']),
  mean: channels,
  std: deviations,
});

/** The same rule in the words of the other files. */
function fromJina({ size, resize_mode, interpolation, mean, std }: z.infer<typeof jinaPreprocessorSchema>) {
  const side = typeof size === 'number' ? size : size[0];
  return {
    do_resize: true,
    size: resize_mode === 'squash' ? { height: side, width: side } : { shortest_edge: side },
    resample: interpolation === 'bicubic' ? 3 : 2,
    do_center_crop: true,
    crop_size: side,
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  };
}

export type Preprocessor = z.infer<ReturnType<typeof preprocessorSchema>>;

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ type: z.string().optional(), end_of_word_suffix: z.string().nullish() }),
});
const tokenizerConfigSchema = z.looseObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.number().positive().optional(),
  add_eos_token: z.boolean().optional(),
});

export interface ModelFolder {
  /** Absolute path. */
  readonly dir: string;
  readonly family: EncoderFamily;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Null where config.json does not give it; the networks' outputs then do. */
  readonly projectionDim: number | null;
  /** Null where config.json does not give it. */
  readonly imageSize: number | null;
  /** Largest number of tokens of a text, including start and end. */
  readonly maxTokens: number;
  readonly cleaning: Cleaning;
  readonly preprocessor: Preprocessor;
  readonly tokenizer: object;
  readonly tokenizerConfig: object;
  /** Whether the end token is to be added where tokenizer.json does not add it. */
  readonly addsEnd: boolean;
  readonly networks: NetworkFiles;
  /** Every file the encoder is made of, relative to `dir`. */
  readonly files: readonly string[];
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
  throw invalidEncoder(
    dir,
    `has a ${file} that is not that of a model for photos and texts${where}`,
    undefined,
    parsed.error,
  );
}

const example = 'use a model of a known family, such as Xenova/clip-vit-base-patch32';

/**
 * The family of a folder. Unknown ones are refused: they look alike on disk but need other words, pixels or tokens, and their
 * rows would be wrong without an error.
 */
function knownFamily(dir: string, { model_type: type }: Config): EncoderFamily {
  const family = familyOf(type);
  if (typeof family === 'string')
    throw invalidEncoder(dir, `holds a "${type}" model, which cannot be used: ${family}`, example);
  return family;
}

/** The rule of a folder's tokenizer. */
function tokenizerRule(
  dir: string,
  { name, tokenizers }: EncoderFamily,
  { model }: z.infer<typeof tokenizerSchema>,
  className: string | undefined,
): TokenizerRule {
  const plain = className?.replace(/Fast$/, '');
  const named = plain === undefined ? tokenizers : tokenizers.filter(({ classes }) => classes.includes(plain));
  if (named.length === 0) throw invalidEncoder(dir, `has a "${className}" instead of a tokenizer of ${name}`, example);
  // Older files leave `type` out. Byte pairs are told apart by their mark at the end of a word.
  const fits = named.find(
    (rule) =>
      (model.type ?? rule.model) === rule.model &&
      (rule.wordEnd === null || rule.wordEnd === (model.end_of_word_suffix ?? null)),
  );
  if (fits !== undefined) return fits;
  const kinds = { BPE: 'byte pairs', Unigram: 'word pieces with scores', WordPiece: 'word pieces' };
  const wanted = [...new Set(named.map((rule) => kinds[rule.model]))].join(' or ');
  throw invalidEncoder(dir, `has a tokenizer.json without the ${wanted} of ${name}`, example);
}

async function readPreprocessor(dir: string, { id, pixels }: EncoderFamily): Promise<Preprocessor> {
  if (id !== 'jina-clip') return readJson(dir, 'preprocessor_config.json', preprocessorSchema(pixels));
  return fromJina(await readJson(dir, 'preprocessor_config.json', jinaPreprocessorSchema));
}

const smallTextFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;
const pathsOf = ({ path, dataPaths }: NetworkFile): string[] => [path, ...dataPaths];

/** Description of the folders of one or two models. */
interface Parts {
  readonly family: EncoderFamily;
  readonly textDir: string;
  readonly imageDir: string;
  readonly textConfig: Config;
  readonly imageConfig: Config;
  readonly networks: () => Promise<NetworkFiles>;
  readonly files: (networks: NetworkFiles) => string[];
}

async function oneModel(dir: string): Promise<Parts> {
  const config = await readJson(dir, 'config.json', configSchema);
  const family = knownFamily(dir, config);
  return {
    family,
    textDir: dir,
    imageDir: dir,
    textConfig: config,
    imageConfig: config,
    networks: () => findNetworks(dir, family.layouts),
    files: ({ text, image }) => [
      ...new Set([...smallTextFiles, 'preprocessor_config.json', ...pathsOf(text), ...pathsOf(image)]),
    ],
  };
}

/** A text network in `text/` and CLIP in `image/`, of which the image network is used. */
async function twoModels(dir: string): Promise<Parts> {
  const [textDir, imageDir] = [join(dir, 'text'), join(dir, 'image')];
  const textConfig = await readJson(textDir, 'config.json', configSchema);
  const imageConfig = await readJson(imageDir, 'config.json', configSchema);
  if (!pairedFamily.modelTypes.includes(textConfig.model_type)) {
    const known = pairedFamily.modelTypes.join(', ');
    throw invalidEncoder(textDir, `holds a "${textConfig.model_type}" model where one of ${known} is needed`, example);
  }
  if (imageConfig.model_type !== 'clip') {
    throw invalidEncoder(imageDir, `holds a "${imageConfig.model_type}" model where CLIP is needed`, example);
  }
  const networks = async (): Promise<NetworkFiles> => {
    const [text, image] = [await findNetwork(textDir, 'model'), await findNetwork(imageDir, 'vision_model')];
    if (text === null) throw invalidEncoder(textDir, 'lacks onnx/model.onnx');
    if (image === null) throw invalidEncoder(imageDir, 'lacks onnx/vision_model.onnx');
    return { text, image };
  };
  const files = ({ text, image }: NetworkFiles): string[] => [
    ...[...smallTextFiles, ...pathsOf(text)].map((file) => `text/${file}`),
    ...['config.json', 'preprocessor_config.json', ...pathsOf(image)].map((file) => `image/${file}`),
  ];
  return { family: pairedFamily, textDir, imageDir, textConfig, imageConfig, networks, files };
}

/** Whether a folder holds two models. */
export const isPair = async (dir: string): Promise<boolean> =>
  (await isFile(join(dir, 'text', 'config.json'))) && (await isFile(join(dir, 'image', 'config.json')));

function descriptionOf(label: string, { name, languages }: EncoderFamily): string {
  const queries =
    languages === 'English'
      ? 'an English sentence describes if it was trained on English captions, as most are; other languages give poor results'
      : `a sentence describes; it knows ${languages}`;
  return `A ${name} network from the folder ${label}, trained by others: finds what ${queries}.`;
}

/**
 * Reads a folder in the layout of transformers.js: the small files, and which large ones exist.
 *
 * The id is `<family>:<repo>` for a downloaded folder (checksums.json names the repo) and `<family>:<folder name>` for any
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
  // The family comes first: folders of other families lack some files, and an error about a missing file would mislead.
  const parts = await ((await isPair(dir)) ? twoModels(dir) : oneModel(dir));
  const { family, textDir, imageDir, textConfig, imageConfig } = parts;
  const tokenizer = await readJson(textDir, 'tokenizer.json', tokenizerSchema);
  const tokenizerConfig = await readJson(textDir, 'tokenizer_config.json', tokenizerConfigSchema);
  const rule = tokenizerRule(textDir, family, tokenizer, tokenizerConfig.tokenizer_class);
  const preprocessor = await readPreprocessor(imageDir, family);
  const networks = await parts.networks();

  const checksums = await readChecksums(dir);
  const label = checksums?.repo ?? basename(dir);
  const id = `${family.id}:${label}${variantMark(networks)}`;
  const known = describeKnownEncoder(id);
  const positions = textConfig.text_config?.max_position_embeddings ?? textConfig.max_position_embeddings;
  return {
    dir,
    family,
    id,
    name: known?.name ?? `${family.name} (${label})`,
    description: known?.description ?? descriptionOf(label, family),
    projectionDim: imageConfig.projection_dim ?? null,
    imageSize: imageConfig.vision_config?.image_size ?? null,
    maxTokens: Math.min(
      family.maxTokens,
      positions ?? family.maxTokens,
      tokenizerConfig.model_max_length ?? family.maxTokens,
    ),
    cleaning: rule.cleaning,
    preprocessor,
    tokenizer,
    tokenizerConfig,
    addsEnd: tokenizerConfig.add_eos_token ?? false,
    networks,
    files: parts.files(networks),
  };
}
