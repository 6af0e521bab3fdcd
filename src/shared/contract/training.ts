// Training: options, methods, plans.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { nothing, request } from './request.ts';

/** Memory a training needs, in bytes. */
export interface MemoryPlan {
  readonly total: number;
  /** What it is made of, e.g. `{ parameters: 11010048, moments: 22020096, ... }`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What a training would be, said before it starts. */
export interface TrainPlan {
  readonly memory: MemoryPlan;
  /** Bytes a training may take on this machine. */
  readonly budget: number;
  readonly fits: boolean;
  /** Numbers learned. */
  readonly parameters: number;
  /** (photo, caption) pairs of the library, held-out ones included. */
  readonly pairs: number;
  /** Whether that is enough for the method to learn from. */
  readonly enough: boolean;
}

export type SettingValue = string | number | boolean;

/** An option of one hashing method, as a form or a command line needs it. */
export type MethodSetting = {
  readonly key: string;
  readonly title: string;
  readonly description: string;
} & (
  | {
      readonly type: 'integer' | 'number';
      /** Null: the method decides. */
      readonly default: number | null;
      readonly min: number | null;
      readonly max: number | null;
      /** A bound the value itself may not have; null for none. */
      readonly above: number | null;
    }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
  | { readonly type: 'text'; readonly default: string }
);

/** Options of a training that are not of one method alone. */
export type CommonSetting = 'epochs' | 'batch' | 'hidden' | 'negatives';

/** A hashing method, for whoever chooses one. */
export interface MethodSummary {
  readonly id: string;
  readonly name: string;
  /** Where it was published. */
  readonly source: string;
  /** Two sentences for a person. */
  readonly description: string;
  /** Whether it learns from captions or tags; one that does not can be trained on photos alone. */
  readonly needsPairs: boolean;
  /** Whether it learns in epochs; else it is solved in one go. */
  readonly hasEpochs: boolean;
  /** Common options it takes notice of. */
  readonly common: readonly CommonSetting[];
  readonly settings: readonly MethodSetting[];
}

/** When a trained model takes over. */
export const activationRules = ['better', 'always', 'never'] as const;
export type ActivationRule = (typeof activationRules)[number];

export const trainOptions = z.object({
  method: z.string().default('two-tower'),
  bits: z.union([z.literal(16), z.literal(32), z.literal(64), z.literal(128)]).default(128),
  epochs: z.int().min(1).max(1000).default(20),
  batch: z.int().min(2).max(4096).default(256),
  /** Width of the hidden layers; null lets the method choose from the feature width. */
  hidden: z.int().min(8).max(16384).nullable().default(null),
  /** K, memory-bank rows a batch is contrasted with. */
  negatives: z.int().min(1).max(65536).default(4096),
  seed: z.int().min(0).max(0xffffffff).default(1),
  device: z.string().default('auto'),
  /** Settings of the method itself, as `methods.list` names them; left out is the method's default. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** How epochs are measured; search always has one modality at a time (`single`). */
  protocol: z.enum(['single', 'paired']).default('single'),
  /** With `paired`: rows attend to one another, as the published evaluation of UCMFH has it. */
  batchAttention: z.boolean().default(false),
  /** Whether search uses the new model once it is trained: only if its order is better than the encoder's, or in any case. */
  activate: z
    .union([z.enum(activationRules), z.boolean().transform((always) => (always ? 'always' : 'never'))])
    .default('better'),
});

export type TrainOptions = z.output<typeof trainOptions>;

/** What a caller may leave out is left out. */
export type TrainRequest = z.input<typeof trainOptions>;

export const trainingRequests = {
  'methods.list': request<readonly MethodSummary[]>()(nothing),
  /** Trains a model. A training with the same options that was stopped before its end goes on. */
  'train.start': request<Job>()(trainOptions),
  /** Goes on with the last training that was stopped before its end. Throws `not-found` where there is none. */
  'train.resume': request<Job>()(nothing),
  /** The memory a training would need, asked before it starts. Throws `bad-argument` as the training would. */
  'train.plan': request<TrainPlan>()(trainOptions),
} as const;
