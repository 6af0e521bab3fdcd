// Names and descriptions of methods and encoders in the language of the window. English is the engine's own text; so is
// that of methods and encoders that are not listed here.
import { language, m } from './language.ts';

interface EngineText {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

interface Sentences {
  /** Absent where the name is the same in every language. */
  readonly name?: () => string;
  readonly description: () => string;
}

/** By the id of the method. */
export const methodSentences: Readonly<Record<string, Sentences>> = {
  'two-tower': { name: m.methods_two_tower_name, description: m.methods_two_tower },
  ucch: { description: m.methods_ucch },
  ucmfh: { description: m.methods_ucmfh },
  cvh: { description: m.methods_cvh },
  itq: { description: m.methods_itq },
  rotation: { name: m.methods_rotation_name, description: m.methods_rotation },
  cirh: { description: m.methods_cirh },
  dgcpn: { description: m.methods_dgcpn },
  jdsh: { description: m.methods_jdsh },
  djsrh: { description: m.methods_djsrh },
  dsah: { description: m.methods_dsah },
  agch: { description: m.methods_agch },
  ugach: { description: m.methods_ugach },
  cmfh: { description: m.methods_cmfh },
  fsh: { description: m.methods_fsh },
  imh: { description: m.methods_imh },
  lssh: { description: m.methods_lssh },
  rfdh: { description: m.methods_rfdh },
  'cvh-tables': { name: m.methods_cvh_tables_name, description: m.methods_cvh_tables },
  batch: { description: m.methods_batch },
  dlfh: { description: m.methods_dlfh },
  lemon: { description: m.methods_lemon },
  dch: { description: m.methods_dch },
  fomh: { description: m.methods_fomh },
  mtfh: { description: m.methods_mtfh },
  dadh: { description: m.methods_dadh },
  hmah: { description: m.methods_hmah },
};

/** By the id of the encoder. */
export const encoderSentences: Readonly<Record<string, Sentences>> = {
  'starter-1': { description: m.encoders_starter },
  'clip:Xenova/clip-vit-base-patch32': { name: m.encoders_clip_base_32_name, description: m.encoders_clip_base_32 },
  'clip:Xenova/clip-vit-base-patch32@quantized': {
    name: m.encoders_clip_base_32_8_bit_name,
    description: m.encoders_clip_base_32_8_bit,
  },
  'clip:Xenova/clip-vit-base-patch16': { name: m.encoders_clip_base_16_name, description: m.encoders_clip_base_16 },
  'clip:Xenova/clip-vit-large-patch14': { name: m.encoders_clip_large_14_name, description: m.encoders_clip_large_14 },
  'siglip:onnx-community/siglip2-base-patch16-224-ONNX@fp16': {
    name: m.encoders_siglip2_half_name,
    description: m.encoders_siglip2_half,
  },
  'siglip:onnx-community/siglip2-base-patch16-224-ONNX': {
    name: m.encoders_siglip2_name,
    description: m.encoders_siglip2,
  },
  'siglip:Xenova/siglip-base-patch16-224': { name: m.encoders_siglip_name, description: m.encoders_siglip },
  'clip:Xenova/mobileclip_s0': { description: m.encoders_mobileclip_s0 },
  'clip:Xenova/mobileclip_s2': { description: m.encoders_mobileclip_s2 },
  'chinese-clip:Xenova/chinese-clip-vit-base-patch16': {
    name: m.encoders_chinese_clip_name,
    description: m.encoders_chinese_clip,
  },
  'paired:yashvardhan7/clip-ViT-B-32-multilingual-v1-onnx': {
    name: m.encoders_clip_multilingual_name,
    description: m.encoders_clip_multilingual,
  },
  'jina-clip:jinaai/jina-clip-v2@fp16': { name: m.encoders_jina_clip_name, description: m.encoders_jina_clip },
};

/** By the engine's text. */
export const languageSentences: Readonly<Record<string, () => string>> = {
  '89 languages': m.encoders_languages_89,
  Chinese: m.encoders_languages_chinese,
  English: m.encoders_languages_english,
  'more than 100 languages': m.encoders_languages_more_than_100,
  'more than 50 languages': m.encoders_languages_more_than_50,
};

const sentencesOf = <T>(known: Readonly<Record<string, T>>, key: string): T | undefined =>
  language() !== 'en' && Object.hasOwn(known, key) ? known[key] : undefined;

/** A method or an encoder with its name and description in the language of the window. */
function translated<T extends EngineText>(text: T, sentences: Sentences | undefined): T {
  if (sentences === undefined) return text;
  return { ...text, name: sentences.name?.() ?? text.name, description: sentences.description() };
}

export const methodText = <T extends EngineText>(method: T): T =>
  translated(method, sentencesOf(methodSentences, method.id));

export function encoderText<T extends EngineText & { readonly languages: string }>(encoder: T): T {
  const { languages } = encoder;
  const known = sentencesOf(languageSentences, languages);
  return { ...translated(encoder, sentencesOf(encoderSentences, encoder.id)), languages: known?.() ?? languages };
}
