// The context menu of text boxes and of selected text: Chromium has none of its own in an application. No spell checker is
// on, because it would download dictionaries.
import { m } from '../language/language.ts';
import { Menu, type ContextMenuParams, type MenuItemConstructorOptions, type WebContents } from 'electron';

type Params = Pick<ContextMenuParams, 'isEditable' | 'selectionText' | 'editFlags'>;

/** Entries for the place of a menu; none where nothing can be edited or copied. */
export function textMenuItems({ isEditable, selectionText, editFlags }: Params): MenuItemConstructorOptions[] {
  // Chromium handles the keys; here they are only shown.
  const key = (accelerator: string) => ({ accelerator, registerAccelerator: false });
  const copy = { role: 'copy' as const, label: m.menu_copy(), enabled: editFlags.canCopy, ...key('CmdOrCtrl+C') };
  if (!isEditable) return selectionText.trim() === '' ? [] : [copy];
  return [
    { role: 'undo', label: m.menu_undo(), enabled: editFlags.canUndo, ...key('CmdOrCtrl+Z') },
    { role: 'redo', label: m.menu_redo(), enabled: editFlags.canRedo, ...key('CmdOrCtrl+Shift+Z') },
    { type: 'separator' },
    { role: 'cut', label: m.menu_cut(), enabled: editFlags.canCut, ...key('CmdOrCtrl+X') },
    copy,
    { role: 'paste', label: m.menu_paste(), enabled: editFlags.canPaste, ...key('CmdOrCtrl+V') },
    { type: 'separator' },
    { role: 'selectAll', label: m.menu_select_all(), enabled: editFlags.canSelectAll, ...key('CmdOrCtrl+A') },
  ];
}

/** Shows the menu where the page shows none of its own. */
export function offerTextMenu(contents: WebContents): void {
  contents.on('context-menu', (_event, params) => {
    const items = textMenuItems(params);
    if (items.length > 0) Menu.buildFromTemplate(items).popup({ x: params.x, y: params.y });
  });
}
