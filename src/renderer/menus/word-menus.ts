// Context menus of tags and of folders of the library.
import type { Folder } from '../../shared/contract/library.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { writeFilter } from '../../shared/query/filters.ts';
import type { Filter } from '../../shared/query/query.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { MenuItem } from './menu.ts';

/** Entries to search by a filter, alone or beside what is searched for. */
export function filterMenu(app: AppState, filter: Filter): readonly MenuItem[] {
  const narrow = (not: boolean) => (): void => {
    app.viewer.close();
    app.showPhotos();
    void app.search.reword(`${app.search.text.trim()} ${writeFilter({ ...filter, not })}`.trim());
  };
  const isSearching = !app.search.showsTimeline;
  return [
    { label: 'Show its photos', run: () => app.searchFor(writeFilter(filter)) },
    { label: 'Only these in the search', enabled: isSearching, run: narrow(false) },
    { label: 'Leave these out', run: narrow(true) },
  ];
}

/** @param photoIds photos that the tag can be removed from */
export function tagMenu(app: AppState, name: string, photoIds: readonly PhotoId[]): readonly MenuItem[] {
  const remove = (): void => void app.edits.apply(photoIds, { removeTags: [name] }, `Tag ${name} removed`);
  return [
    ...filterMenu(app, { field: 'tag', values: [name], not: false }),
    ...(photoIds.length === 0 ? [] : (['line', { label: 'Remove the tag', run: remove }] as const)),
  ];
}

export function folderMenu(app: AppState, folder: Folder, onremove: () => void): readonly MenuItem[] {
  const isOffline = folder.state === 'offline';
  return [
    { label: 'Open in the file manager', enabled: !isOffline, run: () => app.showFolder(folder.id) },
    { label: 'Rescan', enabled: !isOffline, run: () => void app.library.scan(folder.id) },
    'line',
    { label: 'Remove from the library…', run: onremove },
  ];
}
