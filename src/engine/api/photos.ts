// Photos: the recent ones, one in full, its file.
import { createHash } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import type { EngineApi, ParsedParams } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type {
  PhotoDetails,
  PhotoExposure,
  PhotoFiles,
  PhotoHit,
  PhotoOrder,
  PhotoTimeline,
  ServedFile,
  TimelineSection,
} from '../../shared/contract/photos.ts';
import { HashlensError } from '../../shared/errors.ts';
import { viewerPixels } from '../imaging/decode-photo.ts';
import { mostTiledPixels, tilePart, tilesOf } from '../imaging/tiles.ts';
import { cacheRoom } from '../jobs/library-upkeep.ts';
import { ensureFull, ensureThumbnail, ensureTiles } from '../library/thumbnails/thumbnails.ts';
import { photosToDescribe } from '../search/describe/photos-to-describe.ts';
import { isFavouriteTag } from '../store/edits.ts';
import { type PhotoLine, type PhotoRow, absolutePath, shownOf } from '../store/photos.ts';
import type { Store } from '../store/database.ts';
import type { EngineServices } from './services.ts';

export function photosApi({
  store,
  active,
  libraryDir,
  photoFolders,
  inView,
}: Pick<EngineServices, 'store' | 'active' | 'libraryDir' | 'photoFolders' | 'inView'>) {
  return {
    'photos.recent': async ({ limit, offset }) =>
      store.photos.recent(limit, offset).map((line, i) => unrankedHit(line, offset + i + 1)),
    'photos.timeline': async ({ order }) => timeline(order, store.photos.inOrder(order)),
    'photos.lines': async ({ photoIds }) => {
      inView.note(photoIds);
      return photoIds.flatMap((photoId) => {
        const line = store.photos.line(photoId);
        return line === null ? [] : [unrankedHit(line, 0)];
      });
    },
    'photos.get': async ({ photoId }) => photoDetails({ store, photoFolders }, photoId),
    'photos.exposure': async ({ photoId }) => exposure({ store, photoFolders }, photoId),
    'photos.code': async ({ photoId }) => {
      const { id: modelId, model } = await active.model();
      const code = store.codes.of('photo', modelId, photoId);
      if (code?.length !== model.bits / 8) return null;
      return { modelId, bits: model.bits, code: Buffer.from(code).toString('hex') };
    },
    'photos.toDescribe': async ({ limit, leaveOut }) =>
      photosToDescribe(store, active.encoderInfo(active.encoderId()), limit, leaveOut),
    'photos.files': async ({ photoIds }) => {
      const files: PhotoFiles[] = [];
      for (const photoId of photoIds) {
        const found = await filesOf({ store, photoFolders }, photoId);
        if (found !== null) files.push(found);
      }
      return files;
    },
    'photos.tiles': async ({ photoId }) => {
      const row = store.photos.get(photoId);
      return row !== null && isTiled(row) ? tilesOf(row) : null;
    },
    'photos.tile': async ({ photoId, tile }) => {
      const row = store.photos.get(photoId);
      const tiles = row !== null && isTiled(row) ? tilesOf(row) : null;
      if (row === null || tiles === null || tile >= tiles.columns * tiles.rows) {
        throw new HashlensError('not-found', `Photo ${photoId} has no tile ${tile}.`);
      }
      const make = () => photoFolders.tiles(row.folderPath, row.path);
      const path = await ensureTiles(libraryDir, row.contentHash, make, cacheRoom(store));
      return { path, mime: 'image/jpeg', part: await tilePart(path, tile) };
    },
    'photos.jpeg': async ({ photoId }) => {
      const row = store.photos.get(photoId);
      if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
      return photoFolders.full(row.folderPath, row.path);
    },
    'photos.file': async (params) => photoFile({ store, photoFolders, libraryDir }, params),
  } satisfies Partial<EngineApi>;
}

function timeline(order: PhotoOrder, photos: ReturnType<Store['photos']['inOrder']>): PhotoTimeline {
  const sections: TimelineSection[] = [];
  const days: [start: number, day: number][] = [];
  for (const [start, { at, until }] of photos.entries()) {
    const month = order === 'name' ? null : monthOf(order, at, until);
    const isNew = start === 0 || sections.at(-1)?.month !== month;
    if (isNew) sections.push({ start, month });
    if (order === 'name') continue;
    const day = dayOf(order, at, until);
    if (isNew || days.at(-1)?.[1] !== day) days.push([start, day]);
  }
  return {
    order,
    photoIds: photos.map(({ id }) => id),
    ratios: photos.map(({ width, height }) => Math.round((1000 * width) / height) || 1000),
    sections,
    days,
  };
}

/**
 * Capture times are wall-clock times stored as UTC; the time of indexing is an instant, shown in the machine's time
 * zone.
 */
function monthOf(order: PhotoOrder, at: number | null, until: number | null): string {
  if (at === null) return 'undated';
  const date = new Date(at);
  const [year, month] =
    order === 'taken' ? [date.getUTCFullYear(), date.getUTCMonth()] : [date.getFullYear(), date.getMonth()];
  const ofMonth = order !== 'taken' || until === null || until - at <= 31 * 86_400_000;
  if (!ofMonth) return String(year).padStart(4, '0');
  return `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
}

/** Day of the month; 0 if no day is known. */
function dayOf(order: PhotoOrder, at: number | null, until: number | null): number {
  if (at === null) return 0;
  if (order !== 'taken') return new Date(at).getDate();
  return until !== null && until - at > 86_400_000 ? 0 : new Date(at).getUTCDate();
}

/** @throws HashlensError `not-found` */
export async function photoDetails(
  { store, photoFolders }: Pick<EngineServices, 'store' | 'photoFolders'>,
  photoId: PhotoId,
): Promise<PhotoDetails> {
  const row = store.photos.get(photoId);
  if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
  const available = row.present === 1 && Boolean(await photoFolders.file(row.folderPath, row.path));
  const files = row.versions.map((name, i) => ({ number: i + 1, name: basename(name), isVideo: isVideo(name) }));
  const hasVideo = available && mayHoldVideo(row) && (await photoFolders.video(row.folderPath, row.path)) !== null;
  return {
    id: row.id,
    path: absolutePath(row),
    folderId: row.folderId,
    width: row.width,
    height: row.height,
    format: row.format,
    size: row.size,
    capturedAt: row.capturedAt ?? row.mtimeMs,
    capturedUntil: row.capturedUntil,
    utcOffset: row.utcOffset,
    dateSource: row.dateSource ?? 'file',
    camera: row.camera,
    modifiedAt: row.mtimeMs,
    addedAt: row.addedAt,
    position:
      row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
    rating: row.rating,
    place: row.place ?? row.positionPlace,
    people: store.texts.peopleOf(photoId),
    isFavourite: store.edits.isFavourite(photoId),
    written: { ...store.edits.factsOf(photoId), tags: store.edits.tagsOf(photoId).filter((n) => !isFavouriteTag(n)) },
    captions: store.texts.captionsOf(photoId).filter((c) => c.source !== 'tags' && c.source !== 'own-title'),
    tags: store.texts.tagsOf(photoId),
    text: store.ocr.textOf(photoId),
    versions: [...files, ...(hasVideo ? [{ number: files.length + 1, name: 'Video', isVideo: true }] : [])],
    isVideo: row.format === 'video',
    available,
  };
}

/** @throws HashlensError `not-found` */
export async function exposure(
  { store, photoFolders }: Pick<EngineServices, 'store' | 'photoFolders'>,
  photoId: PhotoId,
): Promise<PhotoExposure | null> {
  const row = store.photos.get(photoId);
  if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
  if (row.present === 0 || row.format === 'video') return null;
  // A file that cannot be read now has no exposure; the viewer shows the reason in its own place.
  return await photoFolders.exposure(row.folderPath, row.path).catch(() => null);
}

/** Null where the photo is missing, offline, or leads out of its folder. */
async function filesOf(
  { store, photoFolders }: Pick<EngineServices, 'store' | 'photoFolders'>,
  photoId: PhotoId,
): Promise<PhotoFiles | null> {
  const row = store.photos.get(photoId);
  const path = row === null ? null : await photoFolders.file(row.folderPath, row.path);
  if (row === null || !path) return null;
  const versions: string[] = [];
  for (const version of row.versions) {
    const file = await photoFolders.file(row.folderPath, version);
    if (file) versions.push(file);
  }
  return { photoId, folderId: row.folderId, path, versions };
}

/** Formats that a window shows or plays without conversion. */
const displayable: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heif: 'image/avif',
};

/** The same for a version or a video, by the extension of its name. */
const displayableNames: Readonly<Record<string, string>> = {
  ...{ '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.jpe': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp' },
  '.avif': 'image/avif',
  // Chromium plays the content of QuickTime's container as it plays MP4.
  ...{ '.mov': 'video/mp4', '.mp4': 'video/mp4', '.m4v': 'video/mp4', '.qt': 'video/mp4', '.webm': 'video/webm' },
  ...{ '.mkv': 'video/webm', '.ogv': 'video/ogg', '.3gp': 'video/mp4' },
};

/** Formats in which phones keep a video beside the still. */
const mayHoldVideo = ({ format }: PhotoRow): boolean => format === 'jpeg' || format === 'heic';

const mimeOfName = (file: string): string | undefined => displayableNames[extname(file).toLowerCase()];
const isVideo = (file: string): boolean => mimeOfName(file)?.startsWith('video/') === true;

function unrankedHit(line: PhotoLine, rank: number): PhotoHit {
  return { rank, score: null, distance: 0, ...shownOf(line) };
}

/** Whether the viewer gets a smaller copy of the photo. */
const isLarge = ({ format, width, height }: PhotoRow): boolean => format !== 'video' && width * height > viewerPixels;

/** Whether full size is served in tiles. The size of a RAW is that of its preview. */
const isTiled = (row: PhotoRow): boolean =>
  isLarge(row) && row.present === 1 && row.width * row.height <= mostTiledPixels;

/** A file for main's photo:// protocol. The path is inside a library folder even when symbolic links are followed. */
async function photoFile(
  { store, photoFolders, libraryDir }: Pick<EngineServices, 'store' | 'photoFolders' | 'libraryDir'>,
  { photoId, variant, version }: ParsedParams<'photos.file'>,
): Promise<ServedFile> {
  const row = store.photos.get(photoId);
  if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
  const thumbnail = async () => {
    const make = () => photoFolders.thumbnail(row.folderPath, row.path);
    return { path: await ensureThumbnail(libraryDir, row.contentHash, make), mime: 'image/webp' };
  };
  if (variant === 'thumb') return thumbnail();
  const isEmbeddedVideo = version === row.versions.length + 1 && mayHoldVideo(row);
  const video = isEmbeddedVideo ? await photoFolders.video(row.folderPath, row.path) : null;
  const file = version === 0 || video !== null ? row.path : row.versions[version - 1];
  if (file === undefined) throw new HashlensError('not-found', `Photo ${photoId} has no version ${version}.`);
  const real = await photoFolders.file(row.folderPath, file);
  // Its disk is offline; only the thumbnail is left.
  if (real === null) return thumbnail();
  if (real === '') {
    throw new HashlensError(
      'bad-argument',
      `${join(row.folderPath, file)} leads out of its folder, so it is not shown.`,
    );
  }
  if (video !== null) return { path: real, mime: 'video/mp4', part: video };
  const mime = version === 0 && row.format !== 'video' ? displayable[row.format] : mimeOfName(file);
  // A browser needs gigabytes for the pixels of a huge photo, or shows none of it.
  const isHuge = version === 0 && isLarge(row);
  if (mime !== undefined && !isHuge) return { path: real, mime };
  const make = () => photoFolders.full(row.folderPath, file);
  return {
    path: await ensureFull(
      libraryDir,
      row.contentHash,
      version === 0 ? '' : versionDigits(row, file),
      make,
      cacheRoom(store),
    ),
    mime: 'image/jpeg',
  };
}

/**
 * Digits for the converted copy of a version, whose content is not hashed; they change when a scan finds the version
 * changed.
 */
const versionDigits = ({ sidecarStamp }: PhotoRow, file: string): string =>
  createHash('sha256').update(`${sidecarStamp}\n${file}`).digest('hex').slice(0, 8);
