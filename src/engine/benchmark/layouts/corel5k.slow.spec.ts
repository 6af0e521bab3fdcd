import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readBenchmarkSet } from '../read-set.ts';

const corel5k = fileURLToPath(new URL('../../../../../shared/data/corel5k', import.meta.url));

it.skipIf(!existsSync(corel5k))(
  'a folder of ARFF files is Corel5k (skipped where shared/data/corel5k is not there)',
  async () => {
    const set = await readBenchmarkSet(corel5k);
    expect(set).toMatchObject({ name: 'Corel5k', imageWidth: 499, textWidth: 374 });
    expect([set.train.length, set.query.length]).toEqual([4500, 500]);
    expect(set.labels?.every((own) => own.length <= 5)).toBe(true);
  },
);
