// The page's query: words, photos and images, each added or subtracted with a weight.
import { m } from '../../language/language.ts';
import { itemAt } from '../../shared/at.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { formatQuery, parseQuery } from '../../shared/query/grammar.ts';

export interface PhotoSource {
  readonly kind: 'photo';
  readonly photoId: PhotoId;
  readonly name: string;
}

export interface ImageSource {
  readonly kind: 'image';
  readonly image: Uint8Array<ArrayBuffer>;
  /** An object URL of the image. */
  readonly preview: string;
  readonly name: string;
}

/** A photo or image that results should resemble, or avoid with a negative weight. */
export interface Example {
  readonly source: PhotoSource | ImageSource;
  readonly weight: number;
}

interface Words {
  readonly text: string;
  /** Misspelt words are searched for without correction. */
  readonly asTyped: boolean;
}

export type ShownQuery =
  | { readonly kind: 'all' }
  | ({ readonly kind: 'text' } & Words)
  | ImageSource
  | PhotoSource
  /** Several examples, words with examples, or an example with a weight other than 1. */
  | ({ readonly kind: 'mixed'; readonly examples: readonly Example[] } & Words);

/** Largest number of examples. The engine accepts 20 terms, words included. */
export const mostExamples = 12;

/** The query for words and examples together, in its simplest form. */
export function queryOf(text: string, examples: readonly Example[], asTyped = false): ShownQuery {
  const [first] = examples;
  if (first === undefined) return text === '' ? { kind: 'all' } : { kind: 'text', text, asTyped };
  if (text === '' && examples.length === 1 && first.weight === 1) return first.source;
  return { kind: 'mixed', text, asTyped, examples };
}

export function examplesOf(query: ShownQuery): readonly Example[] {
  if (query.kind === 'mixed') return query.examples;
  return query.kind === 'image' || query.kind === 'photo' ? [{ source: query, weight: 1 }] : [];
}

export const queryText = (query: ShownQuery): string =>
  query.kind === 'text' || query.kind === 'mixed' ? query.text : '';

export const sameSource = (a: Example['source'], b: Example['source']): boolean =>
  a === b || (a.kind === 'photo' && b.kind === 'photo' && a.photoId === b.photoId);

/** Whether two queries are the same; an image equals only itself. */
export function sameQuery(a: ShownQuery, b: ShownQuery): boolean {
  const isTyped = (query: ShownQuery): boolean => 'asTyped' in query && query.asTyped;
  if ((a.kind === 'all') !== (b.kind === 'all') || queryText(a) !== queryText(b) || isTyped(a) !== isTyped(b))
    return false;
  const [ours, theirs] = [examplesOf(a), examplesOf(b)];
  return (
    ours.length === theirs.length &&
    ours.every(({ source, weight }, i) => {
      const other = itemAt(theirs, i);
      return weight === other.weight && sameSource(source, other.source);
    })
  );
}

/** The query as text of the search box; null if it has an image, which cannot be written. */
export function writtenQuery(query: ShownQuery): string | null {
  const photos = examplesOf(query).flatMap(({ source, weight }) =>
    source.kind === 'photo' ? [{ kind: 'photo' as const, photoId: source.photoId, weight }] : [],
  );
  if (query.kind === 'all' || photos.length < examplesOf(query).length) return null;
  return [queryText(query), formatQuery({ terms: photos, filters: [] })].filter((part) => part !== '').join(' ');
}

/** Extracts the photos from a written query, as separate examples. */
export function readQuery(written: string): { readonly text: string; readonly examples: readonly Example[] } {
  const { tokens, terms } = parseQuery(written);
  const photos = terms.flatMap((term) => (term.kind === 'photo' ? [term] : []));
  const places = tokens.filter(({ kind }) => kind === 'photo');
  if (photos.length !== places.length || photos.length > mostExamples) return { text: written, examples: [] };
  const kept = places.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), written);
  return {
    text: places.length === 0 ? written : kept.replace(/\s+/g, ' ').trim(),
    examples: photos.map(({ photoId, weight }) => ({
      source: { kind: 'photo', photoId, name: m.query_chips_photo({ id: photoId }) },
      weight,
    })),
  };
}
