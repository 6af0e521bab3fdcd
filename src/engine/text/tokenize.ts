// Splits text into lower-case words.

/**
 * Splits a text into lower-case tokens: runs of letters and digits of any script, with apostrophes and hyphens inside a
 * word (`t-shirt`, `o'brien`). Removes English endings after an apostrophe (`dog's`, `we'll`).
 */
export function tokenize(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u2010\u2011]/g, '-');
  const tokens = plain.match(/[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
  return tokens.map((token) => token.replace(/'(?:s|ll|re|ve|m|d)$/u, ''));
}
