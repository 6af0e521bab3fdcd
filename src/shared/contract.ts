// The one contract between page, main process, engine and command line: what may be asked, with what, and what comes back.
import { z } from 'zod';
import type { ErrorData } from './errors.ts';
import type {
  Check,
  EncoderState,
  EpochMetrics,
  EvaluationContext,
  Failure,
  Folder,
  FolderId,
  HashModelSummary,
  Job,
  JobId,
  LibraryStatus,
  ModelId,
  PhotoDetails,
  PhotoHit,
  PhotoId,
  SearchAnswer,
  TextHit,
} from './types.ts';

const id = <T extends number>() =>
  z
    .int()
    .positive()
    .transform((n) => n as T);
const modelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,80}$/)
  .transform((s) => s as ModelId);
const limit = z.int().min(1).max(1000).default(60);
/** Encoded image files dropped on the window; more than any camera makes is refused. */
const imageBytes = z.instanceof(Uint8Array).refine((b) => b.byteLength > 0 && b.byteLength <= 200 * 1024 * 1024, {
  message: 'an image file of at most 200 MB',
});

export const trainOptions = z.object({
  method: z.string().default('ucch'),
  bits: z.union([z.literal(16), z.literal(32), z.literal(64), z.literal(128)]).default(64),
  epochs: z.int().min(1).max(1000).default(20),
  batch: z.int().min(2).max(4096).default(256),
  /** Width of the hidden layers; null lets the method choose from the feature width. */
  hidden: z.int().min(8).max(16384).nullable().default(null),
  /** K, memory-bank rows a batch is contrasted with. */
  negatives: z.int().min(1).max(65536).default(4096),
  seed: z.int().min(0).max(0xffffffff).default(1),
  device: z.string().default('auto'),
  /** Use the new model for search once it is trained. */
  activate: z.boolean().default(true),
});
export type TrainOptions = z.output<typeof trainOptions>;
/** What a caller may leave out is left out. */
export type TrainRequest = z.input<typeof trainOptions>;

/** A request's parameters are a schema (parsed where they arrive); its result is a type. */
interface RequestSpec<Params extends z.ZodType, Result> {
  readonly params: Params;
  /** Exists for the type only. */
  readonly result?: Result;
}
const request =
  <Result>() =>
  <Params extends z.ZodType>(params: Params): RequestSpec<Params, Result> => ({ params });
const nothing = z.object({});

/** Requests the engine answers. */
export const engineRequests = {
  'library.status': request<LibraryStatus>()(nothing),
  'library.failures': request<readonly Failure[]>()(nothing),
  'library.doctor': request<readonly Check[]>()(nothing),
  /** Adds a folder (or finds it known) and starts a job that indexes it. Only main and the command line send paths. */
  'folders.add': request<{ folder: Folder; job: Job }>()(
    z.object({ path: z.string().min(1), folderNamesAsTags: z.boolean().optional() }),
  ),
  'folders.addSample': request<{ folder: Folder; job: Job }>()(nothing),
  'folders.remove': request<null>()(z.object({ folderId: id<FolderId>() })),
  /** Scans all folders (or those named) again; retries failures. */
  'folders.index': request<Job>()(z.object({ folderIds: z.array(id<FolderId>()).optional() })),
  'jobs.list': request<readonly Job[]>()(nothing),
  'jobs.cancel': request<null>()(z.object({ jobId: id<JobId>() })),
  'jobs.pause': request<null>()(z.object({ jobId: id<JobId>() })),
  'jobs.resume': request<null>()(z.object({ jobId: id<JobId>() })),
  'photos.recent': request<readonly PhotoHit[]>()(z.object({ limit, offset: z.int().min(0).default(0) })),
  'photos.get': request<PhotoDetails>()(z.object({ photoId: id<PhotoId>() })),
  /** For main's photo:// protocol only: a file inside a library root (or the thumbnail cache), checked by the engine. */
  'photos.file': request<{ path: string; mime: string }>()(
    z.object({ photoId: id<PhotoId>(), variant: z.enum(['thumb', 'full']) }),
  ),
  'search.text': request<SearchAnswer<PhotoHit>>()(z.object({ query: z.string().min(1).max(2000), limit })),
  'search.image': request<SearchAnswer<PhotoHit>>()(z.object({ image: imageBytes, limit })),
  'search.similar': request<SearchAnswer<PhotoHit>>()(z.object({ photoId: id<PhotoId>(), limit })),
  'search.describe': request<SearchAnswer<TextHit>>()(
    z.object({
      source: z.union([z.object({ image: imageBytes }), z.object({ photoId: id<PhotoId>() })]),
      target: z.enum(['captions', 'tags']),
      limit,
    }),
  ),
  'train.start': request<Job>()(trainOptions),
  'models.list': request<readonly HashModelSummary[]>()(nothing),
  'models.activate': request<null>()(z.object({ modelId })),
  'models.remove': request<null>()(z.object({ modelId })),
  'encoders.list': request<readonly EncoderState[]>()(nothing),
  'encoders.use': request<Job | null>()(z.object({ encoderId: z.string().min(1) })),
  'encoders.add': request<EncoderState>()(z.object({ path: z.string().min(1) })),
  'encoders.download': request<Job>()(z.object({ encoderId: z.string().min(1) })),
} as const;

export type EngineMethod = keyof typeof engineRequests;
export type Params<M extends EngineMethod> = z.input<(typeof engineRequests)[M]['params']>;
export type ParsedParams<M extends EngineMethod> = z.output<(typeof engineRequests)[M]['params']>;
type ResultOf<Spec> = Spec extends RequestSpec<z.ZodType, infer Exact> ? Exact : never;
export type Result<M extends EngineMethod> = ResultOf<(typeof engineRequests)[M]>;

/** What the engine implements and every client calls. */
export type EngineApi = { [M in EngineMethod]: (params: ParsedParams<M>) => Promise<Result<M>> };

/** What the engine says without being asked. */
export type EngineEvent =
  | { readonly type: 'job'; readonly job: Job }
  | {
      readonly type: 'epoch';
      readonly modelId: ModelId;
      readonly metrics: EpochMetrics;
      readonly evaluation: EvaluationContext;
    }
  /** Folders, photos, models or encoders changed: what is shown should be asked for again. */
  | { readonly type: 'library' };

/** The engine process as main sees it, told to the page. */
export type EngineHealth =
  | { readonly state: 'starting' }
  | { readonly state: 'running' }
  | { readonly state: 'restarting'; readonly reason: string }
  | { readonly state: 'stopped'; readonly reason: string };

export type AppEvent = EngineEvent | { readonly type: 'engine'; readonly health: EngineHealth };

/** Requests a page may send: those without paths, which main passes on, ... */
export const pageEngineMethods = [
  'library.status',
  'library.failures',
  'library.doctor',
  'folders.addSample',
  'folders.remove',
  'folders.index',
  'jobs.list',
  'jobs.cancel',
  'jobs.pause',
  'jobs.resume',
  'photos.recent',
  'photos.get',
  'search.text',
  'search.image',
  'search.similar',
  'search.describe',
  'train.start',
  'models.list',
  'models.activate',
  'models.remove',
  'encoders.list',
  'encoders.use',
  'encoders.download',
] as const satisfies readonly EngineMethod[];
export type PageEngineMethod = (typeof pageEngineMethods)[number];

/** ... and those main answers itself, because they need a dialog or the desktop. */
export const mainRequests = {
  'app.info': request<{ version: string; health: EngineHealth }>()(nothing),
  /** Opens the folder dialog; null when the person closed it. */
  'app.chooseFolder': request<{ folder: Folder; job: Job } | null>()(nothing),
  'app.chooseEncoderFolder': request<EncoderState | null>()(nothing),
  'app.showInFolder': request<null>()(z.object({ photoId: id<PhotoId>() })),
  'app.restartEngine': request<null>()(nothing),
} as const;
export type MainMethod = keyof typeof mainRequests;

export type PageMethod = PageEngineMethod | MainMethod;
export type PageParams<M extends PageMethod> = M extends MainMethod
  ? z.input<(typeof mainRequests)[M]['params']>
  : M extends EngineMethod
    ? Params<M>
    : never;
export type PageResult<M extends PageMethod> = M extends MainMethod
  ? ResultOf<(typeof mainRequests)[M]>
  : M extends EngineMethod
    ? Result<M>
    : never;

/** An answer as data: a thrown error keeps its code across processes. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

/** What the preload script exposes to the page as `window.hashlens`. */
export interface Bridge {
  request<M extends PageMethod>(method: M, params: PageParams<M>): Promise<Answer<PageResult<M>>>;
  /** Returns a function that stops listening. */
  onEvent(listener: (event: AppEvent) => void): () => void;
}

/** Messages on the channel between main and the engine process. */
export type ToEngine =
  | { readonly kind: 'request'; readonly seq: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'shutdown' };
export type FromEngine =
  | { readonly kind: 'ready' }
  /** The library could not be opened; the process ends, and starting it again would not help. */
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'answer'; readonly seq: number; readonly answer: Answer<unknown> }
  | { readonly kind: 'event'; readonly event: EngineEvent };
