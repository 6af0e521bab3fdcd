// All keyboard shortcuts of the window, by subject. Those for photos come from their menu.
import { m } from '../../language/language.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { MenuEntry, MenuItem } from './menu.ts';
import { modelMenu } from './list-menus.ts';
import { photoMenu } from './photo-commands.ts';
import { filterMenu } from './word-menus.ts';
import { isMac, shownShortcut } from './shortcuts.ts';

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly { readonly keys: string; readonly does: string }[];
}

const shortcutsOf = (item: MenuItem): ShortcutGroup['shortcuts'] => {
  const entries: readonly (MenuEntry | 'line')[] = item !== 'line' && 'submenu' in item ? item.submenu : [item];
  return entries.flatMap((entry) =>
    entry === 'line' || entry.shortcut === undefined
      ? []
      : [{ keys: shownShortcut(entry.shortcut), does: entry.label }],
  );
};

export function shortcutGroups(app: AppState): readonly ShortcutGroup[] {
  const doNothing = (): void => undefined;
  const menu = photoMenu(app, {
    photoIds: [1 as PhotoId],
    path: null,
    open: doNothing,
    select: { isSelected: false, run: doNothing },
  });
  const ofPhotos = menu.flatMap(shortcutsOf);
  const ofNames = filterMenu(app, { field: 'tag', values: [''], not: false }).flatMap(shortcutsOf);
  const run = doNothing;
  const ofModels = modelMenu({ draw: run, compare: run, use: run, export: run, remove: run }).flatMap(shortcutsOf);
  const keys = (shortcut: string, does: string) => ({ keys: shownShortcut(shortcut), does });
  return [
    {
      title: m.shortcut_list_going(),
      shortcuts: [
        keys('CmdOrCtrl+F', m.shortcut_list_search()),
        { keys: isMac() ? m.shortcut_list_back_keys_mac() : m.shortcut_list_back_keys(), does: m.shortcut_list_back() },
        { keys: 'G', does: m.shortcut_list_date() },
        { keys: m.shortcut_list_move_keys(), does: m.shortcut_list_move() },
        keys('CmdOrCtrl+Z', m.common_undo()),
        keys('CmdOrCtrl+Shift+Z', m.common_redo()),
        { keys: '?', does: m.shortcut_list_this_list() },
      ],
    },
    {
      title: m.shortcut_list_selecting(),
      shortcuts: [
        keys('CmdOrCtrl+A', m.shortcut_list_select_all()),
        { keys: m.shortcut_list_from_to_keys(), does: m.shortcut_list_from_to() },
        keys('Esc', m.shortcut_list_clear()),
      ],
    },
    { title: m.shortcut_list_photos(), shortcuts: ofPhotos },
    {
      title: m.shortcut_list_names(),
      shortcuts: [
        ...ofNames,
        keys('R', m.common_rescan()),
        keys('F2', m.sidebar_rename()),
        keys('Delete', m.common_remove()),
      ],
    },
    { title: m.library_storage_models(), shortcuts: ofModels },
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
