// The encoders that can be downloaded by name: where they lie, which files they need, what a person should know first.

export interface KnownEncoder {
  /** The id the opened encoder will have. */
  readonly id: string;
  readonly repo: string;
  /**
   * The branch asked for. The commit it stood at is asked for once, used for every file and kept in checksums.json.
   */
  readonly revision: string;
  readonly name: string;
  readonly description: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** What the download weighs, in bytes, to one or two digits: for a person who decides, never for checking. */
  readonly approximateBytes: number;
  readonly files: readonly string[];
}

/**
 * What an encoder needs beside its networks. `vocab.json` and `merges.txt` are not among them: `tokenizer.json` holds
 * both again.
 */
const SMALL_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'] as const;

/** Full precision is what is offered first, for the reasons that stand at the list of variants in model-folder.ts. */
const FULL = [...SMALL_FILES, 'onnx/text_model.onnx', 'onnx/vision_model.onnx'] as const;
/** A quarter of the size, for slow lines and small disks. */
const QUANTIZED = [...SMALL_FILES, 'onnx/text_model_quantized.onnx', 'onnx/vision_model_quantized.onnx'] as const;

const ENGLISH =
  'Trained by OpenAI on English captions from the web, with their biases: describe photos in English; other ' +
  'languages, counting, reading text and naming persons work poorly.';

export const knownEncoders: readonly KnownEncoder[] = [
  {
    id: 'clip:Xenova/clip-vit-base-patch32',
    repo: 'Xenova/clip-vit-base-patch32',
    revision: 'main',
    name: 'CLIP base, 32-pixel patches',
    description: `The fastest CLIP, a good choice for most libraries. ${ENGLISH}`,
    imageWidth: 512,
    textWidth: 512,
    sharedWidth: 512,
    approximateBytes: 610_000_000,
    files: FULL,
  },
  {
    id: 'clip:Xenova/clip-vit-base-patch32@quantized',
    repo: 'Xenova/clip-vit-base-patch32',
    revision: 'main',
    name: 'CLIP base, 32-pixel patches, 8 bit',
    description: `A quarter of the download and memory of CLIP base, at the price of less exact results. ${ENGLISH}`,
    imageWidth: 512,
    textWidth: 512,
    sharedWidth: 512,
    approximateBytes: 160_000_000,
    files: QUANTIZED,
  },
  {
    id: 'clip:Xenova/clip-vit-base-patch16',
    repo: 'Xenova/clip-vit-base-patch16',
    revision: 'main',
    name: 'CLIP base, 16-pixel patches',
    description: `Sees smaller things than the 32-pixel one and needs about four times as long for each photo. ${ENGLISH}`,
    imageWidth: 512,
    textWidth: 512,
    sharedWidth: 512,
    approximateBytes: 600_000_000,
    files: FULL,
  },
  {
    id: 'clip:Xenova/clip-vit-large-patch14',
    repo: 'Xenova/clip-vit-large-patch14',
    revision: 'main',
    name: 'CLIP large, 14-pixel patches',
    description: `The most accurate of the three and many times slower: for small libraries or patient people. ${ENGLISH}`,
    imageWidth: 768,
    textWidth: 768,
    sharedWidth: 768,
    approximateBytes: 1_700_000_000,
    files: FULL,
  },
];

export const defaultClipEncoder = 'clip:Xenova/clip-vit-base-patch32';

/** The table's entry of an id, if it has one. */
export function describeKnownEncoder(id: string): KnownEncoder | undefined {
  return knownEncoders.find((encoder) => encoder.id === id);
}
