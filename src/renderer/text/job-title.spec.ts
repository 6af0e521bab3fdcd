import { expect, it } from 'vitest';
import { job } from '../../../test/support/contract-values.ts';
import { inGerman } from '../../../test/support/german.ts';
import { jobTitle } from './job-title.ts';

it("a job's title is the engine's step, and its kind where it waits or names no step", async () => {
  const waiting = job({ kind: 'index', message: 'Waiting for mains power', waitsFor: 'power' });
  expect(jobTitle(waiting)).toBe('Waiting for mains power');
  expect(jobTitle(job({ kind: 'train', state: 'queued', message: '' }))).toBe('Training');
  await inGerman(() => {
    expect(jobTitle(waiting)).toBe('Fotos werden eingelesen – wartet auf Netzstrom');
    expect(jobTitle({ ...waiting, waitsFor: 'process' })).toMatch(/ – wartet auf ein anderes Hashlens$/);
    expect(jobTitle(job({ kind: 'train', message: 'Training, epoch 3 of 20' }))).toBe('Training, Epoche 3 von 20');
    expect(jobTitle(job({ kind: 'index', message: 'Looking for photos in /a (b)' }))).toBe(
      'Suche nach Fotos in /a (b)',
    );
    expect(jobTitle(job({ kind: 'train', message: 'Waiting' }))).toBe('Training läuft');
  });
});
