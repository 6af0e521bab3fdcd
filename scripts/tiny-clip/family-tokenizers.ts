// Tokenizer files of the families in the layout of the published ones, for a vocabulary of a few pieces at given ids.

/** Pieces by text; ids that no piece has are filled up to `size`. */
export interface TokenizerVocabulary {
  readonly pieces: Readonly<Record<string, number>>;
  readonly size: number;
}

export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: object;
  /** tokenizer_config.json */
  readonly config: object;
}

/** Every piece in the order of ids. */
function listed({ pieces, size }: TokenizerVocabulary): string[] {
  const list = Array.from({ length: size }, (_, id) => `<unused${id}>`);
  for (const [piece, id] of Object.entries(pieces)) list[id] = piece;
  return list;
}

const byText = (list: readonly string[]): Record<string, number> =>
  Object.fromEntries(list.map((piece, id) => [piece, id]));

const added = (id: number, content: string): object => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

const special = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
const text = { Sequence: { id: 'A', type_id: 0 } };

/** Puts tokens around a text; ids by token. */
const around = (
  before: readonly string[],
  after: readonly string[],
  ids: Readonly<Record<string, number>>,
): object => ({
  type: 'TemplateProcessing',
  single: [...before.map(special), text, ...after.map(special)],
  pair: [...before.map(special), text, ...after.map(special)],
  special_tokens: Object.fromEntries(
    [...before, ...after].map((token) => [token, { id: token, ids: [ids[token]], tokens: [token] }]),
  ),
});

const spaces = {
  type: 'Metaspace',
  replacement: '\u2581',
  add_prefix_space: true,
  prepend_scheme: 'always',
  split: true,
};

/** Word pieces with scores. Fillers score so low that none is chosen. */
const unigram = (list: readonly string[], unknown: number): object => ({
  type: 'Unigram',
  unk_id: unknown,
  vocab: list.map((piece) => [piece, piece.startsWith('<') ? -1000 : -10 + Math.min(piece.length, 9)]),
});

/** SigLIP's: SentencePiece with `</s>` after the text, which is the padding too. Ids 0 to 2 are `<pad>`, `</s>`, `<unk>`. */
export function siglipTokenizer(vocabulary: TokenizerVocabulary): TokenizerFiles {
  const list = listed({ ...vocabulary, pieces: { '<pad>': 0, '</s>': 1, '<unk>': 2, ...vocabulary.pieces } });
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [added(1, '</s>'), added(2, '<unk>')],
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Lowercase' },
          { type: 'Replace', pattern: { Regex: '[!"#$%&\'()*+,\\-.:;=?@\\[\\\\\\]^_`{|}~]' }, content: '' },
          { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
          { type: 'Strip', strip_left: true, strip_right: true },
        ],
      },
      pre_tokenizer: spaces,
      post_processor: around([], ['</s>'], { '</s>': 1 }),
      decoder: spaces,
      model: unigram(list, 2),
    },
    config: {
      clean_up_tokenization_spaces: true,
      do_lower_case: true,
      eos_token: '</s>',
      model_input_names: ['input_ids'],
      model_max_length: 64,
      pad_token: '</s>',
      tokenizer_class: 'SiglipTokenizer',
      unk_token: '<unk>',
    },
  };
}

/** XLM-RoBERTa's: SentencePiece between `<s>` and `</s>`. Ids 0 to 3 are `<s>`, `<pad>`, `</s>`, `<unk>`. */
export function xlmRobertaTokenizer(vocabulary: TokenizerVocabulary): TokenizerFiles {
  const firsts = { '<s>': 0, '<pad>': 1, '</s>': 2, '<unk>': 3 };
  const list = listed({ ...vocabulary, pieces: { ...firsts, ...vocabulary.pieces } });
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: Object.entries(firsts).map(([token, id]) => added(id, token)),
      normalizer: { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, spaces] },
      post_processor: around(['<s>'], ['</s>'], firsts),
      decoder: spaces,
      model: unigram(list, 3),
    },
    config: {
      bos_token: '<s>',
      cls_token: '<s>',
      eos_token: '</s>',
      model_max_length: 8194,
      pad_token: '<pad>',
      sep_token: '</s>',
      tokenizer_class: 'XLMRobertaTokenizer',
      unk_token: '<unk>',
    },
  };
}

/** Merges that make each piece of its characters from left to right. */
function mergesOf(pieces: readonly string[]): { merges: [string, string][]; made: string[] } {
  const merges = new Map<string, [string, string]>();
  const made = new Set<string>();
  for (const piece of pieces) {
    const letters = [...piece];
    let [joined = ''] = letters;
    made.add(joined);
    for (const letter of letters.slice(1)) {
      made.add(letter);
      merges.set(`${joined} ${letter}`, [joined, letter]);
      made.add((joined += letter));
    }
  }
  return { merges: [...merges.values()], made: [...made] };
}

/**
 * Gemma's, as SigLIP 2 has it: byte pairs over the whole text with \u2581 for spaces, and `<eos>` after it. Ids 0 to 3 are `<pad>`,
 * `<eos>`, `<bos>`, `<unk>`.
 * @param addsEnd whether tokenizer.json adds the end token itself
 */
export function gemmaTokenizer(vocabulary: TokenizerVocabulary, addsEnd = true): TokenizerFiles {
  const firsts = { '<pad>': 0, '<eos>': 1, '<bos>': 2, '<unk>': 3 };
  const list = listed({ ...vocabulary, pieces: { ...firsts, ...vocabulary.pieces } });
  const { merges, made } = mergesOf(Object.keys(vocabulary.pieces));
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  // Intermediate results of merging get ids, too: the next free ones.
  let free = 4;
  const known = new Set(list);
  for (const piece of new Set([...made, ...bytes])) {
    if (known.has(piece)) continue;
    while (free < list.length && !list[free]?.startsWith('<unused')) free++;
    list[free] = piece;
  }
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: Object.entries(firsts).map(([token, id]) => added(id, token)),
      normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' },
      pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
      post_processor: around([], addsEnd ? ['<eos>'] : [], firsts),
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '\u2581' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
        ],
      },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: '<unk>',
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: true,
        byte_fallback: true,
        vocab: byText(list),
        merges,
      },
    },
    config: {
      add_bos_token: false,
      add_eos_token: true,
      bos_token: '<bos>',
      eos_token: '<eos>',
      model_max_length: 1e30,
      pad_token: '<pad>',
      tokenizer_class: 'GemmaTokenizer',
      unk_token: '<unk>',
    },
  };
}

/** BERT's: word pieces between `[CLS]` and `[SEP]`. The four special tokens must be among the pieces. */
export function bertTokenizer(vocabulary: TokenizerVocabulary, tokenizerClass = 'BertTokenizer'): TokenizerFiles {
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
  const ids = Object.fromEntries(tokens.map((token) => [token, vocabulary.pieces[token] ?? -1]));
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: tokens.map((token) => added(ids[token] ?? -1, token)),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: around(['[CLS]'], ['[SEP]'], ids),
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: byText(listed(vocabulary)),
      },
    },
    config: {
      cls_token: '[CLS]',
      do_lower_case: true,
      mask_token: '[MASK]',
      model_max_length: 512,
      pad_token: '[PAD]',
      sep_token: '[SEP]',
      tokenize_chinese_chars: true,
      tokenizer_class: tokenizerClass,
      unk_token: '[UNK]',
    },
  };
}
