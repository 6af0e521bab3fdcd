// The only window: its creation, and its last size and position.
import { m } from '../language/language.ts';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { reloadCrashed } from './crashes.ts';
import { pageLeft, sendEvent } from './ipc.ts';
import { plainTextNow } from './plain-text.ts';
import { appUrl } from './protocols.ts';
import { sandboxed } from './security.ts';
import { showOnce } from './show-once.ts';
import { offerTextMenu } from './text-menu.ts';
import { parseJson } from '../shared/json.ts';

const windowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximized: z.boolean(),
});
type WindowState = z.output<typeof windowState>;

const smallest = { width: 400, height: 480 };

/** @param minimised whether it starts in the taskbar */
export function openWindow(icon: string, minimised = false): void {
  const remembered = readState();
  const window = new BrowserWindow({
    ...(remembered === null
      ? { width: 1280, height: 800 }
      : { x: remembered.x, y: remembered.y, width: remembered.width, height: remembered.height }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Hashlens',
    // Windows and macOS take the icon from the packaged app.
    icon,
    show: false,
    autoHideMenuBar: true,
    // Background until the page is painted, in the page's own colours.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#17181a' : '#fbfaf8',
    webPreferences: {
      preload: path.join(import.meta.dirname, '../preload/index.cjs'),
      ...sandboxed,
      navigateOnDragDrop: false,
      safeDialogs: true,
    },
  });
  if (remembered?.maximized) window.maximize();
  if (minimised) window.minimize();
  else showOnce(window);
  window.on('close', () => saveState(window));
  // The menu and the system leave it, too.
  window.on('leave-full-screen', () => sendEvent({ type: 'full-screen', on: false }));
  reloadAfterCrashes(window);
  offerTextMenu(window.webContents);
  void window.loadURL(appUrl);
}

function reloadAfterCrashes(window: BrowserWindow): void {
  const contents = window.webContents;
  const died = reloadCrashed({
    // Wait until Chromium has finished reporting the crash.
    reload: () => void setTimeout(() => window.isDestroyed() || contents.reload(), 200),
    tell: (message) => sendEvent({ type: 'notice', notice: { code: 'page-crashed', message } }),
    ask: async (reason) => {
      const { response } = await dialog.showMessageBox(window, {
        type: 'error',
        title: 'Hashlens',
        message: m.window_stopped(),
        detail: m.window_detail({ reason }),
        buttons: [m.window_reload(), m.window_quit()],
        defaultId: 0,
        cancelId: 1,
      });
      return response === 0 ? 'reload' : 'quit';
    },
    quit: () => app.quit(),
  });
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) pageLeft(contents);
  });
  contents.on('render-process-gone', (_event, { reason }) => {
    pageLeft(contents);
    if (!window.isDestroyed()) died(reason);
  });
}

/** Parent of dialogs and menus: the focused window, else the only one; undefined without any. */
export const frontWindow = (): BrowserWindow | undefined =>
  BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];

/** Shows the window; opens it if there is none. */
export function showWindow(icon: string): void {
  const window = BrowserWindow.getAllWindows()[0];
  if (window === undefined) return openWindow(icon);
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function stateFile(): string {
  return path.join(app.getPath('userData'), 'window-state.json');
}

/** Null on the first start, and if its screen is gone. */
function readState(): WindowState | null {
  let state: WindowState;
  try {
    state = parseJson(windowState, plainTextNow(stateFile()));
  } catch {
    return null;
  }
  const visible = screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(state.x + state.width, workArea.x + workArea.width) - Math.max(state.x, workArea.x);
    const down = Math.min(state.y + state.height, workArea.y + workArea.height) - Math.max(state.y, workArea.y);
    return across >= 200 && down >= 100;
  });
  return visible ? state : null;
}

function saveState(window: BrowserWindow): void {
  const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
  try {
    const unfinished = `${stateFile()}.new`;
    writeFileSync(unfinished, JSON.stringify(state));
    renameSync(unfinished, stateFile());
  } catch {
    // The next start then opens the window at its default place.
  }
}
