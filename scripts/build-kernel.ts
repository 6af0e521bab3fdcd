// Writes the kernels' WebAssembly: `npm run build:kernel`. Run it after a change of a kernel source.
import { writeFileSync } from 'node:fs';
import { adamKernelSource as adam } from '../src/engine/compute/kernels/adam/adam-kernel-source.ts';
import { sampledKernelSource as sampled } from '../src/engine/compute/kernels/sampled/sampled-kernel-source.ts';
import { compileWat } from './compile-wat.ts';
import { hammingKernelSource as hamming } from '../src/engine/search/hamming/hamming-kernel-source.ts';
import { sketchKernelSource as sketch } from '../src/engine/search/sketch/sketch-kernel-source.ts';

const kernels = {
  'search/hamming': hamming,
  'search/sketch': sketch,
  'compute/kernels/adam': adam,
  'compute/kernels/sampled': sampled,
};
for (const [folder, source] of Object.entries(kernels)) {
  const bytes = await compileWat(`${folder}/kernel.wat`, source());
  writeFileSync(new URL(`../src/engine/${folder}/kernel.wasm`, import.meta.url), bytes);
  console.log(`${folder}/kernel.wasm: ${bytes.length} bytes`);
}
