// Nothing outside a photo folder is opened, even if a file was replaced meanwhile.
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderOf } from '../../../test/support/photo-tree.ts';
import { openInside } from './open-inside.ts';

async function read(root: string, relative: string, options?: { link: boolean }): Promise<string> {
  await using file = await openInside(root, relative, options);
  return file.readFile('utf8');
}

const refused = (name: string, why: string) => ({
  ...{ name: 'HashlensError', code: 'io-error', message: `${name} ${why}, so it was not read; scan its folder again.` },
});

it('opens files of the folder and of folders in it', async () => {
  const root = await folderOf({ 'a.jpg': 'one', 'in/deep/b.jpg': 'two' });
  expect([await read(root, 'a.jpg'), await read(root, 'in/deep/b.jpg'), await read(root, './in/../a.jpg')]).toEqual([
    ...['one', 'two', 'one'],
  ]);
});

it('says as the file system does that a file is gone', async () => {
  const empty = await folderOf({});
  await expect(openInside(empty, 'a.jpg')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(openInside(empty, 'a.jpg', { link: false })).rejects.toMatchObject({ code: 'ENOENT' });
});

it('refuses a folder in the place of a file', async () => {
  await expect(openInside(await folderOf({ 'a.jpg/b': '' }), 'a.jpg')).rejects.toMatchObject(
    refused('a.jpg', 'is not a regular file'),
  );
});

it('refuses what is beside the folder, also in one whose name begins as its own', async () => {
  const folder = await folderOf({ 'in/a.jpg': '', 'inside/b.jpg': 'secret', 'c.jpg': 'secret' });
  for (const outside of ['../inside/b.jpg', '../c.jpg']) {
    await expect(openInside(path.join(folder, 'in'), outside)).rejects.toMatchObject(
      refused(path.basename(outside), 'leads out of its folder'),
    );
  }
});

it('opens a file that is called as Linux calls a removed one', async () => {
  expect(await read(await folderOf({ 'a (deleted)': 'one' }), 'a (deleted)')).toBe('one');
});

it.runIf(process.platform === 'linux')('leaves no file open that it refuses', async () => {
  const root = await folderOf({ 'in/a.jpg': '', 'b.jpg': '' });
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let n = 0; n < 20; n++) await expect(openInside(path.join(root, 'in'), '../b.jpg')).rejects.toThrow(/leads out/);
  expect(open()).toBeLessThan(before + 20);
});

describe.runIf(process.platform === 'linux')('where the system does not say where an open file is', () => {
  const { platform } = process;
  beforeEach(() => void Object.defineProperty(process, 'platform', { value: 'darwin' }));
  afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

  it('a file is read where its path leads into the folder', async () => {
    const root = await folderOf({ 'in/a.jpg': 'one' });
    symlinkSync(path.join(root, 'in/a.jpg'), path.join(root, 'b.jpg'));
    expect([await read(root, 'in/a.jpg'), await read(root, 'b.jpg')]).toEqual(['one', 'one']);
  });

  it('a file is refused where its path leads out of the folder', async () => {
    const secret = await folderOf({ 'a.jpg': 'secret' });
    const root = await folderOf({});
    symlinkSync(secret, path.join(root, 'in'));
    await expect(openInside(root, 'in/a.jpg')).rejects.toMatchObject(refused('a.jpg', 'leads out of its folder'));
  });
});

describe.skipIf(process.platform === 'win32')('a link', () => {
  it('is followed inside of the folder alone, and nowhere where none is expected', async () => {
    const secret = await folderOf({ 'a.jpg': 'secret' });
    const root = await folderOf({ 'in/a.jpg': 'mine' });
    symlinkSync(path.join(root, 'in/a.jpg'), path.join(root, 'mine.jpg'));
    symlinkSync(path.join(secret, 'a.jpg'), path.join(root, 'theirs.jpg'));
    expect(await read(root, 'mine.jpg')).toBe('mine');
    await expect(openInside(root, 'theirs.jpg')).rejects.toMatchObject(
      refused('theirs.jpg', 'leads out of its folder'),
    );
    for (const name of ['mine.jpg', 'theirs.jpg']) {
      await expect(openInside(root, name, { link: false })).rejects.toMatchObject(
        refused(name, 'was replaced by a link'),
      );
    }
  });

  it('in the place of a folder on the way leads nowhere outside', async () => {
    const secret = await folderOf({ 'a.jpg': 'secret' });
    const root = await folderOf({ 'b/a.jpg': 'mine' });
    symlinkSync(secret, path.join(root, 'in'));
    symlinkSync(path.join(root, 'b'), path.join(root, 'again'));
    await expect(openInside(root, 'in/a.jpg')).rejects.toMatchObject(refused('a.jpg', 'leads out of its folder'));
    expect(await read(root, 'again/a.jpg')).toBe('mine');
  });

  it('may be the folder itself, as a person has named it', async () => {
    const folder = await folderOf({ 'real/a.jpg': 'mine' });
    mkdirSync(path.join(folder, 'other'));
    symlinkSync(path.join(folder, 'real'), path.join(folder, 'other/link'));
    expect(await read(path.join(folder, 'other/link'), 'a.jpg')).toBe('mine');
  });
});
