// Why a photo is among the results, in words and as an icon.
import type { HitReason } from '../../shared/contract/search.ts';
import { count } from './format.ts';

type Code = HitReason['code'];
type ReasonWith<C extends Code> = Extract<HitReason, { readonly code: C }>;

const said = ({ words }: { readonly words: readonly string[] }): string => words.map((word) => `“${word}”`).join(', ');

const sentences: { readonly [C in Code]: (reason: ReasonWith<C>) => string } = {
  confirmed: () => 'You said that this is it',
  caption: (reason) => `Your caption says ${said(reason)}`,
  tag: (reason) => `Tagged ${said(reason)}`,
  person: (reason) => `${said(reason)} is on it`,
  place: (reason) => `Its place or year says ${said(reason)}`,
  name: (reason) => `The file or folder is called ${said(reason)}`,
  camera: (reason) => `Taken with ${said(reason)}`,
  'text-in-photo': (reason) => `Text in the photo: ${said(reason)}`,
  'looks-like': () => 'Looks like it',
  learned: ({ photos }) =>
    photos === 0 ? 'Learned from your captions' : `Learned from ${count(photos)} of your photos`,
  'described-alike': () => 'Photos like it are described so',
  filter: () => 'It passes the filters',
};

/** `Your caption says “dog”`, without a full stop. */
export const reasonText = (reason: HitReason): string =>
  // The sentence and the reason have the same code, which TypeScript cannot pair through a union.
  (sentences[reason.code] as (reason: HitReason) => string)(reason);

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

/** Photos are expected to look like what is asked for; only other reasons are marked on every tile. */
const unmarked: ReadonlySet<Code> = new Set(['looks-like', 'described-alike', 'filter']);

/** The first reason, where it is one to be marked with. */
export function markedReason(reasons: readonly HitReason[] | undefined): HitReason | null {
  const [first] = reasons ?? [];
  return first === undefined || unmarked.has(first.code) ? null : first;
}
