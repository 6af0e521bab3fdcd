// Writes the kernels' WebAssembly: `npm run build:kernel`, after a change to a kernel-source.ts.
import { writeFileSync } from 'node:fs';
import { compileKernel as compileAdam } from '../src/engine/compute/adam/compile-kernel.ts';
import { compileKernel as compileHamming } from '../src/engine/search/hamming/compile-kernel.ts';

const kernels = { 'search/hamming': compileHamming, 'compute/adam': compileAdam };
for (const [folder, compile] of Object.entries(kernels)) {
  const bytes = await compile();
  writeFileSync(new URL(`../src/engine/${folder}/kernel.wasm`, import.meta.url), bytes);
  console.log(`${folder}/kernel.wasm: ${bytes.length} bytes`);
}
