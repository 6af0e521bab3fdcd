// The networks of an encoder, one for texts and one for photos, or one file that is both: loads them, runs batches, scales rows
// to unit length.
import type { PreTrainedModel, Tensor } from '@huggingface/transformers';
import { z } from 'zod';
import type { EncoderDevice } from '../../../shared/contract/encoders.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { ModelFolder } from './model-folder.ts';
import type { NetworkFile } from './network-files.ts';
import { invalidEncoder } from '../encoder-format.ts';
import { openTransformers } from './offline.ts';
import { float32At } from '../../../shared/at.ts';

/** The used part of ONNX Runtime's session, which the library types as `any`. */
const sessionSchema = z.object({
  inputNames: z.array(z.string()),
  outputNames: z.array(z.string()),
  inputMetadata: z.array(
    z.object({
      name: z.string(),
      type: z.string().optional(),
      shape: z.array(z.union([z.number(), z.string()])).optional(),
    }),
  ),
});

const outputSchema = z.record(z.string(), z.unknown());

type Inputs = Readonly<Record<string, Tensor>>;

export interface Tower {
  readonly inputNames: readonly string[];
  /** Length of an input's axis where the export fixes it; null where it is free. */
  fixedLength(input: string, axis: number): number | null;
  /**
   * Runs one batch of `rows` items.
   * @returns `[rows, width]`, unit rows
   */
  run(inputs: Inputs, rows: number): Promise<{ width: number; data: Float32Array }>;
}

export interface Towers {
  readonly text: Tower;
  readonly image: Tower;
  /** Waits for running batches, then frees the networks. */
  readonly dispose: () => Promise<void>;
}

/** Scales each row to L2 norm 1, in place. A row of zeros stays zero. Returns false if a number is not finite. */
export function normaliseRows(data: Float32Array, width: number): boolean {
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    let squares = 0;
    for (const value of row) squares += value * value;
    if (!Number.isFinite(squares)) return false;
    const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let at = 0; at < width; at++) row[at] = float32At(row, at) * factor;
  }
  return true;
}

/** Inputs that a text network may want. The library gives zeros for token types. */
const textInputs = ['input_ids', 'attention_mask', 'token_type_ids'] as const;
const imageInputs = ['pixel_values'] as const;

/** One ONNX file, open. */
interface Network {
  readonly file: NetworkFile;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  fixedLength(input: string, axis: number): number | null;
  run(inputs: Inputs): Promise<Record<string, unknown>>;
  dispose(): Promise<void>;
}

async function openNetwork(file: NetworkFile, threads: number | undefined, device: EncoderDevice): Promise<Network> {
  const { PreTrainedModel: Model } = await openTransformers();
  const model: PreTrainedModel = await Model.from_pretrained(file.dir, {
    local_files_only: true,
    device,
    dtype: file.variant.dtype,
    model_file_name: file.stem,
    use_external_data_format: file.dataPaths.length,
    session_options: {
      executionMode: 'sequential',
      interOpNumThreads: 1,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    },
  }).catch((error: unknown) => {
    throw invalidEncoder(file.dir, `has a damaged ${file.path}, which cannot be loaded`, undefined, error);
  });
  const session = sessionSchema.parse(model.sessions['model']);
  const halves = new Set(session.inputMetadata.filter(({ type }) => type === 'float16').map(({ name }) => name));
  /** Some exports of half precision want their inputs in it, too. */
  const asWanted = (inputs: Inputs): Inputs =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, halves.has(name) ? tensor.to('float16') : tensor]),
    );
  const underWay = new Set<Promise<unknown>>();
  let disposed: Promise<void> | undefined;
  return {
    file,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    fixedLength(input, axis) {
      const length = session.inputMetadata.find(({ name }) => name === input)?.shape?.[axis];
      return typeof length === 'number' && length > 0 ? length : null;
    },
    async run(inputs) {
      if (disposed !== undefined) throw new HashlensError('engine-stopped', 'The encoder has been closed.');
      const run = Promise.resolve<unknown>(model(asWanted(inputs)));
      underWay.add(run);
      try {
        return outputSchema.parse(await run);
      } finally {
        underWay.delete(run);
      }
    },
    dispose() {
      disposed ??= Promise.allSettled(underWay).then(async () => {
        await model.dispose();
      });
      return disposed;
    },
  };
}

interface TowerRule {
  /** Inputs that the encoder can give. */
  readonly inputs: readonly string[];
  /** Outputs that are rows, the best first. */
  readonly outputs: readonly string[];
  /** Inputs that the network needs beside the batch. */
  readonly beside: () => Inputs;
}

/** @throws HashlensError `encoder-invalid` for a network of another kind */
async function towerOf(network: Network, { inputs: known, outputs, beside }: TowerRule): Promise<Tower> {
  const { Tensor: TensorClass } = await openTransformers();
  const { dir, path } = network.file;
  const foreign = network.inputNames.filter((name) => !known.includes(name));
  const output = outputs.find((name) => network.outputNames.includes(name));
  if (foreign.length > 0 || output === undefined) {
    const what = foreign.length > 0 ? `wants ${foreign.join(', ')}` : `does not give ${outputs.join(' or ')}`;
    throw invalidEncoder(dir, `has an ${path} that ${what}`, 'take an export whose networks give one row an item');
  }
  return {
    inputNames: network.inputNames,
    fixedLength: (input, axis) => network.fixedLength(input, axis),
    async run(inputs, rows) {
      const found = (await network.run({ ...beside(), ...inputs }))[output];
      if (!(found instanceof TensorClass)) throw invalidEncoder(dir, `has an ${path} that gives no ${output}`);
      const tensor = found.type === 'float32' ? found : found.to('float32');
      const [batch, width, ...more] = tensor.dims;
      const { data } = tensor;
      if (batch !== rows || width === undefined || more.length > 0 || !(data instanceof Float32Array)) {
        throw invalidEncoder(dir, `has an ${path} whose ${output} are not one row an item`);
      }
      const own = Float32Array.from(data); // ONNX Runtime may reuse its own memory
      if (!normaliseRows(own, width)) throw invalidEncoder(dir, `has an ${path} whose numbers are not finite`);
      return { width, data: own };
    },
  };
}

/** Substitute inputs for a joint network when a batch has only texts or only photos. */
export interface Blanks {
  /** Ids of a text without words. */
  readonly ids: readonly number[];
  /** Side of a photo. */
  readonly side: number;
}

/**
 * Two views of a network that wants texts and photos at once: a batch of photos goes with one blank text, a batch of texts with
 * no photo, or with one blank photo where the export cannot do without.
 */
async function splitNetwork(
  network: Network,
  folder: ModelFolder,
  { ids, side }: Blanks,
): Promise<Omit<Towers, 'dispose'>> {
  const { Tensor: TensorClass } = await openTransformers();
  const known = [...textInputs, ...imageInputs];
  const blankText = (): Inputs => {
    const dims = [1, ids.length];
    const values = BigInt64Array.from(ids, (id) => BigInt(id));
    const mask = new TensorClass('int64', new BigInt64Array(ids.length).fill(1n), dims);
    return {
      input_ids: new TensorClass('int64', values, dims),
      ...(network.inputNames.includes('attention_mask') ? { attention_mask: mask } : {}),
    };
  };
  const blankPhotos = (count: number): Inputs => ({
    pixel_values: new TensorClass('float32', new Float32Array(count * 3 * side * side), [count, 3, side, side]),
  });
  let photos = 0;
  const { textOutputs, imageOutputs } = folder.family;
  const text = await towerOf(network, {
    inputs: known,
    outputs: textOutputs,
    beside: () => blankPhotos(photos),
  });
  const image = await towerOf(network, {
    inputs: known,
    outputs: imageOutputs,
    beside: blankText,
  });
  await text.run(blankText(), 1).catch((error: unknown) => {
    if (error instanceof HashlensError && error.code !== 'encoder-invalid') throw error;
    photos = 1;
  });
  return { text, image };
}

/**
 * Loads the networks of a folder from disk.
 * @throws HashlensError `encoder-invalid` when a file is damaged or holds a network of another kind
 */
export async function openTowers(
  folder: ModelFolder,
  blanks: Blanks,
  threads: number | undefined,
  device: EncoderDevice,
): Promise<Towers> {
  const { text: textFile, image: imageFile } = folder.networks;
  const { textOutputs, imageOutputs } = folder.family;
  const opened: Network[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.map((network) => network.dispose()));
  };
  const open = async (file: NetworkFile): Promise<Network> => {
    const network = await openNetwork(file, threads, device);
    opened.push(network);
    return network;
  };
  const noInputs = (): Inputs => ({});
  try {
    if (textFile === imageFile) return { ...(await splitNetwork(await open(textFile), folder, blanks)), dispose };
    const text = await towerOf(await open(textFile), { inputs: textInputs, outputs: textOutputs, beside: noInputs });
    const image = await towerOf(await open(imageFile), {
      inputs: imageInputs,
      outputs: imageOutputs,
      beside: noInputs,
    });
    return { text, image, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
