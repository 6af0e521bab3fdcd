import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { EpochMetrics } from '../../shared/contract/evaluation.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';
import { rawDatabase } from './raw-database.ts';

const scores = { i2t: 0.5, t2i: 0.25, mean: 0.375 };
const epoch = (n: number): EpochMetrics => ({
  epoch: n,
  loss: 2,
  lossC: 1,
  lossR: 1,
  map: scores,
  map50: scores,
  mapStable: scores,
  seconds: 3,
});

it('gives a setting of an earlier version by its current key', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const id = 'two-tower-64' as ModelId;
  store.models.begin({
    id,
    method: 'two-tower',
    bits: 64,
    encoderId: 'starter',
    state: 'ready',
    options: { hubs: 0.5 },
  });
  expect(store.models.get(id)?.options).toEqual({ hubnessCorrection: 0.5 });
});

it('gives measures as they were stored, and leaves out those of another form', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const id = 'two-tower-64' as ModelId;
  const options = { bits: 64, method: 'two-tower', batchAttention: false };
  const row = { id, method: 'two-tower', bits: 64, encoderId: 'starter', options };
  store.models.add({ ...row, state: 'ready', evaluation: null, bestEpoch: 2, createdAt: 1 }, [epoch(1), epoch(2)]);
  expect(store.models.epochs(id)).toEqual([epoch(1), epoch(2)]);
  expect(store.models.get(id)).toMatchObject({ options, bestEpoch: 2 });

  const db = rawDatabase(store);
  db.prepare(`UPDATE epochs SET metrics = '{"epoch":1,"loss":"low"}' WHERE epoch = 1`).run();
  db.prepare(`UPDATE models SET options = '[', evaluation = '{"protocol":"guessed"}'`).run();
  expect(store.models.epochs(id)).toEqual([epoch(2)]);
  expect(store.models.get(id)).toMatchObject({ id, options: {}, evaluation: null });
});

function modelsOf(...ids: readonly ModelId[]) {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  for (const id of ids) {
    store.models.begin({ id, method: 'itq', bits: 64, encoderId: 'e', state: 'training', options: { seed: 1 } });
  }
  return store.models;
}
const [a, b] = ['a', 'b'] as [ModelId, ModelId];

it('keeps the epochs of a training, with the number of the best', () => {
  const models = modelsOf(a, b);
  models.addEpoch(a, epoch(1), true);
  models.addEpoch(a, epoch(2), false);
  expect([models.get(a)?.bestEpoch, models.get(b)?.bestEpoch]).toEqual([1, null]);
  models.addEpoch(a, { ...epoch(2), loss: 1 }, true);
  models.addEpoch(b, epoch(7), false);
  expect([models.get(a)?.bestEpoch, models.epochs(a)]).toEqual([2, [epoch(1), { ...epoch(2), loss: 1 }]]);
});

it('forgets epochs and measures of a training that begins again, and keeps its date and its options', () => {
  const models = modelsOf(a, b);
  models.addEpoch(a, epoch(1), true);
  models.addEpoch(b, epoch(1), true);
  const { createdAt } = models.get(a) ?? {};
  models.begin({ id: a, method: 'itq', bits: 64, encoderId: 'f', state: 'ready', options: { seed: 2 } });
  expect([models.epochs(a), models.epochs(b)]).toEqual([[], [epoch(1)]]);
  expect(models.get(a)).toMatchObject({
    encoderId: 'f',
    state: 'ready',
    bestEpoch: null,
    createdAt,
    options: { seed: 1 },
  });
});

it('describes, changes and removes the model asked for, and no other', () => {
  const models = modelsOf(a, b);
  models.describe(a, { name: 'First' });
  models.describe(a, { note: 'of 2019' });
  models.setState(a, 'failed');
  expect(models.get(a)).toMatchObject({ name: 'First', note: 'of 2019', state: 'failed' });
  expect(models.get(b)).toMatchObject({ name: '', note: '', state: 'training' });
  models.remove(a);
  expect([models.get(a), models.list().map(({ id }) => id)]).toEqual([null, [b]]);
});

it('lists the newest first, and refuses a second model with an id', () => {
  const models = modelsOf();
  const model = {
    method: 'itq',
    bits: 64,
    encoderId: 'e',
    state: 'ready',
    options: {},
    evaluation: null,
    bestEpoch: null,
  } as const;
  models.add({ ...model, id: a, createdAt: 2 }, [epoch(1)]);
  models.add({ ...model, id: b, createdAt: 1 }, []);
  expect(models.list().map(({ id, createdAt }) => [id, createdAt])).toEqual([
    [a, 2],
    [b, 1],
  ]);
  expect(() => models.add({ ...model, id: a, createdAt: 3 }, [])).toThrow(/UNIQUE/);
  expect(models.epochs(a)).toEqual([epoch(1)]);
});
