// Encoders: the installed ones and the ones that can be downloaded.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

export interface EncoderState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** Whether it is in use. */
  readonly active: boolean;
  /** False for a known encoder whose files are not on this machine yet. */
  readonly installed: boolean;
  /** Size of its download, rounded to one or two digits; null where there is nothing to download. */
  readonly downloadBytes: number | null;
}

export const encodersRequests = {
  'encoders.list': request<readonly EncoderState[]>()(noParams),
  'encoders.use': request<Job | null>()(z.object({ encoderId: z.string().min(1) })),
  'encoders.add': request<EncoderState>()(z.object({ path: z.string().min(1) })),
  'encoders.download': request<Job>()(z.object({ encoderId: z.string().min(1) })),
} as const;
