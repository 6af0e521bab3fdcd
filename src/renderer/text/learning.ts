// What learning takes and what it brought, for a person who trains no other models.
import type { HashModelSummary } from '../../shared/contract/models.ts';
import { counted } from './format.ts';

/** Fewer queries than these say little: their interval is wide. */
const fewQueries = 30;

export interface LearningResult {
  readonly sentence: string;
  /** Empty where enough was measured. */
  readonly caution: string;
  readonly isBetter: boolean;
}

/** Null for a model whose search of the whole library was not measured. */
export function learningResult({ evaluation }: HashModelSummary): LearningResult | null {
  const library = evaluation?.library;
  if (library === undefined) return null;
  const { trained, encoder, queries, better } = library;
  const times = (share: number) => `${Math.round(100 * share)} times in 100`;
  const range = `${Math.round(100 * trained.low)} to ${Math.round(100 * trained.high)}`;
  const before = encoder === null ? '' : `; before ${Math.round(100 * encoder.mean)}`;
  return {
    sentence: `For photos nobody described it finds the right one among the first ten ${times(trained.mean)} (${range})${before}.`,
    caution: queries < fewQueries ? `That was measured with only ${queries} captions: take it as a hint.` : '',
    isBetter: better,
  };
}

/** `, which takes about 2 minutes`, by the newest training in epochs; empty where there was none. */
export function learningTime(models: readonly HashModelSummary[], pairs: number): string {
  const last = models.find(
    ({ method, epochs, evaluation }) => method === 'two-tower' && epochs.length > 1 && evaluation,
  );
  if (last?.evaluation === null || last === undefined) return '';
  const seconds = last.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const minutes = (seconds * pairs) / Math.max(1, last.evaluation.split.trainPairs) / 60;
  return minutes < 1
    ? ', which takes less than a minute'
    : `, which takes about ${counted(Math.ceil(minutes), 'minute')}`;
}
