// A few hundred damaged files; bench/mutations.ts makes ten thousand.
import { expect } from 'vitest';
import { mutationCampaign } from '../support/mutations.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

fault('damaged files of every kind are each accounted for once, and end or hang nothing', [], async () => {
  const result = await mutationCampaign({
    folder: temporaryFolder(),
    seed: 11,
    files: 200,
    models: 6,
    mostSeconds: 30,
    log: () => undefined,
  });
  expect(result.faults).toEqual([]);
  expect(result.files).toBeGreaterThanOrEqual(200);
});
