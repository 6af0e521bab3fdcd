// Makes the kernel's WebAssembly out of its text, for `npm run build:kernel` and for the spec that checks what it wrote.
import wabt from 'wabt';
import { kernelSource } from './kernel-source.ts';

/** @throws Error with the line, when the text is wrong */
export async function compileKernel(): Promise<Uint8Array> {
  const compiler = await wabt();
  const module = compiler.parseWat('adam.wat', kernelSource(), { simd: true });
  try {
    module.resolveNames();
    const { buffer } = module.toBinary({});
    if (!WebAssembly.validate(new Uint8Array(buffer))) throw new Error('The kernel does not validate.');
    return buffer;
  } finally {
    module.destroy();
  }
}
