// Image queries with answers known from the library: photos with similar descriptions.
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import type { Random } from '../../numerics/random.ts';
import type { Store } from '../../store/database.ts';
import { contentWords } from '../../text/content-words.ts';
import type { ImageSpace } from '../rerank/image-space.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { alike, type PhotoTexts, type TextRelevance } from './labelled-queries.ts';
import type { LibrarySample } from './library-sample.ts';
import type { RelevanceSample } from './relevance-model.ts';
import { backgroundOf, similarityFeatures } from './similarity-features.ts';
import { float32At, itemAt } from '../../../shared/at.ts';

const mostQueries = 200;
/** Photos in general compared with a query, as many as in a search (query/background-sample.ts). */
const backgroundSize = 256;
/** Number of hits of a query that take part, and of the others, which represent all of them. */
const hitsEach = 50;
/** Share of pairs of people whose descriptions of one picture count as alike (docs/search.md). */
const usualAgreement = 0.76;
/** Weight of this prior, in photos with several captions. */
const usualPhotos = 20;

/**
 * Similarity features without texts of neighbours, because an image query has no words.
 * @param scores `[hits]`
 * @param background similarities of photos drawn at random
 */
export function imageQueryFeatures(scores: Float32Array, background: Float32Array): Float64Array {
  const noKnownPhotos = new KnownPhotos(new Int32Array(0), new Float32Array(0), new Uint8Array(0));
  return similarityFeatures(scores, backgroundOf(background), noKnownPhotos, new Int32Array(scores.length).fill(-1), 0);
}

/** Texts of a photo to compare with another writer's: one caption, or all tags. */
const asked = ({ captions, tags }: PhotoTexts): readonly string[] => contentWords(captions[0] ?? tags.join(' '));

interface ImageFit {
  readonly store: Store;
  readonly info: EncoderInfo;
  readonly model: HashModel;
  readonly space: ImageSpace | null;
  readonly sample: LibrarySample;
  /** Indices of the query photos, which the model in use has not learned from. */
  readonly pool: Int32Array;
  readonly relevance: TextRelevance;
  readonly random: Random;
}

/**
 * Uses described photos as queries for others of them. A photo fits if its words are similar to the query photo's;
 * only described photos can be judged.
 */
export async function imageQueries(fit: ImageFit): Promise<RelevanceSample[]> {
  const { store, info, model, space, sample, pool, relevance, random } = fit;
  const { ids, described } = sample;
  const features = store.features.read('photo', info.id, ids, info.imageWidth);
  // Features of this photo were removed meanwhile; the next fit may have them.
  if (features.ids.length !== ids.length) return [];
  const rowAt = new Map(features.ids.map((id, i) => [id, i]));
  const rowOf = (place: number) => {
    const at = rowAt.get(itemAt(ids, place)) ?? -1;
    return features.rows.subarray(at * info.imageWidth, (at + 1) * info.imageWidth);
  };
  const background = sample.background.subarray(0, backgroundSize);
  const samples: RelevanceSample[] = [];
  for (const own of random.shuffle(Int32Array.from(pool)).subarray(0, mostQueries)) {
    const words = asked(itemAt(sample.texts, own));
    if (words.length === 0) continue;
    const row = rowOf(own);
    const { real } = await model.encodeImages(row);
    const learned = sample.of({ row, real, encoderWeight: space === null ? model.encoderWeight : 0 });
    const scores = space === null ? learned : await withSpace(space, row, learned);
    const ordered = bestFirst(
      described.filter((photo) => photo !== own),
      scores,
    );
    const rest = ordered.subarray(hitsEach);
    const every = Math.max(1, Math.ceil(rest.length / hitsEach));
    const others = rest.filter((_, i) => i % every === 0);
    const photos = Int32Array.from([...ordered.subarray(0, hitsEach), ...others]);
    const at = (list: Int32Array) => Float32Array.from(list, (photo) => float32At(scores, photo));
    const general = at(background.filter((photo) => photo !== own));
    if (photos.length === 0 || general.length === 0) continue;
    samples.push({
      similarity: imageQueryFeatures(at(photos), general),
      words: new Float64Array(photos.length).fill(Number.NaN),
      relevant: Uint8Array.from(photos, (photo) => Number(alike(relevance, words, relevance.wordsOf(photo)))),
      group: own,
      weights: Float32Array.from(photos, (_, i) => (i < hitsEach ? 1 : every)),
      wordCount: 0,
    });
  }
  return samples;

  async function withSpace(of: ImageSpace, row: Float32Array, learned: Float32Array): Promise<Float32Array> {
    const cosines = await of.cosines(row, features.rows);
    const seen = (place: number) => float32At(cosines, rowAt.get(itemAt(ids, place)) ?? -1);
    return learned.map((x, place) => (model.encoderWeight < 1 ? (seen(place) + x) / 2 : seen(place)));
  }
}

/** Share of photos about which the words of two people count as alike. */
export function agreement(texts: readonly PhotoTexts[], relevance: TextRelevance): number {
  let photos = usualPhotos;
  let agreed = usualAgreement * usualPhotos;
  for (const { captions } of texts) {
    const [first, ...others] = captions.map(contentWords);
    if (first === undefined || first.length === 0 || others.length === 0) continue;
    photos++;
    if (alike(relevance, first, new Set(others.flat()))) agreed++;
  }
  return agreed / photos;
}
