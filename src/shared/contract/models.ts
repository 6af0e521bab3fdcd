// Hash models of the library.
import { z } from 'zod';
import type { EpochMetrics, EvaluationContext } from './evaluation.ts';
import { type ModelId, modelId } from './ids.ts';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

/** `failed`: a repair found its files lost. `cancelled`: only in libraries of earlier versions. */
export type ModelState = 'training' | 'ready' | 'failed' | 'cancelled';

export interface HashModelSummary {
  readonly id: ModelId;
  readonly method: string;
  readonly bits: number;
  readonly encoderId: string;
  readonly state: ModelState;
  readonly active: boolean;
  /** Whether search used it before the one in use. */
  readonly usedBefore: boolean;
  readonly createdAt: number;
  /** The person's name for it; empty without one. */
  readonly name: string;
  readonly note: string;
  /** Null for a model without training (the default random rotation). */
  readonly evaluation: EvaluationContext | null;
  readonly epochs: readonly EpochMetrics[];
  /** Number of the kept epoch. */
  readonly bestEpoch: number | null;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export const mostNameLetters = 80;
export const mostNoteLetters = 4000;

export const modelsRequests = {
  'models.list': request<readonly HashModelSummary[]>()(noParams),
  /** Uses the model for search once the job has made its missing codes; until then the one in use serves. */
  'models.activate': request<Job>()(z.object({ modelId })),
  /**
   * Makes the codes and chances that a search with the model needs. The model in use stays. Null if nothing is missing.
   * Throws as `models.activate`.
   */
  'models.prepare': request<Job | null>()(z.object({ modelId })),
  /** Removes the model. If it is in use, it serves until the job has made the codes of its replacement. */
  'models.remove': request<Job>()(z.object({ modelId })),
  /**
   * Keeps the files of a model that is about to be removed until the engine ends, for `models.restore`. `isKept` is false
   * for a model without whole files.
   */
  'models.keep': request<{ isKept: boolean }>()(z.object({ modelId })),
  /**
   * Brings a removed model back under its id, with its name, note and epochs; a removal that still waits is cancelled.
   * Throws `model-missing` if it is not kept.
   */
  'models.restore': request<null>()(z.object({ modelId })),
  /** Gives a model a name and a note, kept with the library. Absent values stay. */
  'models.describe': request<null>()(
    z.object({
      modelId,
      name: z.string().trim().max(mostNameLetters).optional(),
      note: z.string().trim().max(mostNoteLetters).optional(),
    }),
  ),
  /** Copies a model's files into a folder that does not exist yet (or is empty). Only main and the command line send paths. */
  'models.export': request<null>()(z.object({ modelId, path: z.string().min(1) })),
  /** Imports a folder made by `models.export`, after checks. Search uses the model once it is activated. */
  'models.import': request<HashModelSummary>()(z.object({ path: z.string().min(1) })),
} as const;
