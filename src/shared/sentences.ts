// Sentences of the engine that the window shows in its own language: by a code, with their values.
import type { ErrorData } from './errors.ts';

/** The English sentences. Words in braces are the names of values; `{language}` is a BCP 47 tag and is shown as its name. */
export const sentences = {
  'at-most-filters': 'A query has at most {most} filters; this one was left out.',
  'at-most-terms': 'A query has at most {most} terms; this one was left out.',
  'albums-not-published': 'Albums are not published; the filter by album finds nothing here.',
  'encoder-sees-nothing':
    'The {encoder} encoder knows these words, but not as anything it can see; train a model on your captions, or use other words.',
  'subtracts-nothing': '“{words}” was left out: it subtracts nothing.',
  'first-characters': 'Only the first {most} characters of a query are read.',
  'left-out': '{term} was left out: the {encoder} encoder does not know it, and it is in no caption, tag or name.',
  loading: 'The library is still being read ({percent}%); ask again for the rest.',
  'looks-foreign':
    'This does not look like English, and the {encoder} encoder knows English only: captions, tags and names were searched as written, photos by meaning only as far as it knows the words. Ask in English, or choose an encoder that knows the language, such as SigLIP 2.',
  'looks-like-language':
    'This looks like {language}, and the {encoder} encoder knows English only: captions, tags and names were searched as written, photos by meaning only as far as it knows the words. Ask in English, or choose an encoder that knows the language, such as SigLIP 2.',
  'needs-bounds': '{key}: needs a number or range, like {example}; “{value}” was left out.',
  'needs-dates': '{key}: needs a year, month, day or range, like {example}; “{value}” was left out.',
  'needs-day': '{key}: needs a day, like {example}; “{value}” was left out.',
  'needs-few-values': '{key}: needs at most 20 short values, like {example}; “{value}” was left out.',
  'needs-orientation': '{key}: needs portrait, landscape or square, like {example}; “{value}” was left out.',
  'needs-period': '{key}: needs a year, month or day, like {example}; “{value}” was left out.',
  'needs-photo': 'photo: needs the number of a photo of the library, like photo:123.',
  'needs-possession': '{key}: needs {possessions}, like {example}; “{value}” was left out.',
  'needs-stars': '{key}: needs one to five stars, like {example}; “{value}” was left out.',
  'no-album': 'There is no album “{value}”.',
  'no-camera': 'No photo was taken with a camera named “{value}”.',
  'no-filter': 'There is no filter “{key}:”, so it was taken as words.',
  'no-folder': 'No folder with photos is named “{value}”.',
  'no-person': 'No photo shows a person named “{value}”.',
  'no-place': 'No photo was taken at a place named “{value}”.',
  'no-server-index': 'The server has no index of the codes, so the search is exact.',
  'no-tag': 'No photo has the tag “{value}”.',
  'none-passes': 'No photo passes these filters.',
  'nothing-fits': 'Nothing in the library clearly fits this; what follows are weaker matches.',
  'taken-as': '“{words}” was taken as {term}.',
  'text-not-read': 'Text in photos has not been read in this library.',
  'unknown-words': 'No word of this query is known to the {encoder} encoder; try other words.',
  'words-without-fit':
    'Some of these photos have all of these words in their texts; whether they show this is uncertain.',
  'weight-zero': 'A weight of 0 takes a term out of the search.',
} as const;

export type SentenceCode = keyof typeof sentences;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
export type SentenceValues<Code extends SentenceCode = SentenceCode> = Readonly<
  Record<Names<(typeof sentences)[Code]>, string | number>
>;

export interface Sentence {
  readonly sentence: SentenceCode;
  readonly values: Readonly<Record<string, string | number>>;
}

export function sentence<Code extends SentenceCode>(code: Code, values: SentenceValues<Code>): Sentence {
  return { sentence: code, values };
}

/** The text with the values in it. */
export function filled(text: string, values: Sentence['values'], language: string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values[name] ?? '');
    if (name !== 'language') return value;
    return new Intl.DisplayNames([language], { type: 'language' }).of(value) ?? value;
  });
}

export const englishOf = ({ sentence: code, values }: Sentence): string => filled(sentences[code], values, 'en');

/** A message about the answer of a search. */
export type SearchNotice = Sentence | ErrorData;

const messageOf = (notice: SearchNotice): string => ('sentence' in notice ? englishOf(notice) : notice.message);

/** The messages, each once, and all of them in English; null without any. */
export function noticed(all: readonly SearchNotice[]): {
  readonly notices: readonly SearchNotice[];
  readonly notice: string | null;
} {
  const each = new Map(all.map((notice) => [messageOf(notice), notice]));
  return { notices: [...each.values()], notice: each.size === 0 ? null : [...each.keys()].join(' ') };
}
