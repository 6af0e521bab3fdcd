// Entry point of the app: connects window, engine process, protocols and menu. Contains no logic.
import { app, BrowserWindow, dialog, nativeTheme, Notification } from 'electron';
import path from 'node:path';
import { dateLanguages, languageFor, setLanguage, type Language } from '../language/language.ts';
import { setChromiumLanguage } from './chromium-language.ts';
import { EngineProcess } from './engine-process.ts';
import { engineCommand } from './engine-location.ts';
import { answerDrops, answerRequests, sendEvent } from './ipc.ts';
import { JobNotices } from './job-notices.ts';
import { hiddenOption, libraryArgument } from './launch.ts';
import { Log } from './log.ts';
import { LoginStart } from './login-start.ts';
import { reportMachineState } from './machine-state.ts';
import { installMenu } from './menu.ts';
import { FolderRoots } from './photo-files.ts';
import { PhotoDesktop } from './photo-desktop.ts';
import { PreferenceFile } from './preferences.ts';
import { useProfile } from './profile.ts';
import { declareSchemes, refuseFiles, serveApp, servePhotos } from './protocols.ts';
import { linkedQuery, linkIn } from './deep-link.ts';
import { answerDesktopRequests } from './desktop.ts';
import { disableBackgroundNetworking, guardContents, guardDefaultSession } from './security.ts';
import { hostHandler } from './host-requests.ts';
import { VideoFramesPage } from './video-page.ts';
import { hiddenPlayers } from './video-player.ts';
import { TaskbarProgress } from './taskbar.ts';
import { TrayIcon } from './tray.ts';
import { updateHost, Updates } from './updates.ts';
import { openWindow, showWindow } from './window.ts';

const root = path.resolve(import.meta.dirname, '../..');
const launch = libraryArgument(process.argv);
const library = launch === 'unnamed' ? null : launch.library;

const packaged = app.isPackaged ? process.resourcesPath : null;
const host = updateHost(packaged);

const profileRefusal = useProfile(library);
const refusal = launch === 'unnamed' ? 'The option --library needs the name of a folder.' : profileRefusal;
declareSchemes();
disableBackgroundNetworking(host);
guardContents();

if (refusal !== null) {
  process.stderr.write(`hashlens: ${refusal}\n`);
  void app.whenReady().then(() => {
    dialog.showErrorBox('Hashlens cannot start', refusal);
    app.exit(1);
  });
} else if (!app.requestSingleInstanceLock()) app.quit();
else {
  const log = new Log(app.getPath('logs'));
  const engine: EngineProcess = new EngineProcess(
    engineCommand({ root, packaged, library, env: process.env }),
    log,
    hostHandler({ 'video.frames': ({ path: file, count }, { signal }) => videoFrames.framesOf(file, count, signal) }),
  );
  const roots = new FolderRoots(engine);
  const videoFrames = new VideoFramesPage(roots, hiddenPlayers(roots));
  const updates = new Updates(host, (percent) => sendEvent({ type: 'update', percent }));
  const icon = path.join(root, 'resources/icon.png');
  const tray = new TrayIcon(icon, { open: () => showWindow(icon), quit: () => app.quit() });
  const preferences = new PreferenceFile(path.join(app.getPath('userData'), 'preferences.json'), (now) => {
    nativeTheme.themeSource = now.appearance;
    if (!app.isReady()) return;
    speak();
    tray.show(now.tray);
  });
  const { language: chosen } = preferences.now;
  // Chromium writes fields for dates and numbers in one language until it ends: the system's, or this one.
  if (chosen !== 'system') setChromiumLanguage(dateLanguages[chosen]);
  const loginStart = new LoginStart(library);
  let spoken: Language | undefined;
  /** Uses the person's language from now on. Call after `ready`, when the system's languages are known. */
  const speak = (): void => {
    const wanted = languageFor(preferences.now.language, app.getPreferredSystemLanguages());
    if (wanted === spoken) return;
    spoken = wanted;
    setLanguage(wanted);
    installMenu(desktop, log);
    tray.name();
  };
  const photoDesktop = new PhotoDesktop(engine, roots, icon);
  const desktop = answerDesktopRequests(engine, updates, photoDesktop, preferences, loginStart);
  const sendLink = (query: string | null): void => {
    if (query !== null) sendEvent({ type: 'link', query });
  };
  const follow = (query: string | null): void => {
    sendLink(query);
    showWindow(icon);
  };
  sendLink(linkIn(process.argv));
  const notifications = new Set<Notification>();
  const notices = new JobNotices(
    () => preferences.now.notifications && Notification.isSupported() && BrowserWindow.getFocusedWindow() === null,
    ({ title, body, view }) => {
      const notification = new Notification({ title, body, icon });
      // Without a reference it would be collected, and its click lost.
      notifications.add(notification);
      notification.on('close', () => notifications.delete(notification));
      notification.on('click', () => {
        notifications.delete(notification);
        sendEvent({ type: 'show', view });
        showWindow(icon);
      });
      notification.show();
    },
  );

  const taskbar = new TaskbarProgress((share) => {
    for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(share);
  });

  engine.onEvent((event) => {
    if (event.type === 'library') roots.forget();
    if (event.type === 'job') {
      taskbar.receive(event.job);
      notices.receive(event.job);
    }
    if (event.type === 'engine' && event.health.state !== 'running') taskbar.clear();
    sendEvent(event);
  });
  app.on('second-instance', (_event, argv) => follow(linkIn(argv)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    const query = linkedQuery(link);
    if (app.isReady()) follow(query);
    else sendLink(query);
  });
  // Only a packaged application registers as the system's program for such links.
  if (app.isPackaged) app.setAsDefaultProtocolClient('hashlens');
  app.on('window-all-closed', () => {
    if (!tray.isShown) app.quit();
  });
  app.on('activate', () => showWindow(icon));
  app.on('will-quit', (event) => {
    videoFrames.close();
    if (engine.ended) return;
    event.preventDefault();
    void Promise.allSettled([engine.shutdown(), preferences.written()]).then(() => app.quit());
  });

  engine.start();
  void app.whenReady().then(() => {
    guardDefaultSession();
    refuseFiles();
    serveApp(path.join(root, 'out/renderer'));
    servePhotos(engine, roots);
    answerRequests(engine, desktop, (status) => roots.learn(status));
    answerDrops(engine);
    speak();
    reportMachineState(engine);
    tray.show(preferences.now.tray);
    const isHidden = process.argv.includes(hiddenOption);
    if (!isHidden || !tray.isShown) openWindow(icon, isHidden);
  });
}
