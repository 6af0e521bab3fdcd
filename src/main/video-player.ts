// The hidden page on which Chromium decodes videos: it has no network, no Node and a single file.
import { app, session, WebContentsView, type Session } from 'electron';
import path from 'node:path';
import { framesChannel } from '../shared/frame-moments.ts';
import type { FolderRoots } from './photo-files.ts';
import { refusal, serveFile } from './protocols.ts';
import { guardSession, sandboxed } from './security.ts';
import type { OpenPlayer, PlayedFile } from './video-page.ts';

const pageUrl = 'video://player/';
const pagePolicy = "default-src 'none'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** @param gate for reading the files */
export function hiddenPlayers({ gate }: Pick<FolderRoots, 'gate'>): OpenPlayer {
  /** One for all pages, in memory, with the rules of the application's own session. */
  let own: Session | null = null;
  let playedNow: () => PlayedFile | null = () => null;
  const sessionOf = (): Session => (own ??= playerSession(gate, () => playedNow()));

  return (played, onEnd) => {
    playedNow = played;
    // Belongs to no window: it never shows, and does not keep the application open. Only the player below refers to the
    // view, and Electron ends the page of a view that nothing refers to.
    const view = new WebContentsView({
      webPreferences: {
        session: sessionOf(),
        preload: path.join(import.meta.dirname, '../preload/video-frames.cjs'),
        ...sandboxed,
        backgroundThrottling: false,
      },
    });
    view.webContents.setAudioMuted(true);
    view.webContents.on('render-process-gone', onEnd);
    return {
      loaded: view.webContents.loadURL(pageUrl),
      ask(wanted) {
        const { promise, resolve } = Promise.withResolvers<unknown>();
        view.webContents.ipc.once(framesChannel, (_event, answer: unknown) => resolve(answer));
        view.webContents.send(framesChannel, wanted);
        return promise;
      },
      kilobytes() {
        const pid = view.webContents.getOSProcessId();
        return app.getAppMetrics().find((metric) => metric.pid === pid)?.memory.workingSetSize ?? 0;
      },
      close() {
        view.webContents.off('render-process-gone', onEnd);
        view.webContents.close();
      },
    };
  };
}

function playerSession(gate: FolderRoots['gate'], played: () => PlayedFile | null): Session {
  const own = session.fromPartition('video-frames', { cache: false });
  guardSession(own, /^video:\/\/player\//);
  own.protocol.handle('file', () => refusal(403));
  own.protocol.handle('video', (request) => {
    if (request.method !== 'GET') return refusal(405);
    if (request.url === pageUrl) {
      const headers = { 'Content-Type': 'text/html', 'Content-Security-Policy': pagePolicy };
      return new Response('', { headers });
    }
    const playing = played();
    if (playing === null || request.url !== playing.url) return refusal(404);
    return serveFile(request, { ...playing, gate, mime: 'application/octet-stream' });
  });
  return own;
}
