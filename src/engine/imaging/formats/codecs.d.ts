// Types of the WebAssembly decoders in use, whose packages declare none that fit Node.
declare module 'libheif-js/libheif-wasm/libheif-bundle.js' {
  /** The functions of libheif.h that are called, with pointers as numbers. */
  export interface LibHeif {
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _heif_context_alloc(): number;
    _heif_context_free(context: number): void;
    _heif_context_read_from_memory_without_copy(
      error: number,
      context: number,
      bytes: number,
      length: number,
      options: number,
    ): void;
    _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
    _heif_image_handle_release(handle: number): void;
    _heif_image_handle_get_width(handle: number): number;
    _heif_image_handle_get_height(handle: number): number;
    _heif_image_handle_get_item_id(handle: number): number;
    _heif_image_handle_has_alpha_channel(handle: number): number;
    _heif_item_get_transformation_properties(context: number, item: number, list: number, count: number): number;
    _heif_image_handle_get_raw_color_profile_size(handle: number): number;
    _heif_image_handle_get_raw_color_profile(error: number, handle: number, bytes: number): void;
    _heif_image_handle_get_number_of_metadata_blocks(handle: number, filter: number): number;
    _heif_image_handle_get_list_of_metadata_block_IDs(
      handle: number,
      filter: number,
      ids: number,
      count: number,
    ): number;
    _heif_image_handle_get_metadata_type(handle: number, id: number): number;
    _heif_image_handle_get_metadata_content_type(handle: number, id: number): number;
    _heif_image_handle_get_metadata_size(handle: number, id: number): number;
    _heif_image_handle_get_metadata(error: number, handle: number, id: number, bytes: number): void;
    _heif_decoding_options_alloc(): number;
    _heif_decoding_options_free(options: number): void;
    _heif_decode_image(
      error: number,
      handle: number,
      image: number,
      colorspace: number,
      chroma: number,
      options: number,
    ): void;
    _heif_image_get_plane_readonly2(image: number, channel: number, stride: number): number;
    _heif_image_get_width(image: number, channel: number): number;
    _heif_image_get_height(image: number, channel: number): number;
    _heif_image_release(image: number): void;
  }

  const create: () => LibHeif;
  export default create;
}
declare module '@jsquash/jxl/codec/dec/jxl_dec.js' {
  interface Decoder {
    /** Null where the bytes cannot be decoded. `data`: RGBA, 8 bit, sRGB. */
    decode(bytes: Uint8Array): { data: Uint8ClampedArray; width: number; height: number } | null;
  }
  const create: (options: { wasmBinary: Uint8Array }) => Promise<Decoder>;
  export default create;
}
/** For test inputs. */
declare module '@jsquash/jxl/encode.js' {
  interface Pixels {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
  }
  export function init(options: { wasmBinary: Uint8Array }): Promise<unknown>;
  export default function encode(pixels: Pixels, options: { quality: number }): Promise<ArrayBuffer>;
}
