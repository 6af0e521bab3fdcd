// Messages between the engine and the processes that access photo folders. All of it is plain data.
import type { ErrorData } from '../../../shared/errors.ts';
import type { CopyForm } from '../../../shared/contract/copies.ts';
import type { VideoFrames } from '../../../shared/contract/host.ts';
import type { PhotoExposure } from '../../../shared/contract/photos.ts';
import type { Decoded, RgbPixels, Wanted } from '../../imaging/decode-photo.ts';
import type { FilePart } from '../../imaging/formats/iso-boxes.ts';
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

/** Captions by relative photo path, and a message about the file for a person. */
export interface CaptionsResult {
  readonly captions: readonly (readonly [path: string, captions: readonly string[]])[];
  readonly notice: string | null;
  readonly damage: string | null;
}

/** `real`: a path without symbolic links, as far as it exists. */
export interface Place {
  readonly real: string;
  readonly is: 'folder' | 'file' | 'missing';
}

export type RootState = 'online' | 'empty' | 'offline';

/** Request and result of each method. */
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
      /** A photo with this content is not decoded, because all results from its pixels exist. */
      knownHash: string | null;
      wanted: Wanted;
      /** Folder of thumbnails; an existing one is not made again. */
      libraryDir: string | null;
    };
    /** Null for a photo that was deleted before it was exported. */
    result: ReadResult | null;
  };
  captions: {
    request: { root: string; file: string; photoPaths: readonly string[] };
    result: CaptionsResult;
  };
  thumbnail: { request: { root: string; path: string }; result: Uint8Array };
  /** The photo in full size as JPEG, for formats that a browser does not show. */
  full: { request: { root: string; path: string }; result: Uint8Array };
  /** All tiles of a huge photo in one file. */
  tiles: { request: { root: string; path: string }; result: Uint8Array };
  /** Exposure and colours, from the header of the file. */
  exposure: { request: { root: string; path: string }; result: PhotoExposure };
  /** The upright photo as RGB bytes, shrunk so that text in it can be read. */
  rgb: { request: { root: string; path: string }; result: RgbPixels };
  /** The pixels as stored in the file, to distinguish a copy from its original. */
  stored: { request: { root: string; path: string }; result: StoredPixels };
  /** An image from elsewhere, dropped or pasted, or a file inside a folder. */
  image: { request: { source: { root: string; path: string } | Uint8Array; input: PixelInput }; result: Uint8Array };
  /** Whether the folder exists. */
  root: { request: { root: string }; result: RootState };
  /** The file's real path inside the folder; null if it does not exist, `''` if it leads out. */
  file: { request: { root: string; path: string }; result: string | null };
  /** Position of a motion photo's video in its file; null without one. */
  video: { request: { root: string; path: string }; result: FilePart | null };
  /** Target of a path; null if it cannot be determined. */
  resolve: { request: { root: string }; result: Place | null };
  /** Makes a folder for copies, and gives an identifier that distinguishes it from another one at the same path. */
  place: { request: { folder: string }; result: string };
  /** Copies the photo to a path outside photo folders. */
  copy: {
    request: {
      root: string;
      path: string;
      target: string;
      /** Identifier of the folder of `target` from `place`: a removed drive may leave another folder there. */
      place: string;
      form: CopyForm;
      /** An existing copy counts if it was made since then; null if none can exist. */
      madeSince: number | null;
    };
    result: PutCopy;
  };
  /** Adds words to the photo's XMP sidecar. */
  sidecar: { request: { root: string; path: string; changes: XmpChanges; keeps: boolean }; result: WrittenSidecar };
  /**
   * The number of these files that exist with the same size, and with the same content among the first `hashes` of
   * those.
   */
  compare: {
    request: { root: string; files: readonly { path: string; size: number; contentHash: string }[]; hashes: number };
    result: { sameName: number; sameSize: number; sameContent: number; compared: number };
  };
}
export type WorkKind = keyof Work;
/** Requests that need no decoder. */
export type ProbeKind = 'root' | 'file' | 'video' | 'resolve';

export interface Limits {
  /** Memory limit of the whole process, in bytes. */
  readonly memory: number;
  /** Memory that a decoder may be expected to use; more must be requested. */
  readonly decoding: number;
}

export type ReaderNews =
  /** The disk still answers; `files` is the number of files found so far. */
  | { readonly kind: 'progress'; readonly files: number }
  /** All bytes are in memory: from now on the work waits for no disk. */
  | { readonly kind: 'read' }
  /** The process has exceeded a limit and is to be killed. */
  | { readonly kind: 'over'; readonly what: 'memory' | 'time' };

export type ReaderMethods = {
  readonly [K in WorkKind]: {
    readonly params: {
      readonly request: Work[K]['request'];
      readonly limits: Limits;
      readonly videoFrames: VideoFrames | null;
    };
    readonly result: Work[K]['result'];
    readonly news: ReaderNews;
  };
};

/** Context of one piece of work in its process, beside its request. */
export interface WorkContext extends Limits {
  /** Frames of the file if it is a video and they were taken elsewhere. */
  readonly videoFrames: VideoFrames | null;
  /** Allows this piece of work more processor time than the usual limit. */
  readonly allowSeconds: (seconds: number) => void;
  readonly news: (news: ReaderNews) => void;
}

export type WorkHandlers = {
  readonly [K in WorkKind]: (request: Work[K]['request'], context: WorkContext) => Promise<Work[K]['result']>;
};
