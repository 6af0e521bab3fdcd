// Compiles WebAssembly text, for `npm run build:kernel` and for the specs that check its output.
import wabt from 'wabt';

/**
 * @param name for messages
 * @throws Error with the line, when the text is wrong
 */
export async function compileWat(name: string, source: string): Promise<Uint8Array> {
  const compiler = await wabt();
  const module = compiler.parseWat(name, source, { simd: true, threads: true });
  try {
    module.resolveNames();
    const { buffer } = module.toBinary({});
    if (!WebAssembly.validate(new Uint8Array(buffer))) throw new Error(`${name} does not validate.`);
    return buffer;
  } finally {
    module.destroy();
  }
}
