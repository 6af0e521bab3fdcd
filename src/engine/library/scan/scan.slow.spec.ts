// Scanning a folder with a named pipe, which only a program can make.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { folderOf } from '../../../../test/support/photo-tree.ts';
import { scanFolder } from './scan.ts';

it('skips pipes without opening them', async ({ skip }) => {
  skip(process.platform === 'win32', 'no pipes in folders there');
  const root = await folderOf({ 'a.jpg': 'x' });
  execFileSync('mkfifo', [path.join(root, 'pipe.jpg')]);
  const { photos, skipped } = await scanFolder(root);
  expect(photos.map((photo) => photo.path)).toEqual(['a.jpg']);
  expect(skipped.map(({ path: name, reason }) => [name, reason])).toEqual([['pipe.jpg', 'special-file']]);
});
