// Families of networks for photos and texts in the layout of transformers.js: how each is recognised, fed and read. Whatever
// differs between them is in this table; the code around it is the same for all.

export type FamilyId = 'clip' | 'siglip' | 'chinese-clip' | 'jina-clip' | 'paired';

/**
 * Normalisation of a text before tokenisation. `quotes`: curly quotes become straight ones. `canonical`: lower case,
 * no ASCII punctuation, single spaces. `lower`: lower case.
 */
export type Cleaning = 'none' | 'quotes' | 'canonical' | 'lower';

export interface TokenizerRule {
  /** `tokenizer_class` of tokenizer_config.json, without the ending `Fast`. */
  readonly classes: readonly string[];
  /** `model.type` of tokenizer.json. */
  readonly model: 'BPE' | 'Unigram' | 'WordPiece';
  /** Byte pairs have this mark at the end of a word; null where they have none. */
  readonly wordEnd: string | null;
  readonly cleaning: Cleaning;
}

/** Values of a preprocessor_config.json that leaves them out, as the family's reference processor has them. */
export interface PixelDefaults {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** Pillow's number of the resampling. */
  readonly resample: number;
  /** Whether the middle is cut out of the resized photo. */
  readonly crop: boolean;
}

export interface EncoderFamily {
  /** Beginning of the encoder's id. */
  readonly id: FamilyId;
  readonly name: string;
  /** `model_type` of config.json. */
  readonly modelTypes: readonly string[];
  /** `towers`: text_model.onnx and vision_model.onnx. `joined`: model.onnx, which wants both inputs. */
  readonly layouts: readonly ('towers' | 'joined')[];
  readonly textOutputs: readonly string[];
  readonly imageOutputs: readonly string[];
  readonly tokenizers: readonly TokenizerRule[];
  /** Largest number of tokens of a text, with start and end, unless the files give a smaller one. */
  readonly maxTokens: number;
  /**
   * Length of a batch: that of its longest text, or always `maxTokens`. `tried`: a trial run shows whether padding
   * changes a row, because folders of one `model_type` differ in this.
   */
  readonly padding: 'longest' | 'full' | 'tried';
  /** Whether the attention mask leaves padding out, where the network has one. */
  readonly masksPadding: boolean;
  readonly pixels: PixelDefaults;
  /** Sentences with `{}` for the text, whose mean row is the text's where an ensemble of prompts is asked for. */
  readonly prompts: readonly string[];
  /** Languages for a person. */
  readonly languages: string;
}

const openAi = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] } as const;
const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

const photoPrompts = ['a photo of {}', 'a picture of {}', 'a photo in which one sees {}'] as const;

const wordPiece: TokenizerRule = {
  classes: ['BertTokenizer', 'DistilBertTokenizer'],
  model: 'WordPiece',
  wordEnd: null,
  cleaning: 'none',
};
const sentencePiece: TokenizerRule = {
  classes: ['XLMRobertaTokenizer'],
  model: 'Unigram',
  wordEnd: null,
  cleaning: 'none',
};

/** CLIP (Radford et al. 2021) and models with its layout: OpenCLIP, MobileCLIP 1 and 2. */
const clip: EncoderFamily = {
  id: 'clip',
  name: 'CLIP',
  modelTypes: ['clip'],
  layouts: ['towers'],
  textOutputs: ['text_embeds'],
  imageOutputs: ['image_embeds'],
  tokenizers: [{ classes: ['CLIPTokenizer'], model: 'BPE', wordEnd: '</w>', cleaning: 'quotes' }],
  maxTokens: 77,
  // MobileCLIP's small text networks have convolutions over the tokens, which see padding; CLIP's causal attention does not.
  padding: 'tried',
  masksPadding: true,
  pixels: { ...openAi, resample: 3, crop: true },
  prompts: photoPrompts,
  languages: 'English',
};

/**
 * SigLIP (Zhai et al. 2023) and SigLIP 2 (Tschannen et al. 2025). Both read a text at its last token, which is padding, so each
 * text is padded to the full length and no mask is given.
 */
const siglip: EncoderFamily = {
  id: 'siglip',
  name: 'SigLIP',
  modelTypes: ['siglip'],
  layouts: ['towers'],
  textOutputs: ['pooler_output', 'text_embeds'],
  imageOutputs: ['pooler_output', 'image_embeds'],
  tokenizers: [
    // The reference tokenizer of SigLIP removes punctuation; SigLIP 2 was trained on lower case (huggingface/transformers#43101).
    { classes: ['SiglipTokenizer', 'T5Tokenizer'], model: 'Unigram', wordEnd: null, cleaning: 'canonical' },
    { classes: ['GemmaTokenizer', 'Siglip2Tokenizer'], model: 'BPE', wordEnd: null, cleaning: 'lower' },
  ],
  maxTokens: 64,
  padding: 'full',
  masksPadding: false,
  pixels: { ...half, resample: 3, crop: false },
  prompts: photoPrompts,
  languages: 'English',
};

/** Chinese-CLIP (Yang et al. 2022): a BERT for Chinese and CLIP's image network, published in one file. */
const chineseClip: EncoderFamily = {
  id: 'chinese-clip',
  name: 'Chinese-CLIP',
  modelTypes: ['chinese_clip'],
  layouts: ['joined'],
  textOutputs: ['text_embeds'],
  imageOutputs: ['image_embeds'],
  tokenizers: [wordPiece],
  maxTokens: 52,
  padding: 'longest',
  masksPadding: true,
  pixels: { ...openAi, resample: 3, crop: true },
  prompts: ['{}的照片', '一张{}的照片', '图中有{}'],
  languages: 'Chinese',
};

/** Jina CLIP v1 (towers, English) and v2 (one file, 89 languages; Koukounas et al. 2024). */
const jinaClip: EncoderFamily = {
  id: 'jina-clip',
  name: 'Jina CLIP',
  modelTypes: ['jina_clip'],
  layouts: ['towers', 'joined'],
  textOutputs: ['text_embeddings', 'text_embeds'],
  imageOutputs: ['image_embeddings', 'image_embeds'],
  tokenizers: [sentencePiece, wordPiece],
  // The network reads 8192 tokens. Captions have at most 512, and the memory of attention grows with the square.
  maxTokens: 512,
  padding: 'longest',
  masksPadding: true,
  pixels: { ...openAi, resample: 3, crop: true },
  prompts: photoPrompts,
  languages: 'English',
};

/**
 * A text network for many languages that learned to give the rows of CLIP's text network, beside CLIP's image network
 * (Reimers and Gurevych 2020; Carlsson et al. 2022). The folder has `text/` and `image/`, each in its published layout.
 */
const paired: EncoderFamily = {
  id: 'paired',
  name: 'Multilingual CLIP',
  modelTypes: ['distilbert', 'bert', 'xlm-roberta'],
  layouts: ['towers'],
  textOutputs: ['sentence_embedding', 'text_embeds'],
  imageOutputs: ['image_embeds'],
  tokenizers: [wordPiece, sentencePiece],
  maxTokens: 128,
  padding: 'longest',
  masksPadding: true,
  pixels: { ...openAi, resample: 3, crop: true },
  prompts: photoPrompts,
  languages: 'more than 50 languages',
};

export const families: readonly EncoderFamily[] = [clip, siglip, chineseClip, jinaClip, paired];

/** The family of text and image networks from two models. */
export const pairedFamily = paired;

/** Missing parts of model types that resemble those above but are not supported. */
const refused: Readonly<Record<string, string>> = {
  siglip2:
    'its image network wants patches of changing number (NaFlex); take a SigLIP 2 of a fixed size, whose model_type is "siglip"',
  clap: 'it is for sounds, not for photos',
  clipseg: 'it marks regions of a photo and gives no rows',
  altclip: 'no ONNX export of its text network is known here',
};

/** The family of a model type, or a few words about why there is none. */
export function familyOf(modelType: string): EncoderFamily | string {
  const family = families.find((one) => one !== paired && one.modelTypes.includes(modelType));
  if (family !== undefined) return family;
  if (paired.modelTypes.includes(modelType)) {
    return 'it reads texts only; put it into a folder text beside a folder image with the CLIP whose rows it learned';
  }
  return refused[modelType] ?? `known are ${families.map(({ name }) => name).join(', ')}`;
}

/** Families by the beginning of an encoder's id; undefined for the starter. */
export const familyOfId = (id: string): EncoderFamily | undefined =>
  families.find((family) => id.startsWith(`${family.id}:`));
