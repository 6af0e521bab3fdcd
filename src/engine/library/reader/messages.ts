// What the engine asks of the processes that touch photo folders, and what they answer. All of it is plain data.
import type { ErrorData } from '../../../shared/errors.ts';
import type { CopyForm } from '../../../shared/contract/copies.ts';
import type { Decoded, RgbPixels, Wanted } from '../../imaging/decode-photo.ts';
import type { FilePart } from '../../imaging/formats/motion.ts';
import type { PixelInput } from '../../imaging/pixel-input.ts';
import type { StoredPixels } from '../../imaging/stored-pixels.ts';
import type { WrittenSidecar } from '../metadata/sidecar-writer.ts';
import type { XmpChanges } from '../metadata/write-xmp.ts';
import type { PhotoFacts } from '../read-photo.ts';
import type { ChangedFolder, FolderScan, FoundPhoto } from '../scan/scan.ts';
import type { PutCopy } from '../put-copy.ts';
import type { PackedPhotos } from './packed-photos.ts';

/** A scan whose errors are plain data. */
export interface ScanResult extends Omit<FolderScan, 'failures'> {
  readonly failures: readonly { readonly path: string; readonly error: ErrorData }[];
}

export interface ReadResult extends Decoded {
  readonly facts: PhotoFacts;
  /** Size and times of the file that was read. */
  readonly stamp: { readonly size: number; readonly mtimeMs: number; readonly ctimeMs: number };
}

/** Captions by relative photo path, and what a person should know of the file. */
export interface CaptionsResult {
  readonly captions: readonly (readonly [path: string, captions: readonly string[]])[];
  readonly notice: string | null;
}

/** `real`: a path without symbolic links, as far as it is there. */
export interface Place {
  readonly real: string;
  readonly is: 'folder' | 'file' | 'missing';
}

export type RootState = 'there' | 'empty' | 'away';

/** Request and result of each kind of work. */
export interface Work {
  scan: {
    request: {
      root: string;
      exclude: readonly string[];
      videos: boolean;
      /** Null for the whole folder. */
      changed: readonly ChangedFolder[] | null;
    };
    result: Omit<ScanResult, 'photos'> & { readonly photos: PackedPhotos };
  };
  photo: {
    request: {
      root: string;
      photo: FoundPhoto;
      /** A photo with this content is not decoded, as all that is made of its pixels is there. */
      knownHash: string | null;
      wanted: Wanted;
      /** Folder of thumbnails; one that exists is not made again. */
      libraryDir: string | null;
    };
    result: ReadResult;
  };
  captions: {
    request: { root: string; file: string; photoPaths: readonly string[] };
    result: CaptionsResult;
  };
  thumbnail: { request: { root: string; path: string }; result: Uint8Array };
  /** The photo in full size as JPEG, for formats that a browser does not show. */
  full: { request: { root: string; path: string }; result: Uint8Array };
  /** The upright photo as RGB bytes, shrunk so that text in it can be read. */
  rgb: { request: { root: string; path: string }; result: RgbPixels };
  /** The pixels of the file as they are stored, to tell a copy from what it was saved from. */
  stored: { request: { root: string; path: string }; result: StoredPixels };
  /** An image from elsewhere, dropped or pasted, or a file inside a folder. */
  image: { request: { source: { root: string; path: string } | Uint8Array; input: PixelInput }; result: Uint8Array };
  /** Whether the folder is there. */
  root: { request: { root: string }; result: RootState };
  /** The file's real path inside the folder; null when it is not there, `''` when it leads out. */
  file: { request: { root: string; path: string }; result: string | null };
  /** Where the film of a motion photo is in its file; null where it has none. */
  film: { request: { root: string; path: string }; result: FilePart | null };
  /** Place that a path leads to; null where that cannot be said. */
  resolve: { request: { root: string }; result: Place | null };
  /** Puts a copy of the photo at a path outside of photo folders. */
  copy: {
    request: {
      root: string;
      path: string;
      target: string;
      form: CopyForm;
      /** A copy that is there already counts where it was made since then; null where none can be. */
      madeSince: number | null;
    };
    result: PutCopy;
  };
  /** Adds words to the photo's XMP sidecar. */
  sidecar: { request: { root: string; path: string; changes: XmpChanges }; result: WrittenSidecar };
  /** How many of these files are there, with the same size, and with the same content among the first `hashes` of those. */
  compare: {
    request: { root: string; files: readonly { path: string; size: number; contentHash: string }[]; hashes: number };
    result: { sameName: number; sameSize: number; sameContent: number; compared: number };
  };
}
export type WorkKind = keyof Work;
/** Questions that need no decoder. */
export type ProbeKind = 'root' | 'file' | 'film' | 'resolve';

export interface Limits {
  /** Bytes the whole process may take. */
  readonly memory: number;
  /** Bytes a decoder may be expected to take; more must be asked for. */
  readonly decoding: number;
}

export type ReaderNews =
  /** The disk still answers; `files` have been met. */
  | { readonly kind: 'progress'; readonly files: number }
  /** All bytes are in memory: from here on no disk is waited for. */
  | { readonly kind: 'read' }
  /** The process is over a limit and is to be killed. */
  | { readonly kind: 'over'; readonly what: 'memory' | 'time' };

export type ReaderMethods = {
  readonly [K in WorkKind]: {
    readonly params: { readonly request: Work[K]['request']; readonly limits: Limits };
    readonly result: Work[K]['result'];
    readonly news: ReaderNews;
  };
};

/** What one piece of work gets in its process beside its request. */
export interface WorkContext extends Limits {
  /** Gives this piece of work processor time beyond what every photo has. */
  readonly allowSeconds: (seconds: number) => void;
  readonly news: (news: ReaderNews) => void;
}

export type WorkHandlers = {
  readonly [K in WorkKind]: (request: Work[K]['request'], context: WorkContext) => Promise<Work[K]['result']>;
};
