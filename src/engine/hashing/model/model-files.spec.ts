import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../shared/json.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { readManifest, writeModel } from './model-files.ts';
import type { TrainedModel } from './trained-model.ts';

const model: TrainedModel = {
  method: 'itq',
  bits: 64,
  seed: 1,
  encoder: { id: 'e', imageWidth: 4, textWidth: 4, sharedWidth: 4 },
  options: {},
  image: Uint8Array.of(1),
  text: Uint8Array.of(2),
  encoderWeight: 0.25,
  evaluation: null,
  epochs: [],
  bestEpoch: null,
  dataFingerprint: null,
};

describe('a manifest', () => {
  it('is read as it was written', async () => {
    const dir = join(temporaryFolder(), 'model');
    const written = await writeModel(dir, model);
    expect(written.encoderWeight).toBe(0.25);
    expect(await readManifest(dir)).toEqual(written);
  });

  it('of an earlier version has its encoder weight under another name', async () => {
    const dir = join(temporaryFolder(), 'model');
    const written = await writeModel(dir, model);
    const file = join(dir, 'manifest.json');
    const { encoderWeight, ...rest } = parseJson(z.record(z.string(), z.unknown()), await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...rest, sharedWeight: encoderWeight }));
    expect(await readManifest(dir)).toEqual(written);
  });

  it('of an earlier version has a setting under another key', async () => {
    const dir = join(temporaryFolder(), 'model');
    await writeModel(dir, { ...model, method: 'two-tower', options: { epochs: 5, hubs: 0.5 } });
    expect((await readManifest(dir)).options).toEqual({ epochs: 5, hubnessCorrection: 0.5 });
  });
});
