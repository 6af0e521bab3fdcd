// Values of the contract's types, with defaults: for tests of the page, and for the fake engine of the end-to-end
// tests.
import type { EncoderState } from '../../src/shared/contract/encoders.ts';
import type { EpochMetrics, EvaluationContext } from '../../src/shared/contract/evaluation.ts';
import type { FailureId, FolderId, JobId, ModelId, PhotoId } from '../../src/shared/contract/ids.ts';
import type { FileFailure } from '../../src/shared/contract/indexing.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import type { Folder, LibraryStatus } from '../../src/shared/contract/library.ts';
import type { HashModelSummary } from '../../src/shared/contract/models.ts';
import type { OcrStatus } from '../../src/shared/contract/ocr.ts';
import type { PhotoDetails, PhotoHit } from '../../src/shared/contract/photos.ts';
import type { QueryAnswer, RankedPhoto, SearchAnswer } from '../../src/shared/contract/search.ts';
import type { MethodSummary, TrainPlan } from '../../src/shared/contract/training.ts';
import { parseQuery } from '../../src/shared/query/grammar.ts';

export const job = (more: Partial<Job> = {}): Job => ({
  id: 1 as JobId,
  kind: 'index',
  state: 'running',
  message: 'Encoding photos',
  waitsFor: null,
  done: 30,
  total: 120,
  rate: 4,
  etaSeconds: 22,
  createdAt: 1,
  finishedAt: null,
  error: null,
  modelId: null,
  encoderId: null,
  result: null,
  copies: null,
  exported: null,
  published: null,
  measured: null,
  sidecars: null,
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

export const fileFailure = (more: Partial<FileFailure> = {}): FileFailure => ({
  id: 1 as FailureId,
  folderId: 1 as FolderId,
  isIgnored: false,
  path: '/photos/Italy/broken.jpg',
  code: 'unreadable',
  message: 'The file is damaged.',
  attempts: 1,
  lastTriedAt: 1,
  nextTryAt: 3_600_001,
  ...more,
});

export const ocrStatus = (more: Partial<OcrStatus> = {}): OcrStatus => ({
  on: false,
  photos: 3,
  read: 0,
  withText: 0,
  failed: 0,
  secondsPerPhoto: null,
  ...more,
});

export const encoder = (more: Partial<EncoderState> = {}): EncoderState => ({
  id: 'starter',
  name: 'Starter',
  description: 'Built in and small.',
  languages: 'English',
  licence: null,
  imageWidth: 592,
  textWidth: 300,
  sharedWidth: 80,
  active: true,
  installed: true,
  device: 'cpu',
  measurements: [],
  downloadBytes: null,
  downloadHost: null,
  usualPhotoMs: null,
  isPending: false,
  photos: 0,
  bytes: 0,
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
  rating: null,
  isFavourite: false,
  width: 300,
  height: 200,
  ...more,
});

export const rankedHit = (n: number, more: Partial<RankedPhoto> = {}): RankedPhoto => ({
  ...hit(n, { score: 0.5 }),
  probability: 0.8,
  textScore: null,
  inPhotoText: false,
  reasons: [{ code: 'looks-like' }],
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
  modifiedAt: new Date(2020, 0, 2, 9, 5).getTime(),
  addedAt: new Date(2020, 0, 3, 9, 5).getTime(),
  position: null,
  rating: null,
  isFavourite: false,
  written: { title: null, rating: null, date: null, tags: [] },
  place: null,
  people: [],
  captions: [],
  tags: [],
  text: null,
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
  notices: [],
  notice: null,
  weakFrom: null,
  ...more,
});

/** The answer to a search by words. */
export const queryAnswer = (
  text: string,
  hits: readonly RankedPhoto[],
  more: Partial<QueryAnswer> = {},
): QueryAnswer => ({
  ...found(hits),
  query: parseQuery(text),
  filtered: null,
  corrections: [],
  leftOut: 0,
  remedy: null,
  sorted: null,
  next: null,
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
  usedBefore: false,
  createdAt: 1,
  name: '',
  note: '',
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
  group: 'search',
  needsPairs: true,
  needsLabels: false,
  hasEpochs: true,
  common: ['epochs', 'batch', 'hidden', 'negatives'],
  commonSymbols: {},
  settings: [],
  ...more,
});

export const trainPlan = (more: Partial<TrainPlan> = {}): TrainPlan => ({
  method: 'two-tower',
  memory: { total: 120_000_000, parts: {} },
  budget: 1_000_000_000,
  fits: true,
  parameters: 1000,
  pairs: 0,
  pairPhotos: 0,
  needs: { pairs: 16, photos: 4 },
  enough: false,
  labels: { photos: 0, labels: 0, lacking: 'photos' },
  ...more,
});
