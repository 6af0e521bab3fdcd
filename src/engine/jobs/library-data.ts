// The whole library as arrays to learn from.
import { itemAt } from '../../shared/at.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import { spread } from '../../shared/spread.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { TrainingData } from '../hashing/data/training-data.ts';
import type { Label } from '../hashing/data/usable-labels.ts';
import type { Store } from '../store/database.ts';
import type { FeatureRows } from '../store/features.ts';
import { captionWords } from '../text/caption-words.ts';
import { noPairs, type JudgedPairs } from './judged-pairs.ts';
import type { LabelNames } from './label-names.ts';

/** A text about a photo: the row of `of` with index `i`. */
interface Pair {
  readonly photoId: PhotoId;
  readonly i: number;
  readonly of: { readonly rows: Float32Array };
  readonly text: string;
}

/** Largest number of (photo, name) pairs. */
const mostNames = 20_000;

/**
 * The whole library as arrays. Photos without a caption are part of the retrieval set.
 * @param labels null to learn from captions: tags are then used only for relevance
 */
export function trainingData(
  store: Store,
  encoder: EncoderInfo,
  judged: JudgedPairs = noPairs,
  labels: LabelNames | null = null,
): TrainingData {
  const { textWidth } = encoder;
  const photos = store.features.all('photo', encoder.id, encoder.imageWidth);
  if (photos.ids.length === 0) {
    throw new HashlensError('nothing-indexed', 'The library has no photos yet; add a folder first.');
  }
  const rowOf = new Map(photos.ids.map((id, row) => [id, row]));
  const isThere = ({ photoId }: Pair) => rowOf.has(photoId);
  const captions = captionPairs(store, store.features.all('caption', encoder.id, textWidth));
  const described = [
    ...captions,
    ...judged.photoIds.map((photoId, i) => ({ photoId, i, of: judged, text: itemAt(judged.texts, i) })),
    ...(labels === null ? [] : textPairs(labels.together)),
  ].filter(isThere);
  const names = labels === null ? [] : spread(textPairs(labels.single).filter(isThere), mostNames);
  const pairs = [...described, ...names];
  const textRows = new Float32Array(pairs.length * textWidth);
  pairs.forEach(({ i, of }, to) => {
    textRows.set(of.rows.subarray(i * textWidth, (i + 1) * textWidth), to * textWidth);
  });
  const photoTags: number[][] = photos.ids.map(() => []);
  for (const { photoId, tagId } of labels === null ? store.texts.photoTags() : labelsOfPhotos(labels)) {
    const row = rowOf.get(photoId);
    if (row !== undefined) photoTags[row]?.push(tagId);
  }
  return {
    imageRows: photos.rows,
    textRows,
    imageWidth: encoder.imageWidth,
    textWidth,
    sharedWidth: encoder.sharedWidth,
    captionPhoto: Int32Array.from(pairs, ({ photoId }) => rowOf.get(photoId) ?? -1),
    photoTags,
    words: captionWords(pairs.map(({ text }) => text)),
    ...(labels === null ? {} : { firstName: described.length }),
  };
}

function captionPairs(store: Store, captions: FeatureRows): Pair[] {
  const texts = store.features.texts('caption', captions.ids);
  return store.features
    .captionPhotos(captions.ids)
    .map((photoId, i) => ({ photoId, i, of: captions, text: itemAt(texts, i) }));
}

/** Each text with each of its photos. */
const textPairs = ({ texts, photos, rows }: LabelNames['single']): Pair[] =>
  texts.flatMap((text, i) => itemAt(photos, i).map((id) => ({ photoId: id as PhotoId, i, of: { rows }, text })));

/** Upper bound of the (photo, name) pairs that labels give. */
export const countNames = (labels: readonly Label[]): number =>
  Math.min(
    mostNames,
    labels.reduce((sum, { names, photos }) => sum + names.length * photos.length, 0),
  );

const labelsOfPhotos = ({ labels }: LabelNames) =>
  labels.flatMap((label, tagId) => label.photos.map((photoId) => ({ photoId: photoId as PhotoId, tagId })));
