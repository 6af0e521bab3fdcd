import { expect, it } from 'vitest';
import { errorCodes } from '../../shared/errors.ts';
import { inGerman } from '../../../test/support/german.ts';
import { remedyFor, withAdvice } from './remedies.ts';

it('offers a remedy for every code with which a job of any kind can fail', () => {
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

it('says in plain words what to do about every code that has no button and no advice in its own message', () => {
  const terse = [
    'internal',
    'not-found',
    'queries-unknown',
    'backup-damaged',
    'needs-memory',
    'engine-stopped',
  ] as const;
  for (const code of terse) expect(withAdvice({ code, message: 'It failed' })).toMatch(/^It failed\. [A-Z].+\.$/);
});

it('leaves a message alone that says what to do itself', () => {
  const message = 'There is no room left on the disk; free some and try again.';
  expect(withAdvice({ code: 'disk-full', message })).toBe(message);
});

it('says in German what a code means, with the engine’s own words', () =>
  inGerman(() => {
    const data = { code: 'needs-memory', message: 'Training needs 3 GB.' } as const;
    expect(withAdvice(data)).toBe(
      'Der Arbeitsspeicher reicht nicht. (Training needs 3 GB.) Schließen Sie andere Programme, und versuchen Sie es erneut.',
    );
  }));
