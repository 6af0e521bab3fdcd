// Encoders that can be downloaded by name: their repositories, their files, and what a person should know about them.
import { promptsMark } from '../encoder-format.ts';
import { familyOfId } from './families.ts';

export interface KnownEncoder {
  /** Id of the opened encoder. */
  readonly id: string;
  readonly repo: string;
  /** Branch to download. Its commit is requested once, used for every file, and kept in checksums.json. */
  readonly revision: string;
  readonly name: string;
  readonly description: string;
  /** Languages it understands, for a person. */
  readonly languages: string;
  /** Licence of the networks, as their publisher names it. */
  readonly licence: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Size of the download in bytes, rounded to one or two digits. For a person's decision, not for checks. */
  readonly approximateBytes: number;
  /** Time for a photo relative to CLIP base with 32-pixel patches, by the arithmetic of the image networks. */
  readonly relativeTime: number;
  /** Files of the encoder's folder. */
  readonly files: readonly string[];
  /** Repositories of subfolders, where the encoder is made of two models. Files in none of them come from `repo`. */
  readonly parts?: readonly EncoderPart[];
}

/** A subfolder that comes from a separate repository. */
export interface EncoderPart {
  readonly folder: string;
  readonly repo: string;
  readonly revision: string;
}

/**
 * Files an encoder needs besides its networks. `vocab.json` and `merges.txt` are not needed: `tokenizer.json` contains
 * both.
 */
const smallFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'] as const;

/** Full precision is the default, for the reasons given at the list of variants in network-files.ts. */
const fullPrecision = [...smallFiles, 'onnx/text_model.onnx', 'onnx/vision_model.onnx'] as const;
/** A quarter of the size, for slow connections and small disks. */
const quantized = [...smallFiles, 'onnx/text_model_quantized.onnx', 'onnx/vision_model_quantized.onnx'] as const;

const halfPrecision = [...smallFiles, 'onnx/text_model_fp16.onnx', 'onnx/vision_model_fp16.onnx'] as const;

const width = (of: number) => ({ imageWidth: of, textWidth: of, sharedWidth: of });

const englishOnly =
  'Trained by OpenAI on English captions from the web, with their biases: describe photos in English; other ' +
  'languages, counting, reading text and naming persons work poorly.';

/** CLIP as OpenAI published it. */
const english = { languages: 'English', licence: 'MIT' } as const;
const siglip2 = { languages: 'more than 100 languages', licence: 'Apache-2.0', ...width(768) } as const;
const siglip2Description =
  'SigLIP 2 by Google: finds what a sentence describes in many languages, better than CLIP of the same size. Trained on captions from the web, with their biases.';

export const knownEncoders: readonly KnownEncoder[] = [
  {
    id: 'clip:Xenova/clip-vit-base-patch32',
    repo: 'Xenova/clip-vit-base-patch32',
    revision: 'main',
    name: 'CLIP base, 32-pixel patches',
    description: `The fastest CLIP, a good choice for most libraries. ${englishOnly}`,
    ...english,
    ...width(512),
    approximateBytes: 610_000_000,
    relativeTime: 1,
    files: fullPrecision,
  },
  {
    id: 'clip:Xenova/clip-vit-base-patch32@quantized',
    repo: 'Xenova/clip-vit-base-patch32',
    revision: 'main',
    name: 'CLIP base, 32-pixel patches, 8 bit',
    description: `A quarter of the download and memory of CLIP base, at the price of less exact results. ${englishOnly}`,
    ...english,
    ...width(512),
    approximateBytes: 160_000_000,
    relativeTime: 1,
    files: quantized,
  },
  {
    id: 'clip:Xenova/clip-vit-base-patch16',
    repo: 'Xenova/clip-vit-base-patch16',
    revision: 'main',
    name: 'CLIP base, 16-pixel patches',
    description: `Sees smaller things than the 32-pixel one and needs about four times as long for each photo. ${englishOnly}`,
    ...english,
    ...width(512),
    approximateBytes: 600_000_000,
    relativeTime: 4,
    files: fullPrecision,
  },
  {
    id: 'clip:Xenova/clip-vit-large-patch14',
    repo: 'Xenova/clip-vit-large-patch14',
    revision: 'main',
    name: 'CLIP large, 14-pixel patches',
    description: `The most accurate of the three and many times slower: for small libraries or patient people. ${englishOnly}`,
    ...english,
    ...width(768),
    approximateBytes: 1_700_000_000,
    relativeTime: 18,
    files: fullPrecision,
  },
  {
    id: 'siglip:onnx-community/siglip2-base-patch16-224-ONNX@fp16',
    repo: 'onnx-community/siglip2-base-patch16-224-ONNX',
    revision: 'main',
    name: 'SigLIP 2 base, half precision',
    description: `The choice for other languages than English. ${siglip2Description}`,
    ...siglip2,
    approximateBytes: 790_000_000,
    relativeTime: 4,
    files: halfPrecision,
  },
  {
    id: 'siglip:onnx-community/siglip2-base-patch16-224-ONNX',
    repo: 'onnx-community/siglip2-base-patch16-224-ONNX',
    revision: 'main',
    name: 'SigLIP 2 base',
    description: `Twice the download of half precision, for nearly the same rows. ${siglip2Description}`,
    ...siglip2,
    approximateBytes: 1_500_000_000,
    relativeTime: 4,
    files: fullPrecision,
  },
  {
    id: 'siglip:Xenova/siglip-base-patch16-224',
    repo: 'Xenova/siglip-base-patch16-224',
    revision: 'main',
    name: 'SigLIP base',
    description:
      'By Google: finds what an English sentence describes, better than CLIP of the same size. Trained on captions from the ' +
      'web, with their biases.',
    languages: 'English',
    licence: 'Apache-2.0',
    ...width(768),
    approximateBytes: 820_000_000,
    relativeTime: 4,
    files: fullPrecision,
  },
  {
    id: 'clip:Xenova/mobileclip_s0',
    repo: 'Xenova/mobileclip_s0',
    revision: 'main',
    name: 'MobileCLIP S0',
    description:
      'The smallest and fastest, by Apple: for old computers and large libraries. Finds what an English sentence describes.',
    languages: 'English',
    licence: "Apple's own, for research",
    ...width(512),
    approximateBytes: 220_000_000,
    relativeTime: 1,
    files: fullPrecision,
  },
  {
    id: 'clip:Xenova/mobileclip_s2',
    repo: 'Xenova/mobileclip_s2',
    revision: 'main',
    name: 'MobileCLIP S2',
    description: 'By Apple: larger and more accurate than S0, still fast. Finds what an English sentence describes.',
    languages: 'English',
    licence: "Apple's own, for research",
    ...width(512),
    approximateBytes: 400_000_000,
    relativeTime: 1,
    files: fullPrecision,
  },
  {
    id: 'chinese-clip:Xenova/chinese-clip-vit-base-patch16',
    repo: 'Xenova/chinese-clip-vit-base-patch16',
    revision: 'main',
    name: 'Chinese-CLIP base',
    description: 'Trained on Chinese captions: finds what a Chinese sentence describes; other languages work poorly.',
    languages: 'Chinese',
    licence: 'Apache-2.0',
    ...width(512),
    approximateBytes: 750_000_000,
    relativeTime: 4,
    files: [...smallFiles, 'onnx/model.onnx'],
  },
  {
    id: 'paired:yashvardhan7/clip-ViT-B-32-multilingual-v1-onnx',
    repo: 'yashvardhan7/clip-ViT-B-32-multilingual-v1-onnx',
    revision: 'main',
    name: 'CLIP base, multilingual',
    description:
      "CLIP's image network beside a text network that learned its rows for more than 50 languages: less exact than SigLIP 2, " +
      'and as fast as CLIP base.',
    languages: 'more than 50 languages',
    licence: 'Apache-2.0 and MIT',
    ...width(512),
    approximateBytes: 900_000_000,
    relativeTime: 1,
    files: [
      ...['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'].map((file) => `text/${file}`),
      ...['config.json', 'preprocessor_config.json', 'onnx/vision_model.onnx'].map((file) => `image/${file}`),
    ],
    parts: [
      { folder: 'text', repo: 'yashvardhan7/clip-ViT-B-32-multilingual-v1-onnx', revision: 'main' },
      { folder: 'image', repo: 'Xenova/clip-vit-base-patch32', revision: 'main' },
    ],
  },
  {
    id: 'jina-clip:jinaai/jina-clip-v2@fp16',
    repo: 'jinaai/jina-clip-v2',
    revision: 'main',
    name: 'Jina CLIP v2, half precision',
    description:
      'Reads 89 languages and photos of 512 pixels: the most accurate here, and by far the slowest without a graphics card.',
    languages: '89 languages',
    licence: 'CC BY-NC 4.0',
    ...width(1024),
    approximateBytes: 1_800_000_000,
    relativeTime: 80,
    files: [...smallFiles, 'onnx/model_fp16.onnx'],
  },
];

export const defaultClipEncoder = 'clip:Xenova/clip-vit-base-patch32';

/**
 * Milliseconds of a photo for CLIP base with 32-pixel patches, from eight cores to two slow ones. Two cores of 2020 take less than
 * 60 with reading and storing it.
 */
const basePhotoMs = [20, 80] as const;

/** Least and most milliseconds of a photo on usual computers without a graphics card. */
export function usualPhotoMs({ relativeTime }: Pick<KnownEncoder, 'relativeTime'>): readonly [number, number] {
  return [relativeTime * basePhotoMs[0], relativeTime * basePhotoMs[1]];
}

/** The known encoder with an id; undefined for others. */
export function describeKnownEncoder(id: string): KnownEncoder | undefined {
  return knownEncoders.find((encoder) => encoder.id === id);
}

/** Languages and licence of an encoder; the licence is null where it is not known. */
export function aboutEncoder(id: string): { readonly languages: string; readonly licence: string | null } {
  const known = describeKnownEncoder(id.endsWith(promptsMark) ? id.slice(0, -promptsMark.length) : id);
  if (known !== undefined) return { languages: known.languages, licence: known.licence };
  return { languages: familyOfId(id)?.languages ?? 'English', licence: null };
}
