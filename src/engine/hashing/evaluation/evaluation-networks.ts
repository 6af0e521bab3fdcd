// The networks of a training for its evaluation: each modality by itself (protocol `single`), or together with its partner
// (protocol `paired`).
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { EvaluationProtocol } from '../../../shared/contract/evaluation.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { compile, type TensorSpec } from '../../compute/onnx/compile.ts';
import { openSession, type OnnxSession } from '../../compute/onnx/sessions.ts';
import type { TrainingData } from '../data/training-data.ts';
import { gather } from '../../numerics/gather.ts';
import {
  pairBatch,
  parametersOf,
  valuesOf,
  type Arrays,
  type Networks,
  type PairForward,
} from '../networks/network.ts';
import { LiveNetwork } from '../model/network-session.ts';
import type { Yielder } from '../../runtime/yielder.ts';
import { int32At } from '../../../shared/at.ts';

export interface Protocol {
  readonly protocol: EvaluationProtocol;
  /** Protocol `paired` with rows attending to one another. */
  readonly batchAttention: boolean;
}

/** Real outputs `[indices, bits]` of photos and of captions. Both throw `cancelled`. */
export interface EvaluationNetworks {
  images(values: Arrays, photos: Int32Array, yielder: Yielder): Promise<Float32Array>;
  texts(values: Arrays, captions: Int32Array, yielder: Yielder): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** The hook of a method for a protocol; null for `single`. Throws `bad-argument` where the method has none. */
export function pairForwardOf(
  method: string,
  networks: Networks,
  { protocol, batchAttention }: Protocol,
): PairForward | null {
  if (protocol === 'single') {
    if (!batchAttention) return null;
    throw new HashlensError(
      'bad-argument',
      'Attention over the batch belongs to the protocol paired; choose that too.',
    );
  }
  const forward = batchAttention ? networks.pairOverBatch : networks.pair;
  if (forward !== undefined) return forward;
  if (networks.pair === undefined) throw withoutPair(method);
  throw new HashlensError('bad-argument', `The method ${method} has no attention over the batch; leave it out.`);
}

export const withoutPair = (method: string): HashlensError =>
  new HashlensError(
    'bad-argument',
    `The method ${method} makes codes of one modality at a time and has no protocol paired; use single.`,
  );

/** Multiply-adds of one run of a network, roughly: few enough for a cancelled evaluation to end soon. */
const workAtOnce = 1e10;

function rowsAtOnce(networks: Networks): number {
  const numbers = Object.values(parametersOf(networks)).reduce((sum, { initial }) => sum + initial.length, 0);
  return Math.min(1024, Math.max(32, Math.floor(workAtOnce / Math.max(1, numbers))));
}

/** Runs `encode` on some indices after the other. */
async function inPieces(
  indices: Int32Array,
  size: number,
  bits: number,
  yielder: Yielder,
  encode: (some: Int32Array) => Promise<Float32Array>,
): Promise<Float32Array> {
  const real = new Float32Array(indices.length * bits);
  for (let start = 0; start < indices.length; start += size) {
    await yielder.yieldIfDue();
    real.set(await encode(indices.subarray(start, start + size)), start * bits);
  }
  return real;
}

export async function openNetworks(
  data: TrainingData,
  networks: Omit<Networks, 'embedding'>,
  forward: PairForward | null,
  bits: number,
  threads: number,
): Promise<EvaluationNetworks> {
  const pieces = rowsAtOnce(networks);
  if (forward !== null) {
    const size = forward === networks.pairOverBatch ? pairBatch : pieces;
    return openPairs(data, networks, forward, bits, threads, size);
  }
  const image = await LiveNetwork.open(networks.image, bits, threads);
  const text = await LiveNetwork.open(networks.text, bits, threads);
  return {
    images: (values, photos, yielder) =>
      inPieces(photos, pieces, bits, yielder, (some) => image.real(values, { rows: data.imageRows }, some)),
    texts: (values, captions, yielder) =>
      inPieces(captions, pieces, bits, yielder, (some) => {
        return text.real(values, { rows: data.textRows, words: data.words }, some);
      }),
    async dispose() {
      await image.dispose();
      await text.dispose();
    },
  };
}

/** Each photo with its first caption, each caption with its photo. */
async function openPairs(
  data: TrainingData,
  networks: Networks,
  forward: PairForward,
  bits: number,
  threads: number,
  size: number,
): Promise<EvaluationNetworks> {
  const { imageRows, imageWidth, textRows, textWidth, captionPhoto } = data;
  const firstCaption = new Map<number, number>();
  captionPhoto.forEach((photo, caption) => {
    if (!firstCaption.has(photo)) firstCaption.set(photo, caption);
  });
  const captionOf = (photo: number): number => {
    const caption = firstCaption.get(photo);
    if (caption !== undefined) return caption;
    throw new HashlensError(
      'bad-argument',
      'The protocol paired needs a caption for every photo, and some photos have none; use single.',
    );
  };
  const session = await openPairSession(networks, forward, threads);
  const names = Object.keys(parametersOf(networks));
  const encode = async (values: Arrays, half: 'image' | 'text', photos: Int32Array, captions: Int32Array) => {
    const feeds = Object.fromEntries(names.map((name) => [name, valuesOf(values, name)]));
    const outputs = await session.run({
      ...feeds,
      imageRows: gather(imageRows, photos, imageWidth, new Float32Array(photos.length * imageWidth)),
      textRows: gather(textRows, captions, textWidth, new Float32Array(captions.length * textWidth)),
    });
    const out = outputs[half];
    if (!(out instanceof Float32Array)) throw new TypeError(`the network of pairs gives no ${half}`);
    return out;
  };
  return {
    images: (values, photos, yielder) =>
      inPieces(photos, size, bits, yielder, (some) => encode(values, 'image', some, some.map(captionOf))),
    texts: (values, captions, yielder) =>
      inPieces(captions, size, bits, yielder, (some) => {
        const photos = some.map((caption) => int32At(captionPhoto, caption));
        return encode(values, 'text', photos, some);
      }),
    dispose: () => session.dispose(),
  };
}

function openPairSession(networks: Networks, forward: PairForward, threads: number): Promise<OnnxSession> {
  const inputs: Record<string, TensorSpec> = {
    imageRows: { shape: ['n', networks.image.width], dtype: 'float32' },
    textRows: { shape: ['n', networks.text.width], dtype: 'float32' },
  };
  for (const [name, { shape }] of Object.entries(parametersOf(networks))) inputs[name] = { shape, dtype: 'float32' };
  const { bytes } = compile(({ imageRows, textRows, ...parameters }) => {
    const { image, text } = forward(parameters, imageRows as Tensor2D, textRows as Tensor2D);
    return { image, text };
  }, inputs);
  return openSession(bytes, { threads });
}
