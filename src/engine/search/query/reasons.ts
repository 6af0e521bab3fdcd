// Explains why a photo is among the results: the parts of its score that speak for it.
import { textPlaces, type HitReason, type TextPlace } from '../../../shared/contract/search.ts';
import { either, type FullTextStore } from '../../store/fulltext.ts';
import type { UnseenPhotos } from '../../models/unseen-photos.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { SimilarityEvidence } from '../relevance/relevance.ts';
import type { TermEvidence } from './term-evidence.ts';
import type { ReadyTerm } from './terms.ts';
import { compoundTerms, indexTerms } from '../../text/index-terms.ts';
import { numberAt } from '../../../shared/at.ts';

/** Evidence about one term of a query for its candidates. */
export interface JudgedTerm {
  readonly term: ReadyTerm;
  readonly evidence: TermEvidence;
  readonly similarity: SimilarityEvidence;
}

/** Log odds from which texts of similar photos are worth a mention: they make the hit twice as likely. */
const leastNeighbours = Math.log(2);

/** Finds the reasons of hits; looks up words of the query for all hits at once. */
export class HitReasons {
  readonly #terms: readonly JudgedTerm[];
  /** Words of the query by photo and by the text where they were found. */
  readonly #words = new Map<number, Map<TextPlace, string[]>>();
  /** Number of photos by term that have all its words and that the model has learned from. */
  readonly #learnedFrom: readonly number[];

  /**
   * @param terms those that are added
   * @param ids the hits
   * @param unseen photos the model in use has not learned from; null where it has learned from none of this library
   */
  constructor(
    fullText: FullTextStore,
    terms: readonly JudgedTerm[],
    ids: readonly number[],
    unseen: UnseenPhotos | null,
  ) {
    this.#terms = terms;
    for (const { term } of terms) this.#lookUp(fullText, term, ids);
    const isSeen = learnedFrom(unseen);
    this.#learnedFrom = terms.map(({ term, evidence }) => {
      if (evidence.learned === null || isSeen === null || (term.text?.unmatched.length ?? 0) > 0) return 0;
      const groups = Map.groupBy(term.text?.words ?? [], ({ group }) => group);
      const written = Array.from(groups.values(), (group) => group.flatMap((word) => word.written ?? []));
      if (written.some((expressions) => expressions.length === 0)) return 0;
      return fullText.described(written.map(either)).filter(isSeen).length;
    });
  }

  /** @param candidate its index among the candidates of the terms */
  of(id: number, candidate: number): HitReason[] {
    const found = this.#words.get(id);
    const reasons: HitReason[] = textPlaces.flatMap((code) => {
      const words = found?.get(code);
      return words === undefined ? [] : [{ code, words }];
    });
    const strongest = new Map<string, { readonly reason: HitReason; readonly weight: number }>();
    const add = (reason: HitReason, weight: number): void => {
      if ((strongest.get(reason.code)?.weight ?? -Infinity) < weight) strongest.set(reason.code, { reason, weight });
    };
    for (const [t, { term, evidence, similarity }] of this.#terms.entries()) {
      const ownScore = term.semantic === null ? 0 : numberAt(similarity.ownScore, candidate);
      const isLearned = evidence.learned !== null && numberAt(evidence.learned, candidate) > 0;
      const bySimilarity: HitReason = isLearned
        ? { code: 'learned', photos: numberAt(this.#learnedFrom, t) }
        : { code: 'looks-like' };
      if (ownScore > 0) add(bySimilarity, ownScore);
      const neighbours = numberAt(similarity.neighbours, candidate);
      if (neighbours > leastNeighbours) add({ code: 'described-alike' }, neighbours);
    }
    const ofSimilarity = [...strongest.values()].sort((a, b) => b.weight - a.weight).map(({ reason }) => reason);
    const all = [...reasons, ...ofSimilarity];
    // No photo is near: these are only nearer than the others.
    return all.length === 0 ? [{ code: 'looks-like' }] : all;
  }

  #lookUp(fullText: FullTextStore, { text }: ReadyTerm, ids: readonly number[]): void {
    if (text === null || text.scores === null) return;
    const shown = new Set(ids);
    for (const { word, written, photoText, taken = [] } of text.words) {
      for (const id of taken) if (shown.has(id)) this.#note(id, 'place', word);
      if (written !== null) {
        for (const [place, photos] of fullText.placesOf(written, ids)) {
          for (const id of photos) this.#note(id, place, word);
        }
      }
      if (photoText !== null) {
        for (const id of fullText.withPhotoText(photoText, ids)) this.#note(id, 'text-in-photo', word);
      }
    }
  }

  #note(id: number, place: TextPlace, word: string): void {
    const places = this.#words.get(id) ?? new Map<TextPlace, string[]>();
    this.#words.set(id, places);
    const words = places.get(place) ?? [];
    places.set(place, words.includes(word) ? words : [...words, word]);
  }
}

/**
 * The caption that shows why a photo was found.
 * @param first the caption that the window shows elsewhere
 * @param words of the query that its captions have
 * @returns the one with most of these words; `first` where no other has more, as with synonyms
 */
export function matchingCaption(
  first: string | null,
  captions: readonly string[],
  words: readonly string[],
): string | null {
  if (captions.length === 0) return first;
  const termsOf = (text: string): string[] => [...indexTerms(text), ...compoundTerms(text)];
  const wanted = new Set(words.flatMap(termsOf));
  const countIn = (caption: string): number => new Set(termsOf(caption).filter((term) => wanted.has(term))).size;
  let best = { caption: first, words: first === null ? 0 : countIn(first) };
  for (const caption of captions) {
    const words = countIn(caption);
    if (words > best.words) best = { caption, words };
  }
  return best.caption;
}

/** Tells whether the model in use has learned from a photo. */
function learnedFrom(unseen: UnseenPhotos | null): ((id: number) => boolean) | null {
  if (unseen === null) return null;
  const heldOut = new Set(unseen.heldOut);
  return (id) => id <= unseen.newest && !heldOut.has(id as PhotoId);
}
