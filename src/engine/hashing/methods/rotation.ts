// The model of an untrained library: random hyperplanes through the features that both modalities share.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { rotationMatrix, sharedMeans } from '../networks/linear-code.ts';
import { exportNetwork } from '../model/network-session.ts';
import type { EncoderShape, TrainedModel } from '../model/trained-model.ts';
import { Random } from '../../numerics/random.ts';
import type { Arrays, Network, Networks, Tensors } from '../networks/network.ts';
import type { HashMethod, Setup } from './method.ts';
import { namedIn } from '../../../shared/at.ts';

export const rotationSettings = z.strictObject({
  centre: z.boolean().default(true).meta({
    title: 'Centre',
    description: 'Subtract the mean of the training rows before the rotation.',
  }),
});

interface Shape {
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
}

export interface Means {
  readonly image: Float32Array;
  readonly text: Float32Array;
}

function rotationNetworks(shape: Shape, bits: number, random: Random, means: Means | null): Networks {
  const { sharedWidth } = shape;
  if (sharedWidth === 0) {
    throw new HashlensError(
      'bad-argument',
      'This encoder gives photos and texts no common features, so it needs a trained model.',
    );
  }
  const matrix = rotationMatrix(sharedWidth, bits, random);
  const network = (modality: 'image' | 'text', width: number): Network => {
    const mean = means?.[modality];
    const meanName = `${modality}.mean`;
    return {
      width,
      parameters: {
        rotation: { shape: [sharedWidth, bits], initial: matrix },
        ...(mean === undefined ? {} : { [meanName]: { shape: [sharedWidth], initial: mean } }),
      },
      forward(parameters: Tensors, rows: Tensor2D): Tensor2D {
        const centre = parameters[meanName];
        const shared = tf.slice(rows, [0, 0], [-1, sharedWidth]); // [n, sharedWidth]
        const centred = centre === undefined ? shared : tf.sub(shared, centre); // [n, sharedWidth]
        return tf.matMul(centred, namedIn(parameters, 'rotation') as Tensor2D); // [n, bits]
      },
    };
  };
  return { image: network('image', shape.imageWidth), text: network('text', shape.textWidth) };
}

/**
 * Charikar, Similarity Estimation Techniques from Rounding Algorithms, STOC 2002: the share of bits in which the signs
 * of random projections differ grows with the angle between two rows. Orthogonal projections estimate it with less
 * variance (Ji et al., Super-Bit Locality-Sensitive Hashing, NIPS 2012).
 */
export const rotation: HashMethod<typeof rotationSettings> = {
  id: 'rotation',
  name: 'Random rotation',
  source: 'Charikar, STOC 2002; Ji et al., NIPS 2012',
  description:
    'Signs of random directions through the features that photos and texts share. A library is searched with this until ' +
    'a model is trained.',
  needsPairs: false,
  hasEpochs: false,
  settings: rotationSettings,
  learner: (setup: Setup, { centre }) => ({
    kind: 'closed-form',
    fit({ photoRows, textRows }): Networks {
      const means = centre
        ? sharedMeans(
            { values: photoRows, width: setup.imageWidth },
            { values: textRows, width: setup.textWidth },
            setup.sharedWidth,
          )
        : null;
      return rotationNetworks(setup, setup.bits, setup.random, means);
    },
  }),
};

export interface RotationRequest {
  readonly encoder: EncoderShape;
  readonly bits: number;
  readonly seed: number;
  /** Means `[sharedWidth]` to take off first. */
  readonly means?: Means;
}

/** A model that needs no data: a library is searched with it until another one is trained. */
export function rotationModel({ encoder, bits, seed, means }: RotationRequest): TrainedModel {
  const networks = rotationNetworks(encoder, bits, new Random(seed), means ?? null);
  const values = (network: Network): Arrays =>
    Object.fromEntries(Object.entries(network.parameters).map(([name, { initial }]) => [name, initial]));
  return {
    method: rotation.id,
    bits,
    seed,
    encoder,
    options: { centre: means !== undefined },
    image: exportNetwork(networks.image, values(networks.image)),
    text: exportNetwork(networks.text, values(networks.text)),
    // Nothing was learned: the order is the encoder's own.
    encoderWeight: 1,
    evaluation: null,
    epochs: [],
    bestEpoch: null,
    dataFingerprint: null,
  };
}
