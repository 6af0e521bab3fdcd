// Photos: the recent ones, one in full, its file.
import type { EngineApi, ParsedParams } from '../../shared/contract/engine.ts';
import type { PhotoHit } from '../../shared/contract/photos.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import { ensureThumbnail } from '../library/thumbnails/thumbnails.ts';
import type { Store } from '../store/database.ts';
import { type PhotoLine, absolutePath } from '../store/photos.ts';
import type { EngineServices } from './services.ts';

export function photosApi({ store, libraryDir, photoFolders }: EngineServices) {
  return {
    'photos.recent': async ({ limit, offset }) =>
      store.photos.recent(limit, offset).map((line, i) => unrankedHit(line, offset + i + 1)),
    'photos.get': async ({ photoId }) => {
      const row = store.photos.get(photoId);
      if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
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
        rating: row.rating,
        place: row.place ?? row.positionPlace,
        people: store.texts.peopleOf(photoId),
        captions: store.texts.captionsOf(photoId).filter((c) => c.source !== 'tags'),
        tags: store.texts.tagsOf(photoId),
        available: row.present === 1 && Boolean(await photoFolders.file(row.folderPath, row.path)),
      };
    },
    'photos.file': async ({ photoId, variant }) => photoFile(store, photoFolders, libraryDir, photoId, variant),
  } satisfies Partial<EngineApi>;
}

/** MIME types a window may be shown as they are; photos of other formats are shown by their thumbnail. */
const displayable: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heif: 'image/avif',
};

function unrankedHit(line: PhotoLine, rank: number): PhotoHit {
  const { id, width, height, caption } = line;
  return { rank, photoId: id, path: absolutePath(line), score: null, distance: 0, caption, width, height };
}

/** A file for main's photo:// protocol. The path lies inside a library folder even when symbolic links are followed. */
async function photoFile(
  store: Store,
  photoFolders: PhotoFolders,
  libraryDir: string,
  photoId: ParsedParams<'photos.file'>['photoId'],
  variant: 'thumb' | 'full',
): Promise<{ path: string; mime: string }> {
  const row = store.photos.get(photoId);
  if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
  const thumbnail = async () => {
    const make = () => photoFolders.thumbnail(row.folderPath, row.path);
    return { path: await ensureThumbnail(libraryDir, row.contentHash, make), mime: 'image/webp' };
  };
  const mime = displayable[row.format];
  if (variant === 'thumb' || mime === undefined) return thumbnail();
  const real = await photoFolders.file(row.folderPath, row.path);
  // Away: the thumbnail is all there is.
  if (real === null) return thumbnail();
  if (real === '') {
    throw new HashlensError('bad-argument', `${absolutePath(row)} leads out of its folder, so it is not shown.`);
  }
  return { path: real, mime };
}
