// Measures of retrieval: metrics of epochs, recall, chance and float levels.
import { z } from 'zod';
import { errorCodes, type ErrorData } from '../errors.ts';
import { type ModelId, modelId } from './ids.ts';
import type { MemoryPlan } from './training.ts';

/** `i2t`: photo to captions. `t2i`: caption to photos. */
export type Direction = 'i2t' | 't2i';

/** Text -> photos, photos -> text, and the mean of the two. */
export interface DirectionScores {
  readonly i2t: number;
  readonly t2i: number;
  readonly mean: number;
}

/** Protocol of the measurement. Only `single` numbers are search quality. */
export type EvaluationProtocol = 'single' | 'paired';

/**
 * `tags`: photo and caption are relevant to each other when their photos share a tag.
 * `own-caption`: only when the caption belongs to the photo.
 */
export type RelevanceRule = 'tags' | 'own-caption';

/** Share of queries, 0..1, whose own counterpart is among the first 1, 5 and 10. */
export interface RecallAt {
  readonly 1: number;
  readonly 5: number;
  readonly 10: number;
}

export interface RecallScores {
  readonly i2t: RecallAt;
  readonly t2i: RecallAt;
}

export interface MedianRanks {
  readonly i2t: number;
  readonly t2i: number;
}

/**
 * Ranks of own counterparts. A held-out caption searches for its own photo among the held-out photos; a held-out photo
 * searches for the best ranked of its own captions among the held-out captions. Ties count as the mean over all orders.
 */
export interface RankScores {
  readonly recall: RecallScores;
  /** Median over queries of the own counterpart's rank, from 1. */
  readonly medianRank: MedianRanks;
}

/** A mean with its 95% bootstrap interval over the held-out photos. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Scores measured on fewer held-out photos change much with the photos that were drawn: they are shown with their intervals. */
export const fewPhotos = 30;

/** Intervals of shares among the first 1, 5 and 10. */
type RecallIntervals = { readonly [k in keyof RecallAt]: Interval };

/** Intervals of measures of an epoch. */
export interface EpochIntervals {
  /** mAP over the whole list, tie-aware. */
  readonly map: { readonly i2t: Interval; readonly t2i: Interval };
  /** Share of held-out captions whose own photo is among the first 1, 5 and 10, as in `recallReal`. */
  readonly ownPhoto: RecallIntervals;
  /** mAP@50 and recall by Hamming distance; only with fewer than `fewPhotos` held out. */
  readonly few?: {
    readonly map50: { readonly i2t: Interval; readonly t2i: Interval };
    readonly recall: { readonly i2t: RecallIntervals; readonly t2i: RecallIntervals };
  };
}

export interface EpochMetrics {
  /** Number from 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Contrastive hashing loss. */
  readonly lossC: number;
  /** Cross-modal ranking loss. */
  readonly lossR: number;
  /** mAP over the whole list, tie-aware. */
  readonly map: DirectionScores;
  /** mAP@50, tie-aware. */
  readonly map50: DirectionScores;
  /** mAP over the whole list in stable database order, as in published tables. */
  readonly mapStable: DirectionScores;
  readonly seconds: number;
  /** RankScores by Hamming distance; absent in models made before they were measured. */
  readonly recall?: RecallScores;
  readonly medianRank?: MedianRanks;
  /** RankScores by the cosine of the networks' real outputs, as re-ranking the whole list by them gives. */
  readonly recallReal?: RecallScores;
  readonly medianRankReal?: MedianRanks;
  /** Absent in models made before they were measured, and in a method's real-valued mode. */
  readonly intervals?: EpochIntervals;
}

/** Label-based measures of the first k, as means over queries and over all orders of ties. */
export interface ScoresAtK {
  readonly k: number;
  readonly map: DirectionScores;
  readonly precision: DirectionScores;
  readonly recall: DirectionScores;
  readonly ndcg: DirectionScores;
}

/** Precision and recall of a lookup of all codes within a Hamming radius. */
export interface PrecisionRecallPoint {
  readonly radius: number;
  readonly precision: number;
  readonly recall: number;
}

/**
 * Text to image, by tags, over images that were never trained on: held-out captions search the held-out photos. Photos that
 * are added later are found like these; training photos are found better, because a network can remember them.
 */
export interface UnseenScores {
  /** mAP over the whole list, tie-aware. */
  readonly map: number;
  readonly chance: number;
}

/** Full report of the kept epoch. */
export interface RetrievalReport {
  /** Null where only a text's own photo is relevant: all scores are then of held-out photos. Absent in older models. */
  readonly unseen?: UnseenScores | null;
  readonly atK: readonly ScoresAtK[];
  readonly prCurve: { readonly i2t: readonly PrecisionRecallPoint[]; readonly t2i: readonly PrecisionRecallPoint[] };
}

export interface Split {
  /** Training pairs and photos. */
  readonly trainPairs: number;
  readonly trainPhotos: number;
  readonly queryPhotos: number;
  readonly queryCaptions: number;
  readonly databasePhotos: number;
  readonly databaseCaptions: number;
}

/**
 * Quality of the default order of search for photos that nobody described: captions of photos that were held out at random search
 * the whole library, in which the descriptions of these photos are hidden. Intervals are Wilson's.
 */
export interface DefaultOrderQuality {
  /** Photos searched. */
  readonly photos: number;
  /** Number of captions used as queries. */
  readonly queries: number;
  /** Share of the captions, 0..1, whose photo is among the first ten with the model. */
  readonly trained: Interval;
  /**
   * The same captions with the model that was in use; null where it has learned from their photos, or where the model was in
   * use already.
   */
  readonly before: Interval | null;
  /** The model of `before`. Absent without it, and in models of earlier versions. */
  readonly beforeModel?: ModelId;
}

/**
 * Quality of a search of the whole library for photos without a description, ordered by meaning: the captions of
 * held-out photos search all photos, described and undescribed. Half of the photos were held out as whole clusters: these
 * take part in the decision (`better`, `likelihood`), but not in the shares, which like `defaultOrder` are of photos
 * held out at random. Intervals are Wilson's.
 */
export interface LibraryQuality {
  /** Photos searched. */
  readonly photos: number;
  /** Number of captions used as queries, also of whole clusters. */
  readonly queries: number;
  /**
   * Number of captions of `trained` and `encoder`: those of photos held out at random, or all where there are none. Absent in models
   * of earlier versions, whose shares are of all queries.
   */
  readonly asked?: number;
  /** Share of these captions, 0..1, whose photo is among the first ten in the model's order. */
  readonly trained: Interval;
  /** The same in the encoder's order; null where it gives photos and texts no shared space. */
  readonly encoder: Interval | null;
  /** Whether the model's order is better than the encoder's beyond chance. */
  readonly better: boolean;
  /**
   * Mean log probability that the model's order gives to the photo of a held-out caption, among all photos. It compares models
   * with the same held-out photos; absent in models of earlier versions.
   */
  readonly likelihood?: number;
  /** Absent in models of earlier versions, and where the held-out photos have no captions. */
  readonly defaultOrder?: DefaultOrderQuality;
  /** The reason why `defaultOrder` is absent, where its measurement failed. */
  readonly orderUnmeasured?: ErrorData;
}

/** Reference for every mAP: the kind of query, chance, and float features. */
export interface EvaluationContext {
  readonly protocol: EvaluationProtocol;
  readonly relevance: RelevanceRule;
  readonly seed: number;
  readonly split: Split;
  /** mAP of random codes. */
  readonly chance: DirectionScores;
  /** mAP of the float cosine of the shared features; null when the encoder shares none. */
  readonly float: DirectionScores | null;
  /** mAP@50 of the same; absent in models of earlier versions. */
  readonly float50?: DirectionScores | null;
  /** With protocol `paired`: rows attend to one another, so that codes depend on their batch. */
  readonly batchAttention?: boolean;
  /** Reference for RankScores, as `chance` and `float` are for mAP. */
  readonly ranks?: { readonly chance: RankScores; readonly float: RankScores | null };
  /** Full report of the kept epoch, once the training has ended. */
  readonly report?: RetrievalReport;
  readonly memory?: MemoryPlan;
  /** The device of the training's steps, also where it was chosen automatically; absent in models of earlier versions. */
  readonly device?: string;
  /** Quality of search with the model, once the training has ended; absent for protocol `paired`. */
  readonly library?: LibraryQuality;
}

const count = z.int().min(0);
const scores = z.object({ i2t: z.number(), t2i: z.number(), mean: z.number() });
const both = z.object({ i2t: z.number(), t2i: z.number() });
const recallAt = z.object({ 1: z.number(), 5: z.number(), 10: z.number() });
const recall = z.object({ i2t: recallAt, t2i: recallAt });
const ranks = z.object({ recall, medianRank: both });
const curve = z.array(z.object({ radius: count, precision: z.number(), recall: z.number() }));
const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const intervalsBoth = z.object({ i2t: interval, t2i: interval });
const recallIntervals = z.object({ 1: interval, 5: interval, 10: interval });

export const epochMetricsSchema: z.ZodType<EpochMetrics> = z.object({
  epoch: count,
  loss: z.number(),
  lossC: z.number(),
  lossR: z.number(),
  map: scores,
  map50: scores,
  mapStable: scores,
  seconds: z.number(),
  recall: recall.exactOptional(),
  medianRank: both.exactOptional(),
  recallReal: recall.exactOptional(),
  medianRankReal: both.exactOptional(),
  intervals: z
    .object({
      map: intervalsBoth,
      ownPhoto: recallIntervals,
      few: z
        .object({ map50: intervalsBoth, recall: z.object({ i2t: recallIntervals, t2i: recallIntervals }) })
        .exactOptional(),
    })
    .exactOptional(),
});

export const evaluationContextSchema: z.ZodType<EvaluationContext> = z.object({
  protocol: z.enum(['single', 'paired']),
  relevance: z.enum(['tags', 'own-caption']),
  seed: z.number(),
  split: z.object({
    trainPairs: count,
    trainPhotos: count,
    queryPhotos: count,
    queryCaptions: count,
    databasePhotos: count,
    databaseCaptions: count,
  }),
  chance: scores,
  float: scores.nullable(),
  float50: scores.nullable().exactOptional(),
  batchAttention: z.boolean().exactOptional(),
  ranks: z.object({ chance: ranks, float: ranks.nullable() }).exactOptional(),
  report: z
    .object({
      atK: z.array(z.object({ k: count, map: scores, precision: scores, recall: scores, ndcg: scores })),
      prCurve: z.object({ i2t: curve, t2i: curve }),
      unseen: z.object({ map: z.number(), chance: z.number() }).nullable().exactOptional(),
    })
    .exactOptional(),
  device: z.string().exactOptional(),
  memory: z.object({ total: z.number(), parts: z.record(z.string(), z.number()) }).exactOptional(),
  library: z
    .object({
      photos: count,
      queries: count,
      asked: count.exactOptional(),
      trained: interval,
      encoder: interval.nullable(),
      better: z.boolean(),
      likelihood: z.number().exactOptional(),
      defaultOrder: z
        .object({
          photos: count,
          queries: count,
          trained: interval,
          before: interval.nullable(),
          beforeModel: modelId.exactOptional(),
        })
        .exactOptional(),
      orderUnmeasured: z.object({ code: z.enum(errorCodes), message: z.string() }).exactOptional(),
    })
    .exactOptional(),
});
