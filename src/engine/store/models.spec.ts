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
