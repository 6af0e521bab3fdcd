// Folders are made with their parents, or an error gives the reason.
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { makeFolder, makeFolderSync } from './make-folder.ts';

const ways: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (path) => Promise.resolve(makeFolderSync(path))],
];

describe.each(ways)('%s', (_name, make) => {
  it('makes a folder with those above it, for its owner alone, and leaves one that is there', async () => {
    const folder = join(temporaryFolder(), 'a', 'b', 'c');
    await make(folder);
    await make(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(join(folder, '..')).mode & 0o777).toBe(0o700);
  });

  it('refuses a place below a file, and a link that leads nowhere', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    await expect(make(join(folder, 'file'))).rejects.toThrow(/EEXIST/);
    await expect(make(join(folder, 'file', 'in'))).rejects.toThrow(/ENOTDIR/);
    await expect(make(join(folder, 'link'))).rejects.toThrow(/EEXIST/);
  });

  it('ends where the system refuses every new folder', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux has /proc');
    await expect(make('/proc/hashlens/library')).rejects.toThrow(/ENOENT/);
  });
});
