// A file has its old content or its new content, whole. A write that fails leaves nothing behind.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { isTemporary, moveIfFree, sweepTemporary, writeFileAtomic, writeFolderAtomic } from './atomic-write.ts';

it('replaces a file, and only its owner may read it', async () => {
  const path = join(temporaryFolder(), 'new', 'a.txt');
  await writeFileAtomic(path, 'first');
  await writeFileAtomic(path, Buffer.from('second'));
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(readdirSync(join(path, '..'))).toEqual(['a.txt']);
  if (process.platform !== 'win32') {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  }
});

it('leaves what was there, and nothing else, when a file cannot be put in its place', async () => {
  const folder = temporaryFolder();
  // A file cannot replace a folder that contains something.
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  await expect(writeFileAtomic(join(folder, 'a'), 'x')).rejects.toThrow(/EISDIR|EPERM|EEXIST/);
  expect(readdirSync(folder)).toEqual(['a']);
  expect(existsSync(join(folder, 'a', 'b'))).toBe(true);
});

it('gives a file a new name, and leaves one that is there as it is', async () => {
  const folder = temporaryFolder();
  const put = async (content: string) => {
    writeFileSync(join(folder, 'made'), content);
    return moveIfFree(join(folder, 'made'), join(folder, 'a.txt'));
  };
  expect([await put('first'), await put('second')]).toEqual([true, false]);
  expect(readdirSync(folder)).toEqual(['a.txt']);
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('first');
});

it('shows a folder only once everything is in it', async () => {
  const path = join(temporaryFolder(), 'model');
  await writeFolderAtomic(path, async (folder) => {
    writeFileSync(join(folder, 'one'), '1');
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'two'), '2');
    expect(existsSync(path)).toBe(false);
  });
  expect(readFileSync(join(path, 'deep', 'two'), 'utf8')).toBe('2');
});

it('leaves no folder when filling it fails', async () => {
  const parent = temporaryFolder();
  const filled = writeFolderAtomic(join(parent, 'model'), async (folder) => {
    writeFileSync(join(folder, 'one'), '1');
    throw new Error('no room');
  });
  await expect(filled).rejects.toThrow('no room');
  expect(readdirSync(parent)).toEqual([]);
});

it('sweeps what kills have left, but nothing young and nothing of another name', async () => {
  const folder = temporaryFolder();
  const old = '.a.txt-11111111-2222-3333-4444-555555555555.tmp';
  const young = '.b.txt-11111111-2222-3333-4444-555555555555.tmp';
  for (const name of [old, young, 'mine.tmp', '.hidden']) writeFileSync(join(folder, name), 'x');
  for (const name of [old, 'mine.tmp', '.hidden']) utimesSync(join(folder, name), 1, 1);
  expect([old, young, 'mine.tmp', '.hidden'].map(isTemporary)).toEqual([true, true, false, false]);
  expect(await sweepTemporary(folder)).toBe(1);
  expect(readdirSync(folder).sort()).toEqual([young, '.hidden', 'mine.tmp'].sort());
  expect(await sweepTemporary(join(folder, 'nothing'))).toBe(0);
});
