import { expect, it } from 'vitest';
import { fileFailure } from '../../../test/support/contract-values.ts';
import { failureGroups } from './failure-groups.ts';

it('puts files with the same cause together, the largest group first', () => {
  const groups = failureGroups([
    fileFailure({ code: 'unreadable', path: '/a' }),
    fileFailure({ code: 'too-heavy', path: '/b' }),
    fileFailure({ code: 'too-large', path: '/c' }),
    fileFailure({ code: 'internal', path: '/d' }),
  ]);
  expect(groups.map(({ title, failures }) => [title, failures.map(({ path }) => path).join()])).toEqual([
    ['Too large to decode', '/b,/c'],
    ['Damaged', '/a'],
    ['Other reasons', '/d'],
  ]);
});
