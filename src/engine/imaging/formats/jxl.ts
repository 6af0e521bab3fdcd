// JPEG XL by libjxl compiled to WebAssembly: RGBA of 8 bit in sRGB, turned as the file says. It takes seconds a photo.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { tiffBytes } from './tiff-bytes.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';

export interface JxlHeader {
  /** Size as viewed, after orientation. */
  readonly width: number;
  readonly height: number;
  /** TIFF structure. */
  readonly exif: Buffer | null;
  readonly xmp: Buffer | null;
}

type Decoder = Awaited<ReturnType<typeof load>>;
let decoder: Promise<Decoder> | null = null;

async function load() {
  const { default: create } = await import('@jsquash/jxl/codec/dec/jxl_dec.js');
  const wasm = fileURLToPath(import.meta.resolve('@jsquash/jxl/codec/dec/jxl_dec.wasm'));
  return create({ wasmBinary: await readFile(wasm) });
}

/** The pixels as a TIFF. @throws Error */
export async function decodeJxl(bytes: Uint8Array): Promise<Buffer> {
  decoder ??= load();
  let decoded;
  try {
    decoded = (await decoder).decode(bytes);
  } catch (error) {
    // After an abort the module is no longer usable, and its memory never shrinks.
    decoder = null;
    throw error;
  }
  if (decoded === null) throw new Error('jxl: the picture cannot be decoded');
  const { data, width, height } = decoded;
  if (width * height * 4 > 64 * 1024 * 1024) decoder = null;
  return tiffBytes({ width, height, channels: 4, icc: null, orientation: 1 }, (room) => room.set(data));
}

/**
 * Reads the size and the metadata, not the pixels (ISO/IEC 18181-1 annex D, 18181-2).
 * @throws Error where the header is damaged
 */
export function readJxlHeader(bytes: Buffer): JxlHeader {
  const found: { codestream: Buffer | null; exif: Buffer | null; xmp: Buffer | null } = {
    codestream: bytes[0] === 0xff ? bytes : null,
    exif: null,
    xmp: null,
  };
  if (found.codestream === null) {
    for (const { type, content } of boxes(bytes)) {
      if (type === 'jxlc') found.codestream ??= content;
      // The first part begins with its number.
      else if (type === 'jxlp') found.codestream ??= content.subarray(4);
      else if (type === 'Exif' && content.length > 8) found.exif ??= content.subarray(4 + content.readUInt32BE(0));
      else if (type === 'xml ') found.xmp ??= content;
    }
  }
  if (found.codestream?.[0] !== 0xff || found.codestream[1] !== 0x0a) throw new Error('jxl: no codestream');
  const bits = new BitReader(found.codestream.subarray(2));
  const { width, height } = sizeOf(bits);
  const allDefault = bits.read(1) === 1;
  const orientation = !allDefault && bits.read(1) === 1 ? 1 + bits.read(3) : 1;
  const turned = orientation > 4;
  return { width: turned ? height : width, height: turned ? width : height, exif: found.exif, xmp: found.xmp };
}

const ratios = [
  [1, 1],
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function sizeOf(bits: BitReader): { width: number; height: number } {
  const isSmall = bits.read(1) === 1;
  const side = (): number =>
    isSmall ? (bits.read(5) + 1) * 8 : bits.read(numberAt([9, 13, 18, 30], bits.read(2))) + 1;
  const height = side();
  const ratio = bits.read(3);
  const [across, down] = itemAt(ratios, ratio);
  return { width: ratio === 0 ? side() : Math.floor((height * across) / down), height };
}

/** Lowest bits first. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new Error('jxl: the header is cut short');
      value += ((byte >> (this.#at & 7)) & 1) * 2 ** i;
    }
    return value;
  }
}

/** Most bytes of a box of metadata. */
const mostMetadata = 4 * 1024 * 1024;

/** The content of a compressed box; null for a damaged or too large one. */
function decompressed(content: Buffer): Buffer | null {
  try {
    return brotliDecompressSync(content, { maxOutputLength: mostMetadata });
  } catch {
    return null;
  }
}

function* boxes(bytes: Buffer): Generator<{ type: string; content: Buffer }> {
  for (let at = 0; at + 8 <= bytes.length;) {
    let size = bytes.readUInt32BE(at);
    let start = at + 8;
    if (size === 1 && at + 16 <= bytes.length) {
      size = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    const end = size === 0 ? bytes.length : Math.min(bytes.length, at + size);
    if (end < start) return;
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(start, end);
    // A box that is compressed begins with its type.
    const inner = type === 'brob' ? content.toString('latin1', 0, 4) : '';
    const plain = inner === 'Exif' || inner === 'xml ' ? decompressed(content.subarray(4)) : null;
    yield plain === null ? { type, content } : { type: inner, content: plain };
    at = end;
  }
}
