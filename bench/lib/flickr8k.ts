// Flickr8k as a library: 1000 photos with four of their five captions, the fifth kept back as a query; and the
// features of all 8091 photos for larger libraries.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openEncoder } from '../../src/engine/encoder/open-encoder.ts';
import type { TrainingData } from '../../src/engine/hashing/data/training-data.ts';
import { trainingData } from '../../src/engine/jobs/library-data.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { readNumpyRows } from './numpy-rows.ts';
import { photoFacts, photoFile } from '../../test/support/photo-rows.ts';
import { resourcesDir } from '../../test/support/resources.ts';

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
export const photoFolder = join(shared, 'flickr8k-1000');
export const featureFolder = join(shared, 'flickr8k-features');

export interface HeldOut {
  readonly photoId: PhotoId;
  readonly caption: string;
}

export interface FlickrLibrary {
  readonly store: Store;
  readonly data: TrainingData;
  /** A caption of each photo that is neither in full text nor in `data`. */
  readonly queries: readonly HeldOut[];
}

/** `image,caption` lines below a heading; a caption may hold commas. */
export function readCaptions(file: string): Map<string, string[]> {
  const captions = new Map<string, string[]>();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const comma = line.indexOf(',');
    if (comma === -1) continue;
    const name = line.slice(0, comma);
    captions.set(name, [
      ...(captions.get(name) ?? []),
      line
        .slice(comma + 1)
        .replace(/^"(.*)"$/, '$1')
        .trim(),
    ]);
  }
  return captions;
}

/** Encodes the photos with the starter encoder: half a minute on a free core. */
export async function flickrLibrary(libraryDir: string, threads: number): Promise<FlickrLibrary> {
  const store = openStore(libraryDir);
  const encoder = await openEncoder({ kind: 'starter', dir: join(resourcesDir, 'starter'), id: 'starter-1', threads });
  const captions = readCaptions(join(photoFolder, 'captions.txt'));
  const folder = store.folders.add(photoFolder, false).id;
  const queries: HeldOut[] = [];
  const names = readdirSync(join(photoFolder, 'photos'))
    .filter((name) => captions.has(name))
    .sort();
  for (const name of names) {
    const path = join(photoFolder, 'photos', name);
    const row = await encoder.encodeImages([await encoder.prepareImage(path)]);
    const texts = captions.get(name) ?? [];
    const indexed = texts.slice(0, 4);
    const captionRows = await encoder.encodeTexts(indexed);
    store.transaction(() => {
      const { size, mtimeMs } = statSync(path);
      const facts = { ...photoFacts, contentHash: name, width: 500, height: 375 };
      const id = store.photos.insert(folder, { ...photoFile(`photos/${name}`), size, mtimeMs, ctimeMs: null }, facts);
      store.texts.replaceCaptions(
        id,
        ['caption-file'],
        indexed.map((text) => ({ text, source: 'caption-file' })),
      );
      store.features.put('photo', encoder.info.id, id, row);
      const width = encoder.info.textWidth;
      store.texts.captionsOf(id).forEach((caption) => {
        const i = indexed.indexOf(caption.text);
        store.features.put('caption', encoder.info.id, caption.id, captionRows.slice(i * width, (i + 1) * width));
      });
      // A photo with the same caption five times has none left as a query.
      const caption = texts[4];
      if (caption !== undefined && !indexed.includes(caption)) queries.push({ photoId: id, caption });
    });
  }
  const data = trainingData(store, encoder.info);
  await encoder.dispose();
  return { store, data, queries };
}

/** `[8091, 592]` of the starter encoder, or null where they are not there. */
export function allFeatures(): Float32Array | null {
  const file = join(featureFolder, 'image.npy');
  if (!existsSync(file)) return null;
  const { rows, width } = readNumpyRows(file);
  // Stored as the network gave them; the encoder's rows have two parts of unit norm.
  for (let i = 0; i < rows.length / width; i++) {
    for (const [a, b] of [[0, 80] as const, [80, width] as const]) {
      const part = rows.subarray(i * width + a, i * width + b);
      const norm = Math.hypot(...part) || 1;
      part.forEach((x, j) => (part[j] = x / norm));
    }
  }
  return rows;
}
