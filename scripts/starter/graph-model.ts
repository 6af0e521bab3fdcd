// Reads a TF.js graph model: its nodes, and the stored bytes of its weights.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

const base64Text = z.string().transform((text) => Buffer.from(text, 'base64').toString('latin1'));
const attribute = z.object({
  s: base64Text.optional(),
  f: z.number().optional(),
  b: z.boolean().optional(),
  list: z.object({ i: z.array(z.coerce.number()).optional() }).optional(),
});
const modelFile = z.object({
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attribute).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int()),
          dtype: z.enum(['int32', 'float32']),
          quantization: z.object({ dtype: z.literal('float16') }).optional(),
        }),
      ),
    }),
  ),
});

export type GraphNode = z.infer<typeof modelFile>['modelTopology']['node'][number];

/** A stored tensor. Floats keep the 16 bits of the file, so that they are rounded only once. */
export type StoredTensor =
  | { readonly kind: 'float16'; readonly shape: readonly number[]; readonly bits: Uint16Array }
  | { readonly kind: 'int32'; readonly shape: readonly number[]; readonly values: readonly number[] };

export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly weights: ReadonlyMap<string, StoredTensor>;
}

/** @throws when the file is no graph model, or its weights are not float16 and int32. */
export async function readGraphModel(path: string): Promise<GraphModel> {
  const model = parseJson(modelFile, await readFile(path, 'utf8'));
  const weights = new Map<string, StoredTensor>();
  for (const group of model.weightsManifest) {
    const files = await Promise.all(group.paths.map((name) => readFile(join(dirname(path), name))));
    const bytes = Uint8Array.from(Buffer.concat(files));
    let at = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      const size = shape.reduce((product, length) => product * length, 1);
      if (dtype === 'int32') {
        weights.set(name, { kind: 'int32', shape, values: [...new Int32Array(bytes.slice(at, at + 4 * size).buffer)] });
        at += 4 * size;
      } else if (quantization?.dtype === 'float16') {
        weights.set(name, { kind: 'float16', shape, bits: new Uint16Array(bytes.slice(at, at + 2 * size).buffer) });
        at += 2 * size;
      } else {
        throw new Error(`Weight ${name} is stored as ${dtype}; only float16 and int32 are expected.`);
      }
    }
    if (at !== bytes.length) throw new Error(`The weights take ${at} bytes of ${bytes.length}.`);
  }
  return { nodes: new Map(model.modelTopology.node.map((node) => [node.name, node])), weights };
}
