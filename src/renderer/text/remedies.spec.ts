import { expect, it } from 'vitest';
import { errorCodes } from '../../shared/errors.ts';
import { remedyFor } from './remedies.ts';

it('offers something for every code with which a job can fail, whatever its kind', () => {
  for (const kind of ['index', 'encode', 'train', 'download', 'duplicates'] as const) {
    for (const code of errorCodes) {
      expect({ kind, code, label: remedyFor(code, kind)?.label }).toEqual({
        kind,
        code,
        label: expect.stringMatching(/\S/) as string,
      });
    }
  }
});

it('offers the models for a model that cannot be used, and the folders for one that is away', () => {
  expect(remedyFor('model-unusable', null)?.act).toBe('show-models');
  expect(remedyFor('offline', null)?.act).toBe('show-folders');
  expect(remedyFor('disk-full', null)).toBeNull();
});
