// Fits the relevance model of the hash model in use to the library's own captions and tags.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import type { UnseenPhotos } from '../../models/unseen-photos.ts';
import type { Store } from '../../store/database.ts';
import { contentWords } from '../../text/content-words.ts';
import { ImageSpaces } from '../rerank/image-space.ts';
import { agreement, imageQueries } from './image-queries.ts';
import { judgedSamples } from './judged-queries.ts';
import { labelledQueries, TextRelevance } from './labelled-queries.ts';
import { evidenceFor, labelledSamples, type LabelledFit } from './labelled-samples.ts';
import { LibrarySample } from './library-sample.ts';
import { fitRelevance, type RelevanceModel, type RelevanceSample } from './relevance-model.ts';
import { repeatRate } from './word-evidence.ts';

export interface FitOptions {
  readonly signal?: AbortSignal;
  /** Seed for drawing photos and queries; the same seed gives the same model. */
  readonly seed?: number;
  readonly queries?: number;
  /** Photos to leave out, because they are kept for measuring. */
  readonly without?: ReadonlySet<PhotoId>;
  /** Photos to draw among; by default those that have codes of the model. */
  readonly among?: readonly number[];
  /** Whether most queries are whole captions, for a fit that only captions are asked of. */
  readonly mostlyWhole?: boolean;
  /** Whether queries that are images are fitted too. */
  readonly images?: boolean;
  /** Photos whose captions the hash model has not learned from; null when it has learned from none. */
  readonly unseen?: UnseenPhotos | null;
}

/** Limits of the work, for any size of the library. */
const mostQueries = 600;
/** Numbers of described and of other photos compared with a query, the same as in a search. */
export const describedSize = 1000;
export const backgroundSize = 500;
const textsAtOnce = 32;
/**
 * With fewer unseen photos there is too little evidence; photos that the hash model has learned from then take part.
 */
const fewestUnseen = 10;

/** Evidence that a relevance model is fitted to. */
export interface FitEvidence {
  /** Queries of words and sentences, those with answers judged by the person included. */
  readonly samples: readonly RelevanceSample[];
  /** Queries that are images. */
  readonly images: readonly RelevanceSample[];
  /** Chance that a second writer uses a word of the first. */
  readonly repeated: number;
  /** Share of photos about which the words of two people count as alike. */
  readonly agreement: number;
}

/**
 * Learns how right answers score, from queries with known answers.
 * @returns null when there are too few captions and tags to learn from
 */
export async function fitLibrary(
  store: Store,
  active: ModelsInUse,
  options: FitOptions = {},
): Promise<RelevanceModel | null> {
  const { samples, images, repeated, agreement } = await fitEvidence(store, active, options);
  return fitRelevance(samples, repeated, images, agreement);
}

/** Asks queries with answers known from the library's texts, and those that the person has judged. */
export async function fitEvidence(store: Store, active: ModelsInUse, options: FitOptions = {}): Promise<FitEvidence> {
  const { signal, seed = 1, without, among, unseen = null, mostlyWhole = false } = options;
  const { queries: count = mostQueries, images: fitsImages = true } = options;
  const random = new Random(seed);
  const heldOut = new Set(unseen?.heldOut);
  const isUnseen = (id: PhotoId) => unseen === null || heldOut.has(id) || id > unseen.newest;
  const sample = await LibrarySample.open(store, active, {
    described: describedSize,
    background: backgroundSize,
    seed,
    ...(without ? { without } : {}),
    ...(among ? { among } : {}),
    isFirst: isUnseen,
  });
  const unseenPool = sample.described.filter((place) => isUnseen(sample.ids[place] as PhotoId));
  const pool = unseenPool.length >= fewestUnseen ? unseenPool : sample.described;
  const from = Array.from(sample.described);
  const queries = labelledQueries(sample.texts, count, random.bits(), from, Array.from(pool), mostlyWhole);
  const encoder = await active.encoder();
  const opened = await active.model();
  const { model } = opened;
  const { textWidth } = encoder.info;
  const relevance = new TextRelevance(sample.texts);
  const captionWords = sample.texts.map(({ captions }) => captions.map((text) => new Set(contentWords(text))));
  const repeated = repeatRate(captionWords, (word) => relevance.frequency(word));
  const frequency = (word: string) => relevance.frequency(word);
  const photos = store.photos.count(true);
  const drawing: LabelledFit = { sample, pool, relevance, captionWords, frequency, repeated, photos, random };
  const samples: RelevanceSample[] = [];
  for (let at = 0; at < queries.length; at += textsAtOnce) {
    signal?.throwIfAborted();
    const batch = queries.slice(at, at + textsAtOnce);
    const asked = batch.map((query) => query.text);
    const rows = await encoder.encodeTexts(asked);
    const { real } = await model.encodeTexts(rows, asked);
    batch.forEach((query, i) => {
      const row = rows.subarray(i * textWidth, (i + 1) * textWidth);
      const { realWidth, encoderWeight } = model;
      const scores = sample.of({ row, real: real.subarray(i * realWidth, (i + 1) * realWidth), encoderWeight });
      if (hasSpread(scores)) samples.push(...labelledSamples(query, at + i, scores, drawing));
    });
  }
  signal?.throwIfAborted();
  const evidenceOf = (asked: readonly string[]) => evidenceFor(asked, drawing);
  samples.push(...(await judgedSamples({ store, encoder, active: opened, sample, relevance, repeated, evidenceOf })));
  const evidence = { samples, repeated, agreement: agreement(sample.texts, relevance) };
  if (!fitsImages) return { ...evidence, images: [] };
  const info = active.encoderInfo(active.encoderId());
  const spaces = new ImageSpaces();
  try {
    const space = await spaces.of(store, info, store.photos.count(true));
    signal?.throwIfAborted();
    const images = await imageQueries({ store, info, model, space, sample, pool, relevance, random });
    return { ...evidence, images };
  } finally {
    await spaces.close();
  }
}

/** A query without meaning for the encoder or the model gets a notice, not chances. */
export const hasSpread = (scores: Float32Array): boolean => scores.some((score) => score !== scores[0]);
