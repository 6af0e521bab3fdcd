// Turns texts into CLIP's token ids: start, at most 75 byte-pair tokens, end, and padding to the longest text of a
// batch.
import type { CLIPTokenizer } from '@huggingface/transformers';

/** Longer texts are cut before tokenising: 75 tokens need far fewer characters, and a hostile caption costs no time. */
const maxCharacters = 8192;

export interface TextTokens {
  /** Place of the text in the given list. */
  readonly index: number;
  /** Ids including the start and the end token. */
  readonly ids: readonly number[];
}

export interface Tokenizer {
  /** Tokens of all texts that contain any. Blank texts are left out. */
  tokenize(texts: readonly string[]): TextTokens[];
  readonly padId: number;
}

/**
 * Replaces curly quotes by straight ones, because CLIP learned from texts with straight quotes and phones type curly
 * ones.
 */
function straighten(text: string): string {
  return text.replaceAll(/[\u02bc\u2018-\u201b]/g, "'").replaceAll(/[\u201c-\u201f]/g, '"');
}

/**
 * CLIP's tokenizer with its own truncation. The library's truncation removes the end token, where the text network
 * reads its result.
 */
export function makeTokenizer(tokenizer: CLIPTokenizer, maxTokens: number): Tokenizer {
  const encode = (text: string): readonly number[] => tokenizer.encode(straighten(text.slice(0, maxCharacters)));
  // An empty text gives the tokens around every text: start and end.
  const [startId, endId, ...rest] = encode('');
  if (startId === undefined || endId === undefined || rest.length > 0) {
    throw new Error('the tokenizer does not put one start and one end token around a text');
  }
  return {
    padId: tokenizer.pad_token_id ?? endId,
    tokenize(texts) {
      const found: TextTokens[] = [];
      texts.forEach((text, index) => {
        const ids = encode(text);
        if (ids.length <= 2) return;
        found.push({ index, ids: ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), endId] });
      });
      return found;
    },
  };
}

/**
 * Groups texts of similar length into batches of at most `size` texts. Captions have about 12 tokens; padding all of
 * them to 77 would make indexing six times slower for the same rows. Attention looks backwards only, so tokens after
 * the end token change nothing.
 */
export function batchByLength(texts: readonly TextTokens[], size: number): TextTokens[][] {
  const sorted = [...texts].sort((a, b) => a.ids.length - b.ids.length || a.index - b.index);
  const batches: TextTokens[][] = [];
  for (let at = 0; at < sorted.length; at += size) batches.push(sorted.slice(at, at + size));
  return batches;
}

/** Ids and mask of a batch for the network, both `[texts, length]`, row-major. */
export function padBatch(
  batch: readonly TextTokens[],
  padId: number,
  minLength: number,
): { length: number; ids: BigInt64Array; mask: BigInt64Array } {
  const length = batch.reduce((longest, { ids }) => Math.max(longest, ids.length), minLength);
  const ids = new BigInt64Array(batch.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(batch.length * length);
  batch.forEach((text, row) => {
    text.ids.forEach((id, column) => {
      ids[row * length + column] = BigInt(id);
      mask[row * length + column] = 1n;
    });
  });
  return { length, ids, mask };
}
