// Application menu. Entries of the page are sent to the page.
import { m } from '../language/language.ts';
import { problemText } from '../language/problems.ts';
import { app, dialog, Menu, shell } from 'electron';
import { toErrorData } from '../shared/errors.ts';
import type { DesktopRequests } from './desktop.ts';
import type { PageCommand } from '../shared/contract/page.ts';
import { sendEvent } from './ipc.ts';
import type { Log } from './log.ts';

export function installMenu(desktop: DesktopRequests, log: Log): void {
  const addFolder = () => {
    desktop['app.chooseFolder']({}).catch((error: unknown) => {
      dialog.showErrorBox(m.menu_folder_failed(), problemText(toErrorData(error)));
    });
  };
  const command = (label: string, name: PageCommand, accelerator?: string, registerAccelerator = true) => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator }),
    click: () => sendEvent({ type: 'command', command: name }),
  });
  const settings = command(m.menu_settings(), 'settings', 'CmdOrCtrl+,');
  app.setAboutPanelOptions({
    applicationName: 'Hashlens',
    applicationVersion: app.getVersion(),
    copyright: m.menu_copyright(),
  });
  const mac = process.platform === 'darwin';
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac
        ? [
            {
              role: 'appMenu' as const,
              submenu: [
                { role: 'about' as const, label: m.menu_about() },
                { type: 'separator' as const },
                { role: 'services' as const, label: m.menu_services() },
                { type: 'separator' as const },
                { role: 'hide' as const, label: m.menu_hide() },
                { role: 'hideOthers' as const, label: m.menu_hide_others() },
                { role: 'unhide' as const, label: m.menu_show_all() },
                { type: 'separator' as const },
                { role: 'quit' as const, label: m.menu_quit() },
              ],
            },
          ]
        : []),
      {
        label: m.menu_file(),
        submenu: [
          { label: m.menu_add_folder(), accelerator: 'CmdOrCtrl+O', click: addFolder },
          command(m.menu_rescan(), 'rescan', 'F5'),
          { type: 'separator' },
          settings,
          { type: 'separator' },
          mac ? { role: 'close', label: m.menu_close() } : { role: 'quit', label: m.menu_quit() },
        ],
      },
      {
        label: m.menu_edit(),
        submenu: [
          // The page handles the keys of its commands itself.
          command(m.menu_undo(), 'undo', 'CmdOrCtrl+Z', false),
          command(m.menu_redo(), 'redo', 'CmdOrCtrl+Shift+Z', false),
          { type: 'separator' },
          { role: 'cut', label: m.menu_cut() },
          { role: 'copy', label: m.menu_copy() },
          { role: 'paste', label: m.menu_paste() },
          command(m.menu_select_all(), 'selectAll', 'CmdOrCtrl+A', false),
          { type: 'separator' },
          command(m.menu_find(), 'find', 'CmdOrCtrl+F', false),
        ],
      },
      {
        label: m.menu_view(),
        submenu: [
          { role: 'resetZoom', label: m.menu_actual_size() },
          { role: 'zoomIn', label: m.menu_zoom_in() },
          { role: 'zoomOut', label: m.menu_zoom_out() },
          { type: 'separator' },
          { role: 'togglefullscreen', label: m.menu_full_screen() },
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const, label: m.menu_developer() }]),
        ],
      },
      {
        role: 'windowMenu',
        label: m.menu_window(),
        submenu: [
          { role: 'minimize', label: m.menu_minimize() },
          { role: 'zoom', label: m.menu_zoom() },
          ...(mac ? [] : [{ role: 'close' as const, label: m.menu_close() }]),
        ],
      },
      {
        role: 'help',
        label: m.menu_help(),
        submenu: [
          // The page handles the key; a Mac would take it from text boxes.
          command(m.menu_shortcuts(), 'shortcuts', mac ? undefined : '?', false),
          { label: m.menu_log(), click: () => void shell.openPath(log.folder) },
          { type: 'separator' },
          { role: 'about', label: m.menu_about() },
        ],
      },
    ]),
  );
}
