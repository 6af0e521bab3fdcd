// How retrieval is measured: metrics of epochs, recall, chance and float levels.
import type { MemoryPlan } from './training.ts';

/** Text -> photos, photos -> text, and the mean of the two. */
export interface DirectionScores {
  readonly i2t: number;
  readonly t2i: number;
  readonly mean: number;
}

/** How retrieval was measured. Only `single` numbers are search quality. */
export type EvaluationProtocol = 'single' | 'paired';

/**
 * `tags`: photo and caption are relevant to each other when their photos share a tag.
 * `own-caption`: only when the caption belongs to the photo.
 */
export type RelevanceRule = 'tags' | 'own-caption';

/** Share of queries, 0..1, whose own counterpart stands among the first 1, 5 and 10. */
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
 * "Is *my* photo among the first ten?" A held-out caption asks for its own photo among the held-out photos; a held-out
 * photo for the best placed of its own captions among the held-out captions. Ties are taken as the mean over all orders.
 */
export interface OwnRanks {
  readonly recall: RecallScores;
  /** Median over queries of the own counterpart's place, from 1. */
  readonly medianRank: MedianRanks;
}

export interface EpochMetrics {
  /** From 1. */
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
  /** mAP over the whole list in stable database order, as published tables have it. */
  readonly mapStable: DirectionScores;
  readonly seconds: number;
  /** OwnRanks by Hamming distance; absent in models made before they were measured. */
  readonly recall?: RecallScores;
  readonly medianRank?: MedianRanks;
  /** OwnRanks by the cosine of the networks' real outputs: what re-ranking the whole list by them gives. */
  readonly recallReal?: RecallScores;
  readonly medianRankReal?: MedianRanks;
}

/** Label-based numbers of the first k, means over queries and over all orders of ties. */
export interface ScoresAtK {
  readonly k: number;
  readonly map: DirectionScores;
  readonly precision: DirectionScores;
  readonly recall: DirectionScores;
  readonly ndcg: DirectionScores;
}

/** Lookup of all codes within a Hamming radius. */
export interface PrecisionRecallPoint {
  readonly radius: number;
  readonly precision: number;
  readonly recall: number;
}

/** The kept epoch in full. */
export interface RetrievalReport {
  readonly atK: readonly ScoresAtK[];
  readonly prCurve: { readonly i2t: readonly PrecisionRecallPoint[]; readonly t2i: readonly PrecisionRecallPoint[] };
}

export interface Split {
  /** Pairs and photos trained on. */
  readonly trainPairs: number;
  readonly trainPhotos: number;
  readonly queryPhotos: number;
  readonly queryCaptions: number;
  readonly databasePhotos: number;
  readonly databaseCaptions: number;
}

/** A mean with its 95% bootstrap interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What a search of the whole library gives for photos nobody described, ordered by meaning: held-out photos are asked for
 * with their own captions among all photos, described and undescribed. Half of them were held out as whole clusters.
 */
export interface LibraryQuality {
  /** Photos searched. */
  readonly photos: number;
  /** Captions that asked. */
  readonly queries: number;
  /** Share of the captions, 0..1, whose photo is among the first ten in the model's order. */
  readonly trained: Interval;
  /** The same in the encoder's order; null where it gives photos and texts nothing in common. */
  readonly encoder: Interval | null;
  /** Whether the model's order is better than the encoder's beyond chance. */
  readonly better: boolean;
}

/** What stands beside every mAP: which question was asked, what chance gives, what float features give. */
export interface EvaluationContext {
  readonly protocol: EvaluationProtocol;
  readonly relevance: RelevanceRule;
  readonly seed: number;
  readonly split: Split;
  /** mAP of random codes. */
  readonly chance: DirectionScores;
  /** mAP of the float cosine of the shared features; null when the encoder shares none. */
  readonly float: DirectionScores | null;
  /** Protocol `paired` with rows attending to one another: codes then depend on the batch they are made in. */
  readonly batchAttention?: boolean;
  /** What OwnRanks are to be read against, as `chance` and `float` for mAP. */
  readonly ranks?: { readonly chance: OwnRanks; readonly float: OwnRanks | null };
  /** The kept epoch in full, once the training has ended. */
  readonly report?: RetrievalReport;
  readonly memory?: MemoryPlan;
  /** What the model is worth to search, once the training has ended; absent for protocol `paired`. */
  readonly library?: LibraryQuality;
}
