// All keyboard shortcuts of the window, by subject. Those of commands come from the menus that have them.
import { m } from '../../language/language.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { MenuEntry, MenuItem } from './menu.ts';
import { missingMenu, modelMenu, runMenu, sharedMenu, textMenu } from './list-menus.ts';
import { photoMenu } from './photo-commands.ts';
import { chipMenu } from './search-menus.ts';
import { folderMenu, tagMenu } from './word-menus.ts';
import { isMac, shownShortcut } from './shortcuts.ts';

interface Shortcut {
  readonly keys: string;
  readonly does: string;
}

export interface ShortcutGroup {
  readonly title: string;
  /** Each command once. */
  readonly shortcuts: readonly Shortcut[];
}

const shortcutsOf = (items: readonly MenuItem[]): Shortcut[] => items.flatMap(shortcutsOfItem);

const shortcutsOfItem = (item: MenuItem): Shortcut[] => {
  const entries: readonly (MenuEntry | 'line')[] = item !== 'line' && 'submenu' in item ? item.submenu : [item];
  return entries.flatMap((entry) =>
    entry === 'line' || entry.shortcut === undefined
      ? []
      : [{ keys: shownShortcut(entry.shortcut), does: entry.label }],
  );
};

/** Menus have a command in some states of the window only; the list has it always. */
const once = (shortcuts: readonly Shortcut[], by: keyof Shortcut): Shortcut[] =>
  shortcuts.filter((one, i) => shortcuts.findIndex((other) => other[by] === one[by]) === i);

export function shortcutGroups(app: AppState): readonly ShortcutGroup[] {
  const run = (): void => undefined;
  const [photoId, folderId] = [1 as PhotoId, 1 as FolderId];
  const keys = (shortcut: string, does: string) => ({ keys: shownShortcut(shortcut), does });
  const ofPhotos = shortcutsOf(
    photoMenu(app, { photoIds: [photoId], path: null, open: run, select: { isSelected: false, run } }),
  );
  const folder = {
    id: folderId,
    path: '',
    state: 'online',
    folderNamesAsTags: false,
    photos: 0,
    lastScanAt: null,
  } as const;
  const removal = shownShortcut('Delete');
  const ofNames = shortcutsOf([...tagMenu(app, '', []), ...folderMenu(app, folder, run)]).filter(
    // Each list names what it removes.
    (one) => one.keys !== removal,
  );
  const hit = { rank: 0, text: '', score: null, distance: 0, photoId, path: null };
  const size = { width: 1, height: 1 };
  const shared = { ...hit, ...size, id: 1, library: '', folder: '', path: '', caption: null, textScore: null };
  const ofLists = shortcutsOf([
    ...textMenu(app, hit),
    ...sharedMenu(app, shared, run),
    ...missingMenu(app, { photoId, path: '', isMarked: false, open: run, mark: run, remove: run }),
  ]);
  const ofModels = shortcutsOf([
    ...modelMenu({ draw: run, compare: run, use: run, export: run, remove: run }),
    ...runMenu({ isDrawn: false, draw: run, describe: run, use: run, export: run }),
  ]);
  const ofChips = shortcutsOf(chipMenu({ isAgainst: false, alone: run, reverse: run, remove: run, open: run }));
  const redo = { keys: shownShortcut('CmdOrCtrl+Shift+Z'), more: shownShortcut('CmdOrCtrl+Y') };
  return [
    {
      title: m.shortcut_list_going(),
      shortcuts: [
        {
          keys: m.shortcut_list_search_keys({ keys: shownShortcut('CmdOrCtrl+F') }),
          does: m.shortcut_list_search(),
        },
        { keys: isMac() ? m.shortcut_list_back_keys_mac() : m.shortcut_list_back_keys(), does: m.shortcut_list_back() },
        { keys: 'G', does: m.shortcut_list_date() },
        { keys: m.shortcut_list_move_keys(), does: m.shortcut_list_move() },
        { keys: m.shortcut_list_menu_keys({ keys: shownShortcut('Shift+F10') }), does: m.shortcut_list_menu() },
        keys('CmdOrCtrl+Z', m.common_undo()),
        { keys: m.shortcut_list_redo_keys(redo), does: m.common_redo() },
        keys('CmdOrCtrl+O', m.menu_add_folder()),
        keys('F5', m.menu_rescan()),
        keys('CmdOrCtrl+,', m.menu_settings()),
        { keys: '?', does: m.shortcut_list_this_list() },
      ],
    },
    {
      title: m.shortcut_list_box(),
      shortcuts: [
        keys('Tab', m.shortcut_list_complete()),
        keys('Shift+Delete', m.shortcut_list_forget()),
        keys('F2', m.sidebar_rename_saved()),
        keys('CmdOrCtrl+S', m.search_menus_save()),
        keys('Backspace', m.shortcut_list_drop_example()),
      ],
    },
    { title: m.shortcut_list_chips(), shortcuts: ofChips },
    {
      title: m.shortcut_list_selecting(),
      shortcuts: [
        keys('CmdOrCtrl+A', m.shortcut_list_select_all()),
        { keys: m.shortcut_list_from_to_keys(), does: m.shortcut_list_from_to() },
        { keys: m.shortcut_list_from_keys(), does: m.shortcut_list_from() },
        keys('Esc', m.shortcut_list_clear()),
      ],
    },
    {
      title: m.shortcut_list_photos(),
      shortcuts: once(
        [
          ...ofPhotos,
          keys('Y', m.photo_commands_is_it({ count: 1 })),
          keys('N', m.photo_commands_not_it({ count: 1 })),
          keys('Shift+A', m.photo_commands_choose_album()),
          keys('R', m.shortcut_list_take_out()),
          keys('H', m.photo_commands_shared()),
        ],
        'keys',
      ),
    },
    {
      title: m.shortcut_list_names(),
      shortcuts: once([...ofNames, keys('F2', m.sidebar_rename()), keys('Delete', m.common_remove())], 'does'),
    },
    { title: m.shortcut_list_lists(), shortcuts: once(ofLists, 'does') },
    {
      title: m.shortcut_list_describing(),
      shortcuts: [
        { keys: m.shortcut_list_accept_keys(), does: m.shortcut_list_accept() },
        { keys: m.shortcut_list_reject_keys(), does: m.shortcut_list_reject() },
        keys('Right', m.shortcut_list_next()),
      ],
    },
    { title: m.library_storage_models(), shortcuts: once(ofModels, 'does') },
    {
      title: m.shortcut_list_viewer(),
      shortcuts: [
        { keys: m.shortcut_list_zoom_keys(), does: m.shortcut_list_zoom() },
        { keys: 'Z', does: m.shortcut_list_actual() },
        { keys: 'I', does: m.shortcut_list_information() },
        { keys: 'B', does: m.shortcut_list_strip() },
        { keys: shownShortcut('Enter'), does: m.shortcut_list_full_screen() },
        { keys: shownShortcut('Space'), does: m.shortcut_list_slide_show() },
        keys('Esc', m.common_close()),
      ],
    },
  ];
}
