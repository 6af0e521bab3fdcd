// What a model was measured on, in words.
import type { EpochMetrics, EvaluationContext } from '../../shared/types.ts';
import { counted } from './format.ts';

/** Full sentences: the split, what counts as a match, and what was asked. */
export function describeEvaluation({ split, relevance, protocol, seed }: EvaluationContext): string[] {
  const photos = counted(split.queryPhotos, 'photo');
  const captions = counted(split.queryCaptions, 'caption');
  const sentences = [
    `Trained on ${counted(split.trainPairs, 'pair')} of ${counted(split.trainPhotos, 'photo')} with their captions; ` +
      `measured on ${photos} and ${captions} it has not seen (drawn with seed ${seed}).`,
    `Photos are looked for among ${counted(split.databasePhotos, 'photo')}, captions among ` +
      `${counted(split.databaseCaptions, 'caption')}.`,
    relevance === 'tags'
      ? 'A photo and a caption count as a match when their photos share a tag.'
      : 'A photo and a caption count as a match only when the caption belongs to that photo.',
  ];
  if (protocol === 'paired') {
    sentences.push(
      'Each query and each item was a photo together with its caption, as some published tables have it: ' +
        'comparable to those, but not the quality of a search.',
    );
  }
  return sentences;
}

const percent = (share: number) => `${Math.round(100 * share)}%`;

/**
 * How many held-out captions find their own photo among the first ten held-out ones, in the order of the real-valued rows,
 * as search puts its nearest codes in order. Null for models made before that was measured.
 */
export function ownPhoto(
  metrics: EpochMetrics,
  evaluation: EvaluationContext | null,
): { readonly share: string; readonly label: string } | null {
  const found = metrics.recallReal ?? metrics.recall;
  if (found === undefined) return null;
  const chance = evaluation?.ranks?.chance.recall.t2i[10];
  const among = evaluation === null ? '' : ` of ${evaluation.split.queryPhotos}`;
  const beside = chance === undefined ? '' : ` (chance ${percent(Math.min(1, chance))})`;
  return { share: percent(found.t2i[10]), label: `Captions whose photo is in the first 10${among}${beside}` };
}

/** mAP as tables have it. */
export function score(value: number): string {
  return value.toFixed(3);
}
