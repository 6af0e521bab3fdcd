// Describes in words how a model was measured.
import type { EpochMetrics, EvaluationContext } from '../../shared/contract/evaluation.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import { counted } from './format.ts';

/** Full sentences: the split, the rule of relevance, and the queries. */
export function describeEvaluation({ split, relevance, protocol, seed, report }: EvaluationContext): string[] {
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
  const unseen = report?.unseen ?? null;
  if (unseen !== null) {
    sentences.push(
      `Text to photos it never learned from, as those you add later: ${score(unseen.map)}, by chance ${score(unseen.chance)}.`,
    );
  }
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
 * Quality of a search of the whole library for photos without captions, with the interval and what the
 * encoder alone gives. Null while it trains, and for models made before that was measured.
 */
export function libraryQuality(
  evaluation: EvaluationContext | null,
): { readonly share: string; readonly label: string } | null {
  const library = evaluation?.library;
  if (library === undefined) return null;
  const { trained, encoder, photos } = library;
  const before = encoder === null ? '' : `; before ${percent(encoder.mean)}`;
  return {
    share: percent(trained.mean),
    label: `Right photo in the first 10 of ${photos} (${percent(trained.low)} to ${percent(trained.high)}${before})`,
  };
}

/** Why search does not use a model that is ready; null where it uses it, or nothing speaks against it. */
export function whyUnused({ state, active, evaluation }: HashModelSummary): string | null {
  const library = evaluation?.library;
  if (state !== 'ready' || active || library === undefined || library.better) return null;
  const { trained, encoder } = library;
  if (encoder === null) return 'Search does not use it: its order is not better than chance.';
  return (
    'Search does not use it: its order is not better than that of the encoder alone beyond chance ' +
    `(${percent(trained.mean)} against ${percent(encoder.mean)} in the first 10). More photos with captions would help.`
  );
}

/**
 * How many held-out captions find their own photo among the first ten held-out photos, ordered by the real-valued rows
 * as in search; among fewer where few are held out. Null for models made before this was measured.
 */
export function ownPhoto(
  metrics: EpochMetrics,
  evaluation: EvaluationContext | null,
): { readonly share: string; readonly label: string } | null {
  const found = metrics.recallReal ?? metrics.recall;
  if (found === undefined || evaluation === null) return null;
  const photos = evaluation.split.queryPhotos;
  const first = ([10, 5] as const).find((k) => 2 * k <= photos) ?? 1;
  const chance = evaluation.ranks?.chance.recall.t2i[first];
  const beside = chance === undefined ? '' : ` (chance ${percent(chance)})`;
  return { share: percent(found.t2i[first]), label: `Own photo in the first ${first} of ${photos}${beside}` };
}

/** mAP in the format of tables. */
export function score(value: number): string {
  return value.toFixed(3);
}
