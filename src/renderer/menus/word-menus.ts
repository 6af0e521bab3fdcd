// Context menus of tags and of folders of the library.
import { m } from '../../language/language.ts';
import type { Folder } from '../../shared/contract/library.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { writeFilter } from '../../shared/query/filters.ts';
import type { Filter } from '../../shared/query/query.ts';
import type { AppState } from '../state/app.svelte.ts';
import { shownName } from '../text/shown-text.ts';
import type { MenuItem } from './menu.ts';

/** Entries to search by a filter, alone or in addition to the present search. */
export function filterMenu(app: AppState, filter: Filter): readonly MenuItem[] {
  const narrow = (not: boolean) => (): void => {
    app.viewer.close();
    app.showPhotos();
    void app.search.reword(`${app.search.text.trim()} ${writeFilter({ ...filter, not })}`.trim());
  };
  const isSearching = !app.search.showsTimeline;
  return [
    { label: m.word_menus_show(), run: () => app.searchFor(writeFilter(filter)) },
    { label: m.word_menus_only(), enabled: isSearching, run: narrow(false) },
    { label: m.word_menus_leave_out(), run: narrow(true) },
  ];
}

/** @param photoIds photos that the tag can be removed from */
export function tagMenu(app: AppState, name: string, photoIds: readonly PhotoId[]): readonly MenuItem[] {
  const remove = (): void =>
    void app.edits.apply(photoIds, { removeTags: [name] }, m.word_menus_tag_removed({ tag: shownName(name) }));
  return [
    ...filterMenu(app, { field: 'tag', values: [name], not: false }),
    ...(photoIds.length === 0 ? [] : (['line', { label: m.word_menus_remove_tag(), run: remove }] as const)),
  ];
}

export function folderMenu(app: AppState, folder: Folder, onremove: () => void): readonly MenuItem[] {
  const isOffline = folder.state === 'offline';
  return [
    { label: m.word_menus_file_manager(), enabled: !isOffline, run: () => app.showFolder(folder.id) },
    { label: m.common_rescan(), enabled: !isOffline, run: () => void app.library.scan(folder.id) },
    { label: m.word_menus_sidecars(), run: () => app.sidecars.open({ of: 'folder', folderId: folder.id }) },
    'line',
    { label: m.word_menus_remove_folder(), run: onremove },
  ];
}
