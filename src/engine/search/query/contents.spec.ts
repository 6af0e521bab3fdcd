// The folders of a library as a tree.
import { expect, it } from 'vitest';
import type { FolderId } from '../../../shared/contract/ids.ts';
import { folderTree } from './contents.ts';

it('has every folder behind the one it is in, with the photos in it and below it', () => {
  const inFolder = (directory: string, photos: number, folderId = 1, folderPath = '/home/anna/Pictures') => ({
    ...{ folderId: folderId as FolderId, folderPath, directory, photos },
  });
  const tree = folderTree({
    directories: [
      inFolder('', 2),
      inFolder('2010/', 1),
      inFolder('2010/Rome/', 4),
      inFolder('9/Sea/', 3),
      inFolder('', 5, 2, '/media/Scans'),
    ],
  });
  expect(tree.map(({ names, photos }) => [names.join('/'), photos])).toEqual([
    ['Pictures', 10],
    ['Pictures/9', 3],
    ['Pictures/9/Sea', 3],
    ['Pictures/2010', 5],
    ['Pictures/2010/Rome', 4],
    ['Scans', 5],
  ]);
});
