// Compares the converted network's numbers with those of TF.js for the original graph model.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { z } from 'zod';
import { imageSide } from '../../src/engine/encoder/starter/image-input.ts';
import type { DetectorOutput } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { parseJson } from '../../src/shared/json.ts';
import { backboneNode, inputNodeName, scoreNodes } from './nanodet-onnx.ts';

/** The used part of tfjs-converter, which is loaded from a folder without its own types. */
interface GraphModelRunner {
  load(): Promise<boolean>;
  execute(inputs: Record<string, tf.Tensor>, outputs: readonly string[]): tf.Tensor[];
}
type RunnerConstructor = new (handler: { load: () => Promise<unknown> }) => GraphModelRunner;

/** Runs the original graph on prepared photos. Slow: TF.js' CPU backend takes several seconds a photo. */
export async function detectWithTfjs(
  converterFolder: string,
  modelFile: string,
  images: readonly Float32Array[],
): Promise<DetectorOutput> {
  const converter: unknown = createRequire(import.meta.url)(join(converterFolder, 'dist', 'tf-converter.node.js'));
  if (!isConverter(converter)) throw new Error('tfjs-converter has no GraphModel.');
  await tf.setBackend('cpu');
  const model = new converter.GraphModel({ load: () => readArtifacts(modelFile) });
  await model.load();

  const scores = new Float32Array(images.length * 80);
  const backbone = new Float32Array(images.length * 512);
  images.forEach((image, i) => {
    tf.tidy(() => {
      const input = tf.tensor4d(image, [1, 3, imageSide, imageSide]);
      const outputs = model.execute({ [inputNodeName]: input }, [...scoreNodes, backboneNode]);
      const strides = outputs.slice(0, scoreNodes.length).map((output) => tf.max(output, [0, 2, 3]));
      scores.set(strides.reduce((a, b) => tf.maximum(a, b)).dataSync(), i * 80);
      backbone.set(tf.mean(outputs.at(-1) ?? input, [0, 2, 3]).dataSync(), i * 512);
    });
  });
  return { scores, backbone };
}

function isConverter(module: unknown): module is { GraphModel: RunnerConstructor } {
  return (
    typeof module === 'object' && module !== null && 'GraphModel' in module && typeof module.GraphModel === 'function'
  );
}

const graphModel = z.object({
  modelTopology: z.unknown(),
  weightsManifest: z.array(z.object({ weights: z.array(z.unknown()) })),
});

async function readArtifacts(modelFile: string): Promise<unknown> {
  const { modelTopology, weightsManifest } = parseJson(graphModel, await readFile(modelFile, 'utf8'));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  const weights = Uint8Array.from(await readFile(modelFile.replace(/\.json$/, '.bin')));
  return { modelTopology, weightSpecs, weightData: weights.buffer };
}

/** Largest absolute difference of two arrays of one length. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`Arrays of ${a.length} and ${b.length} numbers cannot be compared.`);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
