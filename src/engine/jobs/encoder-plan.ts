// The cost of a change to another encoder, before it begins: the items to encode, and the time on this machine.
import type { EncoderPlan } from '../../shared/contract/encoders.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { Encoder } from '../encoder/encoder.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { Store } from '../store/database.ts';
import type { PhotoRow } from '../store/photos.ts';
import { encodePictures, fileOf, inOrder, offlineFolders, photoBatch, prepareAhead } from './encoding.ts';
import { inTurns } from './in-turns.ts';

/** Number of photos encoded to measure the speed, and the time limit. */
const measuredPhotos = 3 * photoBatch;
const measuringMs = 15_000;
const measuredTexts = 16;

/**
 * Counts the items without features of the encoder, and encodes some of them to measure the time of a photo and a
 * text.
 * @throws HashlensError `encoder-missing`, `encoder-invalid` where it cannot be opened
 */
export async function planEncoder(
  store: Store,
  active: Pick<ActiveModels, 'pendingModels'>,
  photoFolders: Pick<PhotoFolders, 'read' | 'state'>,
  encoderId: string,
): Promise<EncoderPlan> {
  const { features } = store;
  const missing = (kind: 'photo' | 'caption' | 'tag') =>
    inTurns(features.lastId(kind), (from, to) => features.missing(kind, encoderId, from, to));
  const ids = (await missing('photo')) as PhotoId[];
  const offline = await offlineFolders(photoFolders, store.folders.list());
  const isThere = (id: PhotoId) => offline.size === 0 || !offline.has(store.photos.get(id)?.folderId ?? 0);
  const there = ids.filter(isThere);
  const captions = await missing('caption');
  const texts = captions.length + (await missing('tag')).length;
  const counts = { photos: there.length, offline: ids.length - there.length, texts };
  if (there.length + texts === 0) return { ...counts, photoMs: null, seconds: 0 };
  const wanted = active.pendingModels(encoderId);
  try {
    const encoder = await wanted.encoder();
    const sample = there.slice(-measuredPhotos).flatMap((id) => store.photos.get(id) ?? []);
    const photoMs = await measurePhotos(photoFolders, encoder, sample);
    const textMs = await measureTexts(encoder, features.texts('caption', captions.slice(0, measuredTexts)));
    const seconds = (there.length * (photoMs ?? 0) + texts * textMs) / 1000;
    return { ...counts, photoMs, seconds: photoMs === null && there.length > 0 ? null : seconds };
  } finally {
    await wanted.close();
  }
}

/** Milliseconds to decode and encode a photo, as a job does it; null where none can be read. */
async function measurePhotos(
  photoFolders: Pick<PhotoFolders, 'read'>,
  encoder: Encoder,
  rows: readonly PhotoRow[],
): Promise<number | null> {
  const prepare = async (row: PhotoRow) => {
    try {
      const wanted = { input: encoder.input, thumbnail: false };
      const read = await photoFolders.read(row.folderPath, fileOf(row), { knownHash: null, wanted, libraryDir: null });
      return read === null || read.pixels === null ? [] : [read.pixels];
    } catch (error) {
      if (error instanceof HashlensError) return [];
      throw error;
    }
  };
  const started = performance.now();
  let [since, photos] = [started, 0];
  let ms: number | null = null;
  for await (const batch of prepareAhead(inOrder(rows), photoBatch, prepare)) {
    const pictures = batch.filter((images) => images.length > 0);
    if (pictures.length > 0) await encodePictures(encoder, pictures);
    photos += pictures.length;
    const now = performance.now();
    if (photos > 0) ms = (now - since) / photos;
    // The first batch starts processes and warms the network; it counts where it is the only one.
    if (since === started) [since, photos] = [now, 0];
    if (now - started > measuringMs) break;
  }
  return ms;
}

async function measureTexts(encoder: Encoder, texts: readonly string[]): Promise<number> {
  if (texts.length === 0) return 0;
  const started = performance.now();
  await encoder.encodeTexts(texts);
  return (performance.now() - started) / texts.length;
}
