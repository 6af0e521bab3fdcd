// Encoders that can be downloaded by name: their repositories, their files, and what a person should know about them.

export interface KnownEncoder {
  /** Id of the opened encoder. */
  readonly id: string;
  readonly repo: string;
  /** Branch to download. Its commit is requested once, used for every file, and kept in checksums.json. */
  readonly revision: string;
  readonly name: string;
  readonly description: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Size of the download in bytes, rounded to one or two digits. For a person's decision, not for checks. */
  readonly approximateBytes: number;
  readonly files: readonly string[];
}

/**
 * Files an encoder needs besides its networks. `vocab.json` and `merges.txt` are not needed: `tokenizer.json` contains
 * both.
 */
const smallFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'] as const;

/** Full precision is the default, for the reasons given at the list of variants in model-folder.ts. */
const fullPrecision = [...smallFiles, 'onnx/text_model.onnx', 'onnx/vision_model.onnx'] as const;
/** A quarter of the size, for slow connections and small disks. */
const quantized = [...smallFiles, 'onnx/text_model_quantized.onnx', 'onnx/vision_model_quantized.onnx'] as const;

const englishOnly =
  'Trained by OpenAI on English captions from the web, with their biases: describe photos in English; other ' +
  'languages, counting, reading text and naming persons work poorly.';

export const knownEncoders: readonly KnownEncoder[] = [
  {
    id: 'clip:Xenova/clip-vit-base-patch32',
    repo: 'Xenova/clip-vit-base-patch32',
    revision: 'main',
    name: 'CLIP base, 32-pixel patches',
    description: `The fastest CLIP, a good choice for most libraries. ${englishOnly}`,
    imageWidth: 512,
    textWidth: 512,
    sharedWidth: 512,
    approximateBytes: 610_000_000,
    files: fullPrecision,
  },
  {
    id: 'clip:Xenova/clip-vit-base-patch32@quantized',
    repo: 'Xenova/clip-vit-base-patch32',
    revision: 'main',
    name: 'CLIP base, 32-pixel patches, 8 bit',
    description: `A quarter of the download and memory of CLIP base, at the price of less exact results. ${englishOnly}`,
    imageWidth: 512,
    textWidth: 512,
    sharedWidth: 512,
    approximateBytes: 160_000_000,
    files: quantized,
  },
  {
    id: 'clip:Xenova/clip-vit-base-patch16',
    repo: 'Xenova/clip-vit-base-patch16',
    revision: 'main',
    name: 'CLIP base, 16-pixel patches',
    description: `Sees smaller things than the 32-pixel one and needs about four times as long for each photo. ${englishOnly}`,
    imageWidth: 512,
    textWidth: 512,
    sharedWidth: 512,
    approximateBytes: 600_000_000,
    files: fullPrecision,
  },
  {
    id: 'clip:Xenova/clip-vit-large-patch14',
    repo: 'Xenova/clip-vit-large-patch14',
    revision: 'main',
    name: 'CLIP large, 14-pixel patches',
    description: `The most accurate of the three and many times slower: for small libraries or patient people. ${englishOnly}`,
    imageWidth: 768,
    textWidth: 768,
    sharedWidth: 768,
    approximateBytes: 1_700_000_000,
    files: fullPrecision,
  },
];

export const defaultClipEncoder = 'clip:Xenova/clip-vit-base-patch32';

/** The known encoder with an id; undefined for others. */
export function describeKnownEncoder(id: string): KnownEncoder | undefined {
  return knownEncoders.find((encoder) => encoder.id === id);
}
