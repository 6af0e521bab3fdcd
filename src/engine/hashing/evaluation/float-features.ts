// The reference for hashing: retrieval by the cosine of the float features that both modalities share.
import type { DirectionScores, RankScores } from '../../../shared/contract/evaluation.ts';
import type { DataSplit, TrainingData } from '../data/training-data.ts';
import { gather } from '../../numerics/gather.ts';
import { similarityScores } from './metrics.ts';
import { bothWays, similarityRanks, type Counterparts } from './recall-at-k.ts';
import type { LabelSets } from '../data/label-relevance.ts';
import { Similarities, unitRowsOf } from '../../compute/similarities.ts';
import type { Yielder } from '../../runtime/yielder.ts';

/** Labels of the four lists of an evaluation. */
export interface SplitLabels {
  readonly queryPhotos: LabelSets;
  readonly queryCaptions: LabelSets;
  readonly databasePhotos: LabelSets;
  readonly databaseCaptions: LabelSets;
}

const both = (i2t: number, t2i: number): DirectionScores => ({ i2t, t2i, mean: (i2t + t2i) / 2 });

/** Unit rows of the shared features, `[indices, sharedWidth]`, of rows `[n, width]`. */
export const sharedRows = (rows: Float32Array, width: number, sharedWidth: number, indices: Int32Array): Float32Array =>
  unitRowsOf(gather(rows, indices, width, new Float32Array(indices.length * width)), width, sharedWidth);

/** mAP, mAP@50 and ranks of the cosine of the shared features; `data.sharedWidth` is not 0. */
export async function floatScores(
  data: TrainingData,
  split: DataSplit,
  labels: SplitLabels,
  own: Counterparts,
  threads: number,
  yielder: Yielder,
): Promise<{ readonly map: DirectionScores; readonly map50: DirectionScores; readonly ranks: RankScores }> {
  const { sharedWidth } = data;
  const photos = (indices: Int32Array) => sharedRows(data.imageRows, data.imageWidth, sharedWidth, indices);
  const captions = (indices: Int32Array) => sharedRows(data.textRows, data.textWidth, sharedWidth, indices);
  const [askingPhotos, askingCaptions] = [photos(split.queryPhotos), captions(split.queryCaptions)];
  const cosine = await Similarities.open(sharedWidth, threads);
  try {
    const i2t = await similarityScores(
      labels.queryPhotos,
      labels.databaseCaptions,
      cosine.rowsOf(askingPhotos, captions(split.databaseCaptions), yielder),
      50,
    );
    const t2i = await similarityScores(
      labels.queryCaptions,
      labels.databasePhotos,
      cosine.rowsOf(askingCaptions, photos(split.databasePhotos), yielder),
      50,
    );
    const ranks = bothWays(
      await similarityRanks(own.captionsOf, cosine.rowsOf(askingPhotos, askingCaptions, yielder)),
      await similarityRanks(own.photosOf, cosine.rowsOf(askingCaptions, askingPhotos, yielder)),
    );
    return { map: both(i2t.map, t2i.map), map50: both(i2t.mapAtK, t2i.mapAtK), ranks };
  } finally {
    await cosine.dispose();
  }
}
