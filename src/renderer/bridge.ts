// Requests of the page to the engine: each returns its result or throws the engine's own error.
import type { AppEvent, Bridge, PageMethod, PageParams, PageResult } from '../shared/contract/page.ts';
import { valueOf } from '../shared/protocol.ts';

declare global {
  interface Window {
    readonly hashlens: Bridge<File>;
  }
}

export type Ask = <M extends PageMethod>(method: M, params: PageParams<M>) => Promise<PageResult<M>>;
export type Listen = (listener: (event: AppEvent) => void) => () => void;

/** Adds a dropped folder. Null for a file that is not from the file system. @throws the engine's own error */
export const addDropped = async (file: File) => {
  const answer = await window.hashlens.addDropped(file);
  return answer === null ? null : valueOf(answer);
};

export const ask: Ask = async (method, params) => valueOf(await window.hashlens.request(method, params));
