// The default hash model made again with centred rows: its conditions, and the means it is centred by.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { featureLibrary } from '../../../test/support/feature-library.ts';
import { undisturbed } from '../../../test/support/job-context.ts';
import { itemAt } from '../../shared/at.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { ErrorData } from '../../shared/errors.ts';
import type { Encoder, EncoderInfo } from '../encoder/encoder.ts';
import { openHashModel } from '../hashing/model/hash-model.ts';
import { centredId, rotationId } from '../store/default-models.ts';
import type { Store } from '../store/database.ts';
import { centreDefault } from './centred-default.ts';

/** Six photos whose mean is (3, 4), and of which each is as far from it as another one on the other side. */
const mean = [3, 4];
const photoRows = [
  [3.5, 5],
  [2.5, 3],
  [1, 4.5],
  [5, 3.5],
  [4, 2],
  [2, 6],
];
const fewestPhotos = photoRows.length;
/** Rows of texts: each second one is on the other side of (-2, 1). */
const textRow = (i: number) => [-2 + (i % 2 === 0 ? 1 : -1), 1 + (i % 2 === 0 ? 0.5 : -0.5)];

interface Given {
  readonly rows?: readonly (readonly number[])[];
  /** Captions with rows, of the first photo. */
  readonly captions?: number;
  readonly info?: Partial<EncoderInfo>;
  readonly readOnly?: boolean;
  /** Whether the encoder can be used. */
  readonly usable?: boolean;
  readonly modelId?: string;
  readonly unusable?: boolean;
  readonly notices?: readonly ErrorData[];
}

function library(given: Given = {}) {
  const { rows = photoRows, captions = 0, usable = true, notices = [] } = given;
  const made = featureLibrary(
    rows.map((row, i) => ({
      row,
      captions: i === 0 ? Array.from({ length: captions }, (_, n) => `caption ${n}`) : [],
    })),
  );
  const info = { ...made.info, ...given.info };
  for (const [i, { id }] of made.store.texts.captionsOf(itemAt(made.ids, 0)).entries()) {
    made.store.features.put('caption', info.id, id, Float32Array.from(textRow(i)));
  }
  const store = given.readOnly === true ? ({ ...made.store, readOnly: true } as Store) : made.store;
  const plain = rotationId(info.id);
  const id = centredId(info.id);
  const asked: string[] = [];
  const encoder = {
    info,
    encodeTexts: (texts: readonly string[]) => {
      asked.push(...texts);
      return Promise.resolve(Float32Array.from(texts.flatMap((_, i) => textRow(i))));
    },
  } as Encoder;
  const cleared: string[] = [];
  const used: unknown[] = [];
  const active = {
    encoderId: () => info.id,
    encoderInfo: () => info,
    encoderForJobs: () => Promise.resolve(usable ? encoder : null),
    modelId: () => (given.modelId ?? plain) as typeof plain,
    modelDir: (id: ModelId) => made.active.modelDir(id),
    isUnusable: (one: string) => given.unusable === true && one === id,
    clearTrouble: (one: string) => void cleared.push(one),
    notices: () => [...notices],
  };
  const useTrained = (...how: unknown[]) => Promise.resolve(void used.push(how));
  const centre = (fewest?: number) => centreDefault(store, active, { useTrained }, undisturbed, fewest ?? fewestPhotos);
  /** Bits in which the codes of two rows differ, of 128. */
  const apart = async (kind: 'encodeImages' | 'encodeTexts', one: readonly number[], other: readonly number[]) => {
    const model = await openHashModel(active.modelDir(id), { threads: 1 });
    onTestFinished(() => model.dispose());
    const { codes } = await model[kind](Float32Array.from([...one, ...other]), ['', '']);
    const bytes = codes.length / 2;
    let bits = 0;
    for (let i = 0; i < bytes; i++) {
      for (let x = Number(codes[i]) ^ Number(codes[bytes + i]); x > 0; x >>= 1) bits += x & 1;
    }
    return bits;
  };
  return { store, info, id, plain, active, asked, cleared, used, centre, apart };
}

/** Two rows on opposite sides of another one. */
const around = (centre: readonly number[]): [number[], number[]] => [
  centre.map((x, i) => x + (i === 0 ? 0.3 : 0.7)),
  centre.map((x, i) => x - (i === 0 ? 0.3 : 0.7)),
];

it('makes a model centred by the mean of the photos and of everyday texts, and uses it', async () => {
  const { store, info, id, centre, used, asked, apart } = library();
  await centre();
  expect(store.models.get(id)).toMatchObject({ state: 'ready', encoderId: info.id, bits: 128 });
  expect(used).toEqual([[id, info.id, undisturbed]]);
  expect(await apart('encodeImages', ...around(mean))).toBe(128);
  // The 80 texts of two kinds have the mean (-2, 1).
  expect(asked).toHaveLength(80);
  expect(asked).toContain('a photo of a dog');
  expect(await apart('encodeTexts', ...around([-2, 1]))).toBe(128);
});

it('centres texts by the captions where there are a hundred', async () => {
  const enough = library({ captions: 100 });
  await enough.centre();
  expect(enough.asked).toEqual([]);
  expect(await enough.apart('encodeTexts', ...around([-2, 1]))).toBe(128);
  const few = library({ captions: 99 });
  await few.centre();
  expect(few.asked).toHaveLength(80);
});

it('waits for as many photos as make it worthwhile', async () => {
  const { store, id, centre, used } = library();
  await centre(fewestPhotos + 1);
  expect([store.models.get(id), used]).toEqual([null, []]);
  const given = library();
  await centreDefault(given.store, given.active, { useTrained: () => Promise.reject(new Error('used')) }, undisturbed);
  expect(given.store.models.get(given.id)).toBeNull();
});

it.each<[string, Given]>([
  ['a library that is only read', { readOnly: true }],
  ['a library with a model of its own', { modelId: 'trained' }],
  ['a library in which something cannot be used', { notices: [{ code: 'model-unusable', message: '' }] }],
  ['an encoder whose photos have numbers that texts lack', { info: { sharedWidth: 1, textWidth: 1 } }],
  ['an encoder whose texts have numbers that photos lack', { info: { sharedWidth: 2, textWidth: 3 } }],
  ['an encoder that cannot be used now', { usable: false }],
])('leaves the default of %s', async (_what, given) => {
  const { store, id, centre, used } = library(given);
  await centre();
  expect([store.models.get(id), used]).toEqual([null, []]);
});

it('leaves the plain default to a person who has chosen it', async () => {
  const { store, info, id, plain, centre, used } = library();
  store.settings.set(`model-of:${info.id}`, plain);
  await centre();
  expect([store.models.get(id), used]).toEqual([null, []]);
  // Another one was chosen, and is gone.
  store.settings.set(`model-of:${info.id}`, 'removed');
  await centre();
  expect(used).toHaveLength(1);
});

it('uses a centred model that is ready, as it is', async () => {
  const { store, info, id, centre, used, asked, active } = library({ usable: false });
  store.models.begin({ id, method: 'rotation', bits: 128, encoderId: info.id, state: 'ready', options: {} });
  await centre();
  expect(used).toEqual([[id, info.id, undisturbed]]);
  expect([asked, existsSync(active.modelDir(id))]).toEqual([[], false]);
});

it('makes a model again whose making was interrupted, in place of what is left of it', async () => {
  const { store, info, id, centre, used, active } = library();
  store.models.begin({ id, method: 'rotation', bits: 128, encoderId: info.id, state: 'training', options: {} });
  mkdirSync(active.modelDir(id));
  writeFileSync(join(active.modelDir(id), 'half'), '');
  await centre();
  expect(store.models.get(id)?.state).toBe('ready');
  expect(existsSync(join(active.modelDir(id), 'half'))).toBe(false);
  expect(used).toHaveLength(1);
});

it('makes a damaged model again with the means of the present photos', async () => {
  const { store, info, id, centre, cleared, active, apart } = library({ unusable: true });
  store.models.begin({ id, method: 'rotation', bits: 128, encoderId: info.id, state: 'ready', options: {} });
  mkdirSync(active.modelDir(id));
  writeFileSync(join(active.modelDir(id), 'damaged'), '');
  await centre();
  expect(cleared).toEqual([id]);
  expect(existsSync(join(active.modelDir(id), 'damaged'))).toBe(false);
  expect(await apart('encodeImages', ...around(mean))).toBe(128);
  // Another default is untouched.
  const whole = library();
  await whole.centre();
  expect(whole.cleared).toEqual([]);
});
