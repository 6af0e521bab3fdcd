// Trainings as rows of a table: for the window, for scripts and for spreadsheets.
import { csvLine } from './csv.ts';
import type { DirectionScores, Interval, RecallScores } from './contract/evaluation.ts';
import type { HashModelSummary } from './contract/models.ts';
import type { ModelId } from './contract/ids.ts';

/**
 * One training, or an untrained model. Scores are of the kept epoch, 0..1, on held-out photos and captions, and those of an
 * untrained model are its encoder's; null if not measured.
 */
export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly method: string;
  readonly bits: number;
  readonly encoder: string;
  readonly seed: number | null;
  readonly protocol: string | null;
  /** Number of training pairs of photo and caption, or photo and tag. */
  readonly pairs: number | null;
  readonly epochs: number;
  readonly bestEpoch: number | null;
  /** Of all epochs together. */
  readonly seconds: number;
  readonly device: string | null;
  /** Other settings, as `key=value` separated by spaces. */
  readonly settings: string;
  readonly mapI2t: number | null;
  readonly mapT2i: number | null;
  readonly map50I2t: number | null;
  readonly map50T2i: number | null;
  readonly recall1I2t: number | null;
  readonly recall1T2i: number | null;
  readonly recall5I2t: number | null;
  readonly recall5T2i: number | null;
  readonly recall10I2t: number | null;
  readonly recall10T2i: number | null;
  readonly chanceI2t: number | null;
  readonly chanceT2i: number | null;
  readonly floatI2t: number | null;
  readonly floatT2i: number | null;
  /** Share of captions whose photo, undescribed, is among the first ten of the whole library, by pictures alone. */
  readonly library10: number | null;
  /** The same in the default order of search. */
  readonly search10: number | null;
  /** ISO 8601, UTC. */
  readonly made: string;
}

/** Columns of scores in both directions. */
function scoresOf(
  measured: {
    readonly map: DirectionScores | null;
    readonly map50: DirectionScores | null;
    readonly recall?: RecallScores | null;
  } | null,
) {
  const { map = null, map50 = null, recall = null } = measured ?? {};
  return {
    mapI2t: map?.i2t ?? null,
    mapT2i: map?.t2i ?? null,
    map50I2t: map50?.i2t ?? null,
    map50T2i: map50?.t2i ?? null,
    recall1I2t: recall?.i2t[1] ?? null,
    recall1T2i: recall?.t2i[1] ?? null,
    recall5I2t: recall?.i2t[5] ?? null,
    recall5T2i: recall?.t2i[5] ?? null,
    recall10I2t: recall?.i2t[10] ?? null,
    recall10T2i: recall?.t2i[10] ?? null,
  };
}

const columnsOfTheirOwn = new Set(['seed', 'device', 'protocol', 'epochs']);

export function runRow(model: HashModelSummary): RunRow {
  const { evaluation, options, epochs } = model;
  const best = epochs.find(({ epoch }) => epoch === model.bestEpoch) ?? null;
  const others = Object.entries(options).filter(([key]) => !columnsOfTheirOwn.has(key));
  const { seed, device } = options;
  return {
    id: model.id,
    name: model.name,
    note: model.note,
    method: model.method,
    bits: model.bits,
    encoder: model.encoderId,
    seed: typeof seed === 'number' ? seed : null,
    protocol: evaluation?.protocol ?? null,
    pairs: evaluation?.split.trainPairs ?? null,
    epochs: epochs.length,
    bestEpoch: model.bestEpoch,
    seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0),
    device: evaluation?.device ?? (typeof device === 'string' ? device : null),
    settings: others.map(([key, value]) => `${key}=${value}`).join(' '),
    ...scoresOf(best),
    chanceI2t: evaluation?.chance.i2t ?? null,
    chanceT2i: evaluation?.chance.t2i ?? null,
    floatI2t: evaluation?.float?.i2t ?? null,
    floatT2i: evaluation?.float?.t2i ?? null,
    library10: evaluation?.library?.trained.mean ?? null,
    search10: evaluation?.library?.defaultOrder?.trained.mean ?? null,
    made: new Date(model.createdAt).toISOString(),
  };
}

/** Measures of an encoder alone, whose order is that of a search with an untrained model. */
export interface EncoderMeasures {
  /** The training that took them. */
  readonly by: ModelId;
  /** Number of photos among which `found` was measured. */
  readonly photos: number;
  /** Share of captions whose photo is among the first ten, 0..1, by pictures alone. */
  readonly found: Interval;
  /** The same in a search as usual, by the newest training before which the model was in use; null without one. */
  readonly search: SearchMeasure | null;
  /** mAP of the float features, over the whole list and at 50, and shares of own counterparts among the first few by them. */
  readonly map: DirectionScores | null;
  readonly map50: DirectionScores | null;
  readonly recall: RecallScores | null;
}

/** Share of captions whose photo a search finds among the first ten, 0..1, and the training that measured it. */
export interface SearchMeasure {
  readonly by: ModelId;
  readonly photos: number;
  readonly found: Interval;
}

function searchMeasure(model: ModelId, newestFirst: readonly HashModelSummary[]): SearchMeasure | null {
  for (const { id, evaluation } of newestFirst) {
    const { photos, before, beforeModel } = evaluation?.library?.defaultOrder ?? {};
    if (photos === undefined || !before || beforeModel !== model) continue;
    return { by: id, photos, found: before };
  }
  return null;
}

/**
 * The measures of an untrained model's encoder, by the newest training that took them. Null for a trained model or one in
 * training, and without such a training.
 */
export function encoderMeasures(
  { id, state, evaluation, epochs, encoderId }: HashModelSummary,
  models: readonly HashModelSummary[],
): EncoderMeasures | null {
  if (state !== 'ready' || evaluation !== null || epochs.length > 0) return null;
  const newestFirst = models.filter((one) => one.encoderId === encoderId).toSorted((a, b) => b.createdAt - a.createdAt);
  for (const model of newestFirst) {
    const { photos, encoder } = model.evaluation?.library ?? {};
    if (photos === undefined || encoder === undefined || encoder === null) continue;
    const { float = null, float50 = null, ranks } = model.evaluation ?? {};
    return {
      by: model.id,
      photos,
      found: encoder,
      search: searchMeasure(id, newestFirst),
      map: float,
      map50: float50,
      recall: ranks?.float?.recall ?? null,
    };
  }
  return null;
}

/** A model and its row. */
export interface ComparedRun {
  readonly model: HashModelSummary;
  readonly row: RunRow;
}

/** Trained and solved models, and untrained ones whose encoder a training has measured, in the order of the input. */
export const comparedRuns = (models: readonly HashModelSummary[]): ComparedRun[] =>
  models.flatMap((model) => {
    const row = runRow(model);
    if (row.epochs > 0) return [{ model, row }];
    const measures = encoderMeasures(model, models);
    if (measures === null) return [];
    const [library10, search10] = [measures.found.mean, measures.search?.found.mean ?? null];
    return [{ model, row: { ...row, ...scoresOf(measures), library10, search10 } }];
  });

/** A run with the measures of each epoch, and their subject. */
export interface RunRecord extends RunRow {
  readonly measures: HashModelSummary['epochs'];
  readonly evaluation: HashModelSummary['evaluation'];
}

/** Trained and solved models, newest first as in the input. */
export const runsOf = (models: readonly HashModelSummary[]): HashModelSummary[] =>
  models.filter(({ epochs }) => epochs.length > 0);

/** A header line, and a line for each run (RFC 4180). */
export function runsAsCsv(models: readonly HashModelSummary[]): string {
  const rows = comparedRuns(models).map(({ row }) => row);
  const [first] = rows;
  if (first === undefined) return '';
  const lines: (string | number | null)[][] = [
    Object.keys(first),
    ...rows.map((row) => Object.values<string | number | null>({ ...row })),
  ];
  return lines.map((line) => `${csvLine(line.map(cell))}\r\n`).join('');
}

/** Each run with its measures epoch by epoch. */
export const runRecords = (models: readonly HashModelSummary[]): RunRecord[] =>
  comparedRuns(models).map(({ model, row }) => ({ ...row, measures: model.epochs, evaluation: model.evaluation }));

/** A spreadsheet would execute a text that begins like a formula. */
const likeFormula = /^[=+@\t\r]|^-(?![\d.])/;

function cell(value: string | number | null): string {
  const text = value === null ? '' : `${value}`;
  return likeFormula.test(text) ? `'${text}` : text;
}
