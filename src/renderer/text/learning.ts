// Cost and gain of learning, for people who do not train other models.
import { problemText } from '../../language/problems.ts';
import { m } from '../../language/language.ts';
import { hasHiddenGain, roundedShare as percent } from '../../shared/compare-quality.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import type { TrainPlan } from '../../shared/contract/training.ts';
import { isFew } from './evaluation.ts';

/** Fewer queries have a wide interval and say little. */
const fewQueries = 30;

export interface LearningResult {
  readonly sentence: string;
  /** Empty if enough was measured. */
  readonly caution: string;
  readonly isBetter: boolean;
  /** The measure that decided for the model, where the sentence has no greater share than before; else empty. */
  readonly decided: string;
}

/** Null for a model whose search of the whole library was not measured. */
export function learningResult(model: HashModelSummary): LearningResult | null {
  const { evaluation } = model;
  const library = evaluation?.library;
  if (library === undefined) return null;
  const { encoder, better, defaultOrder, orderUnmeasured } = library;
  // Models of earlier versions were measured by pictures alone.
  const { photos, trained } = defaultOrder ?? library;
  const queries = defaultOrder?.queries ?? library.asked ?? library.queries;
  const before = defaultOrder === undefined ? encoder : defaultOrder.before;
  const found = {
    photos: m.count_photos({ count: photos }),
    share: percent(trained.mean),
    low: percent(trained.low),
    high: percent(trained.high),
  };
  const result =
    before === null ? m.learning_result(found) : m.learning_result_before({ ...found, before: percent(before.mean) });
  const alone = defaultOrder === undefined ? [m.learning_pictures_alone()] : [];
  const failed = orderUnmeasured === undefined ? [] : [m.learning_unmeasured({ reason: problemText(orderUnmeasured) })];
  return {
    sentence: [result, ...alone, ...failed].join(' '),
    caution: cautionOf(model, queries),
    isBetter: better,
    decided: hasHiddenGain(library) ? m.learning_decided() : '',
  };
}

/** Captions of one photo say little about other photos, so that few photos are few, however many captions they have. */
function cautionOf(model: HashModelSummary, queries: number): string {
  if (queries < fewQueries) return m.learning_few({ queries });
  const { split } = model.evaluation ?? {};
  return split !== undefined && isFew(model) ? m.learning_few_photos({ photos: split.queryPhotos }) : '';
}

/** Milliseconds a pair of a training of usual length, as measured on two cores with 1000 to 5000 pairs (docs/measurements.md, learning). */
const usualPairMs = 40;

/** `about 2 minutes`: by the newest training of the planned method in epochs, or by what one usually takes. */
export function learningTime(
  models: readonly HashModelSummary[],
  { method: planned, pairs }: Pick<TrainPlan, 'method' | 'pairs'>,
): string {
  const last = models.find(({ method, epochs, evaluation }) => method === planned && epochs.length > 1 && evaluation);
  const pairSeconds =
    last === undefined || last.evaluation === null
      ? usualPairMs / 1000
      : last.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) / Math.max(1, last.evaluation.split.trainPairs);
  const minutes = (pairSeconds * pairs) / 60;
  return minutes < 1 ? m.learning_less() : m.learning_minutes({ count: Math.ceil(minutes) });
}
