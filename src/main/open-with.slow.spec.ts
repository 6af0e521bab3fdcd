// Programs are started without a shell.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { HashlensError } from '../shared/errors.ts';
import { startProgram } from './open-with.ts';

it.skipIf(process.platform === 'win32')('starts a program without a shell', async () => {
  const folder = temporaryFolder();
  const touched = join(folder, 'a; touch b');
  await startProgram(['/usr/bin/env', 'touch', touched]);
  await expect.poll(() => existsSync(touched)).toBe(true);
  expect(existsSync(join(folder, 'b'))).toBe(false);
});

it('says which program could not be started', async () => {
  const missing = join(temporaryFolder(), 'missing');
  const failure = await startProgram([missing, 'a.jpg']).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HashlensError);
  expect(failure).toMatchObject({ code: 'io-error' });
  expect(String(failure)).toContain(`${missing} could not be started`);
});
