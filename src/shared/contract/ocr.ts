// Text in photos (optical character recognition): off until it is asked for, as it takes a second or so for each photo.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

export interface OcrStatus {
  /** Whether text in photos is read, in new and changed ones too. */
  readonly on: boolean;
  /** Photos that are there. */
  readonly photos: number;
  /** Photos among them that were read, or cannot be. */
  readonly read: number;
  readonly withText: number;
  /** Photos that cannot be decoded for it. */
  readonly failed: number;
  /** Seconds a photo takes on this machine, as it was measured last; null before. */
  readonly secondsPerPhoto: number | null;
}

export const ocrRequests = {
  'ocr.status': request<OcrStatus>()(noParams),
  /** Reads a few photos to tell how long one takes, and keeps nothing of them but that. Takes some seconds. */
  'ocr.measure': request<OcrStatus>()(noParams),
  /** Switches reading on or off. Off ends the job that reads; what was read is kept and found. */
  'ocr.set': request<{ readonly status: OcrStatus; readonly job: Job | null }>()(z.object({ on: z.boolean() })),
  /** Goes on reading where it is on and something is left; the job, or null. */
  'ocr.read': request<Job | null>()(noParams),
  /** Removes all that was read. */
  'ocr.forget': request<OcrStatus>()(noParams),
} as const;
