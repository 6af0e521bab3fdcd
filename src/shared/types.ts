// The nouns of the product as plain data: photos, folders, jobs, encoders, hash models, search results.
import type { ErrorData } from './errors.ts';

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

export type JobKind = 'index' | 'train' | 'encode' | 'download';
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
  readonly encodeMs: number;
  readonly searchMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  /** Something a person should know of this answer, e.g. that no word of the query is known; null if nothing. */
  readonly notice: string | null;
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
