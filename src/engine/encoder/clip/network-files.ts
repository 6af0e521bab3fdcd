// Finds the ONNX files of a model folder: their variants, and the variant to use.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
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

/** One ONNX file in its folder. */
export interface NetworkFile {
  /** Absolute path of the folder with config.json. */
  readonly dir: string;
  /** Name without suffix and ending, as `text_model`. */
  readonly stem: string;
  readonly variant: Variant;
  /** Path relative to the folder. */
  readonly path: string;
  /** Files with weights beside it, `<path>_data` and `<path>_data_1`, for networks of more than 2 GB. */
  readonly dataPaths: readonly string[];
}

export async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}

/** The best variant of a network that is in the folder; null without any. */
export async function findNetwork(dir: string, stem: string): Promise<NetworkFile | null> {
  for (const variant of variants) {
    const path = `onnx/${stem}${variant.suffix}.onnx`;
    if (!(await isFile(join(dir, path)))) continue;
    const dataPaths: string[] = [];
    for (let next = `${path}_data`; await isFile(join(dir, next)); next = `${path}_data_${dataPaths.length}`) {
      dataPaths.push(next);
    }
    return { dir, stem, variant, path, dataPaths };
  }
  return null;
}

/** The networks of an encoder; one file may be both. */
export interface NetworkFiles {
  readonly text: NetworkFile;
  readonly image: NetworkFile;
}

/**
 * @param layouts in order of preference
 * @throws HashlensError `encoder-invalid` naming what is missing
 */
export async function findNetworks(dir: string, layouts: readonly ('towers' | 'joined')[]): Promise<NetworkFiles> {
  const [text, image, joined] = [
    await findNetwork(dir, 'text_model'),
    await findNetwork(dir, 'vision_model'),
    await findNetwork(dir, 'model'),
  ];
  if (layouts.includes('towers') && text !== null && image !== null) return { text, image };
  if (layouts.includes('joined') && joined !== null) return { text: joined, image: joined };
  if (!layouts.includes('towers')) throw invalidEncoder(dir, 'lacks onnx/model.onnx');
  if (layouts.includes('joined') && text === null && image === null) {
    throw invalidEncoder(dir, 'lacks onnx/model.onnx, and onnx/text_model.onnx with onnx/vision_model.onnx');
  }
  const missing = text === null ? 'text_model' : 'vision_model';
  if (joined === null) throw invalidEncoder(dir, `lacks onnx/${missing}.onnx`);
  throw invalidEncoder(
    dir,
    `lacks onnx/${missing}.onnx: its ${joined.path} holds texts and photos in one network`,
    'take an export with separate text and vision networks',
  );
}

/** Suffix of the id for every variant but full precision, because rows of different precision must not be mixed. */
export function variantMark({ text, image }: NetworkFiles): string {
  if (text.variant !== image.variant) return `@${text.variant.name}+${image.variant.name}`;
  return text.variant.name === 'fp32' ? '' : `@${text.variant.name}`;
}
