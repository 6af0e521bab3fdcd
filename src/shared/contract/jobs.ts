// Jobs: long work with progress, pause and cancel.
import { z } from 'zod';
import type { ErrorData } from '../errors.ts';
import { type JobId, type ModelId, id } from './ids.ts';
import type { IndexResult } from './indexing.ts';
import { nothing, request } from './request.ts';

export type JobKind = 'index' | 'train' | 'encode' | 'download' | 'duplicates';

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
  /** Result of a finished job of kind `index`. */
  readonly result: IndexResult | null;
}

export const jobsRequests = {
  'jobs.list': request<readonly Job[]>()(nothing),
  'jobs.cancel': request<null>()(z.object({ jobId: id<JobId>() })),
  'jobs.pause': request<null>()(z.object({ jobId: id<JobId>() })),
  /** Continues a paused or interrupted job in the process that gets the request. */
  'jobs.resume': request<Job>()(z.object({ jobId: id<JobId>() })),
} as const;
