// Jobs: long work with progress, pause and cancel.
import { z } from 'zod';
import type { ErrorData } from '../errors.ts';
import type { CopyOutcome } from './copies.ts';
import type { VectorExportOutcome } from './exchange.ts';
import { type JobId, type ModelId, id } from './ids.ts';
import type { IndexResult } from './indexing.ts';
import type { PublishOutcome } from './shared-library.ts';
import { noParams, request } from './request.ts';

export type JobKind = 'index' | 'train' | 'encode' | 'download' | 'duplicates' | 'ocr' | 'copy' | 'export' | 'publish';

export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/** Progress of any long work. */
export interface Job {
  readonly id: JobId;
  readonly kind: JobKind;
  readonly state: JobState;
  /** Current step, for a person: `Encoding photos`. */
  readonly message: string;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
  /** Items a second, averaged over the last seconds; 0 while unknown. */
  readonly rate: number;
  /** Seconds left; null while unknown. */
  readonly etaSeconds: number | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly error: ErrorData | null;
  /** The model being trained, for kind `train`. */
  readonly modelId: ModelId | null;
  /** The encoder that is made ready, for kind `encode`; null where the one in use is completed. */
  readonly encoderId: string | null;
  /** Result of a finished job of kind `index`. */
  readonly result: IndexResult | null;
  /** What has become of the copies of a finished job of kind `copy`. */
  readonly copies: CopyOutcome | null;
  /** What a finished job of kind `export` has written. */
  readonly exported: VectorExportOutcome | null;
  /** What a finished job of kind `publish` has done. */
  readonly published: PublishOutcome | null;
}

/** When the library works by itself, and with how much of the machine. */
export interface WorkSettings {
  /** Photos are indexed and encoded only while nobody uses the computer. Where the engine cannot know, they are. */
  readonly onlyWhenIdle: boolean;
  /** Photos are indexed and encoded only with mains power. */
  readonly onlyOnPower: boolean;
  /** Threads that networks use at most; null for all cores but one. Holds from the next start on. */
  readonly threads: number | null;
}

/** What the program around the engine knows of the machine; null where it does not. */
export interface MachineState {
  /** Seconds since the last key or movement of the pointer. */
  readonly idleSeconds: number | null;
  readonly onBattery: boolean | null;
}

export const jobsRequests = {
  'jobs.list': request<readonly Job[]>()(noParams),
  'jobs.cancel': request<null>()(z.object({ jobId: id<JobId>() })),
  'jobs.pause': request<null>()(z.object({ jobId: id<JobId>() })),
  /** Continues a paused or interrupted job in the process that gets the request. */
  'jobs.resume': request<Job>()(z.object({ jobId: id<JobId>() })),
  /** Changes the settings that are named, and says what holds now. */
  'jobs.settings': request<WorkSettings>()(
    z.object({
      onlyWhenIdle: z.boolean().optional(),
      onlyOnPower: z.boolean().optional(),
      threads: z.int().min(1).max(256).nullable().optional(),
    }),
  ),
  /** Tells the engine what it cannot see itself. Told again at least once a minute, as it is forgotten after that. */
  'jobs.machine': request<null>()(
    z.object({ idleSeconds: z.number().min(0).nullable(), onBattery: z.boolean().nullable() }),
  ),
} as const;
