// A large library of synthetic photos, with rows, captions, features and codes, to measure the cost of size.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { openHashModel } from '../../src/engine/hashing/model/hash-model.ts';
import { writeModel } from '../../src/engine/hashing/model/model-files.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { train } from '../../src/engine/hashing/training/trainer.ts';
import { ActiveModels } from '../../src/engine/models/active-models.ts';
import { refreshRelevance } from '../../src/engine/search/relevance/relevance-file.ts';
import { candidateRows } from '../../src/engine/search/rerank/rerank.ts';
import { makeSketches } from '../../src/engine/search/sketch/make-sketches.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import { toFloat16Blob } from '../../src/engine/numerics/float16.ts';
import { trainOptions } from '../../src/shared/contract/training.ts';
import type { ModelId } from '../../src/shared/contract/ids.ts';
import { resourcesDir } from '../../test/support/resources.ts';
import { float32At, itemAt } from '../../src/shared/at.ts';
import { rawDatabase } from '../../src/engine/store/raw-database.ts';

const modelId = 'bench' as ModelId;
/** Options of a training with nothing chosen. */
export const { method, bits } = trainOptions.parse({});
const { imageWidth, textWidth, sharedWidth } = starterInfo;
/** Number of scenes that photos gather around. */
const scenes = 2000;
const chunk = 4096;
/** One photo in this many has a caption. */
const captioned = 10;

/** Words of the captions and the queries; the starter encoder knows them all. */
export const words = (
  'dog cat horse beach snow mountain lake river street car bicycle train boat child woman man baby party cake kitchen ' +
  'garden tree flower bird sheep cow bridge tower church night sunset rain umbrella football tennis skateboard guitar'
).split(' ');

/** Unit rows `[n, width]` of two parts, each of length 1, around centres. */
function rowsAround(centres: Float32Array, n: number, width: number, random: Random): Float32Array {
  const rows = new Float32Array(n * width);
  for (let i = 0; i < n; i++) {
    const scene = random.below(scenes);
    for (let j = 0; j < width; j++) {
      rows[i * width + j] = Math.max(0, float32At(centres, scene * width + j) + 0.3 * (random.uniform() - 0.5));
    }
    for (const [from, to] of [[0, sharedWidth] as const, [sharedWidth, width] as const]) {
      let squares = 0;
      for (let j = from; j < to; j++) squares += float32At(rows, i * width + j) ** 2;
      const factor = 1 / Math.sqrt(squares || 1);
      for (let j = from; j < to; j++) rows[i * width + j] = float32At(rows, i * width + j) * factor;
    }
  }
  return rows;
}

function centresOf(width: number, random: Random): Float32Array {
  return Float32Array.from({ length: scenes * width }, () => (random.uniform() < 0.1 ? random.uniform() : 0));
}

function insertPhotos(store: Store, photos: number, random: Random): void {
  const folder = store.folders.add('/photos', null).id;
  rawDatabase(store).exec(
    `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${photos})
     INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, camera, captured_at,
       indexed_at)
     SELECT i, ${folder}, '20' || (10 + i % 15) || '/IMG_' || i || '.jpg', 3000000, 1, hex(randomblob(8)), 4000, 3000,
       'jpeg', 'Canon EOS ' || (i % 7), 1262304000000 + i * 400000, 1 FROM n`,
  );
  const caption = rawDatabase(store).prepare(`INSERT INTO captions (photo_id, source, text) VALUES (?, 'iptc', ?)`);
  const word = () => itemAt(words, random.below(words.length));
  for (let id = 1; id <= photos; id += captioned) caption.run(id, `A ${word()} and a ${word()} by the ${word()}`);
}

/**
 * Makes the library in `libraryDir` with a model of the default method and length in use. Its networks have the usual
 * size and little training: the measure is their cost, not their quality.
 */
export async function makeLibrary(libraryDir: string, photos: number): Promise<void> {
  const random = new Random(1);
  const imageCentres = centresOf(imageWidth, random);
  const textCentres = centresOf(textWidth, random);
  const pairs = 512;
  const trained = await train({
    encoder: starterInfo,
    data: {
      imageRows: rowsAround(imageCentres, pairs, imageWidth, random),
      textRows: rowsAround(textCentres, pairs, textWidth, random),
      imageWidth,
      textWidth,
      sharedWidth,
      captionPhoto: Int32Array.from({ length: pairs }, (_, i) => i),
      photoTags: Array.from({ length: pairs }, () => []),
    },
    options: trainOptions.parse({ method, bits, epochs: 1, device: 'cpu' }),
  });
  const dir = join(libraryDir, 'models', modelId);
  const store = openStore(libraryDir);
  try {
    await writeModel(dir, trained);
    store.models.begin({ id: modelId, method, bits, encoderId: starterInfo.id, state: 'ready', options: {} });
    store.settings.set('model', modelId);
    store.transaction(() => insertPhotos(store, photos, random));
    const model = await openHashModel(dir, { threads: cpus().length });
    for (let from = 1; from <= photos; from += chunk) {
      const n = Math.min(chunk, photos - from + 1);
      const rows = rowsAround(imageCentres, n, imageWidth, random);
      const { codes, real } = await model.encodeImages(rows);
      const ids = Array.from({ length: n }, (_, i) => from + i);
      const compared = candidateRows({ ids, rows }, imageWidth, sharedWidth, real, model.realWidth);
      store.transaction(() => {
        const feature = rawDatabase(store).prepare(
          'INSERT INTO photo_features (encoder_id, photo_id, row) VALUES (?, ?, ?)',
        );
        for (let i = 0; i < n; i++) {
          feature.run(starterInfo.id, from + i, toFloat16Blob(rows.subarray(i * imageWidth, (i + 1) * imageWidth)));
          store.codes.put('photo', modelId, from + i, codes.subarray((i * bits) / 8, ((i + 1) * bits) / 8));
        }
        store.vectors.put('photo', modelId, compared);
      });
    }
    for (const _block of store.codes.pack('photo', modelId, bits / 8)) continue;
    for await (const _block of makeSketches(store, sharedWidth, { id: modelId, model })) continue;
    await model.dispose();
    const active = new ActiveModels(
      store,
      { libraryDir, resourcesDir },
      { threads: cpus().length, encoderThread: false },
    );
    await refreshRelevance(store, active, { signal: new AbortController().signal, progress: () => undefined });
    await active.close();
  } finally {
    store.close();
  }
}
