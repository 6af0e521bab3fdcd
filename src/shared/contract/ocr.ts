// Text in photos (optical character recognition): off by default, because it takes long (docs/measurements.md, ocr).
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

export interface OcrStatus {
  /** Whether text in photos is read, in new and changed ones too. */
  readonly on: boolean;
  /** Number of present photos. */
  readonly photos: number;
  /** Photos among them that were read, or cannot be. */
  readonly read: number;
  readonly withText: number;
  /** Photos that cannot be decoded for it. */
  readonly failed: number;
  /** Measured seconds per photo on this machine; null before the first measurement. */
  readonly secondsPerPhoto: number | null;
}

export const ocrRequests = {
  'ocr.status': request<OcrStatus>()(noParams),
  /** Reads a few photos to measure the time of one, and stores only that. Takes some seconds. */
  'ocr.measure': request<OcrStatus>()(noParams),
  /** Switches reading on or off. Off ends the job that reads; texts read so far stay and are found. */
  'ocr.set': request<{ readonly status: OcrStatus; readonly job: Job | null }>()(z.object({ on: z.boolean() })),
  /** Resumes reading if it is on and photos are left. Returns the job, or null. */
  'ocr.read': request<Job | null>()(noParams),
  /** Removes all texts read. */
  'ocr.removeText': request<OcrStatus>()(noParams),
} as const;
