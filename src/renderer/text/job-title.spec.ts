import { expect, it } from 'vitest';
import { job } from '../../../test/support/contract-values.ts';
import { inGerman } from '../../../test/support/german.ts';
import { jobTitle } from './job-title.ts';

it("a job's title is the engine's step in English, and in German its kind with what it waits for", async () => {
  const waiting = job({ kind: 'index', message: 'Waiting for mains power', waitsFor: 'power' });
  expect(jobTitle(waiting)).toBe('Waiting for mains power');
  await inGerman(() => {
    expect(jobTitle(waiting)).toBe('Fotos werden eingelesen – wartet auf Netzstrom');
    expect(jobTitle({ ...waiting, waitsFor: 'process' })).toMatch(/ – wartet auf ein anderes Hashlens$/);
    expect(jobTitle(job({ kind: 'train' }))).toBe('Training läuft');
  });
});
