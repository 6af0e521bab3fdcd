// Tokenizers of the families against ids that others have published. The vocabularies themselves are not here: each test puts the
// pieces of its sentences at the ids they have in the published vocabulary, and fills the other ids with what no text contains.
import { describe, expect, it } from 'vitest';
import {
  bertTokenizer,
  gemmaTokenizer,
  siglipTokenizer,
  xlmRobertaTokenizer,
  type TokenizerFiles,
} from '../../../../scripts/tiny-clip/family-tokenizers.ts';
import { publishedClipTokenizer } from '../../../../scripts/tiny-clip/tokenizer.ts';
import type { Cleaning } from './families.ts';
import { openTransformers } from './offline.ts';
import { batchByLength, clean, makeTokenizer, padBatch, type Tokenizer } from './tokenizer.ts';

const { PreTrainedTokenizer } = await openTransformers();

function open(
  { tokenizer, config }: TokenizerFiles,
  cleaning: Cleaning,
  maxTokens: number,
  addsEnd = false,
): Tokenizer {
  return makeTokenizer(new PreTrainedTokenizer(tokenizer, config), { cleaning, maxTokens, addsEnd });
}
const idsOf = (tokenizer: Tokenizer, text: string): readonly number[] => tokenizer.tokenize([text])[0]?.ids ?? [];

// Sources: openai/CLIP's tokenizer as quoted by open_clip's and Bumblebee's tests (elixir-nx/bumblebee, clip_tokenizer_test.exs).
describe('CLIP', () => {
  const pieces = { a: 320, photo: 1125, of: 539, cat: 2368, dog: 1929, hello: 3306, world: 1002 };
  const clip = open(publishedClipTokenizer(pieces), 'quotes', 77);

  it.each([
    ['a photo of a cat', [49406, 320, 1125, 539, 320, 2368, 49407]],
    ['A  photo of a DOG', [49406, 320, 1125, 539, 320, 1929, 49407]],
    ['hello world', [49406, 3306, 1002, 49407]],
  ])('gives the published ids of "%s"', (text, ids) => {
    expect(idsOf(clip, text)).toEqual(ids);
  });
});

// Source: tests of the SigLIP tokenizer in IMvision12/keras-vision-models (test_siglip_tokenizer.py), computed with the
// SentencePiece model of google/siglip-base-patch16-224; padding with </s> as in emgucv's test of Siglip.Tokenize.
describe('SigLIP', () => {
  const pieces = {
    ...{ '\u2581': 262, a: 266, '\u2581photo': 1304, '\u2581of': 267, '\u2581cat': 2783, '\u2581dog': 1571 },
    ...{ fox: 13220, '\u2581jump': 3535, s: 264, '\u2581hello': 14647 },
  };
  const siglip = open(siglipTokenizer({ pieces, size: 32_000 }), 'canonical', 64);

  it.each([
    ['a photo of a cat', [262, 266, 1304, 267, 262, 266, 2783, 1]],
    ['a photo of a dog', [262, 266, 1304, 267, 262, 266, 1571, 1]],
    ['a fox jumps', [262, 266, 262, 13220, 3535, 264, 1]],
    ['hello', [14647, 1]],
    ['cat', [2783, 1]],
    // Its reference removes punctuation and capitals.
    ['A photo, of a CAT!', [262, 266, 1304, 267, 262, 266, 2783, 1]],
  ])('gives the published ids of "%s"', (text, ids) => {
    expect(idsOf(siglip, text)).toEqual(ids);
  });

  it('pads with </s>, and gives no tokens for punctuation alone', () => {
    expect(siglip.padId).toBe(1);
    expect(siglip.tokenize(['!!!', '', 'cat'])).toEqual([{ index: 2, ids: [2783, 1] }]);
  });
});

// Sources: tests of google/siglip2-base-patch16-224's tokenizer that several projects publish; "zwei kinder ..." and "dog" too.
describe('SigLIP 2', () => {
  const pieces = {
    ...{ a: 235250, '\u2581photo': 2686, '\u2581of': 576, '\u2581a': 476, '\u2581cat': 4401, '\u2581dog': 5929 },
    ...{ dog: 12240, '.': 235265, zwei: 131201, '\u2581kinder': 42900, '\u2581spielen': 63859, '\u2581am': 1144 },
    ...{ '\u2581strand': 40672 },
  };
  const cases: [string, number[]][] = [
    ['a photo of a cat', [235250, 2686, 576, 476, 4401, 1]],
    ['a photo of a dog.', [235250, 2686, 576, 476, 5929, 235265, 1]],
    ['dog', [12240, 1]],
    ['Zwei Kinder spielen am Strand', [131201, 42900, 63859, 1144, 40672, 1]],
  ];

  it.each([
    ['gives the published ids', true, false],
    ['adds <eos> where tokenizer.json leaves it to the class of the tokenizer', false, true],
  ])('%s, and pads with <pad>', (_title, inFile, addsEnd) => {
    const tokenizer = open(gemmaTokenizer({ pieces, size: 256_000 }, inFile), 'lower', 64, addsEnd);
    for (const [text, ids] of cases) expect(idsOf(tokenizer, text)).toEqual(ids);
    expect(tokenizer.padId).toBe(0);
  });
});

// Source: cn_clip/clip/utils.py of OFA-Sys/Chinese-CLIP gives these ids for its example.
describe('Chinese-CLIP', () => {
  const pieces = { '[PAD]': 0, '[UNK]': 100, '[CLS]': 101, '[SEP]': 102, '[MASK]': 103, 杰: 3345, 尼: 2225, 龟: 7991 };
  it('gives the published ids of "杰尼龟"', () => {
    const chinese = open(bertTokenizer({ pieces, size: 21_128 }), 'none', 52);
    expect(idsOf(chinese, '杰尼龟')).toEqual([101, 3345, 2225, 7991, 102]);
    expect(chinese.padId).toBe(0);
  });
});

// Source: huggingface/transformers, tests/models/xlm_roberta, from fairseq's xlmr.base.
describe('XLM-RoBERTa, as Jina CLIP v2 has it', () => {
  it('gives the published ids of "Hello World!"', () => {
    const pieces = { '\u2581Hello': 35378, '\u2581World': 6661, '!': 38 };
    const tokenizer = open(xlmRobertaTokenizer({ pieces, size: 250_002 }), 'none', 512);
    expect(idsOf(tokenizer, 'Hello World!')).toEqual([0, 35378, 6661, 38, 2]);
    expect(tokenizer.padId).toBe(1);
  });
});

// Source: canonicalize_text of huggingface/transformers' SiglipTokenizer removes Python's string.punctuation.
describe('clean', () => {
  it.each([
    ['A Photo Of A Cup.', 'a photo of a cup'],
    ['  leading   and\ttrailing  ', 'leading and trailing'],
    ['rolled-up cloth', 'rolledup cloth'],
    ['a photo of a N/A.', 'a photo of a na'],
    ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', ''],
    ['Größe – “50 °C”', 'größe – “50 °c”'],
  ])('makes "%s" canonical as SigLIP\'s reference does', (text, wanted) => {
    expect(clean(text, 'canonical')).toBe(wanted);
  });

  it('leaves punctuation where only capitals matter, and everything where nothing does', () => {
    expect(clean('A dog.', 'lower')).toBe('a dog.');
    expect(clean('A “dog”.', 'none')).toBe('A “dog”.');
    expect(clean('A “dog’s”.', 'quotes')).toBe('A "dog\'s".');
  });
});

describe('padBatch', () => {
  const batch = [
    { index: 0, ids: [5, 6, 1] },
    { index: 1, ids: [7, 1] },
  ];

  it('pads to the longest text and masks padding', () => {
    const { length, ids, mask } = padBatch(batch, 9, 0);
    expect(length).toBe(3);
    expect([...ids]).toEqual([5n, 6n, 1n, 7n, 1n, 9n]);
    expect([...mask]).toEqual([1n, 1n, 1n, 1n, 1n, 0n]);
  });

  it('pads to a least length, and masks nothing for a network that reads padding', () => {
    const { length, ids, mask } = padBatch(batch, 9, 4, false);
    expect(length).toBe(4);
    expect([...ids]).toEqual([5n, 6n, 1n, 9n, 7n, 1n, 9n, 9n]);
    expect(new Set(mask)).toEqual(new Set([1n]));
  });

  it('puts texts of similar length into one batch', () => {
    const lengths = [5, 2, 4, 3].map((length, index) => ({ index, ids: Array.from({ length }, () => 1) }));
    expect(batchByLength(lengths, 2).map((texts) => texts.map(({ index }) => index))).toEqual([
      [1, 3],
      [2, 0],
    ]);
  });
});
