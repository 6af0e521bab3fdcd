// One of CLIP's two networks: loads it from the folder, runs batches, scales rows to unit length.
import type { Tensor } from '@huggingface/transformers';
import { z } from 'zod';
import type { EncoderDevice } from '../../../shared/contract/encoders.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { ModelFolder, Variant } from './model-folder.ts';
import { invalidEncoder } from '../encoder-format.ts';
import { openTransformers } from './offline.ts';
import { float32At } from '../../../shared/at.ts';

/** The used part of ONNX Runtime's session, which the library types as `any`. */
const sessionSchema = z.object({
  inputNames: z.array(z.string()),
  outputNames: z.array(z.string()),
  inputMetadata: z.array(z.object({ name: z.string(), shape: z.array(z.union([z.number(), z.string()])).optional() })),
});

const outputSchema = z.record(z.string(), z.unknown());

export interface Tower {
  readonly inputNames: readonly string[];
  /** Length of an input's axis where the export fixes it; null where it is free. */
  fixedLength(input: string, axis: number): number | null;
  /**
   * Runs one batch of `rows` items.
   * @returns `[rows, width]`, unit rows
   */
  run(inputs: Readonly<Record<string, Tensor>>, rows: number): Promise<{ width: number; data: Float32Array }>;
  /** Waits for running batches, then frees the network. */
  dispose(): Promise<void>;
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

/** File name, input and output of each tower. */
const towers = {
  text: { file: 'text_model', output: 'text_embeds', inputs: ['input_ids', 'attention_mask'] },
  vision: { file: 'vision_model', output: 'image_embeds', inputs: ['pixel_values'] },
} as const;

/**
 * Loads a network from disk.
 * @throws HashlensError `encoder-invalid` when the file is damaged or is not a CLIP network with projection
 */
export async function openTower(
  folder: ModelFolder,
  kind: keyof typeof towers,
  threads: number | undefined,
  device: EncoderDevice,
): Promise<Tower> {
  const { CLIPTextModelWithProjection, CLIPVisionModelWithProjection, Tensor: TensorClass } = await openTransformers();
  const variant: Variant = kind === 'text' ? folder.textVariant : folder.visionVariant;
  const { file, output, inputs: known } = towers[kind];
  const path = `onnx/${file}${variant.suffix}.onnx`;
  const modelClass = kind === 'text' ? CLIPTextModelWithProjection : CLIPVisionModelWithProjection;
  const model = await modelClass
    .from_pretrained(folder.dir, {
      local_files_only: true,
      device,
      dtype: variant.dtype,
      model_file_name: file,
      session_options: {
        executionMode: 'sequential',
        interOpNumThreads: 1,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      },
    })
    .catch((error: unknown) => {
      throw invalidEncoder(folder.dir, `has a damaged ${path}, which cannot be loaded`, undefined, error);
    });
  const session = sessionSchema.parse(model.sessions['model']);
  const foreign = session.inputNames.filter((name) => !known.some((other) => other === name));
  if (foreign.length > 0 || !session.outputNames.includes(output)) {
    await model.dispose();
    const what = foreign.length > 0 ? `wants ${foreign.join(', ')}` : `does not give ${output}`;
    throw invalidEncoder(folder.dir, `has an ${path} that ${what}`, 'take an export of CLIP with projection');
  }

  const underWay = new Set<Promise<unknown>>();
  let disposed: Promise<void> | undefined;

  async function runOnce(inputs: Readonly<Record<string, Tensor>>, rows: number) {
    const outputs = outputSchema.parse(await model(inputs));
    const found = outputs[output];
    if (!(found instanceof TensorClass)) throw invalidEncoder(folder.dir, `has an ${path} that gives no ${output}`);
    const tensor = found.type === 'float32' ? found : found.to('float32');
    const [batch, width, ...more] = tensor.dims;
    const { data } = tensor;
    if (batch !== rows || width === undefined || more.length > 0 || !(data instanceof Float32Array)) {
      throw invalidEncoder(folder.dir, `has an ${path} whose ${output} are not one row an item`);
    }
    const own = Float32Array.from(data); // ONNX Runtime may reuse its own memory
    if (!normaliseRows(own, width)) throw invalidEncoder(folder.dir, `has an ${path} whose numbers are not finite`);
    return { width, data: own };
  }

  return {
    inputNames: session.inputNames,
    fixedLength(input, axis) {
      const length = session.inputMetadata.find(({ name }) => name === input)?.shape?.[axis];
      return typeof length === 'number' && length > 0 ? length : null;
    },
    async run(inputs, rows) {
      if (disposed !== undefined) throw new HashlensError('engine-stopped', 'The encoder has been closed.');
      const run = runOnce(inputs, rows);
      underWay.add(run);
      try {
        return await run;
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
