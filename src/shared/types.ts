// The nouns of the product as plain data: photos, folders, jobs, encoders, hash models, search results.
import type { ErrorData } from './errors.ts';
import type { ParsedQuery } from './query.ts';

declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

export type PhotoId = Id<'photo'>;
export type FolderId = Id<'folder'>;
export type CaptionId = Id<'caption'>;
export type JobId = Id<'job'>;
/** Hash models are named, because their folders are: `ucch-64-20261122-101500`. */
export type ModelId = string & { readonly [brand]: 'model' };

/** `offline`: its disk is not there now. Its photos, features and codes are kept and still found. */
export type FolderState = 'online' | 'offline';

export interface Folder {
  readonly id: FolderId;
  readonly path: string;
  readonly state: FolderState;
  /** Whether the names of sub-folders count as tags of the photos in them. */
  readonly folderNamesAsTags: boolean;
  readonly photos: number;
  /** Milliseconds since 1970, null before the first scan has ended. */
  readonly lastScanAt: number | null;
}

export type JobKind = 'index' | 'train' | 'encode' | 'download' | 'duplicates';
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/** One progress event serves every kind of long work. */
export interface Job {
  readonly id: JobId;
  readonly kind: JobKind;
  readonly state: JobState;
  /** What is being done now, for a person: `Encoding photos`. */
  readonly message: string;
  readonly done: number;
  /** 0 while not yet known. */
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
  /** What it came to once done, for kind `index`. */
  readonly result: IndexResult | null;
}

export interface Failure {
  /** Absolute path of the file. */
  readonly path: string;
  readonly code: ErrorData['code'];
  readonly message: string;
}

/** Every file found is in exactly one of the four counts. */
export interface IndexResult {
  readonly indexed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Why files were skipped: reason -> number of files, e.g. `{ sidecar: 3, heic: 12 }`. */
  readonly skippedReasons: Readonly<Record<string, number>>;
}

export interface EncoderState {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  /** The one in use. */
  readonly active: boolean;
  /** False for a known encoder whose files are not on this machine yet. */
  readonly installed: boolean;
  /** What its download weighs, to one or two digits; null where there is nothing to download. */
  readonly downloadBytes: number | null;
}

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

export interface Split {
  /** Pairs and photos trained on. */
  readonly trainPairs: number;
  readonly trainPhotos: number;
  readonly queryPhotos: number;
  readonly queryCaptions: number;
  readonly databasePhotos: number;
  readonly databaseCaptions: number;
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

export type ModelState = 'training' | 'ready' | 'failed' | 'cancelled';

export interface HashModelSummary {
  readonly id: ModelId;
  readonly method: string;
  readonly bits: number;
  readonly encoderId: string;
  readonly state: ModelState;
  readonly active: boolean;
  readonly createdAt: number;
  /** Null for a model that needs no training (the default random rotation). */
  readonly evaluation: EvaluationContext | null;
  readonly epochs: readonly EpochMetrics[];
  /** Number of the epoch that was kept. */
  readonly bestEpoch: number | null;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export interface PhotoHit {
  readonly rank: number;
  readonly photoId: PhotoId;
  readonly path: string;
  /** Cosine after re-ranking, in [-1, 1]; null where the query has nothing the shared features know. */
  readonly score: number | null;
  /** Hamming distance of the codes, 0..bits. */
  readonly distance: number;
  /** The photo's first caption. */
  readonly caption: string | null;
  readonly width: number;
  readonly height: number;
}

export interface TextHit {
  readonly rank: number;
  /** The caption or the tag. */
  readonly text: string;
  readonly score: number | null;
  readonly distance: number;
  /** The photo a caption belongs to; null for tags. */
  readonly photoId: PhotoId | null;
  readonly path: string | null;
}

export interface SearchAnswer<Hit> {
  readonly hits: readonly Hit[];
  /** How many codes were ranked. */
  readonly searched: number;
  /** The encoder's own time. */
  readonly encodeMs: number;
  /** All the rest, filters and full text included. */
  readonly searchMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  /** Something a person should know of this answer, e.g. that no word of the query is known; null if nothing. */
  readonly notice: string | null;
  /** Index of the first of the weaker matches, which go to the end; null where nobody can tell, or none is weak. */
  readonly weakFrom: number | null;
}

/** What one term of a query says of a photo. */
export interface TermExplanation {
  /** As it stands in the search box: `beach`, `-people`, `photo:12`, `image`. */
  readonly term: string;
  readonly weight: number;
  /** Null where the encoder knows nothing of the term, or the photo's features are gone. */
  readonly cosine: number | null;
  /** The cosine in standard deviations above the library's mean. */
  readonly deviations: number | null;
  /** BM25 of the photo's captions, tags and names; null for images, and where no photo matches. */
  readonly textScore: number | null;
}

/** A photo found by a query: of several terms the cosine is the weighted mean, the distance the first term's. */
export interface RankedPhoto extends PhotoHit {
  /** Chance that it is what was asked for; null until it can be said. */
  readonly probability: number | null;
  /** BM25 of all words together; null where none is in the photo's texts. */
  readonly textScore: number | null;
  /** How its place came about, where that was asked for. */
  readonly explanation: { readonly total: number; readonly terms: readonly TermExplanation[] } | null;
}

export interface QueryAnswer extends SearchAnswer<RankedPhoto> {
  /** How the text was read. */
  readonly query: ParsedQuery;
  /** Photos that the filters let through; null without filters. */
  readonly filtered: number | null;
  /** Where the cause of the notice can be helped: another encoder would know the query's language. */
  readonly remedy: 'encoders' | null;
  /** Results less likely than this to be what was asked for come after the divider. */
  readonly precision: number;
}

/** What may stand at the cursor: `text` replaces `[from, to)` of the search box. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly {
    readonly text: string;
    readonly kind: 'key' | 'value';
    /** How many photos have it; null for keys and fixed values. */
    readonly photos: number | null;
  }[];
}

/** A photo of a group of near-duplicates, compared with the one suggested to keep. */
export interface DuplicatePhoto {
  readonly photoId: PhotoId;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Bytes of the file. */
  readonly size: number;
  readonly capturedAt: number | null;
  /** The same bytes as the best. */
  readonly identical: boolean;
  /** Bits between the two hash codes; null while one of them has none. */
  readonly distance: number | null;
  /** Cosine of the image features; null while one of them has none. */
  readonly cosine: number | null;
  /** Bits of 64 between the two pixel hashes; null when a picture could not be looked at. */
  readonly pixelDistance: number | null;
}

export interface DuplicateGroup {
  /** The one suggested to keep. */
  readonly best: PhotoId;
  /** Why that one, for a person: `most pixels: 4000 × 3000, the next has 1024 × 768`. */
  readonly reason: string;
  /** The best first, then the nearest to it. */
  readonly photos: readonly DuplicatePhoto[];
}

/** What the last search for near-duplicates has found. Nothing is ever deleted by it. */
export interface DuplicateReport {
  readonly groups: readonly DuplicateGroup[];
  /** Photos that were compared. */
  readonly searched: number;
  /** Of these, how many could be compared by their bytes alone, because their picture could not be read. */
  readonly unreadable: number;
  /** False when so many photos are nearly alike that not all of them were compared with each other. */
  readonly complete: boolean;
  readonly finishedAt: number;
}

/** A search made before. */
export interface RecentSearch {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly hits: number;
}

/** A search kept under a name. */
export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly createdAt: number;
}

export interface PhotoDetails {
  readonly id: PhotoId;
  readonly path: string;
  readonly folderId: FolderId;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly size: number;
  readonly capturedAt: number | null;
  readonly camera: string | null;
  /** One to five stars; null when not rated. */
  readonly rating: number | null;
  /** In words, the nearest name first: `Trastevere, Rome, Lazio, Italy`. */
  readonly place: string | null;
  readonly captions: readonly { readonly text: string; readonly source: string }[];
  readonly tags: readonly string[];
  /** False while its folder is offline or the file is gone. */
  readonly available: boolean;
}

export interface LibraryStatus {
  readonly libraryDir: string;
  readonly photos: number;
  readonly captions: number;
  readonly tags: number;
  /** Codes of the active model, photos and captions together. */
  readonly codes: number;
  readonly failures: number;
  /** Photos known but gone from their online folder. */
  readonly missing: number;
  readonly folders: readonly Folder[];
  readonly offlineFolders: number;
  readonly encoder: string;
  readonly model: ModelId | null;
}

/** One line of `hashlens doctor`. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
}
