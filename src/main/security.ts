// What the page may not do: reach the network, ask for permissions, navigate, open windows, embed other content.
import { app, session } from 'electron';
import { appOrigin } from './protocols.ts';

/** Every request of any other kind is cancelled. */
const ownRequests = /^(app|photo|blob):/;
const developerRequests = /^devtools:/;

/** Chromium services that talk to the network by themselves. Before `ready`. */
export function disableBackgroundNetworking(): void {
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
  // Should something ask all the same, no host name resolves to anything.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('dns-prefetch-disable');
}

/** Rules of the session all windows share. After `ready`. */
export function guardSession(): void {
  const own = session.defaultSession;
  own.webRequest.onBeforeRequest((details, decide) => {
    const allowed = ownRequests.test(details.url) || (!app.isPackaged && developerRequests.test(details.url));
    decide({ cancel: !allowed });
  });
  own.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.setSpellCheckerEnabled(false);
  own.on('will-download', (event) => event.preventDefault());
}

/** Rules of every page, whoever opens it. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** Whether an IPC message comes from the app's own page, and from its top frame. */
export function isOwnPage(frame: Electron.WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.url.startsWith(`${appOrigin}/`);
}
