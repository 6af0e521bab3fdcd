import { expect, it } from 'vitest';
import { fileFailure } from '../../../test/support/contract-values.ts';
import { inGerman } from '../../../test/support/german.ts';
import { failureGroups, failureReason } from './failure-groups.ts';

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

it('gives the same reason for all files with the same fault', async () => {
  const fault = 'is empty (0 bytes); restore it from a backup or delete it.';
  const reason = (name: string) => failureReason(fileFailure({ path: `/p/${name}`, message: `${name} ${fault}` }));
  expect([reason('a.jpg'), reason('b c.jpg')]).toEqual([`The file ${fault}`, `The file ${fault}`]);
  await inGerman(() => expect(reason('a.jpg')).toMatch(/^Die Datei ist leer/));
  // The name is a part of the sentence.
  const message = 'You may not read a.jpg; change its permissions and try again.';
  expect(failureReason(fileFailure({ path: '/p/a.jpg', message }))).toBe(message);
});
