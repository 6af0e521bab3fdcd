// All keyboard shortcuts of the window, by subject. Those for photos are the ones of their menu.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { MenuEntry } from './menu.ts';
import { photoMenu } from './photo-commands.ts';
import { isMac, shownShortcut } from './shortcuts.ts';

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly { readonly keys: string; readonly does: string }[];
}

export function shortcutGroups(app: AppState): readonly ShortcutGroup[] {
  const nothing = (): void => undefined;
  const menu = photoMenu(app, {
    photoIds: [1 as PhotoId],
    path: null,
    open: nothing,
    select: { isSelected: false, run: nothing },
  });
  const entries = menu.flatMap((item): readonly (MenuEntry | 'line')[] =>
    item !== 'line' && 'submenu' in item ? item.submenu : [item],
  );
  const ofPhotos = entries.flatMap((entry) =>
    entry === 'line' || entry.shortcut === undefined
      ? []
      : [{ keys: shownShortcut(entry.shortcut), does: entry.label }],
  );
  const keys = (shortcut: string, does: string) => ({ keys: shownShortcut(shortcut), does });
  return [
    {
      title: 'Going about',
      shortcuts: [
        keys('CmdOrCtrl+F', 'Search'),
        { keys: isMac() ? '⌘[ and ⌘]' : 'Alt+← and Alt+→', does: 'Back and forward' },
        { keys: 'G', does: 'Go to a month' },
        { keys: 'Home, End, Page Up, Page Down, arrows', does: 'From photo to photo' },
        keys('CmdOrCtrl+Z', 'Undo'),
        keys('CmdOrCtrl+Shift+Z', 'Redo'),
        { keys: '?', does: 'This list' },
      ],
    },
    {
      title: 'Selecting',
      shortcuts: [
        keys('CmdOrCtrl+A', 'Select all'),
        { keys: 'Shift and arrows', does: 'Select from here to there' },
        { keys: 'Esc', does: 'Clear the selection' },
      ],
    },
    { title: 'Photos', shortcuts: ofPhotos },
    {
      title: 'In the viewer',
      shortcuts: [
        { keys: '+ and -', does: 'Zoom' },
        { keys: 'Z', does: 'One pixel for one pixel' },
        { keys: 'I', does: 'Information' },
        { keys: 'B', does: 'Photos before and after' },
        { keys: 'Enter', does: 'Full screen' },
        { keys: 'Space', does: 'Slide show' },
        { keys: 'Esc', does: 'Close' },
      ],
    },
  ];
}
