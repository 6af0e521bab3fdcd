// Native TensorFlow: an optional package that a person installs, loaded only for the device `tensorflow`.
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { firstLine } from '../../../shared/errors.ts';

/** Loads a package by name; rejects where it is missing. */
export type Loader = (name: string) => Promise<unknown>;

/** Packages in order of preference, CUDA first. Both register the backend `tensorflow`. */
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

const importPackage: Loader = (name) => import(name);

/** Adds `util.isNullOrUndefined`, which Node 23 removed and tfjs-node 4.22 calls in every kernel. */
function shimNode(): void {
  // The CommonJS module object is shared by all packages. An ES module namespace is read-only.
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
}

/**
 * Loads TensorFlow.js' native backend and returns its name.
 * @throws Error with a sentence for a person where no package is installed or it does not start
 */
export async function loadTensorflow(load: Loader = importPackage, backend = 'tensorflow'): Promise<string> {
  shimNode();
  const reasons: string[] = [];
  for (const name of tensorflowPackages) {
    try {
      await load(name);
      if (!(await tf.setBackend(backend))) throw new Error(`it brings no backend ${backend} that starts here`);
      return backend;
    } catch (error) {
      // The first line is the message; the rest lists the files that required the package.
      reasons.push(`${name}: ${firstLine(error).replace(/ imported from .*$/, '')}`);
    }
  }
  throw new Error(
    `TensorFlow is not usable here (${reasons.join('; ')}). It is optional: add the package ` +
      `${tensorflowPackages[0]} (needs CUDA) or ${tensorflowPackages[1]}, or use another device.`,
  );
}
