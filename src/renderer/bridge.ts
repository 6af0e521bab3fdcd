// Requests of the page to the engine: each returns its result or throws the engine's own error.
import type { AppEvent, Bridge, PageMethod, PageParams, PageResult } from '../shared/contract/page.ts';
import { valueOf } from '../shared/protocol.ts';

declare global {
  interface Window {
    readonly hashlens: Bridge;
  }
}

export type Ask = <M extends PageMethod>(method: M, params: PageParams<M>) => Promise<PageResult<M>>;
export type Listen = (listener: (event: AppEvent) => void) => () => void;

export const ask: Ask = async (method, params) => valueOf(await window.hashlens.request(method, params));
