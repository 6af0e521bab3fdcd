// The list of files on the clipboard of Windows, and the program that writes it.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { copyFilesOnWindows } from './windows-clipboard.ts';

it.runIf(process.platform === 'win32')('has all files, with names of any letters', async () => {
  const folder = temporaryFolder();
  const files = ["a 'b' $(c).jpg", 'é海 [1].jpg'].map((name) => path.join(folder, name));
  for (const file of files) writeFileSync(file, '');
  await copyFilesOnWindows(files);
  const { stdout } = await promisify(execFile)('powershell.exe', [
    ...['-NoProfile', '-STA', '-Command'],
    '[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Clipboard -Format FileDropList | % FullName',
  ]);
  expect(stdout.trim().split(/\r?\n/)).toEqual(files);
});

it('says why the program could not write it', async () => {
  await expect(copyFilesOnWindows(['/a.jpg'], path.join(temporaryFolder(), 'none.exe'))).rejects.toMatchObject({
    code: 'io-error',
    message: expect.stringContaining('could not be copied to the clipboard: ') as unknown,
  });
});
