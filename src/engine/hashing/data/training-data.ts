// Training data as arrays, and their split into training pairs and held-out queries.
import { createHash } from 'node:crypto';
import { HashlensError } from '../../../shared/errors.ts';
import type { RelevanceRule, Split } from '../../../shared/contract/evaluation.ts';
import { columnMoments } from '../../numerics/moments.ts';
import { Random } from '../../numerics/random.ts';
import { labelSets, singleLabels, type LabelSets } from './label-relevance.ts';
import type { CaptionWords } from '../../text/caption-words.ts';
import { float32At, float64At, int32At, itemAt } from '../../../shared/at.ts';

/** Features, captions and tags that a hash model learns from. */
export interface TrainingData {
  /** `[photos, imageWidth]`, row-major. */
  readonly imageRows: Float32Array;
  /** `[captions, textWidth]`, row-major. */
  readonly textRows: Float32Array;
  readonly imageWidth: number;
  readonly textWidth: number;
  /** The first `sharedWidth` numbers of image and text rows are in one space. */
  readonly sharedWidth: number;
  /** `[captions]`: row of the photo each caption describes. */
  readonly captionPhoto: Int32Array;
  /** Tag ids of each photo, any non-negative whole numbers; empty arrays where a photo has none. */
  readonly photoTags: readonly (readonly number[])[];
  /** Words of the captions; absent for data sets without them. */
  readonly words?: CaptionWords;
  /**
   * Index of the first caption that is the name of a label of its photo; all later captions are names too. Methods that
   * learn from labels learn from names; names are not queries, and a photo is held out with its names. Absent where
   * there are none.
   */
  readonly firstName?: number;
}

export interface SplitOptions {
  readonly seed: number;
  /** Share of the captioned photos held out as queries, default 0.1; at least 2 (a quarter, up to 40) and at most 1000. */
  readonly heldOut?: number;
  /** The photos held out, by row, where a data set comes with its own split; `seed` and `heldOut` are then not used. */
  readonly queryPhotos?: Int32Array;
  /** Whether the method learns from labels: it then learns from their names, and from no photo without a label. */
  readonly byLabels?: boolean;
}

export interface DataSplit {
  readonly relevance: RelevanceRule;
  /** `[N]`: captions trained on, ascending. Pair i is caption `pairs[i]` with photo `captionPhoto[pairs[i]]`. */
  readonly pairs: Int32Array;
  readonly queryPhotos: Int32Array;
  readonly queryCaptions: Int32Array;
  readonly databasePhotos: Int32Array;
  readonly databaseCaptions: Int32Array;
  /** Labels that decide relevance, a list for each photo: its tags, or under `own-caption` its own row. */
  readonly photoLabels: readonly (readonly number[])[];
  /** Held-out photos that were taken out as whole clusters of similar ones. */
  readonly clustered: ReadonlySet<number>;
  readonly counts: Split;
}

/** Smallest number of pairs to train on. */
export const fewestPairs = 16;
export const fewestPhotos = 4;

/** `[captions]`: the photo of each caption that is not the name of a label. */
const described = ({ captionPhoto, firstName }: TrainingData): Int32Array => captionPhoto.subarray(0, firstName);

/** Photos that have a caption, ascending. */
function captionedPhotos(data: TrainingData): Int32Array {
  const captioned = new Uint8Array(data.imageRows.length / data.imageWidth);
  for (const photo of described(data)) captioned[photo] = 1;
  return Int32Array.from(captioned.keys()).filter((photo) => captioned[photo] === 1);
}

/** Whether there are enough pairs to train and to evaluate. */
export const enoughPairs = (data: TrainingData): boolean =>
  described(data).length >= fewestPairs && captionedPhotos(data).length >= fewestPhotos;

/** @throws HashlensError `bad-argument` for arrays whose sizes do not fit together */
export function checkData(data: TrainingData): void {
  const { imageRows, textRows, imageWidth, textWidth, sharedWidth, captionPhoto, photoTags, words } = data;
  const photos = imageRows.length / imageWidth;
  const refuse = (what: string): never => {
    throw new HashlensError('bad-argument', `The training data do not fit together: ${what}.`);
  };
  if (!Number.isInteger(photos)) refuse(`${imageRows.length} numbers are not image rows of ${imageWidth}`);
  if (textRows.length !== captionPhoto.length * textWidth) {
    refuse(`${textRows.length} numbers are not ${captionPhoto.length} text rows of ${textWidth}`);
  }
  if (words !== undefined && words.offsets.length !== captionPhoto.length + 1) {
    refuse(`words of ${words.offsets.length - 1} captions, and there are ${captionPhoto.length}`);
  }
  if (photoTags.length !== photos) refuse(`${photoTags.length} tag lists for ${photos} photos`);
  if (sharedWidth > Math.min(imageWidth, textWidth)) refuse(`a shared width of ${sharedWidth} exceeds the rows`);
  if (captionPhoto.some((photo) => photo < 0 || photo >= photos)) refuse('a caption names a photo that is not there');
  for (const rows of [imageRows, textRows]) {
    if (!rows.every(Number.isFinite)) refuse('a feature is not a finite number');
  }
}

/**
 * Discriminative tags of each photo: those on at least two captioned photos and not on all of them. Null where own captions
 * are the better measure of relevance:
 * - fewer than half of the captioned photos have such a tag, or
 * - two captioned photos drawn at random share one more than three times in four (MIRFLICKR's 24 labels: a little more
 *   than half), so that nearly every answer would be relevant.
 */
function discriminativeTags(data: TrainingData, captioned: Int32Array): number[][] | null {
  const counts = new Map<number, number>();
  const tagsOf = (photo: number) => new Set(itemAt(data.photoTags, photo));
  for (const photo of captioned) for (const tag of tagsOf(photo)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const isDiscriminative = (tag: number) => {
    const count = counts.get(tag) ?? 0;
    return count >= 2 && count < captioned.length;
  };
  const tags = data.photoTags.map((_, photo) => [...tagsOf(photo)].filter(isDiscriminative));
  const tagged = captioned.filter((photo) => itemAt(tags, photo).length > 0);
  if (tagged.length * 2 < captioned.length) return null;
  const random = new Random(0);
  const draws = 4096;
  let shared = 0;
  for (let i = 0; i < draws; i++) {
    const a = itemAt(tags, int32At(tagged, random.below(tagged.length)));
    const b = itemAt(tags, int32At(tagged, random.below(tagged.length)));
    if (a.some((tag) => b.includes(tag))) shared++;
  }
  return shared <= 0.75 * draws ? tags : null;
}

/** Smallest number of held-out photos, and the largest share of a small library that they may take. */
const [fewestHeldOut, mostOfSmall] = [40, 0.25];

/** A tenth of the captioned photos, more in small libraries, where a tenth would be too few to compare models. */
function heldOutCount(captioned: number, share = 0.1): number {
  const small = Math.min(fewestHeldOut, Math.floor(mostOfSmall * captioned));
  return Math.min(Math.max(Math.round(share * captioned), small, 2), 1000);
}

/** Number of clusters of similar photos that are held out. */
const clusters = 3;
/** Smallest number of held-out photos with clusters. */
const fewestForClusters = 12;

/**
 * Half of the photos held out at random, the other half as whole clusters: a photo drawn at random and those most similar
 * to it. The training sees few photos like those of a cluster, so they show how a model ranks
 * kinds of photos that nobody described.
 */
function drawHeldOut(
  { imageRows, imageWidth }: TrainingData,
  candidates: Int32Array,
  count: number,
  seed: number,
): { readonly photos: Int32Array; readonly clustered: ReadonlySet<number> } {
  const order = new Random(seed).shuffle(candidates.slice());
  const size = count < fewestForClusters ? 0 : Math.floor(count / 2 / clusters);
  const clustered = new Set<number>();
  const mean = columnMoments(imageRows, imageWidth, candidates).mean;
  const row = (photo: number) =>
    Float64Array.from(
      { length: imageWidth },
      (_, j) => float32At(imageRows, photo * imageWidth + j) - float64At(mean, j),
    );
  for (let cluster = 0; size > 0 && cluster < clusters; cluster++) {
    const centre = order.find((photo) => !clustered.has(photo));
    if (centre === undefined) break;
    const towards = row(centre);
    const similarity = (photo: number): number => {
      const other = row(photo);
      let [dot, square] = [0, 0];
      for (let j = 0; j < imageWidth; j++) {
        dot += float64At(other, j) * float64At(towards, j);
        square += float64At(other, j) ** 2;
      }
      return dot / Math.sqrt(square || 1);
    };
    const near = Array.from(order)
      .filter((photo) => photo !== centre && !clustered.has(photo))
      .map((photo): [number, number] => [photo, similarity(photo)])
      .sort(([a, x], [b, y]) => y - x || a - b);
    clustered.add(centre);
    for (const [photo] of near.slice(0, size - 1)) clustered.add(photo);
  }
  const others = order.filter((photo) => !clustered.has(photo)).slice(0, count - clustered.size);
  return { photos: Int32Array.from([...clustered, ...others]).sort(), clustered };
}

/**
 * Holds out photos with all their captions; trains on every other (photo, caption) pair.
 *
 * With `tags`, queries are the held-out photos and captions, the database is everything else, and held-out photos have a
 * tag (one without would have no answer): the protocol of the papers. With `own-caption`, held-out photos and captions
 * are each other's database.
 *
 * Throws `too-few-pairs` below 16 pairs or 4 captioned photos.
 */
export function split(data: TrainingData, options: SplitOptions): DataSplit {
  const photos = data.imageRows.length / data.imageWidth;
  const allPhotos = Int32Array.from({ length: photos }, (_, i) => i);
  const captioned = captionedPhotos(data);
  const pairs = described(data).length;
  if (!enoughPairs(data)) {
    throw new HashlensError(
      'too-few-pairs',
      `Training needs at least ${fewestPairs} captions or tags on at least ${fewestPhotos} photos, and there are ${pairs} on ${captioned.length}; add captions or tags to your photos.`,
    );
  }
  const tags = discriminativeTags(data, captioned);
  const candidates = tags === null ? captioned : captioned.filter((photo) => itemAt(tags, photo).length > 0);
  const count = Math.min(heldOutCount(captioned.length, options.heldOut), candidates.length, captioned.length - 2);
  const drawn = options.queryPhotos === undefined ? drawHeldOut(data, candidates, count, options.seed) : null;
  const queryPhotos = options.queryPhotos ?? drawn?.photos ?? new Int32Array(0);
  const heldOut = new Uint8Array(photos);
  for (const photo of queryPhotos) heldOut[photo] = 1;
  const allCaptions = Int32Array.from({ length: pairs }, (_, i) => i);
  const isHeldOut = (caption: number) => heldOut[int32At(data.captionPhoto, caption)] === 1;
  const queryCaptions = allCaptions.filter(isHeldOut);
  const trainCaptions = allCaptions.filter((caption) => !isHeldOut(caption));
  const taught =
    options.byLabels === true && data.firstName !== undefined ? labelledPairs(data, heldOut) : trainCaptions;
  if (trainCaptions.length === 0) {
    throw new HashlensError('too-few-pairs', 'All captioned photos are held out for evaluation; add captions or tags.');
  }
  const databasePhotos = tags === null ? queryPhotos : allPhotos.filter((photo) => heldOut[photo] === 0);
  const databaseCaptions = tags === null ? queryCaptions : trainCaptions;
  return {
    relevance: tags === null ? 'own-caption' : 'tags',
    pairs: taught,
    queryPhotos,
    queryCaptions,
    databasePhotos,
    databaseCaptions,
    clustered: drawn?.clustered ?? new Set(),
    photoLabels: tags ?? Array.from(allPhotos, (photo) => [photo]),
    counts: {
      trainPairs: taught.length,
      trainPhotos: new Set(taught.map((caption) => int32At(data.captionPhoto, caption))).size,
      queryPhotos: queryPhotos.length,
      queryCaptions: queryCaptions.length,
      databasePhotos: databasePhotos.length,
      databaseCaptions: databaseCaptions.length,
    },
  };
}

/** Captions and names of the photos that have labels and are not held out. */
function labelledPairs({ captionPhoto, photoTags }: TrainingData, heldOut: Uint8Array): Int32Array {
  return Int32Array.from(captionPhoto.keys()).filter((caption) => {
    const photo = int32At(captionPhoto, caption);
    return heldOut[photo] === 0 && itemAt(photoTags, photo).length > 0;
  });
}

/** Labels of some photos, or of the photos of some captions. */
export function labelsOf(split: DataSplit, photos: Int32Array): LabelSets {
  if (split.relevance === 'own-caption') return singleLabels(photos);
  return labelSets(Array.from(photos, (photo) => itemAt(split.photoLabels, photo)));
}

/** SHA-256, hexadecimal, over all data of a training. */
export function fingerprint(data: TrainingData): string {
  const hash = createHash('sha256');
  const widths = Int32Array.of(data.imageWidth, data.textWidth, data.sharedWidth);
  const { words } = data;
  const ofWords = words === undefined ? [] : [words.offsets, words.ids];
  for (const array of [widths, data.imageRows, data.textRows, data.captionPhoto, ...ofWords]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  if (words !== undefined) hash.update(JSON.stringify(words.vocabulary));
  if (data.firstName !== undefined) hash.update(`names from ${data.firstName}`);
  return hash.update(JSON.stringify(data.photoTags)).digest('hex');
}
