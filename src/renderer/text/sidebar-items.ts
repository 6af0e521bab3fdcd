// Entries of the sidebar: their names, and the search of each.
import type { Album, CountedName, FolderBranch } from '../../shared/contract/albums.ts';
import type { SavedSearch } from '../../shared/contract/search.ts';
import { writeFilter } from '../../shared/query/filters.ts';

export interface SidebarItem {
  readonly key: string;
  readonly label: string;
  /** Text of the search box. */
  readonly text: string;
  readonly photos: number | null;
  /** Depth of a folder inside others. */
  readonly depth: number;
}

type NameField = 'tag' | 'person' | 'place' | 'camera' | 'album';

const filter = (field: NameField | 'folder', value: string): string =>
  writeFilter({ field, values: [value], not: false });

export const namedItems = (field: NameField, names: readonly (CountedName | Album)[]): SidebarItem[] =>
  names.map(({ name, photos }) => ({ key: name, label: name, text: filter(field, name), photos, depth: 0 }));

export const folderItems = (folders: readonly FolderBranch[]): SidebarItem[] =>
  folders.map(({ folderId, names, photos }) => ({
    key: `${folderId} ${names.join('/')}`,
    label: names.at(-1) ?? '',
    text: filter('folder', names.join('/')),
    photos,
    depth: names.length - 1,
  }));

export const savedItems = (saved: readonly SavedSearch[]): SidebarItem[] =>
  saved.map(({ id, name, text }) => ({ key: String(id), label: name, text, photos: null, depth: 0 }));
