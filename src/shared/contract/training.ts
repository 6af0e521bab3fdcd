// Training: options, methods, plans.
import { z } from 'zod';
import type { Job } from './jobs.ts';
import { noParams, request } from './request.ts';

/** Memory a training needs, in bytes. */
export interface MemoryPlan {
  readonly total: number;
  /** Parts of it, e.g. `{ parameters: 11010048, moments: 22020096, ... }`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Numbers of photos and labels (tags, albums, people) that a library has for learning. */
export interface LabelPlan {
  /** Photos with at least one of the labels. */
  readonly photos: number;
  /** Tags, albums and people on several photos but not on nearly all; those of the same photos count as one. */
  readonly labels: number;
  /** The number that is too small for learning from labels; null if both suffice. */
  readonly lacking: 'photos' | 'labels' | null;
}

/** Estimate of a training before it starts. */
export interface TrainPlan {
  /** Id of the method that would be trained. */
  readonly method: string;
  readonly memory: MemoryPlan;
  /** Bytes that a training may use on this machine. */
  readonly budget: number;
  readonly fits: boolean;
  /** Numbers learned. */
  readonly parameters: number;
  /** (photo, text) pairs of the library, including held-out ones: captions, tags of a photo together, and photos judged as right. */
  readonly pairs: number;
  /** Number of their photos at most: one that was judged counts twice if it has a caption. */
  readonly pairPhotos: number;
  /** Least numbers for methods that learn from pairs. */
  readonly needs: { readonly pairs: number; readonly photos: number };
  /** Whether there is enough to learn from for the method and its source. */
  readonly enough: boolean;
  readonly labels: LabelPlan;
}

export type SettingValue = string | number | boolean;

/** An option of one hashing method, for a form or a command line. */
export type MethodSetting = {
  readonly key: string;
  readonly title: string;
  /** The letter by which the method's publication names it, such as `τ`. */
  readonly symbol?: string;
  readonly description: string;
} & (
  | {
      readonly type: 'integer' | 'number';
      /** Null: the method decides. */
      readonly default: number | null;
      readonly min: number | null;
      readonly max: number | null;
      /** Exclusive lower bound; null for none. */
      readonly above: number | null;
    }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
  | { readonly type: 'text'; readonly default: string }
);

/** Options of a training that several methods share. */
export type CommonSetting = 'epochs' | 'batch' | 'hidden' | 'negatives';

/** Description of a hashing method, for a choice. */
export interface MethodSummary {
  readonly id: string;
  readonly name: string;
  /** Publication, with the year. */
  readonly source: string;
  /** Two sentences for a person. */
  readonly description: string;
  /**
   * `search`: designed or measured for search in a person's library. `tables`: a row of the papers' tables, for
   * comparison.
   */
  readonly group: 'search' | 'tables';
  /** Whether it learns from captions or tags. Other methods can be trained on photos alone. */
  readonly needsPairs: boolean;
  /** Whether it learns from labels: photos with common tags, albums or people get similar codes. */
  readonly needsLabels: boolean;
  /** Whether it learns in epochs. Other methods are solved in one step. */
  readonly hasEpochs: boolean;
  /** Common options that it uses. */
  readonly common: readonly CommonSetting[];
  /** Letters by which its publication names common options. */
  readonly commonSymbols: Readonly<Partial<Record<CommonSetting, string>>>;
  readonly settings: readonly MethodSetting[];
}

/** The time at which search starts to use a trained model. */
export const activationRules = ['better', 'always', 'never'] as const;

/** Source of a training's examples. */
export const trainingSources = ['captions', 'tags', 'both'] as const;

/** Current keys of settings by the keys of earlier versions, which stored trainings, presets and models still have. */
const renamedSettings = new Map([['hubs', 'hubnessCorrection']]);

/** Values of a method's settings by key; an earlier key is read as the current one. */
export const settingValues = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .transform((values) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [renamedSettings.get(key) ?? key, value])),
  );

export const trainOptions = z.object({
  /**
   * `captions`: pairs of photos and what is written about them, tags of photos without a caption included. `tags`: labels, which
   * are tags, albums and people; a method that does not learn from labels is replaced by one that does. `both`: a model of
   * each, measured with the same held-out photos; search gets the better one.
   */
  from: z.enum(trainingSources).default('captions'),
  method: z.string().default('two-tower'),
  bits: z.union([z.literal(16), z.literal(32), z.literal(64), z.literal(128)]).default(128),
  epochs: z.int().min(1).max(1000).default(20),
  batch: z.int().min(2).max(4096).default(256),
  /** Width of the hidden layers; null lets the method choose from the feature width. */
  hidden: z.int().min(8).max(16384).nullable().default(null),
  /** K, the number of memory-bank rows that a batch is contrasted with. */
  negatives: z.int().min(1).max(65536).default(4096),
  seed: z.int().min(0).max(0xffffffff).default(1),
  device: z.string().default('auto'),
  /** Settings of the method itself, as named by `methods.list`. Missing ones have the method's default. */
  settings: settingValues.default({}),
  /** Protocol of the measurement. Search always has one modality at a time (`single`). */
  protocol: z.enum(['single', 'paired']).default('single'),
  /** With `paired`: rows attend to one another, as in the published evaluation of UCMFH. */
  batchAttention: z.boolean().default(false),
  /**
   * Whether search uses the new model after the training: only if its order is better than the encoder's, always,
   * or never.
   */
  activate: z
    .union([z.enum(activationRules), z.boolean().transform((always) => (always ? 'always' : 'never'))])
    .default('better'),
});

export type TrainOptions = z.output<typeof trainOptions>;

/** Options with defaults may be missing. */
export type TrainRequest = z.input<typeof trainOptions>;

/** Options that a preset stores: those of the method, and none of where and how a training is measured. */
export const presetOptions = trainOptions.pick({
  method: true,
  bits: true,
  epochs: true,
  batch: true,
  hidden: true,
  negatives: true,
  settings: true,
});

export type PresetOptions = z.output<typeof presetOptions>;

export const trainingPreset = z.object({ name: z.string().trim().min(1).max(100), options: presetOptions });

/** Options of a training under a name that the person gave them. */
export type TrainingPreset = z.output<typeof trainingPreset>;

/** Presets for every method, by the number of epochs. */
export const usualPresets = { quick: { epochs: 5 }, usual: { epochs: 20 }, thorough: { epochs: 60 } } as const;

export type UsualPreset = keyof typeof usualPresets;

export const trainingRequests = {
  'methods.list': request<readonly MethodSummary[]>()(noParams),
  /** Trains a model. Continues a training with the same options that was stopped before its end. */
  'train.start': request<Job>()(trainOptions),
  /** Continues the last training that was stopped before its end. Throws `not-found` where there is none. */
  'train.resume': request<Job>()(noParams),
  /** Memory that a training would need. Throws `bad-argument` for options that the training would refuse. */
  'train.plan': request<TrainPlan>()(trainOptions),
  /** The person's presets, by name. */
  'train.presets': request<readonly TrainingPreset[]>()(noParams),
  /** Stores a preset; one of the same name is replaced. Throws `bad-argument` for the name of a usual preset, and for the 101st. */
  'train.savePreset': request<readonly TrainingPreset[]>()(trainingPreset),
  /** Throws `not-found` for an unknown name. */
  'train.removePreset': request<readonly TrainingPreset[]>()(trainingPreset.pick({ name: true })),
} as const;
