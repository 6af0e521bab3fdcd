// Restricts the page: no network, permissions, navigation, new windows or embedded content.
import { app, session, type Session, type WebPreferences } from 'electron';
import { appOrigin } from './protocols.ts';

/** Settings of every page: in Chromium's sandbox, without Node. */
export const sandboxed = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
} as const satisfies WebPreferences;

/** Requests with any other scheme are cancelled. */
const ownRequests = /^(app|photo|blob):/;
const developerRequests = /^devtools:/;

/**
 * Switches off Chromium services that use the network by themselves. Call before `ready`. Only the host for updates
 * resolves; pages cannot send requests to it, see `guardSession`.
 */
export function disableBackgroundNetworking(updateHost: string | null): void {
  for (const name of [
    'disable-background-networking',
    'disable-client-side-phishing-detection',
    'disable-component-update',
    'disable-default-apps',
    'disable-domain-reliability',
    'disable-sync',
    'no-pings',
  ]) {
    app.commandLine.appendSwitch(name);
  }
  // No other host name resolves, in case a service makes a request all the same.
  const except = updateHost === null ? '' : `, EXCLUDE ${updateHost}`;
  app.commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${except}`);
  app.commandLine.appendSwitch('dns-prefetch-disable');
}

/** Rules of the session that all windows share. Call after `ready`. */
export function guardDefaultSession(): void {
  guardSession(session.defaultSession, ownRequests);
}

/** Rules of a session. @param ownUrls requests that are let through */
export function guardSession(own: Session, ownUrls: RegExp): void {
  own.webRequest.onBeforeRequest((details, decide) => {
    const allowed = ownUrls.test(details.url) || (!app.isPackaged && developerRequests.test(details.url));
    decide({ cancel: !allowed });
  });
  own.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.setSpellCheckerEnabled(false);
  own.on('will-download', (event) => event.preventDefault());
}

/** Rules of every page. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** Whether an IPC message comes from the top frame of the app's own page. */
export function isOwnPage(frame: Electron.WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.url.startsWith(`${appOrigin}/`);
}
