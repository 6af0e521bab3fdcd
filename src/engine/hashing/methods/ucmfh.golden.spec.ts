// UCMFH against numbers of its published PyTorch code: fused rows, hash outputs, losses, gradients.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { compile, differentiate, type TensorRecord, type TensorSpec } from '../../compute/onnx/compile.ts';
import { openSession, type Numbers } from '../../compute/onnx/sessions.ts';
import { fusedHalves, hashHead, ntXent, type UcmfhShape } from './ucmfh.ts';

const storedSchema = z.object({
  shape: z.array(z.number()),
  data: z.array(z.number()),
});
type Stored = z.output<typeof storedSchema>;
const layerSchema = z.record(
  z.enum([
    'inProjW',
    'inProjB',
    'outProjW',
    'outProjB',
    'ff1W',
    'ff1B',
    'ff2W',
    'ff2B',
    'norm1W',
    'norm1B',
    'norm2W',
    'norm2B',
  ]),
  storedSchema,
);
const headSchema = z.record(z.enum(['fc1W', 'fc1B', 'tohashW', 'tohashB']), storedSchema);

const goldenSchema = z.object({
  image: storedSchema,
  text: storedSchema,
  fusedImage: storedSchema,
  fusedText: storedSchema,
  fusedImageBatchAttention: storedSchema,
  fusedTextBatchAttention: storedSchema,
  hashImage: storedSchema,
  hashText: storedSchema,
  dims: z.record(z.enum(['batch', 'width', 'heads', 'layers', 'feedForward', 'hashHidden', 'bits']), z.number()),
  temperature: z.number(),
  hashWeight: z.number(),
  layers: z.array(layerSchema),
  imageHash: headSchema,
  textHash: headSchema,
  Lfusion: z.number(),
  Lhash: z.number(),
  loss: z.number(),
  grads: z.record(z.enum(['layer0.inProjW', 'layer1.ff1W', 'imageHash.fc1W', 'textHash.tohashW']), storedSchema),
});
type Golden = z.output<typeof goldenSchema>;

const file = fileURLToPath(new URL('../../../../test/fixtures/golden/ucmfh.json', import.meta.url));

/** Columns `third * d` to `(third + 1) * d` of `[rows, 3 d]`: queries, keys or values. */
function third({ shape, data }: Stored, index: number): Stored {
  const columns = shape.at(-1) ?? 0;
  const width = columns / 3;
  const from = index * width;
  return {
    shape: [...shape.slice(0, -1), width],
    data: data.filter((_, i) => i % columns >= from && i % columns < from + width),
  };
}

function parametersOf(golden: Golden): Record<string, Stored> {
  const parameters: Record<string, Stored> = {};
  golden.layers.forEach((layer, l) => {
    const add = (part: string, w: Stored, b: Stored) => {
      parameters[`fusion.${l}.${part}.w`] = w;
      parameters[`fusion.${l}.${part}.b`] = b;
    };
    ['query', 'key', 'value'].forEach((part, i) => add(part, third(layer.inProjW, i), third(layer.inProjB, i)));
    add('out', layer.outProjW, layer.outProjB);
    add('ff1', layer.ff1W, layer.ff1B);
    add('ff2', layer.ff2W, layer.ff2B);
    add('norm1', layer.norm1W, layer.norm1B);
    add('norm2', layer.norm2W, layer.norm2B);
  });
  for (const [half, head] of [
    ['image', golden.imageHash],
    ['text', golden.textHash],
  ] as const) {
    parameters[`${half}.fc1.w`] = head.fc1W;
    parameters[`${half}.fc1.b`] = head.fc1B;
    parameters[`${half}.tohash.w`] = head.tohashW;
    parameters[`${half}.tohash.b`] = head.tohashB;
  }
  return parameters;
}

function expectClose(actual: Numbers | undefined, { data }: Stored) {
  expect(actual?.length).toBe(data.length);
  const scale = Math.max(...data.map(Math.abs));
  const worst = Math.max(...data.map((x, i) => Math.abs(x - (actual?.[i] ?? Number.NaN))));
  expect(worst / scale).toBeLessThan(1e-4);
}

describe('UCMFH computes what the published code computes', () => {
  it('compiled to ONNX', async () => {
    const golden = parseJson(goldenSchema, readFileSync(file, 'utf8'));
    const { dims } = golden;
    const half = dims.width / 2;
    const shape: UcmfhShape = { ...dims, imageWidth: half, textWidth: half, oneSpace: true };
    const parameters = parametersOf(golden);
    const attention = Object.keys(parameters).filter((name) => /query|key/.test(name));
    const learned = Object.keys(parameters).filter((name) => !attention.includes(name));
    const step = (inputs: TensorRecord): TensorRecord => {
      const image = inputs['image'] as Tensor2D;
      const text = inputs['text'] as Tensor2D;
      const { loss, extra, gradients } = differentiate(
        (tensors) => {
          const fused = fusedHalves(shape, tensors, image, text);
          const hashed = {
            image: hashHead('image', tensors, fused.image),
            text: hashHead('text', tensors, fused.text),
          };
          const lossFusion = ntXent(fused.image, fused.text, golden.temperature);
          const lossHash = ntXent(hashed.image, hashed.text, golden.temperature);
          const extra = {
            lossFusion,
            lossHash,
            fusedImage: fused.image,
            fusedText: fused.text,
            hashImage: hashed.image,
            hashText: hashed.text,
          };
          return { loss: tf.add(lossFusion, tf.mul(lossHash, golden.hashWeight)), extra };
        },
        Object.fromEntries(learned.map((name) => [name, inputs[name] as Tensor2D])),
      );
      const together = fusedHalves(shape, inputs, image, text, { batchAttention: true });
      return {
        loss,
        ...extra,
        fusedImageBatchAttention: together.image,
        fusedTextBatchAttention: together.text,
        ...Object.fromEntries(learned.map((name) => [`d.${name}`, gradients[name] as Tensor2D])),
      };
    };
    const all: Record<string, Stored> = { ...parameters, image: golden.image, text: golden.text };
    const specs = Object.entries(all).map(([name, { shape: sizes }]): [string, TensorSpec] => [
      name,
      { shape: sizes, dtype: 'float32' },
    ]);
    const session = await openSession(compile(step, Object.fromEntries(specs)).bytes, { threads: 1 });
    const found = await session.run(
      Object.fromEntries(Object.entries(all).map(([name, { data }]) => [name, Float32Array.from(data)])),
    );
    await session.dispose();
    expect(found['lossFusion']?.[0]).toBeCloseTo(golden.Lfusion, 4);
    expect(found['lossHash']?.[0]).toBeCloseTo(golden.Lhash, 4);
    expect(found['loss']?.[0]).toBeCloseTo(golden.loss, 4);
    expectClose(found['fusedImage'], golden.fusedImage);
    expectClose(found['fusedText'], golden.fusedText);
    expectClose(found['fusedImageBatchAttention'], golden.fusedImageBatchAttention);
    expectClose(found['fusedTextBatchAttention'], golden.fusedTextBatchAttention);
    expectClose(found['hashImage'], golden.hashImage);
    expectClose(found['hashText'], golden.hashText);
    expectClose(found['d.fusion.0.value.w'], third(golden.grads['layer0.inProjW'], 2));
    expectClose(found['d.fusion.1.ff1.w'], golden.grads['layer1.ff1W']);
    expectClose(found['d.image.fc1.w'], golden.grads['imageHash.fc1W']);
    expectClose(found['d.text.tohash.w'], golden.grads['textHash.tohashW']);
    // Queries and keys of a sequence of one have no gradient: leaving them out of the parameters changes nothing.
    for (const part of [0, 1]) {
      expect(Math.max(...third(golden.grads['layer0.inProjW'], part).data.map(Math.abs))).toBeLessThan(1e-7);
    }
  });
});
