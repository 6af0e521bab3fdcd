// Fits the relevance model of the hash model in use on what the library's own captions and tags say about its photos.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import type { ActiveModels } from '../../models/active-models.ts';
import type { UnseenPhotos } from '../../models/unseen-photos.ts';
import type { Store } from '../../store/database.ts';
import { contentWords } from '../../text/content-words.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { labelledQueries, TextRelevance, type LabelledQuery, type PhotoTexts } from './labelled-queries.ts';
import { LibrarySample } from './library-sample.ts';
import { fitRelevance, type RelevanceModel, type RelevanceSample } from './relevance-model.ts';
import { backgroundOf, sightFeatures } from './sight.ts';
import { repeatRate, wordEvidence } from './word-evidence.ts';

export interface FitOptions {
  readonly signal?: AbortSignal;
  /** Draws photos and queries; the same seed gives the same model. */
  readonly seed?: number;
  readonly queries?: number;
  /** Photos that take no part: those kept for measuring. */
  readonly without?: ReadonlySet<PhotoId>;
  /** Photos whose captions the hash model has not learned from; null when it has learned from none. */
  readonly unseen?: UnseenPhotos | null;
}

/** Bounds of the work, whatever the size of the library. */
const mostQueries = 600;
/** Described and other photos that a query is compared with; as many when the library is searched. */
export const describedSize = 1000;
export const backgroundSize = 500;
/** Hits of a query that take part: what people look at. */
const hitsEach = 50;
/** One in five queries is taken to be about something the library does not have. */
const absentWeight = 0.25;
const textsAtOnce = 32;
/** One query in this many is asked with everything that looks like its photo undescribed: a foreign kind of photo. */
const foreignEvery = 3;
/** Share of the described photos that loses its descriptions then: those most like the photo. */
const foreignShare = 1 / 3;
/** Fewer photos that the hash model has not learned from tell too little: then those it has learned from take part. */
const fewestUnseen = 10;

/**
 * Asks queries the library knows the answers of, and learns what right answers look like. Descriptions are hidden: of
 * every hit at random, so that photos nobody described are judged by the same measure as described ones, and of a whole
 * kind of photos in every third query. A query is asked a second time of a library without the photos that fit: what its
 * best hits look like then is what the best hits for something absent look like.
 * @returns null when there are too few captions and tags to learn from
 */
export async function fitLibrary(
  store: Store,
  active: ActiveModels,
  options: FitOptions = {},
): Promise<RelevanceModel | null> {
  const { signal, seed = 1, queries: count = mostQueries, without, unseen = null } = options;
  const random = new Random(seed);
  const heldOut = new Set(unseen?.heldOut);
  const isUnseen = (id: PhotoId) => unseen === null || heldOut.has(id) || id > unseen.newest;
  const sample = await LibrarySample.open(store, active, {
    described: describedSize,
    background: backgroundSize,
    seed,
    ...(without ? { without } : {}),
    isFirst: isUnseen,
  });
  const unseenPool = sample.described.filter((place) => isUnseen(sample.ids[place] as PhotoId));
  const pool = unseenPool.length >= fewestUnseen ? unseenPool : sample.described;
  const queries = labelledQueries(sample.texts, count, random.bits(), Array.from(pool));
  const encoder = await active.encoder();
  const { model } = await active.model();
  const { textWidth } = encoder.info;
  const relevance = new TextRelevance(sample.texts);
  const repeated = repeatRate(sample.texts.map(({ captions }) => captions.map((text) => new Set(contentWords(text)))));
  const drawing: Drawing = { sample, pool, relevance, repeated, photos: store.photos.count(true), random };
  const samples: RelevanceSample[] = [];
  for (let at = 0; at < queries.length; at += textsAtOnce) {
    signal?.throwIfAborted();
    const batch = queries.slice(at, at + textsAtOnce);
    const asked = batch.map((query) => query.text);
    const rows = await encoder.encodeTexts(asked);
    const { real } = await model.encodeTexts(rows, asked);
    batch.forEach((query, i) => {
      const row = rows.subarray(i * textWidth, (i + 1) * textWidth);
      const { realWidth, sharedWeight } = model;
      const scores = sample.of({ row, real: real.subarray(i * realWidth, (i + 1) * realWidth), sharedWeight });
      if (tellsApart(scores)) samples.push(...samplesOf(query, at + i, scores, drawing));
    });
  }
  return fitRelevance(samples, TextRelevance.completeness(sample.texts, seed), repeated);
}

/** A query the encoder, or the model, can make nothing of is answered by a notice, not by chances. */
export const tellsApart = (scores: Float32Array): boolean => scores.some((score) => score !== scores[0]);

interface Drawing {
  readonly sample: LibrarySample;
  /** Positions of the photos that may be hits. */
  readonly pool: Int32Array;
  readonly relevance: TextRelevance;
  readonly repeated: number;
  /** How many photos the library has. */
  readonly photos: number;
  readonly random: Random;
}

/** The query as it is, and asked of a library without what it looks for. */
function samplesOf(query: LabelledQuery, index: number, scores: Float32Array, drawing: Drawing): RelevanceSample[] {
  const { sample, pool, photos } = drawing;
  const { relevant, own, isWhole } = query;
  // That somebody wrote these very words about a photo is known of no query that is really asked.
  const hidden = own >= 0 && index % foreignEvery === 0 ? likest(sample, own) : null;
  const isKnown = (photo: number) => photo !== own && hidden?.has(photo) !== true;
  const known = bestFirst(sample.described.filter(isKnown), scores);
  const others = sample.background.filter((photo) => photo !== own);
  const ordered = bestFirst(pool, scores);
  // Of a whole caption one photo is the right one, however many there are: others stand for all of the library.
  const otherWeight = isWhole ? Math.max(1, photos / Math.max(1, pool.length)) : 1;
  const sampleOf = (hits: Int32Array, by: Int32Array, background: Int32Array, weight: number): RelevanceSample[] => {
    if (hits.length === 0 || background.length === 0) return [];
    const at = (list: Int32Array) => Float32Array.from(list, (photo) => scores[photo] as number);
    const frame = backgroundOf(Float32Array.from([...at(background), ...at(by.subarray(0, 1))]));
    const words = new Float64Array(hits.length).fill(Number.NaN);
    const labels = Uint8Array.from(hits, (photo) => relevant[photo] as number);
    hits.forEach((photo, i) => {
      const shown = showWords(query, photo, drawing);
      if (shown === null) return;
      words[i] = shown.evidence;
      labels[i] = shown.isRelevant ? 1 : 0;
    });
    return [
      {
        sight: sightFeatures(at(hits), frame, new KnownPhotos(by, scores, relevant), hits),
        words,
        relevant: labels,
        group: own >= 0 ? own : index,
        weights: Float32Array.from(hits, (photo) => weight * (photo === own ? 1 : otherWeight)),
        wordCount: query.words,
      },
    ];
  };
  const first = ordered.subarray(0, hitsEach);
  const hits = own >= 0 && isWhole && !first.includes(own) ? Int32Array.from([...first, own]) : first;
  const absent = (photo: number) => relevant[photo] === 0;
  return [
    ...sampleOf(hits, known, others, 1),
    ...sampleOf(
      ordered.filter(absent).subarray(0, hitsEach),
      known.filter(absent),
      others.filter(absent),
      absentWeight,
    ),
  ];
}

/** The described photos most like this one. */
function likest(sample: LibrarySample, place: number): ReadonlySet<number> {
  const order = bestFirst(sample.described, sample.like(place));
  return new Set(order.subarray(0, Math.round(foreignShare * order.length)));
}

/**
 * What a photo's own words say of the query while other words of it, which are not shown, tell whether it is relevant.
 * Null where its words stay hidden: every second time, and where there is nothing left to judge it by.
 */
function showWords(
  { text, own, caption, isWhole }: LabelledQuery,
  photo: number,
  { sample, relevance, repeated, random }: Drawing,
): { readonly evidence: number; readonly isRelevant: boolean } | null {
  if (random.uniform() < 0.5) return null;
  const asked = contentWords(text);
  const { captions } = sample.texts[photo] as PhotoTexts;
  const evidenceOf = (said: ReadonlySet<string>, texts: number) =>
    wordEvidence(
      asked.map((word) => ({ frequency: relevance.frequency(word), isSaid: said.has(word) })),
      texts,
      repeated,
    );
  const isLong = asked.length >= 3;
  if (photo === own) {
    const rest = captions.filter((_, i) => i !== caption);
    if (rest.length > 0) {
      const shown = draw(rest, 1 + random.below(rest.length), random);
      return { evidence: evidenceOf(wordsOf(shown), shown.length), isRelevant: true };
    }
    if (!isWhole) return null;
    // Nobody else has described it. A second writer would repeat some of the words.
    const said = new Set(asked.filter(() => random.uniform() < repeated));
    return { evidence: evidenceOf(said, 1), isRelevant: true };
  }
  if (captions.length > 1) {
    const order = draw(captions, captions.length, random);
    const shown = order.slice(0, 1 + random.below(order.length - 1));
    const said = wordsOf(shown);
    // What has every word comes first whatever its evidence.
    if (!isLong && asked.every((word) => said.has(word))) return null;
    const { has, needed } = relevance.share(asked, wordsOf(order.slice(shown.length)));
    return { evidence: evidenceOf(said, shown.length), isRelevant: has >= needed };
  }
  if (captions.length === 0 || !isLong) return null;
  const said = wordsOf(captions);
  const { has, needed } = relevance.share(asked, said);
  return has >= needed ? null : { evidence: evidenceOf(said, 1), isRelevant: false };
}

const wordsOf = (texts: readonly string[]): ReadonlySet<string> => new Set(texts.flatMap(contentWords));

/** Some of a list, in random order. */
function draw<T>(list: readonly T[], count: number, random: Random): T[] {
  const order = random.shuffle(Int32Array.from(list.keys()));
  return Array.from(order.subarray(0, count)).flatMap((i) => list.slice(i, i + 1));
}
