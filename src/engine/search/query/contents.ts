// Ways to browse the library: its folders as a tree, and names with the number of photos of each.
import { basename } from 'node:path';
import type { CountedName, FolderBranch, LibraryContents } from '../../../shared/contract/albums.ts';
import { favouriteTag } from '../../../shared/contract/edits.ts';
import { allOf, having, takenOnDay } from '../../store/conditions.ts';
import type { Store } from '../../store/database.ts';
import { isFavouriteTag } from '../../store/edits.ts';
import type { FacetLists } from '../../store/facets.ts';
import { photosThat } from './compile-filters.ts';
import { placeNames } from './complete.ts';

/** Longer lists are searched by typing. */
const mostNames = 300;

/** @param day of the year, as `07-24` */
export function libraryContents(store: Store, facets: FacetLists, day: string): LibraryContents {
  const [month = 1, date = 1] = day.split('-').map(Number);
  const tags = [...facets.tags, ...facets.tagPaths].filter(({ name }) => !isFavouriteTag(name));
  return {
    favourites: facets.tags.find(({ name }) => name === favouriteTag)?.photos ?? 0,
    onThisDay: photosThat(store, allOf([takenOnDay(month, date), having('date')])).count,
    folders: folderTree(facets),
    tags: named(tags),
    people: named(facets.people),
    places: named(placeNames(facets)),
    cameras: named(facets.cameras),
  };
}

const named = (names: readonly { readonly name: string; readonly photos: number | null }[]): CountedName[] =>
  names.slice(0, mostNames).map(({ name, photos }) => ({ name, photos: photos ?? 0 }));

/** Every directory with photos in it or below it, each after its parent. */
export function folderTree({ directories }: Pick<FacetLists, 'directories'>): FolderBranch[] {
  const branches = new Map<string, FolderBranch>();
  for (const { folderId, folderPath, directory, photos } of directories) {
    const below = directory.split('/').slice(0, -1);
    for (let depth = 0; depth <= below.length; depth++) {
      const names = [basename(folderPath) || folderPath, ...below.slice(0, depth)];
      const key = JSON.stringify([folderPath, ...names]);
      const known = branches.get(key)?.photos ?? 0;
      branches.set(key, { folderId, names, photos: known + photos });
    }
  }
  const order = new Intl.Collator(undefined, { numeric: true });
  const compare = (a: readonly string[], b: readonly string[]): number => {
    const at = a.findIndex((name, i) => name !== b[i]);
    if (at === -1) return a.length - b.length;
    const [x, y] = [a[at], b[at]];
    return x === undefined || y === undefined ? a.length - b.length : order.compare(x, y);
  };
  return [...branches.values()].sort((a, b) => compare(a.names, b.names) || a.folderId - b.folderId);
}
