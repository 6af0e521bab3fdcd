// Finds photos whose texts and names have the words of the query; they come before the encoder's matches.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { fold } from '../../text/fold.ts';
import { tokenize } from '../../text/tokenize.ts';
import type { ReadyTerm } from './terms.ts';

/**
 * Longer queries describe a picture: few captions have all of such words, and one that has them by chance ("a man in a
 * shirt on a street") is no better than a picture of it.
 */
const mostWords = 3;

/**
 * Whether a photo's captions, tags, place, or names of file and folders have all added words and no subtracted one.
 * @param most number of words that a query may have; longer ones fit no photo
 */
export function hasAllWords(terms: readonly ReadyTerm[], most = mostWords): (id: number) => boolean {
  const added = terms.filter(({ term }) => term.weight > 0);
  const subtracted = terms.flatMap(({ term, text }) => (term.weight < 0 && text?.scores ? [text.scores] : []));
  const wanted = added.flatMap(({ text }) => text?.scores ?? []);
  const words = wanted.reduce((sum, scores) => sum + scores.wordCount, 0);
  if (words === 0 || words > most || wanted.length < added.length) return () => false;
  return (id) => wanted.every((scores) => scores.hasAll(id)) && !subtracted.some((scores) => scores.hasAll(id));
}

/**
 * Whether a photo's texts have an added term: all words of a short term, or a longer one word for word in a caption.
 * @param ids photos to decide about
 * @param captionsOf captions of photos
 */
export function hasWrittenTerm(
  term: ReadyTerm,
  ids: readonly number[],
  captionsOf: (ids: readonly PhotoId[]) => ReadonlyMap<PhotoId, readonly string[]>,
): (id: number) => boolean {
  const isShort = hasAllWords([term]);
  const hasAll = hasAllWords([term], Infinity);
  const longer = ids.filter((id) => hasAll(id) && !isShort(id)) as PhotoId[];
  if (longer.length === 0 || term.term.kind !== 'text') return isShort;
  const asked = inWords(term.term.text);
  const quotes = new Set<number>();
  for (const [id, captions] of captionsOf(longer)) {
    if (captions.some((caption) => inWords(caption).includes(asked))) quotes.add(id);
  }
  return (id) => isShort(id) || quotes.has(id);
}

/** ` two dogs in the snow `: without punctuation, with a space around each word. */
const inWords = (text: string): string => ` ${tokenize(text).map(fold).join(' ')} `;
