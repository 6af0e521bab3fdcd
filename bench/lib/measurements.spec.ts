import { expect, it } from 'vitest';
import { withSection } from './measurements.ts';

const run = { name: 'search', command: 'npm run -s bench -- search', machine: 'a machine', date: '2026-11-25' };

it('adds a section and replaces it by the next run, leaving the rest of the page', () => {
  const first = withSection('# Measurements\n', { ...run, output: 'one\n' });
  const other = withSection(first, { ...run, name: 'training', output: 'other' });
  const second = withSection(other, { ...run, date: '2027-01-01', output: 'two' });
  expect(second).toContain('two');
  expect(second).not.toContain('one');
  expect(second).toContain('`npm run -s bench -- search`, 2027-01-01, a machine');
  expect(second).toContain('other');
  expect(second.startsWith('# Measurements\n')).toBe(true);
});
