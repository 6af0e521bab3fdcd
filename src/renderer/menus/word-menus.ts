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
 * Entries that search for photos that look like a word, whether they have it or not, or subtract these. A tag counts by its
 * last level: `Family/Rex` is a Rex.
 */
function likenessEntries(app: AppState, name: string): readonly MenuItem[] {
  const word = name.split('/').at(-1) ?? name;
  const weigh = (weight: number) => (): void => {
    const { terms, filters } = parseQuery(app.search.text);
    const others = terms.filter((one) => one.kind !== 'text' || one.text !== word);
    app.showPhotos();
    void app.search.reword(formatQuery({ terms: [...others, { kind: 'text', text: word, weight }], filters }));
  };
  return [
    { label: m.photo_commands_more({ count: 1 }), shortcut: 'M', run: weigh(1) },
    { label: m.photo_commands_less({ count: 1 }), shortcut: 'L', run: weigh(-1) },
  ];
}

/** A word of captions or tags. */
export const wordMenu = (app: AppState, word: string): readonly MenuItem[] => [
  ...filterMenu(app, { field: 'word', values: [word], not: false }),
  'line',
  ...likenessEntries(app, word),
];

/** A word that is offered for photos. Its keys are those of the whole list. */
export function offeredWordMenu(word: {
  readonly number: number;
  readonly isTaken: boolean;
  readonly isRejected: boolean;
  readonly accept: () => void;
  readonly reject: () => void;
}): readonly MenuItem[] {
  const { number, isTaken, isRejected, accept, reject } = word;
  return [
    { label: isTaken ? m.word_menus_unaccept() : m.word_menus_accept(), shortcut: String(number), run: accept },
    {
      label: isRejected ? m.word_suggestions_unreject() : m.word_menus_reject(),
      shortcut: `Shift+${number}`,
      run: reject,
    },
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
  return [
    ...filterMenu(app, { field: 'tag', values: [name], not: false }, !isPartial),
    'line',
    ...likenessEntries(app, name),
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
