// HEIC and HEIF by libheif compiled to WebAssembly: its C interface, called with addresses in the module's memory.
// libheif turns a picture by the file's own boxes; EXIF orientation counts only where there are none (some phones' apps).
import type { LibHeif } from 'libheif-js/libheif-wasm/libheif-bundle.js';
import { profileOfNclx } from './nclx.ts';
import { tiffBytes } from './tiff-bytes.ts';

/** From libheif.h. */
const [colorspaceRgb, chromaRgb, chromaRgba, channelInterleaved] = [1, 10, 11, 10];
/** Offset of `convert_hdr_to_8bit` in `heif_decoding_options`. */
const to8Bit = 20;
const mostMetadata = 4 * 1024 * 1024;
const mostBlocks = 16;
/** Largest missing share of a truncated file's pixel bytes: with more missing, no picture can be recognised. */
const mostMissingShare = 0.99;
const mostMissing = 64 * 1024 * 1024;

export interface HeifPicture {
  /** Size after the rotation by the file's boxes, without EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Whether the file itself gives the rotation, so that EXIF orientation is ignored. */
  readonly isTurned: boolean;
  /** TIFF structure. */
  readonly exif: Buffer | null;
  readonly xmp: Buffer | null;
  /** Colour profile, where the file has one. */
  readonly icc: Buffer | null;
  /** The pixels as a TIFF. @param orientation EXIF orientation, applied unless the file turns the picture itself */
  decode(orientation: number): Buffer;
  close(): void;
}

/**
 * A file with truncated pixels, completed with zeros: libheif refuses pictures that end beyond their file, but leaves
 * out missing tiles of a grid without an error. The same bytes if the file is whole.
 * @throws Error where next to no pixels are left
 */
export function completeHeif(bytes: Buffer): Buffer {
  for (let at = 0; at + 16 <= bytes.length;) {
    const short = bytes.readUInt32BE(at);
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    const type = bytes.toString('latin1', at + 4, at + 8);
    // Some cameras write their own data after the boxes.
    if (size < 8 || !/^[\x20-\x7e]{4}$/.test(type)) return bytes;
    at += size;
    const missing = at - bytes.length;
    if (missing <= 0 || type !== 'mdat') continue;
    if (missing > Math.min(mostMissing, mostMissingShare * size)) throw new Error('heif: the pixels are missing');
    return Buffer.concat([bytes], at);
  }
  return bytes;
}

let library: LibHeif | null = null;
/** The module's memory never shrinks. */
const keptMemory = 192 * 1024 * 1024;

async function loaded(): Promise<LibHeif> {
  const { default: create } = await import('libheif-js/libheif-wasm/libheif-bundle.js');
  return (library ??= create());
}

/**
 * @param bytes the whole file
 * @throws Error with libheif's message
 */
export async function openHeif(bytes: Uint8Array): Promise<HeifPicture> {
  const heif = await loaded();
  try {
    return new Opened(heif, bytes);
  } catch (error) {
    // An aborted module is no longer usable.
    if (error instanceof WebAssembly.RuntimeError) library = null;
    throw error;
  }
}

class Opened implements HeifPicture {
  readonly width: number;
  readonly height: number;
  readonly isTurned: boolean;
  readonly exif: Buffer | null;
  readonly xmp: Buffer | null;
  readonly icc: Buffer | null;
  readonly #heif: LibHeif;
  readonly #bytes: number;
  readonly #context: number;
  /** Room for an error (12 bytes) and one result. */
  readonly #scratch: number;
  /** Profile for colours given by number. */
  readonly #named: Buffer | null;
  #handle = 0;

  constructor(heif: LibHeif, bytes: Uint8Array) {
    this.#heif = heif;
    this.#named = profileOfNclx(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#scratch = heif._malloc(16);
    this.#bytes = heif._malloc(bytes.length);
    this.#context = heif._heif_context_alloc();
    try {
      heif.HEAPU8.set(bytes, this.#bytes);
      this.#call((error) =>
        heif._heif_context_read_from_memory_without_copy(error, this.#context, this.#bytes, bytes.length, 0),
      );
      this.#call((error) => heif._heif_context_get_primary_image_handle(error, this.#context, this.#result));
      this.#handle = this.#int(this.#result);
      this.width = heif._heif_image_handle_get_width(this.#handle);
      this.height = heif._heif_image_handle_get_height(this.#handle);
      const item = heif._heif_image_handle_get_item_id(this.#handle);
      this.isTurned = heif._heif_item_get_transformation_properties(this.#context, item, 0, 0) > 0;
      const blocks = this.#metadata();
      this.exif = blocks.exif;
      this.xmp = blocks.xmp;
      this.icc = this.#profile();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  decode(orientation: number): Buffer {
    const heif = this.#heif;
    const hasAlpha = heif._heif_image_handle_has_alpha_channel(this.#handle) !== 0;
    const channels = hasAlpha ? 4 : 3;
    const icc = this.icc ?? this.#named;
    const options = heif._heif_decoding_options_alloc();
    heif.HEAPU8[options + to8Bit] = 1;
    let image = 0;
    try {
      const chroma = hasAlpha ? chromaRgba : chromaRgb;
      this.#call((error) => heif._heif_decode_image(error, this.#handle, this.#result, colorspaceRgb, chroma, options));
      image = this.#int(this.#result);
      const width = heif._heif_image_get_width(image, channelInterleaved);
      const height = heif._heif_image_get_height(image, channelInterleaved);
      const plane = heif._heif_image_get_plane_readonly2(image, channelInterleaved, this.#result);
      const stride = this.#int(this.#result);
      const row = width * channels;
      if (plane === 0 || stride < row) throw new Error('heif: the picture has no pixels');
      const turned = this.isTurned ? 1 : orientation;
      return tiffBytes({ width, height, channels, icc, orientation: turned }, (room) => {
        for (let y = 0; y < height; y++) {
          const from = plane + y * stride;
          room.set(heif.HEAPU8.subarray(from, from + row), y * row);
        }
      });
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) library = null;
      throw error;
    } finally {
      if (image !== 0) heif._heif_image_release(image);
      heif._heif_decoding_options_free(options);
    }
  }

  close(): void {
    const heif = this.#heif;
    if (library !== heif) return;
    if (this.#handle !== 0) heif._heif_image_handle_release(this.#handle);
    heif._heif_context_free(this.#context);
    heif._free(this.#bytes);
    heif._free(this.#scratch);
    if (heif.HEAPU8.length > keptMemory) library = null;
  }

  get #result(): number {
    return this.#scratch + 12;
  }

  #int(at: number): number {
    return new DataView(this.#heif.HEAPU8.buffer).getInt32(at, true);
  }

  /** Runs a function that returns an error at the address of a `heif_error`: code, subcode, message. */
  #call(run: (error: number) => void): void {
    run(this.#scratch);
    if (this.#int(this.#scratch) !== 0) throw new Error(`heif: ${this.#text(this.#int(this.#scratch + 8))}`);
  }

  #text(at: number): string {
    const memory = this.#heif.HEAPU8;
    const end = at === 0 ? -1 : memory.indexOf(0, at);
    return end < 0 ? 'unknown error' : Buffer.from(memory.subarray(at, Math.min(end, at + 300))).toString('latin1');
  }

  /** The bytes that `write` puts into `length` bytes of the module's memory. */
  #copy(length: number, write: (at: number) => void): Buffer {
    const at = this.#heif._malloc(Math.max(1, length));
    try {
      write(at);
      return Buffer.from(this.#heif.HEAPU8.subarray(at, at + length));
    } finally {
      this.#heif._free(at);
    }
  }

  #profile(): Buffer | null {
    const heif = this.#heif;
    const size = heif._heif_image_handle_get_raw_color_profile_size(this.#handle);
    if (size > 0 && size <= mostMetadata) {
      return this.#copy(size, (at) =>
        this.#call((error) => heif._heif_image_handle_get_raw_color_profile(error, this.#handle, at)),
      );
    }
    return null;
  }

  #metadata(): { exif: Buffer | null; xmp: Buffer | null } {
    const heif = this.#heif;
    const count = Math.min(mostBlocks, heif._heif_image_handle_get_number_of_metadata_blocks(this.#handle, 0));
    const list = this.#copy(count * 4, (at) => {
      heif._heif_image_handle_get_list_of_metadata_block_IDs(this.#handle, 0, at, count);
    });
    const found: { exif: Buffer | null; xmp: Buffer | null } = { exif: null, xmp: null };
    for (let i = 0; i < count; i++) {
      const id = list.readUInt32LE(i * 4);
      const size = heif._heif_image_handle_get_metadata_size(this.#handle, id);
      if (size <= 0 || size > mostMetadata) continue;
      const type = this.#text(heif._heif_image_handle_get_metadata_type(this.#handle, id));
      const isXmp =
        type === 'mime' &&
        this.#text(heif._heif_image_handle_get_metadata_content_type(this.#handle, id)) === 'application/rdf+xml';
      if (type !== 'Exif' && !isXmp) continue;
      try {
        const block = this.#copy(size, (at) =>
          this.#call((error) => heif._heif_image_handle_get_metadata(error, this.#handle, id, at)),
        );
        if (isXmp) found.xmp ??= block;
        else found.exif ??= tiffOf(block);
      } catch {
        // Without metadata the pixels are still useful.
      }
    }
    return found;
  }
}

/** An EXIF block begins with the number of bytes before its TIFF structure. */
function tiffOf(block: Buffer): Buffer | null {
  if (block.length < 8) return null;
  const start = 4 + block.readUInt32BE(0);
  return start < block.length ? block.subarray(start) : null;
}
