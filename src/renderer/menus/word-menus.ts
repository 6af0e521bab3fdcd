// Context menus of tags and of folders of the library.
import { m } from '../../language/language.ts';
import type { Folder } from '../../shared/contract/library.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { writeFilter } from '../../shared/query/filters.ts';
import { formatQuery, parseQuery } from '../../shared/query/grammar.ts';
import type { Filter } from '../../shared/query/query.ts';
import type { AppState } from '../state/app.svelte.ts';
import { shownName } from '../text/shown-text.ts';
import type { MenuItem } from './menu.ts';

/**
 * Entries to search by a filter, alone or in addition to the present search.
 * @param isOnEnter Enter searches by it alone
 */
export function filterMenu(app: AppState, filter: Filter, isOnEnter = true): readonly MenuItem[] {
  const narrow = (not: boolean) => (): void => {
    app.showPhotos();
    void app.search.reword(`${app.search.text.trim()} ${writeFilter({ ...filter, not })}`.trim());
  };
  const isSearching = !app.search.showsTimeline;
  return [
    {
      label: m.word_menus_show(),
      ...(isOnEnter ? { shortcut: 'Enter' } : {}),
      run: () => app.searchFor(writeFilter(filter)),
    },
    { label: m.word_menus_only(), shortcut: 'O', enabled: isSearching, run: narrow(false) },
    { label: m.word_menus_leave_out(), shortcut: 'Shift+O', run: narrow(true) },
  ];
}

/**
 * @param photoIds photos that the tag can be removed from
 * @param isPartial Enter gives the tag to all of them
 */
export function tagMenu(
  app: AppState,
  name: string,
  photoIds: readonly PhotoId[],
  isPartial = false,
): readonly MenuItem[] {
  const remove = (): void =>
    void app.edits.apply(photoIds, { removeTags: [name] }, m.word_menus_tag_removed({ tag: shownName(name) }));
  // Search for photos that look like it, with or without the tag, by the tag's last level: `Family/Rex` is a Rex.
  const word = name.split('/').at(-1) ?? name;
  const weigh = (weight: number) => (): void => {
    const { terms, filters } = parseQuery(app.search.text);
    const others = terms.filter((one) => one.kind !== 'text' || one.text !== word);
    app.showPhotos();
    void app.search.reword(formatQuery({ terms: [...others, { kind: 'text', text: word, weight }], filters }));
  };
  return [
    ...filterMenu(app, { field: 'tag', values: [name], not: false }, !isPartial),
    'line',
    { label: m.photo_commands_more({ count: 1 }), shortcut: 'M', run: weigh(1) },
    { label: m.photo_commands_less({ count: 1 }), shortcut: 'L', run: weigh(-1) },
    ...(photoIds.length === 0
      ? []
      : (['line', { label: m.word_menus_remove_tag(), shortcut: 'Delete', run: remove }] as const)),
  ];
}

export function folderMenu(app: AppState, folder: Folder, onremove: () => void): readonly MenuItem[] {
  const isOffline = folder.state === 'offline';
  return [
    {
      label: m.word_menus_file_manager(),
      shortcut: 'CmdOrCtrl+Shift+Enter',
      enabled: !isOffline,
      run: () => app.showFolder(folder.id),
    },
    { label: m.common_rescan(), shortcut: 'R', enabled: !isOffline, run: () => void app.library.scan(folder.id) },
    {
      label: m.word_menus_sidecars(),
      shortcut: 'X',
      run: () => app.sidecars.open({ of: 'folder', folderId: folder.id }),
    },
    'line',
    { label: m.word_menus_remove_folder(), shortcut: 'Delete', run: onremove },
  ];
}
