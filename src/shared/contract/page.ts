// Requests of the page, and those that the main process answers itself.
import { z } from 'zod';
import type { EncoderState } from './encoders.ts';
import type { EngineEvent, EngineMethod, Params, Result } from './engine.ts';
import type { ErrorCode } from '../errors.ts';
import { mostMenuItems } from '../menu-size.ts';
import type { Answer } from '../protocol.ts';
import { type FailureId, type FolderId, type JobId, type PhotoId, id, modelId } from './ids.ts';
import type { Job } from './jobs.ts';
import type { Folder } from './library.ts';
import { copiesRequests } from './copies.ts';
import type { HashModelSummary } from './models.ts';
import { mostFiles } from './photos.ts';
import { connectionsRequests } from './shared-library.ts';
import { preferenceChange, type Preferences } from './preferences.ts';
import { type ResultOf, noParams, request } from './request.ts';

/** State of the engine process, sent to the page by main. */
export type EngineHealth =
  | { readonly state: 'starting' }
  | { readonly state: 'running' }
  | { readonly state: 'restarting'; readonly reason: string }
  /** `code`: the error that the engine cannot run with. A repair would help against `library-damaged`. */
  | { readonly state: 'stopped'; readonly reason: string; readonly code?: ErrorCode };

export type PageCommand = 'settings' | 'shortcuts' | 'find' | 'rescan' | EditCommand;

/** Pages that other parts of the desktop lead to. */
export type LinkedView = 'photos' | 'training' | 'duplicates' | 'library' | 'shared' | 'settings';

/** Applies to the text box with the focus, else to the photos. */
export type EditCommand = 'undo' | 'redo' | 'selectAll';

export type AppEvent =
  | EngineEvent
  | { readonly type: 'engine'; readonly health: EngineHealth }
  /** A menu bar entry handled by the page. */
  | { readonly type: 'command'; readonly command: PageCommand }
  /** A page to show, as after a click on a notification. */
  | { readonly type: 'show'; readonly view: LinkedView }
  /** A link to a search from another program; its words only go into the search box. */
  | { readonly type: 'link'; readonly query: string }
  /** Progress of the download of a new version, 0 to 100. */
  /** The window fills the screen from now on, or no longer does. */
  | { readonly type: 'full-screen'; readonly on: boolean }
  | { readonly type: 'update'; readonly percent: number };

/** Requests of the page that main passes on. None of them contains a path or the address of a server. */
export const pageEngineMethods = [
  'library.status',
  'library.storage',
  'library.failures',
  'library.ignoreFailures',
  'library.doctor',
  'library.removeMissing',
  'missing.list',
  'missing.remove',
  'library.backups',
  'folders.addSample',
  'folders.remove',
  'folders.index',
  'jobs.list',
  'jobs.cancel',
  'jobs.pause',
  'jobs.resume',
  'jobs.settings',
  'metadata.writing',
  'metadata.plan',
  'metadata.writeKnown',
  'ocr.status',
  'ocr.measure',
  'ocr.set',
  'ocr.removeText',
  'thumbnails.cache',
  'thumbnails.clear',
  'photos.timeline',
  'photos.lines',
  'photos.get',
  'photos.exposure',
  'photos.code',
  'photos.tiles',
  'photos.toDescribe',
  'edits.apply',
  'edits.restore',
  'edits.words',
  'edits.completeTag',
  'albums.list',
  'albums.create',
  'albums.rename',
  'albums.remove',
  'albums.add',
  'albums.removePhotos',
  'library.contents',
  'photos.findDuplicates',
  'photos.duplicates',
  'search.query',
  'search.complete',
  'search.recent',
  'search.log',
  'search.precision',
  'search.remember',
  'search.removeRecent',
  'search.restoreRecent',
  'search.clearLog',
  'search.saved',
  'search.save',
  'search.removeSaved',
  'search.compare',
  'search.examples',
  'search.text',
  'search.image',
  'search.similar',
  'search.describe',
  'connections.list',
  'connections.remove',
  'connections.restore',
  'connections.password',
  'connections.show',
  'connections.search',
  'connections.photo',
  'connections.thumbnail',
  'connections.model',
  'connections.plan',
  'judgements.give',
  'judgements.list',
  'words.list',
  'words.teach',
  'suggestions.words',
  'suggestions.reject',
  'methods.list',
  'train.start',
  'train.plan',
  'train.presets',
  'train.savePreset',
  'train.removePreset',
  'models.list',
  'models.activate',
  'models.prepare',
  'models.describe',
  'models.remove',
  'models.keep',
  'models.restore',
  'encoders.list',
  'encoders.plan',
  'encoders.use',
  'encoders.remove',
  'encoders.device',
  'encoders.download',
  'encoders.measure',
] as const satisfies readonly EngineMethod[];

export type PageEngineMethod = (typeof pageEngineMethods)[number];

/** A program that may open a photo. */
export interface PhotoProgram {
  readonly id: string;
  readonly name: string;
}

export interface AppInfo {
  readonly version: string;
  readonly health: EngineHealth;
  /** Versions, if the application runs in an Electron other than the release's; null in a release. */
  readonly otherElectron: { readonly running: string; readonly released: string } | null;
  /** Whether this build has an address for updates. */
  readonly updates: boolean;
}

const photoIds = z.array(id<PhotoId>()).min(1).max(mostFiles);

const menuLabel = z.string().trim().min(1).max(200);
const menuEntry = z.union([
  z.literal('line'),
  z.object({
    id: z.string().min(1).max(20),
    label: menuLabel,
    /** In Electron's notation of accelerators. */
    shortcut: z
      .string()
      .regex(/^(?:(?:CmdOrCtrl|Alt|Shift|Ctrl)\+)*[A-Za-z0-9]{1,12}$/)
      .optional(),
    enabled: z.boolean().default(true),
    /** Absent for an entry that is not a choice. */
    checked: z.boolean().optional(),
  }),
]);
const menuItem = z.union([menuEntry, z.object({ label: menuLabel, submenu: z.array(menuEntry).max(mostMenuItems) })]);

const mostChartLetters = 12_000_000;

/** Largest number of photos or folders that other programs open at one request. */
export const mostOpened = 10;

export interface BinOutcome {
  /** Photos that were moved. */
  readonly moved: readonly PhotoId[];
  readonly failed: number;
  /** Number by which the files come back; null where the system's bin gives none back to a program. */
  readonly move: number | null;
}

/** Requests of the page that main answers itself, because they need a dialog or the desktop. */
export const mainRequests = {
  'app.info': request<AppInfo>()(noParams),
  /** Changes the given preferences, and returns all of them. */
  'app.preferences': request<Preferences>()(preferenceChange),
  /** The present language. */
  'app.language': request<'en' | 'de'>()(noParams),
  'app.checkForUpdates': request<{ readonly newer: string | null }>()(noParams),
  /** Answers once the new version is downloaded and verified. */
  'app.downloadUpdate': request<null>()(noParams),
  /** Quits, installs the downloaded version, and starts it. */
  'app.installUpdate': request<null>()(noParams),
  /** Opens the folder dialog; null if the person closed it. */
  'app.chooseFolder': request<{ folder: Folder; job: Job } | null>()(noParams),
  /** Asks for the present place of a folder of the library; null if the person closed the dialog. */
  'app.relocateFolder': request<{ folder: Folder; job: Job } | null>()(z.object({ folderId: id<FolderId>() })),
  'app.chooseEncoderFolder': request<EncoderState | null>()(noParams),
  /** Opens a folder of the library in the file manager. */
  'app.showFolder': request<null>()(z.object({ folderId: id<FolderId>() })),
  /** Opens the folders of these photos in the file manager, each with its first photo selected, up to `mostOpened`. */
  'app.showInFolder': request<{ readonly folders: number; readonly left: number }>()(z.object({ photoIds })),
  /** Shows a file that could not be used in the file manager. */
  'app.showFailure': request<null>()(z.object({ failureId: id<FailureId>() })),
  /** Opens the photos with the system's program for each. */
  'app.openPhotos': request<null>()(z.object({ photoIds: photoIds.max(mostOpened) })),
  /** Programs that may open the photo: those that the person chose before, then those installed for its type. */
  'app.programs': request<readonly PhotoProgram[]>()(z.object({ photoId: id<PhotoId>() })),
  /** Opens the photo with one of its programs; null asks for a program and remembers it. */
  'app.openWith': request<null>()(z.object({ photoId: id<PhotoId>(), programId: z.string().min(1).nullable() })),
  /** Takes a program that the person chose off the list. */
  'app.forgetProgram': request<null>()(z.object({ programId: z.string().min(1) })),
  /** Puts a program on it again that was taken off since the start. */
  'app.restoreProgram': request<null>()(z.object({ programId: z.string().min(1) })),
  /** Copies the picture, the files or their paths to the clipboard; returns their number. */
  'app.copy': request<{ readonly copied: number }>()(z.object({ photoIds, what: z.enum(['image', 'files', 'paths']) })),
  /** Copies text to the clipboard. */
  'app.copyText': request<null>()(z.object({ text: z.string().min(1).max(20_000) })),
  /** Begins to drag the photos' files to another program; call while the mouse button is pressed. */
  'app.dragOut': request<null>()(z.object({ photoIds })),
  /** Asks, then moves the photos' files to the system's bin; null if the person declined. */
  'app.moveToBin': request<BinOutcome | null>()(z.object({ photoIds })),
  /** Moves files back that `app.moveToBin` has moved, by its number for them. */
  'app.takeOutOfBin': request<{ readonly restored: number; readonly failed: number }>()(
    z.object({ move: z.int().min(0) }),
  ),
  /** Asks for a folder, then starts a job that puts copies of photos into it; null without a folder. */
  'app.exportCopies': request<Job | null>()(copiesRequests['copies.make'].params.omit({ folder: true })),
  /** Asks, then connects to a shared library and adds it to the known ones; null if the person declined. */
  'app.addConnection': request<ResultOf<(typeof connectionsRequests)['connections.add']> | null>()(
    connectionsRequests['connections.add'].params,
  ),
  /** Asks before the first publication of a folder, then starts a job that publishes; null if the person declined. */
  'app.publish': request<Job | null>()(connectionsRequests['connections.publish'].params),
  /** Opens the folder in which a job has put copies. */
  'app.showCopies': request<null>()(z.object({ jobId: id<JobId>() })),
  /** Asks for a file, and writes all trainings to it; null if the person closed the dialog. */
  'app.saveRuns': request<{ readonly saved: string | null }>()(z.object({ format: z.enum(['csv', 'json']) })),
  /** The same for a picture of a chart, as base64. */
  'app.saveChart': request<{ readonly saved: string | null }>()(z.object({ png: z.base64().max(mostChartLetters) })),
  /** Asks for a new folder, and copies a model's files into it; null if the person closed the dialog. */
  'app.exportModel': request<{ readonly saved: string | null }>()(z.object({ modelId })),
  /** Asks for the folder of an exported model, and imports it; null without a folder. */
  'app.importModel': request<HashModelSummary | null>()(noParams),
  /** Shows a menu of the system at a point of the page; null without a choice. */
  'app.menu': request<{ readonly chosen: string | null }>()(
    z.object({
      items: z.array(menuItem).min(1).max(mostMenuItems),
      at: z.object({ x: z.int().min(0).max(100_000), y: z.int().min(0).max(100_000) }),
    }),
  ),
  /** Enters or leaves full screen. */
  'app.fullScreen': request<null>()(z.object({ on: z.boolean() })),
  /** Whether Hashlens starts with the person's session, as set in the system; sets it if `on` is given. */
  'app.startAtLogin': request<{ readonly on: boolean }>()(z.object({ on: z.boolean().optional() })),
  'app.restartEngine': request<null>()(noParams),
  /** Ends the engine, repairs the library, and starts the engine again. */
  'app.repairLibrary': request<null>()(noParams),
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

/**
 * Object that the preload script exposes to the page as `window.hashlens`.
 * @typeParam DroppedFile the page's own type of a file; the contract has no types of a page
 */
export interface Bridge<DroppedFile> {
  request<M extends PageMethod>(method: M, params: PageParams<M>): Promise<Answer<PageResult<M>>>;
  /** Adds a listener; returns a function that removes it. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** Adds a folder dropped on the page; null if the file is not from the file system. */
  addDropped(file: DroppedFile): Promise<Answer<{ folder: Folder; job: Job }>> | null;
}
