// The layout of `words.bin`, the starter's word table. scripts/build-starter.ts writes it, word-table.ts reads it.

/** The table as arrays. `n` words, most frequent first; phrases are words with underscores (`hot_dog`). */
export interface WordTableData {
  readonly words: readonly string[];
  /** `[n]` rank of the word in its frequency list, from 1. */
  readonly ranks: Uint32Array;
  /** `[n, wordWidth]` word vectors, each divided by its scale. */
  readonly vectors: Int8Array;
  /** `[n]` */
  readonly scales: Float32Array;
  /** `[n + 1]` start of each word's classes in `classIds` and `classWeights`. */
  readonly classOffsets: Uint32Array;
  readonly classIds: Uint8Array;
  /** Weights times 255. */
  readonly classWeights: Uint8Array;
}

const tableMagic = 0x54574c48; // "HLWT"
const formatVersion = 1;
const headerInts = 6; // magic, version, n, wordWidth, number of class entries, bytes of the word list

/** Packs a table. Little-endian; arrays of 4-byte numbers come first, so that each can be viewed in place. */
export function packWordTable(data: WordTableData): Uint8Array {
  const n = data.words.length;
  const wordList = new TextEncoder().encode(data.words.join('\n'));
  const header = Uint32Array.of(
    tableMagic,
    formatVersion,
    n,
    data.vectors.length / n,
    data.classIds.length,
    wordList.length,
  );
  const parts = [header, data.ranks, data.scales, data.classOffsets, data.vectors, data.classIds, data.classWeights];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, wordList.length));
  let at = 0;
  for (const part of [...parts, wordList]) {
    out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return out;
}

/**
 * Views on the bytes of a table. Only the word list is copied.
 * @throws Error when the bytes are not a word table, are cut short, or have another version
 */
export function unpackWordTable(bytes: Uint8Array): WordTableData {
  // A Buffer read from a file may start at an odd offset of its pool; typed arrays of 4-byte numbers must not.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  if (byteLength < headerInts * 4) throw new Error('The word table is cut short.');
  const [magic, version, n = 0, wordWidth = 0, entries = 0, listBytes = 0] = new Uint32Array(
    buffer,
    byteOffset,
    headerInts,
  );
  if (magic !== tableMagic) throw new Error('The file is not a word table.');
  if (version !== formatVersion)
    throw new Error(`The word table is of version ${version}; this program reads ${formatVersion}.`);
  const expected = headerInts * 4 + n * 8 + (n + 1) * 4 + n * wordWidth + entries * 2 + listBytes;
  if (byteLength !== expected) {
    throw new Error(`The word table has ${byteLength} bytes where ${expected} are expected.`);
  }

  let at = byteOffset + headerInts * 4;
  const next = (length: number): number => {
    const start = at;
    at += length;
    return start;
  };
  return {
    ranks: new Uint32Array(buffer, next(n * 4), n),
    scales: new Float32Array(buffer, next(n * 4), n),
    classOffsets: new Uint32Array(buffer, next((n + 1) * 4), n + 1),
    vectors: new Int8Array(buffer, next(n * wordWidth), n * wordWidth),
    classIds: new Uint8Array(buffer, next(entries), entries),
    classWeights: new Uint8Array(buffer, next(entries), entries),
    words: new TextDecoder().decode(new Uint8Array(buffer, next(listBytes), listBytes)).split('\n'),
  };
}
