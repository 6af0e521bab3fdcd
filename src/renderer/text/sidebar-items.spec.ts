// Entries of the sidebar as searches.
import { expect, it } from 'vitest';
import type { FolderId } from '../../shared/contract/ids.ts';
import { folderItems, namedItems, savedItems } from './sidebar-items.ts';

it('search for exactly what they are called', () => {
  const items = [
    ...namedItems('album', [{ name: 'Best of', photos: 3 }]),
    ...namedItems('person', [{ name: 'Anna', photos: 1 }]),
    ...folderItems([{ folderId: 1 as FolderId, names: ['Pictures', '2010', 'Rome'], photos: 4 }]),
    ...savedItems([{ id: 7, name: 'Cats', text: 'cat -dog', createdAt: 1 }]),
  ];
  expect(items.map(({ label, text, depth }) => [label, text, depth])).toEqual([
    ['Best of', 'album:"Best of"', 0],
    ['Anna', 'person:Anna', 0],
    ['Rome', 'folder:Pictures/2010/Rome', 2],
    ['Cats', 'cat -dog', 0],
  ]);
});
