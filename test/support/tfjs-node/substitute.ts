// Substitute for tfjs-node(-gpu), whose native library is not on every machine: the same API, kernels in JavaScript.
// Registers the backend `tensorflow`, as these packages do when they are loaded.
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { copyRegisteredKernels, registerBackend } from '@tensorflow/tfjs-core';

copyRegisteredKernels('cpu', 'tensorflow');
registerBackend('tensorflow', () => new MathBackendCPU());
