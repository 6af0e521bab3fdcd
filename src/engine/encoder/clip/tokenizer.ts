// Turns texts into token ids as a network's reference tokenizer does, cut to what the network reads, and into padded batches.
import type { PreTrainedTokenizer } from '@huggingface/transformers';
import type { Cleaning } from './families.ts';

/** Longer texts are cut before tokenising: no network reads that many characters, and a hostile caption costs no time. */
const maxCharacters = 8192;

export interface TextTokens {
  /** Place of the text in the given list. */
  readonly index: number;
  /** Ids including the start and the end token. */
  readonly ids: readonly number[];
}

export interface Tokenizer {
  /**
   * Tokens of all texts that contain any. Blank texts are left out.
   * @param most largest number of tokens of a text; by default the number in the files
   */
  tokenize(texts: readonly string[], most?: number): TextTokens[];
  readonly padId: number;
}

const cleanings: Readonly<Record<Cleaning, (text: string) => string>> = {
  none: (text) => text,
  // CLIP learned from texts with straight quotes, and phones type curly ones.
  quotes: (text) => text.replaceAll(/[\u02bc\u2018-\u201b]/g, "'").replaceAll(/[\u201c-\u201f]/g, '"'),
  canonical: (text) =>
    text
      .toLowerCase()
      .replaceAll(/[!-/:-@[-`{-~]/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  lower: (text) => text.toLowerCase(),
};

/** Normalises a text before tokenisation. */
export const clean = (text: string, cleaning: Cleaning): string => cleanings[cleaning](text);

export interface TokenizerOptions {
  readonly maxTokens: number;
  readonly cleaning: Cleaning;
  /** Whether the end token is added where the tokenizer does not add it. */
  readonly addsEnd: boolean;
}

/**
 * A library's tokenizer with its own truncation. The library's truncation removes the end token, where most text networks read
 * their result.
 */
export function makeTokenizer(tokenizer: PreTrainedTokenizer, options: TokenizerOptions): Tokenizer {
  const { maxTokens, cleaning } = options;
  const encode = (text: string): readonly number[] => tokenizer.encode(clean(text.slice(0, maxCharacters), cleaning));
  // An empty text gives the tokens around every text: start and end, or the end alone.
  const around = encode('');
  const lacksEnd = around.length === 0 && options.addsEnd;
  const endId = lacksEnd ? tokenizer.eos_token_id : around.at(-1);
  if (endId === undefined || around.length > 2) {
    throw new Error('the tokenizer does not put an end token after a text, or puts more around it');
  }
  const fixed = lacksEnd ? 1 : around.length;
  return {
    padId: tokenizer.pad_token_id ?? endId,
    tokenize(texts, most = maxTokens) {
      const found: TextTokens[] = [];
      texts.forEach((text, index) => {
        if (text.trim() === '') return;
        const ids = lacksEnd ? [...encode(text), endId] : encode(text);
        if (ids.length <= fixed) return;
        found.push({ index, ids: ids.length <= most ? ids : [...ids.slice(0, most - 1), endId] });
      });
      return found;
    },
  };
}

/**
 * Groups texts of similar length into batches of at most `size` texts. Captions have about 12 tokens; padding all of
 * them to CLIP's 77 would make indexing six times slower for the same rows.
 */
export function batchByLength(texts: readonly TextTokens[], size: number): TextTokens[][] {
  const sorted = [...texts].sort((a, b) => a.ids.length - b.ids.length || a.index - b.index);
  const batches: TextTokens[][] = [];
  for (let at = 0; at < sorted.length; at += size) batches.push(sorted.slice(at, at + size));
  return batches;
}

/**
 * Ids and mask of a batch for the network, both `[texts, length]`, row-major.
 * @param masksPadding false: the network reads padding like any other token
 */
export function padBatch(
  batch: readonly TextTokens[],
  padId: number,
  minLength: number,
  masksPadding = true,
): { length: number; ids: BigInt64Array; mask: BigInt64Array } {
  const length = batch.reduce((longest, { ids }) => Math.max(longest, ids.length), minLength);
  const ids = new BigInt64Array(batch.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(batch.length * length).fill(masksPadding ? 0n : 1n);
  batch.forEach((text, row) => {
    text.ids.forEach((id, column) => {
      ids[row * length + column] = BigInt(id);
      mask[row * length + column] = 1n;
    });
  });
  return { length, ids, mask };
}
