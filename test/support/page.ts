// The page without Electron: its real state over an engine that answers as the contract says it can.
import { vi } from 'vitest';
import type { EncoderState } from '../../src/shared/contract/encoders.ts';
import type { EpochMetrics, EvaluationContext } from '../../src/shared/contract/evaluation.ts';
import type { FolderId, JobId, ModelId, PhotoId } from '../../src/shared/contract/ids.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import type { Folder, LibraryStatus } from '../../src/shared/contract/library.ts';
import type { HashModelSummary } from '../../src/shared/contract/models.ts';
import type { AppEvent, EngineHealth, PageMethod, PageParams, PageResult } from '../../src/shared/contract/page.ts';
import type { PhotoDetails, PhotoHit } from '../../src/shared/contract/photos.ts';
import type { QueryAnswer, RankedPhoto, SearchAnswer } from '../../src/shared/contract/search.ts';
import type { MethodSummary } from '../../src/shared/contract/training.ts';
import { parseQuery } from '../../src/shared/query/grammar.ts';
import type { Ask } from '../../src/renderer/bridge.ts';
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

/** An engine that gives the answers it is told, and the answers of an empty library to everything else. */
export function fakeEngine(answers: Answers = {}): FakeEngine {
  const known: Answers = { ...emptyLibrary, ...answers };
  const asked: Asked[] = [];
  const ask: Ask = async (method, params) => {
    asked.push({ method, params });
    if (!(method in known)) throw new Error(`The test does not say what ${method} answers.`);
    const answer = known[method];
    return (typeof answer === 'function' ? await answer(params) : answer) as PageResult<typeof method>;
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

/** The state of a page whose engine runs and whose first questions are answered. */
export async function startPage(answers: Answers = {}, health: EngineHealth = { state: 'running' }): Promise<Page> {
  const engine = fakeEngine({ 'app.info': { version: '1', health, otherElectron: null }, ...answers });
  let tell: (event: AppEvent) => void = () => undefined;
  const app = new AppState(engine.ask, (listener) => {
    tell = listener;
    return () => undefined;
  });
  if (health.state === 'running') {
    await vi.waitFor(() => {
      if (app.library.status === null || app.training.methods.length === 0) throw new Error('not loaded');
      if (app.search.busy || !engine.asked.some(({ method }) => method === 'photos.timeline'))
        throw new Error('no photos');
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...engine, app, tell: (event) => tell(event) };
}

export const job = (more: Partial<Job> = {}): Job => ({
  id: 1 as JobId,
  kind: 'index',
  state: 'running',
  message: 'Encoding photos',
  done: 30,
  total: 120,
  rate: 4,
  etaSeconds: 22,
  createdAt: 1,
  finishedAt: null,
  error: null,
  modelId: null,
  result: null,
  ...more,
});

export const folder = (more: Partial<Folder> = {}): Folder => ({
  id: 1 as FolderId,
  path: '/photos/Italy',
  state: 'online',
  folderNamesAsTags: false,
  photos: 3,
  lastScanAt: 1,
  ...more,
});

export const status = (more: Partial<LibraryStatus> = {}): LibraryStatus => ({
  libraryDir: '/library',
  photos: 3,
  captions: 15,
  tags: 4,
  codes: 18,
  failures: 0,
  missing: 0,
  folders: [folder()],
  offlineFolders: 0,
  encoder: 'starter',
  model: 'first' as ModelId,
  notices: [],
  ...more,
});

export const encoder = (more: Partial<EncoderState> = {}): EncoderState => ({
  id: 'starter',
  name: 'Starter',
  description: 'Built in and small.',
  imageWidth: 592,
  textWidth: 300,
  sharedWidth: 80,
  active: true,
  installed: true,
  downloadBytes: null,
  ...more,
});

export const photoId = (n: number): PhotoId => n as PhotoId;

export const hit = (n: number, more: Partial<PhotoHit> = {}): PhotoHit => ({
  rank: n,
  photoId: photoId(n),
  path: `/photos/Italy/${n}.jpg`,
  score: null,
  distance: 0,
  caption: `Photo number ${n}`,
  width: 300,
  height: 200,
  ...more,
});

export const ranked = (n: number, more: Partial<RankedPhoto> = {}): RankedPhoto => ({
  ...hit(n, { score: 0.5 }),
  probability: 0.8,
  textScore: null,
  explanation: null,
  ...more,
});

export const details = (more: Partial<PhotoDetails> = {}): PhotoDetails => ({
  id: photoId(1),
  path: '/photos/Italy/1.jpg',
  folderId: 1 as FolderId,
  width: 4000,
  height: 3000,
  format: 'jpeg',
  size: 2_500_000,
  capturedAt: Date.UTC(2019, 6, 14, 16, 20),
  capturedUntil: null,
  utcOffset: null,
  dateSource: 'EXIF DateTimeOriginal',
  camera: null,
  rating: null,
  place: null,
  people: [],
  captions: [],
  tags: [],
  versions: [],
  isVideo: false,
  available: true,
  ...more,
});

export const found = <Hit>(hits: readonly Hit[], more: Partial<SearchAnswer<Hit>> = {}): SearchAnswer<Hit> => ({
  hits,
  searched: 18,
  encodeMs: 3,
  searchMs: 1,
  modelId: 'first' as ModelId,
  bits: 64,
  notice: null,
  weakFrom: null,
  ...more,
});

/** The answer to words. */
export const answered = (text: string, hits: readonly RankedPhoto[], more: Partial<QueryAnswer> = {}): QueryAnswer => ({
  ...found(hits),
  query: parseQuery(text),
  filtered: null,
  corrections: [],
  remedy: null,
  precision: 0.5,
  ...more,
});

const both = (mean: number) => ({ i2t: mean, t2i: mean, mean });

export const epoch = (n: number, more: Partial<EpochMetrics> = {}): EpochMetrics => ({
  epoch: n,
  loss: 8 / n,
  lossC: 7 / n,
  lossR: 1 / n,
  map: both(n / 100),
  map50: both(n / 100),
  mapStable: both(n / 100),
  seconds: 1,
  ...more,
});

export const evaluation = (more: Partial<EvaluationContext> = {}): EvaluationContext => ({
  protocol: 'single',
  relevance: 'own-caption',
  seed: 1,
  split: {
    trainPairs: 4000,
    trainPhotos: 800,
    queryPhotos: 100,
    queryCaptions: 500,
    databasePhotos: 100,
    databaseCaptions: 500,
  },
  chance: both(0.02),
  float: both(0.31),
  ...more,
});

export const model = (id: string, more: Partial<HashModelSummary> = {}): HashModelSummary => ({
  id: id as ModelId,
  method: 'ucch',
  bits: 64,
  encoderId: 'starter',
  state: 'ready',
  active: false,
  createdAt: 1,
  evaluation: null,
  epochs: [],
  bestEpoch: null,
  options: {},
  ...more,
});

export const method = (more: Partial<MethodSummary> = {}): MethodSummary => ({
  id: 'ucch',
  name: 'UCCH',
  source: 'Hu et al., 2023',
  description: 'Learns from captions.',
  needsPairs: true,
  hasEpochs: true,
  common: ['epochs', 'batch', 'hidden', 'negatives'],
  settings: [],
  ...more,
});

const emptyLibrary: Answers = {
  'library.status': status(),
  'library.failures': [],
  'encoders.list': [encoder()],
  'jobs.list': [],
  'methods.list': [method()],
  'models.list': [model('first', { active: true })],
  'photos.timeline': { order: 'taken', photoIds: [], ratios: [], sections: [] },
  'photos.lines': [],
  'search.recent': [],
  'search.saved': [],
  'search.log': { enabled: true },
  'search.complete': { from: 0, to: 0, items: [] },
  'photos.duplicates': null,
  'photos.get': ({ photoId: id }) => details({ id: id as PhotoId }),
  'jobs.cancel': null,
  'jobs.pause': null,
  'jobs.resume': job(),
  'folders.remove': { photos: 3, bytes: 4096 },
  'models.activate': job({ kind: 'encode' }),
  'models.remove': job({ kind: 'encode' }),
  'search.clearLog': null,
  'search.removeSaved': null,
  'app.showInFolder': null,
  'app.restartEngine': null,
};

/** Answers for a library with these photos on its time line, all of one month. */
export const timelineOf = (hits: readonly PhotoHit[]): Pick<Answers, 'photos.timeline' | 'photos.lines'> => ({
  'photos.timeline': ({ order }) => ({
    order: order ?? 'taken',
    photoIds: hits.map((hit) => hit.photoId),
    ratios: hits.map((hit) => Math.round((1000 * hit.width) / hit.height)),
    sections: hits.length === 0 ? [] : [{ start: 0, month: '2019-07' }],
  }),
  'photos.lines': ({ photoIds }) => hits.filter((hit) => photoIds.includes(hit.photoId)),
});
