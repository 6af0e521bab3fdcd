// The bridge: exposes the typed requests and events of the contract to the page as `window.hashlens`, and nothing else.
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import type { AppEvent, Bridge } from '../shared/contract/page.ts';
import { dropChannel, eventChannel, requestChannel } from '../shared/channels.ts';

const bridge: Bridge<File> = {
  request: (method, params) => ipcRenderer.invoke(requestChannel, method, params),
  onEvent: (listener) => {
    const forward = (_event: IpcRendererEvent, event: AppEvent) => listener(event);
    ipcRenderer.on(eventChannel, forward);
    return () => ipcRenderer.off(eventChannel, forward);
  },
  addDropped: (file) => {
    // Empty for a file that a page has made.
    const path = webUtils.getPathForFile(file);
    return path === '' ? null : ipcRenderer.invoke(dropChannel, path);
  },
};

contextBridge.exposeInMainWorld('hashlens', bridge);
