// Reasons why a photo is among the results, in words and as an icon.
import { m } from '../../language/language.ts';
import type { HitReason } from '../../shared/contract/search.ts';
import { shownText } from './shown-text.ts';

type Code = HitReason['code'];
type ReasonWith<C extends Code> = Extract<HitReason, { readonly code: C }>;

const wordList = ({ words }: { readonly words: readonly string[] }): string =>
  words.map((word) => m.reasons_quoted({ word })).join(', ');

const sentences: { readonly [C in Code]: (reason: ReasonWith<C>) => string } = {
  confirmed: () => m.reasons_confirmed(),
  caption: (reason) => m.reasons_caption({ words: wordList(reason) }),
  tag: (reason) => m.reasons_tag({ words: wordList(reason) }),
  person: (reason) => m.reasons_person({ words: wordList(reason) }),
  place: (reason) => m.reasons_place({ words: wordList(reason) }),
  name: (reason) => m.reasons_name({ words: wordList(reason) }),
  camera: (reason) => m.reasons_camera({ words: wordList(reason) }),
  'text-in-photo': (reason) => m.reasons_text({ words: wordList(reason) }),
  'looks-like': () => m.reasons_looks(),
  learned: ({ photos }) => (photos === 0 ? m.reasons_learned_captions() : m.reasons_learned({ count: photos })),
  'described-alike': () => m.reasons_described(),
  filter: () => m.reasons_filter(),
};

/** `Your caption says “dog”`, without a full stop. */
export const reasonText = (reason: HitReason): string =>
  // The sentence and the reason have the same code, which TypeScript cannot pair through a union.
  shownText((sentences[reason.code] as (reason: HitReason) => string)(reason));

/** Names of icons. */
export const reasonIcons = {
  confirmed: 'check',
  caption: 'pen',
  tag: 'tag',
  person: 'person',
  place: 'pin',
  name: 'file',
  camera: 'image',
  'text-in-photo': 'text',
  'looks-like': 'eye',
  learned: 'spark',
  'described-alike': 'copies',
  filter: 'check',
} as const satisfies Readonly<Record<Code, string>>;

/** Results usually look like the query; only other reasons are marked on every tile. */
const unmarked: ReadonlySet<Code> = new Set(['looks-like', 'described-alike', 'filter']);

/** The first reason, if it is one to mark. */
export function markedReason(reasons: readonly HitReason[] | undefined): HitReason | null {
  const [first] = reasons ?? [];
  return first === undefined || unmarked.has(first.code) ? null : first;
}
