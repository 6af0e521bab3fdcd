// Queries with answers known from the library's texts, as samples for the fit: which photos are hits, which of their words
// are hidden, and how much each hit counts.
import { Random } from '../../numerics/random.ts';
import { contentWords } from '../../text/content-words.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { sentenceFits, type LabelledQuery, type TextRelevance } from './labelled-queries.ts';
import type { LibrarySample } from './library-sample.ts';
import type { RelevanceSample } from './relevance-model.ts';
import { backgroundOf, similarityFeatures } from './similarity-features.ts';
import { frequencyOf, repeatChance, wordsEvidence } from './word-evidence.ts';
import { entryOf, itemAt, numberAt } from '../../../shared/at.ts';

/**
 * Number of hits of a query that take part. People look at that many of the whole library; hits that have a later place
 * there count less.
 */
const hitsEach = 50;
/** Assumed share of queries about something the library does not have: one in five. */
const absentWeight = 0.25;
/** One query in this many hides the descriptions of all photos similar to its own: a foreign kind of photo. */
const foreignEvery = 3;
/** Share of the described photos whose descriptions are then hidden: those most like the photo. */
const foreignShare = 1 / 3;
/**
 * Writers differ: the share of a caption's words that the next one repeats has a standard deviation of .24 in
 * Flickr8k; equal writers would give .22. Rates drawn evenly from this much below to as much above the mean match
 * it.
 */
const spread = 0.5;

/** Values that the samples of all queries of a fit have in common. */
export interface LabelledFit {
  readonly sample: Pick<LibrarySample, 'ids' | 'texts' | 'described' | 'background' | 'describedPhotos' | 'like'>;
  /** Indices of the photos that may be hits. */
  readonly pool: Int32Array;
  readonly relevance: TextRelevance;
  /** Content words of each caption of each sampled photo. */
  readonly captionWords: readonly (readonly ReadonlySet<string>[])[];
  /** Share of the described photos that have a word. */
  readonly frequency: (word: string) => number;
  readonly repeated: number;
  /** Number of photos in the library. */
  readonly photos: number;
  readonly random: Random;
}

/** The content words of a query, and their evidence. */
interface Asking extends LabelledFit {
  readonly asked: readonly string[];
  readonly evidenceOfAsked: ReturnType<typeof wordsEvidence>;
}

const askingOf = (asked: readonly string[], fit: LabelledFit): Asking => ({
  ...fit,
  asked,
  evidenceOfAsked: wordsEvidence(asked.map(fit.frequency), fit.repeated),
});

/**
 * The query, and the query on a library without its answers, whose best hits show how the best hits for something absent
 * score. Both once more as if no photo's texts had its words. A sentence is asked once.
 *
 * Descriptions are hidden: of every hit at random, so that undescribed photos are judged by the same measure as described
 * ones, and of a whole kind of photos in every third query.
 * @param index number of the query
 * @param scores by photo
 */
export function labelledSamples(
  query: LabelledQuery,
  index: number,
  scores: Float32Array,
  fit: LabelledFit,
): RelevanceSample[] {
  const { sample, pool, relevance, photos } = fit;
  const { relevant, own, isWhole } = query;
  // Hide the photo that the words were taken from: real queries are not taken from the words about a photo.
  const hidden = own >= 0 && index % foreignEvery === 0 ? mostSimilar(sample, own) : null;
  const isKnown = (photo: number) => photo !== own && hidden?.has(photo) !== true;
  const known = bestFirst(sample.described.filter(isKnown), scores);
  const background = sample.background.filter((photo) => photo !== own);
  const asked = contentWords(query.text);
  const asking = askingOf(asked, fit);
  const named = { isUnnamed: false, evidence: evidenceOf(asking) };
  const sampleOf = (
    hits: readonly Hit[],
    by: Int32Array,
    others: Int32Array,
    weight: number,
    { isUnnamed, evidence } = named,
  ): RelevanceSample[] => {
    if (hits.length === 0 || others.length === 0) return [];
    const at = (list: Int32Array) => Float32Array.from(list, (photo) => numberAt(scores, photo));
    const frame = backgroundOf(Float32Array.from([...at(others), ...at(by.subarray(0, 1))]));
    const found = Int32Array.from(hits, ({ photo }) => photo);
    const neighbours = new KnownPhotos(by, scores, relevant, evidence);
    return [
      {
        similarity: similarityFeatures(at(found), frame, neighbours, found, query.words),
        words: Float64Array.from(
          hits,
          ({ photo, words }) => words - neighbours.expectedWords(numberAt(scores, photo), photo),
        ),
        relevant: Uint8Array.from(hits, ({ isRelevant }) => (isRelevant ? 1 : 0)),
        group: own >= 0 ? own : index,
        weights: Float32Array.from(hits, (hit) => weight * hit.weight),
        wordCount: query.words,
        isUnnamed,
      },
    ];
  };
  if (isWhole) return sampleOf(wholeHits(query, scores, asking), known, background, 1);
  const ordered = bestFirst(pool, scores);
  const absent = (photo: number) => relevant[photo] === 0;
  const standsFor = Math.max(1, photos / pool.length);
  const hitsOf = (places: Int32Array, described = asking, isHidden: (photo: number) => boolean = () => false) =>
    Array.from(places.subarray(0, hitsEach), (photo, place): Hit => {
      const shown = isHidden(photo) ? null : showWords(query, photo, described);
      const label = shown?.isRelevant ?? relevant[photo] === 1;
      // The query was taken from one photo's words. Each other photo stands for those of the library that were not
      // drawn, and has the word by chance.
      const share = photo === own ? 1 / standsFor : 1;
      const weight = share * depthWeight(place, standsFor);
      return { photo, words: shown?.evidence ?? Number.NaN, isRelevant: label, weight };
    });
  // The same query in a library where no photo's texts have its words.
  const others = known.filter(absent);
  const frequencies = new Map(
    asked.map((word) => {
      const found = others.filter((photo) => relevance.wordsOf(photo).has(word)).length;
      return [word, frequencyOf(found, others.length)] as const;
    }),
  );
  const rest = askingOf(asked, {
    ...fit,
    frequency: (word) => entryOf(frequencies, word),
    random: new Random(index),
  });
  const unnamed = { isUnnamed: true, evidence: evidenceOf(rest) };
  const absentHits = hitsOf(ordered.filter(absent), rest);
  return [
    ...sampleOf(hitsOf(ordered), known, background, 1),
    ...sampleOf(hitsOf(ordered.filter(absent)), others, background.filter(absent), absentWeight),
    ...sampleOf(
      hitsOf(ordered, rest, (photo) => !absent(photo)),
      others,
      background,
      1,
      unnamed,
    ),
    ...sampleOf(absentHits, others, background.filter(absent), absentWeight, unnamed),
  ];
}

/**
 * Weight of a hit by the number of the library's photos that compete for the first places: of a library of 60 photos
 * people see all the best; where 60 sampled photos represent 1000, they see only the first of them.
 * @param place among the photos compared, from 0
 * @param standsFor number of the library's photos for each photo compared
 */
export const depthWeight = (place: number, standsFor: number): number =>
  Math.min(1, Math.max(hitsEach, standsFor) / ((place + 1) * standsFor));

/** `[photos]`: evidence of all words of each sampled photo for the content words of a query. */
export const evidenceFor = (asked: readonly string[], fit: LabelledFit): Float64Array =>
  evidenceOf(askingOf(asked, fit));

function evidenceOf({ sample, relevance, asked, evidenceOfAsked }: Asking): Float64Array {
  const evidence = new Float64Array(sample.ids.length);
  for (const photo of sample.described) {
    const { captions, tags } = itemAt(sample.texts, photo);
    const present = relevance.wordsOf(photo);
    const texts = captions.length + (tags.length > 0 ? 1 : 0);
    evidence[photo] = evidenceOfAsked(texts, (i) => present.has(itemAt(asked, i)));
  }
  return evidence;
}

interface Hit {
  readonly photo: number;
  /** See word-evidence.ts; NaN where the photo's words are hidden, or it has none. */
  readonly words: number;
  readonly isRelevant: boolean;
  readonly weight: number;
}

/**
 * Hits of a sentence. In a library of any size one photo is the right one, together with those whose texts have
 * nearly all of the sentence. All sampled photos take part: each represents the photos of its kind, described or
 * not, that it was drawn from. Photos that the hash model has learned from are described here, as they are in real
 * searches.
 */
function wholeHits(query: LabelledQuery, scores: Float32Array, asking: Asking): Hit[] {
  const { sample, pool, photos, random, relevance, asked } = asking;
  const { own } = query;
  const described = new Set(sample.described);
  const unseen = new Set(pool);
  const undescribed = sample.background.filter((photo) => !described.has(photo));
  const each = {
    described: sample.describedPhotos / Math.max(1, described.size),
    undescribed: Math.max(0, photos - sample.describedPhotos) / Math.max(1, undescribed.length),
  };
  const share = Math.min(1, sample.describedPhotos / Math.max(1, photos));
  const ordered = bestFirst(Int32Array.from([...described, ...undescribed]), scores);
  // All of the best hits take part, and every n-th of the others with weight n: otherwise only the right photo
  // would have low scores.
  const rest = ordered.subarray(hitsEach);
  const every = Math.max(1, Math.ceil(rest.length / hitsEach));
  const offset = random.below(every);
  const isChosen = (photo: number, place: number) =>
    place < hitsEach || photo === own || (place - hitsEach) % every === offset;
  const factorOf = (place: number) => (place < hitsEach ? 1 : every);
  return Array.from(ordered).flatMap((photo, place): Hit[] => {
    if (!isChosen(photo, place)) return [];
    const factor = factorOf(place);
    if (!described.has(photo))
      return [{ photo, words: Number.NaN, isRelevant: false, weight: factor * each.undescribed }];
    if (photo === own) {
      // The right photo is described as often as photos are in general.
      const evidence = showWords(query, photo, asking, true)?.evidence ?? Number.NaN;
      return [
        { photo, words: evidence, isRelevant: true, weight: share },
        { photo, words: Number.NaN, isRelevant: true, weight: 1 - share },
      ];
    }
    const shown = showWords(query, photo, asking, !unseen.has(photo));
    // The model has learned from this photo, so its score alone is too good to be typical.
    if (shown === null && !unseen.has(photo)) return [];
    const isRelevant = sentenceFits(asked, relevance.wordsOf(photo));
    return [{ photo, words: shown?.evidence ?? Number.NaN, isRelevant, weight: factor * each.described }];
  });
}

/** The described photos most like this one. */
function mostSimilar(sample: LabelledFit['sample'], place: number): ReadonlySet<number> {
  const order = bestFirst(sample.described, sample.like(place));
  return new Set(order.subarray(0, Math.round(foreignShare * order.length)));
}

/**
 * Evidence of some of a photo's words for the query; the hidden words decide whether it is relevant. Null where all
 * its words stay hidden: every second time unless `always`, and where no words are left to decide.
 */
function showWords(
  { own, caption, isWhole }: LabelledQuery,
  photo: number,
  { asked, evidenceOfAsked, captionWords, relevance, frequency, repeated, random }: Asking,
  always = false,
): { readonly evidence: number; readonly isRelevant: boolean } | null {
  if (!always && random.uniform() < 0.5) return null;
  const captions = itemAt(captionWords, photo);
  const evidence = (present: ReadonlySet<string>, texts: number) =>
    evidenceOfAsked(texts, (i) => present.has(itemAt(asked, i)));
  const isLong = asked.length > 2;
  // A photo with every word comes first, with any evidence.
  const comesFirst = (present: ReadonlySet<string>) => !isLong && asked.every((word) => present.has(word));
  if (photo === own) {
    const rest = captions.filter((_, i) => i !== caption);
    if (rest.length > 0) {
      // A sentence is compared with all captions of a photo, the right one included.
      const shown = isWhole ? rest : draw(rest, 1 + random.below(rest.length), random);
      const shownWords = union(shown);
      return !isWhole && comesFirst(shownWords)
        ? null
        : { evidence: evidence(shownWords, shown.length), isRelevant: true };
    }
    if (!isWhole) return null;
    // Only one person has described the photo. A second writer would repeat some of the words; writers differ in
    // how many.
    const rate = (1 - spread + 2 * spread * random.uniform()) * repeated;
    const repeats = new Set(asked.filter((word) => random.uniform() < repeatChance(frequency(word), rate)));
    return { evidence: evidence(repeats, 1), isRelevant: true };
  }
  if (isWhole) {
    if (captions.length === 0) return null;
    const written = union(captions);
    return { evidence: evidence(written, captions.length), isRelevant: sentenceFits(asked, written) };
  }
  if (captions.length > 1) {
    const order = draw(captions, captions.length, random);
    const shown = order.slice(0, 1 + random.below(order.length - 1));
    const shownWords = union(shown);
    if (comesFirst(shownWords)) return null;
    const { has, needed } = relevance.share(asked, union(order.slice(shown.length)));
    return { evidence: evidence(shownWords, shown.length), isRelevant: has >= needed };
  }
  if (captions.length === 0 || !isLong) return null;
  const written = union(captions);
  const { has, needed } = relevance.share(asked, written);
  return has >= needed ? null : { evidence: evidence(written, 1), isRelevant: false };
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [only] = sets;
  return only !== undefined && sets.length === 1 ? only : new Set(sets.flatMap((set) => [...set]));
}

/** Some items of a list, in random order. */
function draw<T>(list: readonly T[], count: number, random: Random): T[] {
  const order = random.shuffle(Int32Array.from(list.keys()));
  return Array.from(order.subarray(0, count), (i) => itemAt(list, i));
}
