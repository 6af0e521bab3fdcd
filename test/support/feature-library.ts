// A library of given feature rows, with an encoder of given texts and a hash model that learns nothing: no network runs.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { itemAt } from '../../src/shared/at.ts';
import { modelId, type ModelId } from '../../src/shared/contract/ids.ts';
import type { ErrorData } from '../../src/shared/errors.ts';
import type { Encoder, EncoderInfo } from '../../src/engine/encoder/encoder.ts';
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import type { HashModel } from '../../src/engine/hashing/model/hash-model.ts';
import type { ModelsInUse } from '../../src/engine/models/active-models.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { photoFacts, photoFile } from './photo-rows.ts';
import { temporaryFolder } from './temporary.ts';

export interface FeaturePhoto {
  /** Feature row; all rows of a library have one width. */
  readonly row: readonly number[];
  readonly captions?: readonly string[];
  readonly tags?: readonly string[];
}

export interface FeatureLibraryOptions {
  /** Row of a text, of the same width. */
  readonly rowOf?: (text: string) => readonly number[];
  /** First numbers of a row that photos and texts share; all of them by default. */
  readonly sharedWidth?: number;
  /** Real-valued row that the hash model makes of a feature row; without it there is none, and the encoder decides alone. */
  readonly learned?: (row: Float32Array) => readonly number[];
  /** Weight of the encoder's cosine beside the learned one; 1 by default. */
  readonly encoderWeight?: number;
}

export const usedModel: ModelId = modelId.parse('in-use');

/** All photos have a code of the model in use. */
export function featureLibrary(photos: readonly FeaturePhoto[], options: FeatureLibraryOptions = {}) {
  const width = photos[0]?.row.length ?? 1;
  const { rowOf = () => itemAt(photos, 0).row, sharedWidth = width, learned, encoderWeight = 1 } = options;
  const info: EncoderInfo = { ...starterInfo, id: 'given', imageWidth: width, textWidth: width, sharedWidth };
  const dir = temporaryFolder();
  const store = openStore(dir);
  onTestFinished(() => store.close());
  store.encoders.put({ info, path: '/encoder', files: {} });
  store.models.begin({ id: usedModel, method: 'none', bits: 16, encoderId: info.id, state: 'ready', options: {} });
  const folder = store.folders.add('/photos', false).id;
  const ids = store.transaction(() =>
    photos.map(({ row, captions = [], tags = [] }, i) => {
      const id = store.photos.insert(folder, photoFile(`p${i}.jpg`), { ...photoFacts, contentHash: String(i) });
      store.features.put('photo', info.id, id, Float32Array.from(row));
      store.codes.put('photo', usedModel, id, Uint8Array.of(i & 255, i >> 8));
      const written = captions.map((text) => ({ text, source: 'caption-file' as const }));
      store.texts.replaceCaptions(id, ['caption-file'], written);
      const named = tags.map((name) => ({ name, source: 'xmp' as const }));
      store.texts.replaceTags(id, ['xmp'], named);
      return id;
    }),
  );
  /** The texts of each call of the encoder. */
  const asked: (readonly string[])[] = [];
  const encoder = {
    info,
    encodeTexts: (texts: readonly string[]) => {
      asked.push(texts);
      return Promise.resolve(Float32Array.from(texts.flatMap((text) => Array.from(rowOf(text)))));
    },
  } as Encoder;
  const realOf = (rows: Float32Array) => {
    const each = Array.from({ length: rows.length / width }, (_, i) => rows.subarray(i * width, (i + 1) * width));
    const real = Float32Array.from(each.flatMap((row) => Array.from(learned?.(row) ?? [])));
    return Promise.resolve({ codes: new Uint8Array(2 * each.length), real });
  };
  const realWidth = learned?.(new Float32Array(width)).length ?? 0;
  const networks = { encodeImages: realOf, encodeTexts: realOf, wordsKnown: () => 1 };
  const model = { bits: 16, realWidth, encoderWeight, ...networks } as unknown as HashModel;
  const notices: ErrorData[] = [];
  const active: ModelsInUse = {
    encoderId: () => info.id,
    encoderInfo: () => info,
    encoder: () => Promise.resolve(encoder),
    model: () => Promise.resolve({ id: usedModel, model }),
    modelDir: (id) => join(dir, id),
    notices: () => notices,
  };
  mkdirSync(active.modelDir(usedModel));
  return { dir, store, ids, info, model, active, notices, asked };
}
