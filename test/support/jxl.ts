// Test aid: JPEG XL files, coded by libjxl.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import encode, { init } from '@jsquash/jxl/encode.js';
import type { Sharp } from 'sharp';

let ready: Promise<unknown> | null = null;

/** The picture as a JPEG XL file. @param quality 0 to 100 */
export async function jxl(picture: Sharp, { quality = 95 } = {}): Promise<Buffer> {
  ready ??= readFile(fileURLToPath(import.meta.resolve('@jsquash/jxl/codec/enc/jxl_enc.wasm'))).then((wasmBinary) =>
    init({ wasmBinary }),
  );
  await ready;
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const image = { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
  return Buffer.from(await encode(image, { quality }));
}
