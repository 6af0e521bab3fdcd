// Jobs: long work with progress, pause and cancel.
import { z } from 'zod';
import type { ErrorData } from '../errors.ts';
import type { CopyOutcome } from './copies.ts';
import type { VectorExportOutcome } from './exchange.ts';
import { type JobId, type ModelId, id } from './ids.ts';
import type { IndexResult } from './indexing.ts';
import type { SidecarOutcome } from './metadata.ts';
import type { PublishOutcome, ServerIndexOutcome } from './shared-library.ts';
import { noParams, request } from './request.ts';

export type JobKind =
  | 'index'
  | 'train'
  | 'encode'
  | 'download'
  | 'duplicates'
  | 'ocr'
  | 'copy'
  | 'export'
  | 'publish'
  | 'server-index'
  | 'sidecars';

/** The reason why a job does not go on: the person uses the computer, it runs on its battery, or another process runs jobs. */
export type JobWait = 'idle' | 'power' | 'process';

export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/** Progress of any long work. */
export interface Job {
  readonly id: JobId;
  readonly kind: JobKind;
  readonly state: JobState;
  /** Current step, for a person: `Encoding photos`. */
  readonly message: string;
  /** Null if the job is at work, has ended, or waits only for its turn. */
  readonly waitsFor: JobWait | null;
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
  /** The encoder being prepared, for kind `encode`; null if the one in use is completed. */
  readonly encoderId: string | null;
  /** Result of a finished job of kind `index`. */
  readonly result: IndexResult | null;
  /** Result of a finished job of kind `copy`. */
  readonly copies: CopyOutcome | null;
  /** Result of a finished job of kind `export`. */
  readonly exported: VectorExportOutcome | null;
  /** Result of a finished job of kind `publish`. */
  readonly published: PublishOutcome | null;
  /** Quality of the index made by a finished job of kind `server-index`. */
  readonly measured: ServerIndexOutcome | null;
  /** Results for the sidecars of a finished job of kind `sidecars`. */
  readonly sidecars: SidecarOutcome | null;
}

/** Settings of automatic work: when it runs, and with how much of the machine. */
export interface WorkSettings {
  /** Photos are indexed and encoded only while nobody uses the computer; always, if the engine cannot know. */
  readonly onlyWhenIdle: boolean;
  /** Photos are indexed and encoded only on mains power. */
  readonly onlyOnPower: boolean;
  /** Takes effect at once, also for running jobs. */
  readonly speed: WorkSpeed;
  /** Largest number of threads of networks; null for as many as `speed` allows. */
  readonly threads: number | null;
}

/**
 * Processor cores that networks of background work use: `leave-one` to the person, `full-when-away` while nobody uses the
 * computer or with mains power (where the engine knows neither, one is left), `full` always.
 */
export const workSpeeds = ['leave-one', 'full-when-away', 'full'] as const;
export type WorkSpeed = (typeof workSpeeds)[number];

/** The settings and their present effect. */
export interface WorkState extends WorkSettings {
  readonly threadsNow: number;
  /** Processor cores of the machine. */
  readonly coreCount: number;
}

/** The machine's state, as known to the program around the engine; null for unknown values. */
export interface MachineState {
  /** Seconds since the last key or movement of the pointer. */
  readonly idleSeconds: number | null;
  readonly onBattery: boolean | null;
}

export const jobsRequests = {
  'jobs.list': request<readonly Job[]>()(noParams),
  'jobs.cancel': request<null>()(z.object({ jobId: id<JobId>() })),
  'jobs.pause': request<null>()(z.object({ jobId: id<JobId>() })),
  /** Continues a paused or interrupted job in the process that receives the request. */
  'jobs.resume': request<Job>()(z.object({ jobId: id<JobId>() })),
  /** Changes the given settings, and returns all of them. */
  'jobs.settings': request<WorkState>()(
    z.object({
      onlyWhenIdle: z.boolean().optional(),
      onlyOnPower: z.boolean().optional(),
      speed: z.enum(workSpeeds).optional(),
      threads: z.int().min(1).max(256).nullable().optional(),
    }),
  ),
  /**
   * Reports the machine's state to the engine. Repeated at least once a minute, because a report expires after
   * that.
   */
  'jobs.machine': request<null>()(
    z.object({ idleSeconds: z.number().min(0).nullable(), onBattery: z.boolean().nullable() }),
  ),
} as const;
