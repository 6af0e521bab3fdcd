// The one contract between page, main process, engine and command line: what may be asked, with what, and what comes back.
import { z } from 'zod';
import type { ErrorData } from './errors.ts';
import { filter, longestQuery, mostFilters, mostTerms, term } from './query.ts';
import type {
  Check,
  Completions,
  DuplicateReport,
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
  MethodSummary,
  ModelId,
  PhotoDetails,
  PhotoHit,
  PhotoId,
  QueryAnswer,
  RecentSearch,
  SavedSearch,
  SearchAnswer,
  TextHit,
  TrainPlan,
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
/** Nothing is said to be likelier than 0.95. */
const precision = z.number().min(0.01).max(0.95);
const limit = z.int().min(1).max(1000).default(60);
/** Encoded image files dropped on the window; more than any camera makes is refused. */
const imageBytes = z.instanceof(Uint8Array).refine((b) => b.byteLength > 0 && b.byteLength <= 200 * 1024 * 1024, {
  message: 'an image file of at most 200 MB',
});

/** A term of a search: one the search box can hold, or an image. */
const searchTerm = z.discriminatedUnion('kind', [
  ...term.options,
  z.object({
    kind: z.literal('image'),
    image: imageBytes,
    weight: z
      .number()
      .min(-10)
      .max(10)
      .refine((w) => w !== 0)
      .default(1),
  }),
]);
export type SearchTerm = z.output<typeof searchTerm>;

/** One search: what stands in the box, and what cannot stand there or comes from elsewhere than a keyboard. */
export const searchQuery = z.object({
  /** In the grammar of query-grammar.ts. */
  text: z.string().max(longestQuery).default(''),
  terms: z.array(searchTerm).max(mostTerms).default([]),
  filters: z.array(filter).max(mostFilters).default([]),
  limit,
  /** `hybrid`: by meaning and by text together; the others for comparison. */
  mode: z.enum(['hybrid', 'semantic', 'text']).default('hybrid'),
  explain: z.boolean().default(false),
  /** Results less likely than this to be what was asked for are weaker matches; left out, it is the library's setting. */
  precision: precision.optional(),
  /** False keeps it out of the recent searches, whatever the setting. */
  log: z.boolean().default(true),
});
export type SearchQuery = z.output<typeof searchQuery>;

export const trainOptions = z.object({
  method: z.string().default('two-tower'),
  bits: z.union([z.literal(16), z.literal(32), z.literal(64), z.literal(128)]).default(128),
  epochs: z.int().min(1).max(1000).default(20),
  batch: z.int().min(2).max(4096).default(256),
  /** Width of the hidden layers; null lets the method choose from the feature width. */
  hidden: z.int().min(8).max(16384).nullable().default(null),
  /** K, memory-bank rows a batch is contrasted with. */
  negatives: z.int().min(1).max(65536).default(4096),
  seed: z.int().min(0).max(0xffffffff).default(1),
  device: z.string().default('auto'),
  /** Settings of the method itself, as `methods.list` names them; left out is the method's default. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** How epochs are measured; search always has one modality at a time (`single`). */
  protocol: z.enum(['single', 'paired']).default('single'),
  /** With `paired`: rows attend to one another, as the published evaluation of UCMFH has it. */
  batchAttention: z.boolean().default(false),
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
  /** Starts a search for near-duplicates; what it has found is then there with `photos.duplicates`. */
  'photos.findDuplicates': request<Job>()(nothing),
  /** What the last finished search for near-duplicates has found, without photos gone since; null before the first. */
  'photos.duplicates': request<DuplicateReport | null>()(nothing),
  /** The search for photos; the three below are shorthands of it. */
  'search.query': request<QueryAnswer>()(searchQuery),
  /** What may come at the cursor: filters, and the library's own tags, folders, cameras, places and formats. */
  'search.complete': request<Completions>()(
    z.object({
      text: z.string().max(longestQuery),
      cursor: z.int().min(0).max(longestQuery),
      limit: z.int().min(1).max(50).default(10),
    }),
  ),
  'search.recent': request<readonly RecentSearch[]>()(z.object({ limit: z.int().min(1).max(100).default(20) })),
  /** Says whether searches are remembered, after setting it when `enabled` is given. */
  'search.log': request<{ enabled: boolean }>()(z.object({ enabled: z.boolean().optional() })),
  /** The chance below which results are weaker matches, after setting it when `precision` is given; 0.5 at first. */
  'search.precision': request<{ precision: number }>()(z.object({ precision: precision.optional() })),
  'search.clearLog': request<null>()(nothing),
  'search.saved': request<readonly SavedSearch[]>()(nothing),
  'search.save': request<SavedSearch>()(
    z.object({ name: z.string().trim().min(1).max(100), text: z.string().trim().min(1).max(longestQuery) }),
  ),
  'search.removeSaved': request<null>()(z.object({ id: z.int().positive() })),
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
  'methods.list': request<readonly MethodSummary[]>()(nothing),
  'train.start': request<Job>()(trainOptions),
  /** The memory a training would need, asked before it starts. Throws `bad-argument` as the training would. */
  'train.plan': request<TrainPlan>()(trainOptions),
  'models.list': request<readonly HashModelSummary[]>()(nothing),
  'models.activate': request<null>()(z.object({ modelId })),
  'models.remove': request<null>()(z.object({ modelId })),
  /** Copies a model's files into a folder that does not exist yet (or is empty). Only main and the command line send paths. */
  'models.export': request<null>()(z.object({ modelId, path: z.string().min(1) })),
  /** Takes in a folder `models.export` has made, checked; it is used for search once it is activated. */
  'models.import': request<HashModelSummary>()(z.object({ path: z.string().min(1) })),
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
  'photos.findDuplicates',
  'photos.duplicates',
  'search.query',
  'search.complete',
  'search.recent',
  'search.log',
  'search.precision',
  'search.clearLog',
  'search.saved',
  'search.save',
  'search.removeSaved',
  'search.text',
  'search.image',
  'search.similar',
  'search.describe',
  'methods.list',
  'train.start',
  'train.plan',
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
