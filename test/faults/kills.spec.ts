// A few random kills of all work that writes; bench/kills.ts makes a thousand.
import { expect } from 'vitest';
import { killCampaign } from '../support/kill-campaign.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

fault(
  'kills at random moments of index, train, activate, import, backup, sidecars and migration change nothing in the end',
  [],
  async () => {
    const result = await killCampaign({
      folder: temporaryFolder(),
      seed: 7,
      kills: 8,
      photos: 16,
      log: () => undefined,
    });
    expect(result.differences).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(8);
  },
  { timeout: 300_000 },
);
