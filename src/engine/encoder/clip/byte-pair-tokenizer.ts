// From texts to CLIP's token ids: start, at most 75 byte-pair tokens, end, and padding to the longest of a batch.
import type { CLIPTokenizer } from '@huggingface/transformers';

/** Longer texts are cut before tokenising: 75 tokens are over long before, and a hostile caption costs no time. */
const MAX_CHARACTERS = 8192;

export interface TextTokens {
  /** Where the text stood in the list given. */
  readonly index: number;
  /** Start and end among them. */
  readonly ids: readonly number[];
}

export interface Tokeniser {
  /** Tokens of all texts that have any; blank texts are left out. */
  tokenise(texts: readonly string[]): TextTokens[];
  readonly padId: number;
}

/** CLIP learned from texts with straight quotes, and phones type curly ones: "the dog’s ball" is to be found too. */
function straighten(text: string): string {
  return text.replaceAll(/[\u02bc\u2018-\u201b]/g, "'").replaceAll(/[\u201c-\u201f]/g, '"');
}

/**
 * CLIP's tokenizer with its truncation done here: the library's own cuts the end token off with the rest, and the end
 * token's place is where the text network reads its answer.
 */
export function makeTokeniser(tokenizer: CLIPTokenizer, maxTokens: number): Tokeniser {
  const encode = (text: string): readonly number[] => tokenizer.encode(straighten(text.slice(0, MAX_CHARACTERS)));
  // An empty text gives what surrounds every text: the start token and the end token.
  const [startId, endId, ...rest] = encode('');
  if (startId === undefined || endId === undefined || rest.length > 0) {
    throw new Error('the tokenizer does not put one start and one end token around a text');
  }
  return {
    padId: tokenizer.pad_token_id ?? endId,
    tokenise(texts) {
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
 * Batches of at most `size` texts, each of texts of like length: captions have about 12 tokens, and padding them all
 * to 77 would make indexing six times slower for the same rows (attention looks backwards only, so what follows the
 * end token changes nothing).
 */
export function batchByLength(texts: readonly TextTokens[], size: number): TextTokens[][] {
  const sorted = [...texts].sort((a, b) => a.ids.length - b.ids.length || a.index - b.index);
  const batches: TextTokens[][] = [];
  for (let at = 0; at < sorted.length; at += size) batches.push(sorted.slice(at, at + size));
  return batches;
}

/** A batch as the network takes it: ids and mask, both `[texts, length]` row-major. */
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
