// Effects of the engine's events, and when the page makes its requests again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppEvent, EngineHealth } from '../../shared/contract/page.ts';
import type { JobId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Ask } from '../bridge.ts';
import { AppState } from './app.svelte.ts';

const status = {
  libraryDir: '/lib',
  photos: 0,
  captions: 0,
  tags: 0,
  codes: 0,
  failures: 0,
  missing: 0,
  folders: [],
  offlineFolders: 0,
  encoder: 'starter',
  model: 'first',
};
const found = {
  hits: [],
  searched: 0,
  encodeMs: 0,
  searchMs: 0,
  modelId: 'first',
  bits: 64,
  notice: null,
  weakFrom: null,
};
const indexing: Job = {
  id: 1 as JobId,
  kind: 'index',
  state: 'running',
  message: 'Reading photos',
  done: 1,
  total: 2,
  rate: 0,
  etaSeconds: null,
  createdAt: 1,
  finishedAt: null,
  error: null,
  modelId: null,
  result: null,
};

let asked: string[];
let model: string;
let tell: (event: AppEvent) => void;

function start(health: EngineHealth): AppState {
  const ask = ((method: string) => {
    asked.push(method);
    if (method === 'app.info') return Promise.resolve({ version: '1', health, otherElectron: null });
    if (method === 'library.status') return Promise.resolve({ ...status, model });
    if (method === 'search.query') return Promise.resolve({ ...found, modelId: model });
    return Promise.resolve([]);
  }) as Ask;
  return new AppState(ask, (listener) => {
    tell = listener;
    return () => undefined;
  });
}
const times = (method: string) => asked.filter((one) => one === method).length;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  model = 'first';
});
afterEach(() => vi.useRealTimers());

describe('AppState', () => {
  it('asks nothing of the engine before it runs, and for everything once it does', async () => {
    const app = start({ state: 'starting' });
    await settle();
    expect(asked).toEqual(['app.info']);
    tell({ type: 'engine', health: { state: 'running' } });
    await settle();
    expect(asked).toEqual(expect.arrayContaining(['jobs.list', 'models.list', 'library.status', 'photos.timeline']));
    expect(app.library.isNew).toBe(true);
  });

  it('takes an event for newer than the answer it overtook', async () => {
    const app = start({ state: 'starting' });
    tell({ type: 'engine', health: { state: 'running' } });
    await settle();
    expect(app.health).toEqual({ state: 'running' });
  });

  it('asks again after the engine was restarted', async () => {
    start({ state: 'running' });
    await settle();
    tell({ type: 'engine', health: { state: 'restarting', reason: 'it was ended by SIGKILL' } });
    tell({ type: 'engine', health: { state: 'running' } });
    await settle();
    expect(times('library.status')).toBe(2);
  });

  it('asks once for many changes, and sooner for a change than for progress', async () => {
    start({ state: 'running' });
    await settle();
    for (let n = 0; n < 20; n++) tell({ type: 'job', job: indexing });
    await vi.advanceTimersByTimeAsync(1000);
    expect(times('photos.timeline')).toBe(1);
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(times('photos.timeline')).toBe(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times('photos.timeline')).toBe(2);
  });

  it('leaves results where they are while photos are added, and searches again when another model answers', async () => {
    const app = start({ state: 'running' });
    await settle();
    await app.search.words('dog');
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(times('search.query')).toBe(1);
    model = 'second';
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(300);
    expect(times('search.query')).toBe(2);
  });
});
