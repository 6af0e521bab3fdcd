// Application menu. What the page does itself, it is told to do.
import { app, dialog, Menu, shell } from 'electron';
import { toErrorData } from '../shared/errors.ts';
import type { DesktopRequests } from './desktop.ts';
import type { PageCommand } from '../shared/contract/page.ts';
import { sendEvent } from './ipc.ts';
import type { Log } from './log.ts';

export function installMenu(desktop: DesktopRequests, log: Log): void {
  const addFolder = () => {
    desktop['app.chooseFolder']({}).catch((error: unknown) => {
      dialog.showErrorBox('The folder could not be added', toErrorData(error).message);
    });
  };
  const command = (label: string, name: PageCommand, accelerator?: string, registerAccelerator = true) => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator }),
    click: () => sendEvent({ type: 'command', command: name }),
  });
  const settings = command('Settings…', 'settings', 'CmdOrCtrl+,');
  app.setAboutPanelOptions({
    applicationName: 'Hashlens',
    applicationVersion: app.getVersion(),
    copyright: 'Search your own photos in your own words, offline.',
  });
  const mac = process.platform === 'darwin';
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' as const }] : []),
      {
        label: '&File',
        submenu: [
          { label: 'Add Folder…', accelerator: 'CmdOrCtrl+O', click: addFolder },
          command('Rescan', 'rescan', 'F5'),
          { type: 'separator' },
          settings,
          { type: 'separator' },
          { role: mac ? 'close' : 'quit' },
        ],
      },
      {
        label: '&Edit',
        submenu: [
          { role: 'undo' },
          { role: 'redo' },
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
          { type: 'separator' },
          // The page hears this key itself.
          command('Find', 'find', 'CmdOrCtrl+F', false),
        ],
      },
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
      {
        role: 'help',
        submenu: [
          command('Keyboard Shortcuts', 'shortcuts'),
          { label: 'Open Log Folder', click: () => void shell.openPath(log.folder) },
          { type: 'separator' },
          { role: 'about' },
        ],
      },
    ]),
  );
}
