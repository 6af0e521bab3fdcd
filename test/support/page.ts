// The page without Electron: its real state over an engine with answers that the contract allows.
import { vi } from 'vitest';
import type { AppEvent, EngineHealth, PageMethod, PageParams, PageResult } from '../../src/shared/contract/page.ts';
import type { Ask } from '../../src/renderer/bridge.ts';
import type { PhotoHit } from '../../src/shared/contract/photos.ts';
import { details, encoder, job, method, model, ocrStatus, photoId, status, trainPlan } from './contract-values.ts';
import { connection } from './shared-values.ts';
import { preferences } from '../../src/shared/contract/preferences.ts';
import { AppState } from '../../src/renderer/state/app.svelte.ts';

/** Answers by method: a value, or a function of the parameters that may throw or return a promise. */
export type Answers = {
  [M in PageMethod]?: PageResult<M> | ((params: PageParams<M>) => PageResult<M> | Promise<PageResult<M>>);
};

export interface Asked {
  readonly method: PageMethod;
  readonly params: unknown;
}

export interface FakeEngine {
  readonly ask: Ask;
  /** Requests in the order they came. */
  readonly asked: Asked[];
  /** Parameters of the requests with this method. */
  readonly sent: <M extends PageMethod>(method: M) => PageParams<M>[];
  /** Answers given from now on. */
  readonly answer: (answers: Answers) => void;
}

/** An engine with the given answers, and the answers of an empty library to everything else. */
export function fakeEngine(answers: Answers = {}): FakeEngine {
  const known: Answers = { ...emptyLibrary, ...answers };
  const asked: Asked[] = [];
  const ask: Ask = async (method, params) => {
    asked.push({ method, params });
    if (!(method in known)) throw new Error(`The test does not say what ${method} answers.`);
    // Typed by the method, the union of all answers would be too large for TypeScript.
    const answer = (known as Readonly<Record<string, unknown>>)[method];
    const value: unknown =
      typeof answer === 'function' ? await (answer as (given: unknown) => unknown)(params) : answer;
    return value as PageResult<typeof method>;
  };
  return {
    ask,
    asked,
    sent: <M extends PageMethod>(method: M) =>
      asked.filter((one) => one.method === method).map(({ params }) => params as PageParams<M>),
    answer: (more) => Object.assign(known, more),
  };
}

export interface Page extends FakeEngine {
  readonly app: AppState;
  /** Sends an event, as the engine or the main process does. */
  readonly tell: (event: AppEvent) => void;
}

/** An engine whose requests wait until the test answers them, by number. */
export interface WaitingEngine {
  readonly ask: Ask;
  readonly asked: Asked[];
  /** Throws if request `n` is of another method. */
  readonly answer: <M extends PageMethod>(n: number, method: M, result: PageResult<M>) => void;
  readonly fail: (n: number, error: Error) => void;
}

export function waitingEngine(): WaitingEngine {
  const asked: Asked[] = [];
  const settle: { answer: (result: unknown) => void; fail: (error: Error) => void }[] = [];
  const ask: Ask = (method, params) =>
    new Promise((resolve, fail) => {
      asked.push({ method, params });
      settle.push({ answer: resolve as (result: unknown) => void, fail });
    });
  return {
    ask,
    asked,
    answer(n, method, result) {
      if (asked[n]?.method !== method) throw new Error(`Request ${n} is ${asked[n]?.method}, not ${method}.`);
      settle[n]?.answer(result);
    },
    fail: (n, error) => settle[n]?.fail(error),
  };
}

/** The state of a page with a running engine and answered first requests. */
export async function startPage(answers: Answers = {}, health: EngineHealth = { state: 'running' }): Promise<Page> {
  const engine = fakeEngine({
    'app.info': { version: '1', health, otherElectron: null, updates: false },
    ...answers,
  });
  let tell: (event: AppEvent) => void = () => undefined;
  const app = new AppState(engine.ask, (listener) => {
    tell = listener;
    return () => undefined;
  });
  if (health.state === 'running') {
    await vi.waitFor(() => {
      if (app.library.status === null || app.albums.contents === null) throw new Error('not loaded');
      if (app.search.busy || !engine.asked.some(({ method }) => method === 'photos.timeline'))
        throw new Error('no photos');
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...engine, app, tell: (event) => tell(event) };
}

const emptyLibrary: Answers = {
  'photos.tiles': null,
  'library.status': status(),
  'library.failures': [],
  'jobs.settings': {
    onlyWhenIdle: false,
    onlyOnPower: false,
    speed: 'leave-one',
    threads: null,
    threadsNow: 1,
    coreCount: 2,
  },
  'encoders.list': [encoder()],
  'metadata.writing': { allowed: false },
  'library.storage': { database: 4_200_000, models: 900_000, encoders: 0, backups: { files: 2, bytes: 1_300_000 } },
  'thumbnails.cache': { small: { files: 3, bytes: 60_000 }, large: { files: 0, bytes: 0 }, roomBytes: 8e9 },
  'ocr.status': ocrStatus(),
  'jobs.list': [],
  'methods.list': [method()],
  'models.list': [model('first', { active: true })],
  'train.presets': [],
  'train.plan': trainPlan({ pairs: 500, pairPhotos: 400, enough: true }),
  'photos.timeline': { order: 'taken', photoIds: [], ratios: [], sections: [], days: [] },
  'photos.lines': [],
  'search.recent': [],
  'search.saved': [],
  'search.log': { enabled: true },
  'search.complete': { from: 0, to: 0, items: [] },
  'photos.duplicates': null,
  'albums.list': [],
  'library.contents': {
    ...{ favourites: 0, onThisDay: 0, folders: [], tags: [], people: [], places: [], cameras: [] },
  },
  'photos.toDescribe': { described: 0, undescribed: 0, photos: [] },
  'judgements.list': { total: 0, entries: [] },
  'words.list': { words: [], total: 0, needs: null, trained: false, described: 0, compared: 0 },
  'words.teach': { tagged: [], examples: 3, found: 0, seconds: 0.1, photos: [] },
  'suggestions.words': { suggestions: [], alike: [], described: 0 },
  'suggestions.reject': ({ states }) => ({
    photos: 1,
    inverse: states.map((state) => ({ ...state, rejected: !state.rejected })),
  }),
  'edits.words': ({ photoIds: ids }) => ({
    photos: ids.length,
    tags: [],
    captions: [],
    ratings: [ids.length, 0, 0, 0, 0, 0],
    favourites: 0,
    described: 0,
  }),
  'edits.completeTag': [],
  'edits.apply': ({ photoIds: ids }) => ({ photos: ids.length, inverse: [{ photoIds: ids, rating: null }] }),
  'edits.restore': ({ states }) => ({ photos: states.length, inverse: states }),
  'photos.get': ({ photoId: id }) => details({ id: photoId(id) }),
  'app.preferences': preferences.parse({}),
  'app.language': 'en',
  'missing.list': { total: 0, photos: [] },
  'connections.list': [],
  'connections.remove': null,
  'connections.restore': connection,
  'connections.password': null,
  'missing.remove': { photos: 1, bytes: 4096, backups: 0, copiesLeft: [] },
  'jobs.cancel': null,
  'jobs.pause': null,
  'jobs.resume': job(),
  'folders.remove': { photos: 3, bytes: 4096, backups: 0, copiesLeft: [] },
  'models.activate': job({ kind: 'encode' }),
  'models.prepare': null,
  'search.examples': [],
  'search.compare': [],
  'models.remove': job({ kind: 'encode' }),
  'search.remember': null,
  'search.removeRecent': { removed: [] },
  'search.clearLog': { removed: [] },
  'search.restoreRecent': null,
  'models.keep': { isKept: true },
  'models.restore': null,
  'search.removeSaved': null,
  'app.showFolder': null,
  'app.showInFolder': { folders: 1, left: 0 },
  'app.restartEngine': null,
  'app.fullScreen': null,
  'models.describe': null,
  'app.saveRuns': ({ format }) => ({ saved: `/home/me/hashlens-runs.${format}` }),
  'app.exportModel': ({ modelId }) => ({ saved: `/home/me/${modelId}` }),
  'app.importModel': null,
  'app.saveChart': { saved: '/home/me/hashlens-runs.png' },
  'app.startAtLogin': ({ on }) => ({ on: on ?? false }),
  'app.menu': { chosen: null },
  'app.openPhotos': null,
  'app.programs': [],
  'app.openWith': null,
  'app.forgetProgram': null,
  'app.restoreProgram': null,
  'app.copyText': null,
  'app.copy': ({ photoIds: ids }) => ({ copied: ids.length }),
  'app.dragOut': null,
  'app.moveToBin': ({ photoIds: ids }) => ({ moved: ids.map((id) => photoId(id)), failed: 0, move: 0 }),
  'app.takeOutOfBin': { restored: 1, failed: 0 },
};

/** Answers for a library with these photos on its time line, all of one month. */
export const timelineOf = (hits: readonly PhotoHit[]): Pick<Answers, 'photos.timeline' | 'photos.lines'> => ({
  'photos.timeline': ({ order }) => ({
    order: order ?? 'taken',
    photoIds: hits.map((hit) => hit.photoId),
    ratios: hits.map((hit) => Math.round((1000 * hit.width) / hit.height)),
    sections: hits.length === 0 ? [] : [{ start: 0, month: '2019-07' }],
    days: hits.length === 0 ? [] : [[0, 14]],
  }),
  'photos.lines': ({ photoIds }) => hits.filter((hit) => photoIds.includes(hit.photoId)),
});
