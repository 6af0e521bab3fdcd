// All requests the engine answers, its events, and the messages of its process.
import type { z } from 'zod';
import type { ErrorData } from '../errors.ts';
import type { FromRequester, FromResponder } from '../protocol.ts';
import { albumsRequests } from './albums.ts';
import { backupRequests } from './backup.ts';
import { copiesRequests } from './copies.ts';
import { duplicatesRequests } from './duplicates.ts';
import { editsRequests } from './edits.ts';
import { exchangeRequests } from './exchange.ts';
import { encodersRequests } from './encoders.ts';
import type { EpochMetrics, EvaluationContext } from './evaluation.ts';
import { judgementRequests } from './judgements.ts';
import type { ModelId } from './ids.ts';
import { type Job, jobsRequests } from './jobs.ts';
import { libraryRequests } from './library.ts';
import { metadataRequests } from './metadata.ts';
import { modelsRequests } from './models.ts';
import { ocrRequests } from './ocr.ts';
import { photosRequests } from './photos.ts';
import { missingRequests } from './missing.ts';
import type { ResultOf } from './request.ts';
import { searchRequests } from './search.ts';
import { connectionsRequests, sharedLibraryRequests } from './shared-library.ts';
import { thumbnailsRequests } from './thumbnails.ts';
import { suggestionsRequests } from './suggestions.ts';
import { trainingRequests } from './training.ts';
import { wordsRequests } from './words.ts';

/** Requests that the engine answers. */
export const engineRequests = {
  ...libraryRequests,
  ...backupRequests,
  ...jobsRequests,
  ...photosRequests,
  ...copiesRequests,
  ...exchangeRequests,
  ...missingRequests,
  ...thumbnailsRequests,
  ...metadataRequests,
  ...editsRequests,
  ...albumsRequests,
  ...ocrRequests,
  ...duplicatesRequests,
  ...searchRequests,
  ...sharedLibraryRequests,
  ...connectionsRequests,
  ...judgementRequests,
  ...suggestionsRequests,
  ...wordsRequests,
  ...trainingRequests,
  ...modelsRequests,
  ...encodersRequests,
} as const;

export type EngineMethod = keyof typeof engineRequests;

export type Params<M extends EngineMethod> = z.input<(typeof engineRequests)[M]['params']>;

export type ParsedParams<M extends EngineMethod> = z.output<(typeof engineRequests)[M]['params']>;

export type Result<M extends EngineMethod> = ResultOf<(typeof engineRequests)[M]>;

/** Interface that the engine implements and every client calls. */
export type EngineApi = { [M in EngineMethod]: (params: ParsedParams<M>) => Promise<Result<M>> };

/** Events of the engine. */
export type EngineEvent =
  | { readonly type: 'job'; readonly job: Job }
  | {
      readonly type: 'epoch';
      readonly method: string;
      readonly modelId: ModelId;
      readonly metrics: EpochMetrics;
      readonly evaluation: EvaluationContext;
    }
  /** Folders, photos, models or encoders changed: reload what is shown. */
  | { readonly type: 'library' }
  /** A message for the person, independent of their actions: damage, a failed backup. */
  | { readonly type: 'notice'; readonly notice: ErrorData };

/** The engine's requests for the protocol. */
export type EngineMethods = {
  readonly [M in EngineMethod]: { readonly params: Params<M>; readonly result: Result<M> };
};

/**
 * Messages on the channel between main and the engine process. Both ends ask and answer: the kind of a message tells which of
 * the two it belongs to.
 */
export type ToEngine = FromRequester | FromResponder | { readonly kind: 'shutdown' };

export type FromEngine =
  | FromResponder
  /** Methods of `HostMethods`. */
  | FromRequester
  /** The first message: Node has got its resources from the system, and the program runs. */
  | { readonly kind: 'runs' }
  | { readonly kind: 'ready' }
  /** The library could not be opened. The process ends, and another start would not help. */
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'event'; readonly event: EngineEvent };
