import { expect, it } from 'vitest';
import type { EpochMetrics, EvaluationContext } from '../../shared/contract/evaluation.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import { evaluation, model as modelOf } from '../../../test/support/contract-values.ts';
import { describeEvaluation, libraryQuality, ownPhoto, untrainedQuality, whyUnused } from './evaluation.ts';

const recall = { 1: 0.21, 5: 0.5, 10: 0.744 };
const both = { i2t: recall, t2i: recall };
const metrics = { recall: both, recallReal: both } as unknown as EpochMetrics;
const context = (queryPhotos: number): EvaluationContext =>
  ({
    split: { queryPhotos },
    ranks: { chance: { recall: { t2i: { 1: 1 / queryPhotos, 5: 5 / queryPhotos, 10: 10 / queryPhotos } } } },
  }) as unknown as EvaluationContext;

it('says how many captions find their own photo, beside chance, among as many as makes sense', () => {
  expect(ownPhoto(metrics, context(100))).toEqual({
    share: '74%',
    range: null,
    label: 'Own photo in the first 10 of 100 kept aside (chance 10%)',
  });
  expect(ownPhoto(metrics, context(12))?.label).toBe('Own photo in the first 5 of 12 kept aside (chance 42%)');
  expect(ownPhoto(metrics, context(4))).toEqual({
    share: '21%',
    range: null,
    label: 'Own photo in the first 1 of 4 kept aside (chance 25%)',
  });
});

it('says how well texts find photos that the model never learned from, where that was measured', () => {
  const described = (unseen?: EvaluationContext['report']) =>
    describeEvaluation({
      ...context(100),
      split: {
        trainPairs: 1,
        trainPhotos: 1,
        queryPhotos: 1,
        queryCaptions: 1,
        databasePhotos: 1,
        databaseCaptions: 1,
      },
      ...(unseen === undefined ? {} : { report: unseen }),
    }).join(' ');
  const report = { atK: [], prCurve: { i2t: [], t2i: [] } };
  expect(described({ ...report, unseen: { map: 0.2352, chance: 0.1 } })).toContain(
    'Text to photos it never learned from, like those you add later: 0.235, by chance 0.100.',
  );
  expect(described({ ...report, unseen: null })).not.toContain('never learned');
  expect(described(report)).not.toContain('never learned');
  expect(described()).not.toContain('never learned');
});

it('says nothing of models made before that was measured', () => {
  expect(ownPhoto({} as EpochMetrics, context(100))).toBeNull();
  expect(ownPhoto(metrics, null)).toBeNull();
});

it('compares the quality of a model in the whole library with the one before', () => {
  const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
  const library = { photos: 4000, queries: 50, trained: interval(0.74), encoder: interval(0.41), better: true };
  const measured = (changes: object) => ({ ...context(100), library: { ...library, ...changes } });
  expect(libraryQuality(measured({}))).toEqual({
    share: '74%',
    range: '64% to 84%',
    label: 'Right photo in the first 10 of all 4000, by pictures alone (64% to 84%; before 41%)',
  });
  expect(libraryQuality(measured({ encoder: null }))?.label).toBe(
    'Right photo in the first 10 of all 4000, by pictures alone (64% to 84%)',
  );
  const defaultOrder = { photos: 4100, queries: 50, trained: interval(0.5), before: interval(0.2) };
  expect(libraryQuality(measured({ defaultOrder }))).toEqual({
    share: '50%',
    range: '40% to 60%',
    label:
      'In a search the right photo, if nobody described it, is in the first 10 of all 4100 (40% to 60%; before 20%)',
  });
  expect(libraryQuality(measured({ defaultOrder: { ...defaultOrder, before: null } }))?.label).toBe(
    'In a search the right photo, if nobody described it, is in the first 10 of all 4100 (40% to 60%)',
  );
  expect(libraryQuality(context(100))).toBeNull();
  expect(libraryQuality(null)).toBeNull();
});

it('says why a model is not used, and nothing of one that is, or is better, or was never compared', () => {
  const interval = (mean: number) => ({ mean, low: mean, high: mean });
  const model = (better: boolean, changes: object = {}, encoder: object | null = interval(0.5)) =>
    ({
      ...{ state: 'ready', active: false },
      evaluation: { library: { photos: 9, queries: 9, trained: interval(0.4), encoder, better } },
      ...changes,
    }) as HashModelSummary;
  expect(whyUnused(model(false))).toContain('(40% against 50% in the first 10, by pictures alone)');
  expect(whyUnused(model(false, {}, null))).toContain('not better than chance');
  expect(whyUnused(model(true))).toBeNull();
  expect(whyUnused(model(false, { active: true }))).toBeNull();
  expect(whyUnused(model(false, { state: 'training' }))).toBeNull();
  expect(whyUnused(model(false, { evaluation: null }))).toBeNull();
});

it('explains why the share in the whole library differs from the one among photos kept aside', () => {
  const quality = {
    photos: 300,
    queries: 40,
    trained: { mean: 0.41, low: 0.3, high: 0.5 },
    encoder: null,
    better: true,
  };
  const described = (more: Partial<EvaluationContext>) => describeEvaluation(evaluation(more)).join(' ');
  expect(described({ library: quality })).toContain(
    'among all 300 photos, the right one is in the first 10 in 41% of the searches. ' +
      'That number is also under “Learn from my captions” and in the table; it differs from the share above',
  );
  expect(described({})).not.toContain('whole library');
});

it('warns of numbers that were measured on few photos', () => {
  const described = (queryPhotos: number) =>
    describeEvaluation(evaluation({ split: { ...evaluation().split, queryPhotos } })).join(' ');
  expect(described(29)).toContain('measured on only 29 photos: take them as a hint');
  expect(described(30)).not.toContain('take them as a hint');
});

it('gives the untrained model the share of a search before the training that replaced it, else that by pictures alone', () => {
  const interval = (mean: number) => ({ mean, low: mean - 0.03, high: mean + 0.1 });
  const untrained = modelOf('rotation');
  const after = (beforeModel: string) =>
    modelOf('first', {
      evaluation: evaluation({
        library: {
          ...{ photos: 1093, queries: 160, trained: interval(0.11), encoder: interval(0.06), better: true },
          defaultOrder: {
            ...{ photos: 1093, queries: 48, trained: interval(0.15), before: interval(0.04) },
            beforeModel: beforeModel as HashModelSummary['id'],
          },
        },
      }),
    });
  const pictures =
    'Right photo in the first 10 of all 1093, by pictures alone (3% to 16%): the encoder alone, measured by the training first';
  expect(untrainedQuality(untrained, [after('rotation'), untrained])).toMatchObject({
    share: '4%',
    label: expect.stringMatching(/^In a search .* \(1% to 14%\): measured by the training first, before/) as string,
    pictures,
  });
  expect(untrainedQuality(untrained, [after('other'), untrained])).toMatchObject({ share: '6%', label: pictures });
});
