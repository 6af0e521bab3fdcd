// A small vocabulary in the layout of CLIP's tokenizer.json: all bytes, some merges, start and end tokens.

export const startToken = '<|startoftext|>';
export const endToken = '<|endoftext|>';

/** Words that become one token each, so that both whole words and byte pairs occur in tests. */
export const exampleWords =
  `a the on in of and photo dog cat beach sea sand snow tree city night street child woman man people red
  green blue black white yellow car boat bird horse flower mountain water sky food table running sleeping playing`
    .split(/\s+/)
    .filter(Boolean);

/** Byte-level BPE writes each byte as a printable character: itself where it is one, else one from 256 on. */
function byteCharacters(): string[] {
  const characters: string[] = [];
  let spare = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
    characters.push(String.fromCodePoint(printable ? byte : spare++));
  }
  return characters;
}

/** Left-to-right merges of each word, its last letter carrying the end mark. */
function wordMerges(words: readonly string[]): [string, string][] {
  const merges = new Map<string, [string, string]>();
  for (const word of words) {
    const letters = [...word].map((letter, at) => (at === word.length - 1 ? `${letter}</w>` : letter));
    let [joined] = letters;
    for (const letter of letters.slice(1)) {
      if (joined === undefined) break;
      merges.set(`${joined} ${letter}`, [joined, letter]);
      joined += letter;
    }
  }
  return [...merges.values()];
}

function addedToken(id: number, content: string): object {
  return {
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: content === startToken,
    special: true,
  };
}

/** The two tokenizer files as data, and the size of the vocabulary. */
export function tinyTokenizer(maxTokens: number): { tokenizer: object; config: object; size: number } {
  const bytes = byteCharacters();
  const merges = wordMerges(exampleWords);
  const entries = [...bytes, ...bytes.map((byte) => `${byte}</w>`), ...merges.map((pair) => pair.join(''))];
  return filesOf([...new Set([...entries, startToken, endToken])], merges, maxTokens);
}

/** CLIP's tokenizer files for a few words at their published ids; the other ids are filled up. */
export function publishedClipTokenizer(words: Readonly<Record<string, number>>): { tokenizer: object; config: object } {
  // The published order: characters that stand for themselves first.
  const bytes = byteCharacters().sort((a, b) => (a < b ? -1 : 1));
  const size = 49_408;
  const merges = wordMerges(Object.keys(words));
  const list = Array.from({ length: size }, (_, id) => `<unused${id}>`);
  [...bytes, ...bytes.map((byte) => `${byte}</w>`)].forEach((piece, id) => (list[id] = piece));
  for (const [word, id] of Object.entries(words)) list[id] = `${word}</w>`;
  const known = new Set(list);
  let free = bytes.length * 2;
  for (const piece of merges.map((pair) => pair.join(''))) {
    if (known.has(piece)) continue;
    while (list[free]?.startsWith('<unused') !== true) free++;
    list[free] = piece;
    known.add(piece);
  }
  list.splice(size - 2, 2, startToken, endToken);
  return filesOf(list, merges, 77);
}

/** @param unique every piece in the order of ids, start and end last */
function filesOf(
  unique: readonly string[],
  merges: readonly (readonly [string, string])[],
  maxTokens: number,
): { tokenizer: object; config: object; size: number } {
  const vocab = Object.fromEntries(unique.map((entry, id) => [entry, id]));
  const startId = unique.length - 2;
  const endId = unique.length - 1;
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [addedToken(startId, startToken), addedToken(endId, endToken)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
          behavior: 'Removed',
          invert: true,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [endToken, endId],
      cls: [startToken, startId],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: endToken,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab,
      merges: merges.map((pair) => pair.join(' ')),
    },
  };
  const config = {
    add_prefix_space: false,
    bos_token: startToken,
    eos_token: endToken,
    pad_token: endToken,
    unk_token: endToken,
    do_lower_case: true,
    errors: 'replace',
    model_max_length: maxTokens,
    tokenizer_class: 'CLIPTokenizer',
  };
  return { tokenizer, config, size: unique.length };
}
