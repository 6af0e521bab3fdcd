// The bridge: exposes the typed requests and events of the contract to the page as `window.hashlens`, and nothing else.
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { AppEvent, Bridge } from '../shared/contract/page.ts';
import { eventChannel, requestChannel } from '../shared/channels.ts';

const bridge: Bridge = {
  request: (method, params) => ipcRenderer.invoke(requestChannel, method, params),
  onEvent: (listener) => {
    const forward = (_event: IpcRendererEvent, event: AppEvent) => listener(event);
    ipcRenderer.on(eventChannel, forward);
    return () => ipcRenderer.off(eventChannel, forward);
  },
};

contextBridge.exposeInMainWorld('hashlens', bridge);
