// Describes in words how a model was measured.
import { m } from '../../language/language.ts';
import {
  fewPhotos,
  type Direction,
  type EpochIntervals,
  type EpochMetrics,
  type EvaluationContext,
  type Interval,
} from '../../shared/contract/evaluation.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import { encoderMeasures, type RunRow } from '../../shared/runs.ts';
import { decimal } from './format.ts';

/** Full sentences: the split, the rule of relevance, the queries, and the other measure of the page. */
export function describeEvaluation(context: EvaluationContext): string[] {
  const { split, relevance, protocol, seed, report, library } = context;
  const photos = (n: number) => m.count_photos({ count: n });
  const captions = (n: number) => m.evaluation_count_captions({ count: n });
  const sentences: string[] = [
    m.evaluation_trained({
      count: split.trainPairs,
      photos: photos(split.trainPhotos),
      heldOut: photos(split.queryPhotos),
      captions: captions(split.queryCaptions),
      seed,
    }),
    m.evaluation_among({ photos: photos(split.databasePhotos), captions: captions(split.databaseCaptions) }),
    relevance === 'tags' ? m.evaluation_match_tags() : m.evaluation_match_own(),
  ];
  const unseen = report?.unseen ?? null;
  if (unseen !== null) {
    sentences.push(m.evaluation_unseen({ map: score(unseen.map), chance: score(unseen.chance) }));
  }
  if (isFew({ evaluation: context })) sentences.push(m.evaluation_few({ photos: photos(split.queryPhotos) }));
  if (protocol === 'paired') sentences.push(m.evaluation_paired());
  if (library !== undefined) {
    const measured = library.defaultOrder ?? library;
    const share = percent(measured.trained.mean);
    sentences.push(m.evaluation_library({ photos: photos(measured.photos), share, learn: m.common_learn_button() }));
  }
  return sentences;
}

const percent = (share: number) => m.evaluation_percent({ n: Math.round(100 * share) });

/**
 * Quality of a search of the whole library for photos without captions, with the interval and the result of the model in use
 * before; by pictures alone, with the encoder's own result, where the order of search was not measured. Null during the training, and for models made before this was measured.
 */
export function libraryQuality(
  evaluation: EvaluationContext | null,
): { readonly share: string; readonly range: string; readonly label: string } | null {
  const library = evaluation?.library;
  if (library === undefined) return null;
  const { defaultOrder } = library;
  if (defaultOrder !== undefined) {
    const { trained, before, photos } = defaultOrder;
    const found = { photos, low: percent(trained.low), high: percent(trained.high) };
    return {
      share: percent(trained.mean),
      range: m.evaluation_range(found),
      label:
        before === null
          ? m.evaluation_search(found)
          : m.evaluation_search_before({ ...found, before: percent(before.mean) }),
    };
  }
  const { trained, encoder, photos } = library;
  const found = { photos, low: percent(trained.low), high: percent(trained.high) };
  return {
    share: percent(trained.mean),
    range: m.evaluation_range(found),
    label:
      encoder === null ? m.evaluation_found(found) : m.evaluation_before({ ...found, before: percent(encoder.mean) }),
  };
}

/** mAP in both directions, with what was measured. */
export interface UntrainedMap {
  readonly i2t: number;
  readonly t2i: number;
  readonly label: string;
}

/**
 * Quality of a search with an untrained model, which orders photos as the encoder alone does, and mAP of its float features: as
 * the newest training with the same encoder measured them. Null for a trained model or one in training, and without such a
 * measurement.
 */
export function untrainedQuality(
  model: HashModelSummary,
  models: readonly HashModelSummary[],
): {
  readonly share: string;
  /** Null where the training held out enough photos. */
  readonly range: string | null;
  readonly label: string;
  /** The share by pictures alone, with what measured it. */
  readonly pictures: string;
  readonly map: UntrainedMap | null;
} | null {
  const measures = encoderMeasures(model, models);
  if (measures === null) return null;
  const { by, map, search } = measures;
  const { photos, found } = search ?? measures;
  const training = models.find(({ id }) => id === (search?.by ?? by));
  const boundsOf = ({ low, high }: Interval) => ({ low: percent(low), high: percent(high) });
  const bounds = boundsOf(found);
  const pictures = m.evaluation_untrained({
    found: m.evaluation_found({ photos: measures.photos, ...boundsOf(measures.found) }),
    model: by,
  });
  return {
    share: percent(found.mean),
    range: training !== undefined && isFew(training) ? m.evaluation_range(bounds) : null,
    label:
      search === null
        ? pictures
        : m.evaluation_untrained_search({ found: m.evaluation_search({ photos, ...bounds }), model: search.by }),
    pictures,
    map: map === null ? null : { ...map, label: m.evaluation_untrained_map({ model: by }) },
  };
}

/** The reason why search does not use a model that is ready; null if it does, or if there is no reason against it. */
export function whyUnused({ state, active, evaluation }: HashModelSummary): string | null {
  const library = evaluation?.library;
  if (state !== 'ready' || active || library === undefined || library.better) return null;
  const { trained, encoder } = library;
  if (encoder === null) return m.evaluation_not_chance();
  return m.evaluation_not_alone({ trained: percent(trained.mean), encoder: percent(encoder.mean) });
}

/**
 * Number of held-out captions that find their own photo among the first ten held-out photos, ordered by the
 * real-valued rows as in search; among fewer if few are held out. Null for models made before this was measured.
 */
export function ownPhoto(
  metrics: EpochMetrics,
  evaluation: EvaluationContext | null,
): { readonly share: string; readonly range: string | null; readonly label: string } | null {
  const found = metrics.recallReal ?? metrics.recall;
  if (found === undefined || evaluation === null) return null;
  const photos = evaluation.split.queryPhotos;
  const first = ([10, 5] as const).find((k) => 2 * k <= photos) ?? 1;
  const chance = evaluation.ranks?.chance.recall.t2i[first];
  const label =
    chance === undefined
      ? m.evaluation_own({ first, photos })
      : m.evaluation_own_chance({ first, photos, chance: percent(chance) });
  const measured = metrics.intervals?.ownPhoto[first];
  const range =
    measured === undefined ? null : m.evaluation_range({ low: percent(measured.low), high: percent(measured.high) });
  return { share: percent(found.t2i[first]), range, label };
}

/** The interval of mAP in one direction; null for models made before it was measured. */
export function mapRange({ intervals }: EpochMetrics, direction: Direction): string | null {
  if (intervals === undefined) return null;
  const { low, high } = intervals.map[direction];
  return m.evaluation_range({ low: score(low), high: score(high) });
}

/** Whether the held-out photos are too few for numbers that other photos would give, too. */
export const isFew = ({ evaluation }: Pick<HashModelSummary, 'evaluation'>): boolean =>
  evaluation !== null && evaluation.split.queryPhotos < fewPhotos;

/** The column of a measure, or another column of the compared trainings. */
type Column = keyof RunRow;

/** The intervals of the kept epoch, by the column of their measure. */
const epochIntervals: Readonly<Partial<Record<Column, (intervals: EpochIntervals) => Interval | undefined>>> = {
  mapI2t: ({ map }) => map.i2t,
  mapT2i: ({ map }) => map.t2i,
  map50I2t: ({ few }) => few?.map50.i2t,
  map50T2i: ({ few }) => few?.map50.t2i,
  recall1I2t: ({ few }) => few?.recall.i2t[1],
  recall1T2i: ({ few }) => few?.recall.t2i[1],
  recall5I2t: ({ few }) => few?.recall.i2t[5],
  recall5T2i: ({ few }) => few?.recall.t2i[5],
  recall10I2t: ({ few }) => few?.recall.i2t[10],
  recall10T2i: ({ few }) => few?.recall.t2i[10],
};

/** The interval of a measure of the compared trainings; undefined for other columns and unmeasured ones. */
function intervalOf({ evaluation, epochs, bestEpoch }: HashModelSummary, column: Column): Interval | undefined {
  if (column === 'library10') return evaluation?.library?.trained;
  const intervals = epochs.find(({ epoch }) => epoch === bestEpoch)?.intervals;
  return intervals === undefined ? undefined : epochIntervals[column]?.(intervals);
}

/** The 95% interval in a column of a model measured on few photos; null for others, and where it was not measured. */
export function fewRange(model: HashModelSummary, column: Column): string | null {
  const found = isFew(model) ? intervalOf(model, column) : undefined;
  return found === undefined ? null : m.evaluation_range({ low: score(found.low), high: score(found.high) });
}

/** mAP in the format of tables. */
export function score(value: number): string {
  return decimal(value, 3);
}
