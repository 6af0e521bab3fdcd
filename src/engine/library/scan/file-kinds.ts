// The kind of a file by its name alone: a photo, a file that belongs to photos, or the reason why it is left out.
import path from 'node:path';

/** Reason why a file in a folder is not indexed. Photos of unsupported formats have separate reasons. */
export type SkipReason =
  /** Starts with a dot, or belongs to a system (`Thumbs.db`, `node_modules`). */
  | 'hidden'
  /** Deleted files and older states: recycle bins and snapshots of NAS makers and systems. */
  | 'trash'
  /** Previews, caches and packages of programs: `@eaDir`, `*.lrdata`, all but the originals of `*.photoslibrary`. */
  | 'previews'
  /** Belongs to a photo: `.xmp`, `.aae`, or a `.txt` named like a photo. */
  | 'sidecar'
  /** Another version of a photo: its RAW, the original of an edited photo, the video of a Live Photo. */
  | 'version'
  /** Captions of many photos, e.g. `captions.txt`. */
  | 'caption-file'
  | 'jpeg-2000'
  | 'svg'
  /** An image in an unsupported format: BMP, Photoshop, icons, ... */
  | 'other-image'
  /** A video, if no ffmpeg is available to decode it. */
  | 'video'
  | 'not-a-photo'
  /** A symbolic link to a folder: not followed, so no photo appears twice and no loop is possible. */
  | 'link-to-folder'
  /** A symbolic link to a file outside the library folder. */
  | 'link-outside'
  | 'link-broken'
  /** A pipe, socket or device. */
  | 'special-file'
  /** A folder that the caller excluded. */
  | 'excluded';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const imageExtensions = words(
  'jpg jpeg jpe jfif jif mpo insp jps png webp gif avif avifs tif tiff heic heif heics heifs hif jxl',
);

/** Camera RAW files. */
const rawExtensions = words(
  '3fr ari arw bay cap cr2 cr3 crw dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw obm orf ori pef ptx ' +
    'pxn raf raw rw2 rwl rwz sr2 srf srw x3f',
);

const videoExtensions = words(
  '3g2 3gp 3gpp asf avi divx dv flv insv lrv m2t m2ts m2v m4v mkv mov mp4 mpe mpeg mpg mts mxf ogv qt r3d rm rmvb ' +
    'ts vob webm wmv',
);

/** Videos of camcorders and 360° cameras, beside music, programs' text and others of the same ending: the content decides. */
const sharedExtensions = words('360 mod tod');

/** Videos whose ending is also that of TypeScript's sources and of translations. */
const textExtensions = words('mts ts');

const skippedExtensions: readonly (readonly [SkipReason, ReadonlySet<string>])[] = [
  ['jpeg-2000', words('jp2 j2k jpf jpx jpm j2c jpc jph jhc')],
  ['svg', words('svg svgz')],
  [
    'other-image',
    words('bmp dib psd psb ico cur icns tga pcx ppm pgm pbm pnm pfm exr hdr dds xcf kra ai eps qoi apng jxr wdp'),
  ],
  // .aae: Apple's edits; .thm: a camera's preview of a video; .pp3, .dop, .nksc, .cos: settings of raw developers.
  ['sidecar', words('xmp aae thm pp3 dop nksc cos')],
];

/** Names of system files beside the dotted ones, in lower case. */
const hiddenNames = new Set([
  'system volume information',
  '$extend',
  'temporary items',
  'thevolumesettingsfolder',
  'lost+found',
  'lost.dir',
  '__macosx',
  'node_modules',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
]);

/** Names of recycle bins that people do not give to photos. */
const trashName =
  /^(?:recycler|recycled|recycle[ ._-]?bin(?: - .*)?|trash[ ._-]?(?:box|bin|can)|trashes|deleted items|network trash folder|files_trashbin|_?nas_recycle(?:_.*)?|network recycle bin(?: \d+)?|files_versions|backups\.backupdb|found\.\d{3})$/;
/** Words for a bin after a sign that systems put before them: `#recycle`, `@Recycle`. */
const markedTrash =
  /^[#@$~_.%!&+-]+(?:recycle[rd]?|recycle[ ._-]?bin|trash(?:e[sd]|can|bin|box)?(?:-\d+)?|deleted|bin|zfs|share(?:snap|bin))$/;
/** The same for snapshots: `~snapshot`, `@GMT-2020.01.31-12.00.00`. People put other signs before their own, `_Snapshots`. */
const snapshot =
  /^[#@$~.%]+(?:(?:recently|recent|hourly|daily|weekly|share)?[ ._-]?snap(?:shots?)?|snapshots?)$|^@?gmt[-_]\d{4}\.\d{2}\.\d{2}-\d{2}\.\d{2}\.\d{2}$/;
/** Copies of a whole system in a folder of Timeshift. */
const timeshiftFolder = /^snapshots(?:-\w+)?$/;

/** Google Takeout's folder of deleted photos, by language, in its folder of photos. */
const takeoutTrash =
  /^(?:trash|bin|papierkorb|corbeille|cestino|papelera|lixeira|lixo|prullenbak|kosz|koš|kôš|papperskorg(?:en)?|papirkurv(?:en)?|roskakori|lomtár|çöp(?: kutusu)?|coș de gunoi|корзина|кошик|ごみ箱|ゴミ箱|回收站|垃圾桶|휴지통|thùng rác|ถังขยะ)(?: ?\(\d+\))?$/u;
/** Words for photos, in the languages of Google Takeout. */
export const photosWord =
  "photos?|fotos?|foto's|foto’s|foton|fotod|bilder|billeder|kuvat|kuvia|valokuvat|zdjęcia|zdjecia|fotky|fotografie|fotografije|" +
  'fotografii|fotografías|immagini|imagens|imágenes|fényképek|fotók|фотографии|фотографії|фото|снимки|φωτογραφίες|fotoğraflar|fotoğrafları|poze|ภาพถ่าย|' +
  '写真|フォト|照片|相片|相册|相簿|사진|포토|תמונות|صور|تصاویر|รูปภาพ|ảnh|nuotraukos|fotoattēli|gambar|larawan';
const takeoutPhotos = new RegExp(
  `^(?:google[ _-](?:${photosWord})|(?:${photosWord})[ _-]google)(?: ?\\(\\d+\\))?$`,
  'iu',
);

/** Folders of programs' previews and caches. Synology's own folders begin with `@`. */
const previewNames = new Set([
  ...['@eadir', '@tmp', '@__thumb', '@transcode', '@synologydrive', '@synoaiphoto', '@database', '@appstore'],
  ...['nksc_param', 'ipod photo cache', 'dopdata', 'lightroom previews', 'thmbnl'],
]);
const previewFolder =
  /^appdata_oc[0-9a-z]+$|\.(?:lrdata|lrcat-data|app|framework|cocache|cosessiondb|photoscachedata|pvt-cache|bridgecache|dtbase\d*|imovielibrary|fcpbundle|theater|tvlibrary|musiclibrary)$/;

/** darktable's previews, by the checksum of its library. */
const mipmaps = /^mipmaps-[0-9a-f]{2,}\.d$/;
/** Folders in which these programs store derived files; a person's own folder may have such a name elsewhere. */
const cacheOfProgram = /^(?:(?:photo)?caches?|thumbnails?|thumbs|proxies|mipmaps)$/;
const program =
  /^(?:(?:adobe )?(?:bridge|camera ?raw)(?: (?:cc|cs)?[ \d.]*)?|capture ?one(?: \d+)?|zps(?: (?:x|\d+))?|zoner(?: .*)?|darktable|rawtherapee|digikam|shotwell|gthumb|photoprism|jellyfin|emby(?:-server)?|kodi|xnview(?:mp)?|acdsee(?: .*)?|faststone(?: .*)?|luminar(?: .*)?|dxo(?: .*)?|on1(?: .*)?|photo booth library|com\.\w[\w.]+|org\.\w[\w.]+)$/;
/** Folders of derived files by the folder around them: on an iPhone, on a Sony camera's card (small videos), of Piwigo. */
const derivedFolders: Readonly<Record<string, RegExp>> = {
  photodata: /^(?:thumbnails|caches|metadata)$/,
  m4root: /^sub$/,
  piwigo: /^_data$/,
};
/** Folders with these names contain nothing of a person's own. */
const programFolders = /^(?:plex media server|phototranscoder|adobe bridge cache|bridge cache|zoner cache|zpscache)$/;

/** Packages of programs with a person's originals beside derived files. */
const photoPackage =
  /\.(?:photoslibrary|photolibrary|aplibrary|migratedphotolibrary|migratedaplibrary|lrlibrary|cocatalog)$/;
const originalsName = /^(?:originals|masters)$/;

/** `jpg` for `A.B.JPG`; empty for no extension. */
export function extensionOf(name: string): string {
  return path.posix.extname(name).slice(1).toLowerCase();
}

/** Whether the name has the extension of a supported image format. */
export function isPhotoName(name: string): boolean {
  const extension = extensionOf(name);
  return imageExtensions.has(extension) || rawExtensions.has(extension);
}

/** Endings of photos and videos as alternatives of a pattern, in lower case. */
export const pictureEndings = [...imageExtensions, ...rawExtensions, ...videoExtensions].join('|');

export const isRawName = (name: string): boolean => rawExtensions.has(extensionOf(name));

export const isVideoName = (name: string): boolean => videoExtensions.has(extensionOf(name));

/** Whether the name is one of a photo or a video. */
export const isPictureName = (name: string): boolean => isPhotoName(name) || isVideoName(name);

/**
 * Whether the file may be a photo despite its name: no extension, one of another kind of image or video, or one with
 * a suffix (`a.jpg_large`, `b.jpeg-1`).
 */
export function mayBePhoto(name: string): boolean {
  // Backups that editors and ExifTool make of a file before a change.
  if (/~$|_original$/i.test(name)) return false;
  const extension = extensionOf(name);
  if (extension === '' || videoExtensions.has(extension) || sharedExtensions.has(extension)) return true;
  if (skippedExtensions.some(([reason, list]) => reason !== 'sidecar' && list.has(extension))) return true;
  const start = /^([a-z]+)[^a-z]/.exec(extension)?.[1];
  return start !== undefined && imageExtensions.has(start);
}

/** Whether the file may be a text despite the ending of a video. */
export const mayBeText = (name: string): boolean => textExtensions.has(extensionOf(name));

/** Reason to leave out a file or folder of this name regardless of its content; null for others. */
export function leftOutName(name: string): SkipReason | null {
  const lower = name.toLowerCase();
  if (trashName.test(lower) || markedTrash.test(lower) || snapshot.test(lower)) return 'trash';
  if (previewNames.has(lower.replace(/^\./, '')) || /@syno(?:eastream|resource)$/.test(lower)) return 'previews';
  return isHiddenName(name) ? 'hidden' : null;
}

/** Apple's export of iCloud Photos, and its folder of deleted photos. */
export const appleExport = /^icloud[ -](?:photos|fotos)(?: part \d+ of \d+)?$/i;
const appleTrash = 'recently deleted';

/** Whether a folder of this name, in one named `parent`, has the photos that were deleted before an export by Google or Apple. */
export const isExportTrash = (name: string, parent: string): boolean =>
  (name.toLowerCase() === appleTrash && appleExport.test(parent)) ||
  (takeoutTrash.test(name.normalize('NFC').toLowerCase()) && isTakeoutPhotos(parent));

/** Whether a folder of this name is Google Takeout's folder of photos. */
export const isTakeoutPhotos = (name: string): boolean => takeoutPhotos.test(name.normalize('NFC'));

/** Whether a folder of this name, in one named `parent`, has earlier states of the whole system. */
export const isSystemBackup = (name: string, parent: string): boolean =>
  parent.toLowerCase() === 'timeshift' && timeshiftFolder.test(name.toLowerCase());

/** Whether a folder of this name, in one named `parent`, is a program's package of previews or its cache. */
export function isPreviewFolder(name: string, parent = ''): boolean {
  const lower = name.toLowerCase();
  if (previewFolder.test(lower) || mipmaps.test(lower) || programFolders.test(lower)) return true;
  const around = parent.toLowerCase();
  if (Object.hasOwn(derivedFolders, around) && derivedFolders[around]?.test(lower) === true) return true;
  return cacheOfProgram.test(lower) && program.test(around);
}

/** Whether a folder of this name is a program's library of photos, of which only the originals are scanned. */
export const isPhotoPackage = (name: string): boolean => photoPackage.test(name.toLowerCase());

export const isOriginalsName = (name: string): boolean => originalsName.test(name.toLowerCase());

export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || hiddenNames.has(name.toLowerCase());
}

/** For a name that is neither a photo nor a caption file. */
export function skipReasonOf(name: string): SkipReason {
  const extension = extensionOf(name);
  if (videoExtensions.has(extension)) return 'video';
  return skippedExtensions.find(([, list]) => list.has(extension))?.[0] ?? 'not-a-photo';
}
