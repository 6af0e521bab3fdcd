// Loads the substitute instead of tfjs-node-gpu in a program that is started with `--import` of this file, and
// in the processes and threads that it starts.
import { registerHooks } from 'node:module';
import { tensorflowPackages } from '../../../src/engine/compute/devices/tensorflow.ts';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === tensorflowPackages[0]
      ? { url: new URL('substitute.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
