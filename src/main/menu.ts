// Application menu: add a folder, edit, view, show the log.
import { app, dialog, Menu, shell } from 'electron';
import { toErrorData } from '../shared/errors.ts';
import type { DesktopRequests } from './desktop.ts';
import type { Log } from './log.ts';

export function installMenu(desktop: DesktopRequests, log: Log): void {
  const addFolder = () => {
    desktop['app.chooseFolder']({}).catch((error: unknown) => {
      dialog.showErrorBox('The folder could not be added', toErrorData(error).message);
    });
  };
  const mac = process.platform === 'darwin';
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' as const }] : []),
      {
        label: '&File',
        submenu: [
          { label: 'Add Folder…', accelerator: 'CmdOrCtrl+O', click: addFolder },
          { type: 'separator' },
          { role: mac ? 'close' : 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: '&View',
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
        ],
      },
      { role: 'windowMenu' },
      { role: 'help', submenu: [{ label: 'Open Log Folder', click: () => void shell.openPath(log.folder) }] },
    ]),
  );
}
