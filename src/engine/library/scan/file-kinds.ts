// What a file is, judged by its name alone: a photo, something that belongs to photos, or why it is left out.
import path from 'node:path';

/** Why a file found in a folder is not indexed. Photos of formats not read yet have reasons of their own. */
export type SkipReason =
  /** Starts with a dot, or is kept by a system for itself (`Thumbs.db`, `@eaDir`, `node_modules`). */
  | 'hidden'
  /** Belongs to a photo: `.xmp`, `.aae`, or a `.txt` named like a photo. */
  | 'sidecar'
  /** Holds captions of many photos, e.g. `captions.txt`. */
  | 'caption-file'
  | 'heic'
  | 'raw'
  | 'jpeg-xl'
  | 'jpeg-2000'
  | 'svg'
  /** An image of a kind not read: BMP, Photoshop, icons, ... */
  | 'other-image'
  | 'video'
  | 'not-a-photo'
  /** A symbolic link to a folder: not followed, so no photo is met twice and no loop is possible. */
  | 'link-to-folder'
  /** A symbolic link to a file outside the library folder. */
  | 'link-outside'
  | 'link-broken'
  /** A pipe, socket or device. */
  | 'special-file'
  /** A folder the caller asked to leave out. */
  | 'excluded';

const PHOTO_EXTENSIONS = new Set(['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'gif', 'avif', 'tif', 'tiff']);

const SKIPPED_EXTENSIONS: readonly (readonly [SkipReason, string])[] = [
  ['heic', 'heic heif heics heifs hif'],
  [
    'raw',
    '3fr ari arw bay cap cr2 cr3 crw dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw obm orf pef ptx ' +
      'pxn r3d raf raw rw2 rwl rwz sr2 srf srw x3f',
  ],
  ['jpeg-xl', 'jxl'],
  ['jpeg-2000', 'jp2 j2k jpf jpx jpm j2c jpc jph jhc'],
  ['svg', 'svg svgz'],
  [
    'other-image',
    'bmp dib psd psb ico cur icns tga pcx ppm pgm pbm pnm pfm exr hdr dds xcf kra ai eps qoi apng jxr wdp',
  ],
  [
    'video',
    '3g2 3gp asf avi divx flv insv lrv m2t m2ts m4v mkv mov mp4 mpe mpeg mpg mts mxf ogv qt rm rmvb ts vob webm wmv',
  ],
  // .aae: Apple's edits; .thm: a camera's preview of a video; .pp3, .dop, .nksc, .cos: settings of raw developers.
  ['sidecar', 'xmp aae thm pp3 dop nksc cos'],
];

const REASON_OF_EXTENSION = new Map<string, SkipReason>(
  SKIPPED_EXTENSIONS.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason] as const)),
);

/** Names, lower case, that systems keep for themselves beside the dotted ones. */
const HIDDEN_NAMES = new Set([
  '@eadir', // Synology's thumbnails
  '#recycle',
  '#snapshot',
  '$recycle.bin',
  'system volume information',
  'lost+found',
  '__macosx',
  'node_modules',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
]);

/** `jpg` for `A.B.JPG`; empty for no extension. */
export function extensionOf(name: string): string {
  return path.posix.extname(name).slice(1).toLowerCase();
}

export function isPhotoName(name: string): boolean {
  return PHOTO_EXTENSIONS.has(extensionOf(name));
}

export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || HIDDEN_NAMES.has(name.toLowerCase());
}

/** `captions.txt`, `captions.csv`, `Flickr8k.token.txt`, `results.csv`, `captions_train2017.json`, ... */
export function isCaptionFileName(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    lower === 'captions.txt' ||
    lower === 'captions.csv' ||
    lower.endsWith('.token.txt') ||
    lower.endsWith('.token') ||
    /^results.*\.csv$/.test(lower) ||
    /captions.*\.json$/.test(lower)
  );
}

/** For a name that is neither a photo nor a caption file. */
export function skipReasonOf(name: string): SkipReason {
  return REASON_OF_EXTENSION.get(extensionOf(name)) ?? 'not-a-photo';
}
