// The only channel for requests of the page: checks sender and request, and routes it to the engine or to main.
import { BrowserWindow, ipcMain, type WebContents } from 'electron';
import { parsedParams } from '../shared/parsed-params.ts';
import { toAnswer, type Answer } from '../shared/protocol.ts';
import {
  mainRequests,
  pageEngineMethods,
  type AppEvent,
  type MainMethod,
  type PageEngineMethod,
} from '../shared/contract/page.ts';
import type { LibraryStatus } from '../shared/contract/library.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { dropChannel, eventChannel, requestChannel } from '../shared/channels.ts';
import type { DesktopRequests } from './desktop.ts';
import type { EngineProcess } from './engine-process.ts';
import { PageEvents } from './page-events.ts';
import { isOwnPage } from './security.ts';

/** @param onStatus called with the state of the library that the page asks for */
export function answerRequests(
  engine: EngineProcess,
  desktop: DesktopRequests,
  onStatus: (status: LibraryStatus) => void,
): void {
  ipcMain.handle(requestChannel, async (event, method: unknown, params: unknown): Promise<Answer<unknown>> => {
    if (!isOwnPage(event.senderFrame)) return refusal('bad-argument', 'Only the app’s own page may ask.');
    if (method === 'library.status') {
      return toAnswer(async () => {
        const status = await engine.request(method, {});
        onStatus(status);
        return status;
      });
    }
    if (isPageEngineMethod(method)) return engine.pass(method, params);
    // Pages request it when they start, after they have begun to listen.
    if (method === 'app.info') pageEvents.listens(event.sender);
    if (isMainMethod(method)) return answerMain(desktop, method, params);
    return refusal(
      'bad-argument',
      `There is no request ${typeof method === 'string' ? method.slice(0, 100) : `of type ${typeof method}`}.`,
    );
  });
}

/** Folders dropped on the window. The preload script gets their paths from the system. */
export function answerDrops(engine: EngineProcess): void {
  ipcMain.handle(dropChannel, async (event, path: unknown): Promise<Answer<unknown>> => {
    if (!isOwnPage(event.senderFrame)) return refusal('bad-argument', 'Only the app’s own page may ask.');
    if (typeof path !== 'string' || path === '') return refusal('bad-argument', 'A folder has a path.');
    return toAnswer(() => engine.request('folders.add', { path }));
  });
}

const pageEvents = new PageEvents<WebContents>(
  () =>
    BrowserWindow.getAllWindows()
      .filter((window) => !window.isDestroyed() && !window.webContents.isDestroyed())
      .map((window) => window.webContents),
  (page, event) => page.send(eventChannel, event),
);

export const sendEvent = (event: AppEvent): void => pageEvents.send(event);

/** Keeps messages from now on until the page has been loaded again. */
export const pageLeft = (page: WebContents): void => pageEvents.left(page);

async function answerMain(desktop: DesktopRequests, method: MainMethod, params: unknown): Promise<Answer<unknown>> {
  const answer: (params: never) => Promise<unknown> = desktop[method];
  // Parsed by the schema of the same key, which the compiler cannot see through the union.
  return toAnswer(async () => answer(parsedParams(method, mainRequests[method].params, params) as never));
}

function isPageEngineMethod(method: unknown): method is PageEngineMethod {
  return (pageEngineMethods as readonly unknown[]).includes(method);
}

function isMainMethod(method: unknown): method is MainMethod {
  return typeof method === 'string' && Object.hasOwn(mainRequests, method);
}

function refusal(code: ErrorCode, message: string): Answer<never> {
  return { ok: false, error: { code, message } };
}
