// Codes and rows in files that other programs read: numpy, Parquet, FAISS.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import type { ModelId } from './ids.ts';
import { request } from './request.ts';

export const exchangeFormats = ['npy', 'parquet', 'faiss'] as const;

export type ExchangeFormat = (typeof exchangeFormats)[number];

export const vectorExport = z.object({
  /** `codes`: packed bits. `rows`: numbers of the hash model. `features`: numbers of the encoder. */
  what: z.enum(['codes', 'rows', 'features']),
  of: z.enum(['photo', 'caption', 'tag']).default('photo'),
  format: z.enum(exchangeFormats),
  /** A folder that does not exist yet, or is empty. */
  folder: z.string().min(1),
});

/** Result of an export. */
export interface VectorExportOutcome {
  /** Folder of the files. */
  readonly folder: string;
  /** `[rows, numbers or bytes in a row]` */
  readonly shape: readonly [number, number];
  readonly modelId: ModelId;
  /** Names of the files, the manifest among them. */
  readonly files: readonly string[];
}

export const exchangeRequests = {
  /** Starts a job that writes the codes or rows of the model in use into a folder. Only main and the command line send paths. */
  'exchange.export': request<Job>()(vectorExport),
} as const;
