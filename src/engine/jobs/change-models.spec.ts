// A change of the encoder or the hash model: what is made before the switch, and what stops it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { featureLibrary, usedModel, type FeaturePhoto } from '../../../test/support/feature-library.ts';
import { undisturbed } from '../../../test/support/job-context.ts';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { itemAt } from '../../shared/at.ts';
import { modelId, type JobId, type ModelId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Encoder } from '../encoder/encoder.ts';
import type { RootState } from '../library/reader/messages.ts';
import type { PendingModels } from '../models/active-models.ts';
import { CheckpointFile } from '../models/checkpoint-file.ts';
import { relevancePath } from '../search/relevance/relevance-file.ts';
import {
  countMissing,
  countUncoded,
  encodeParams,
  ModelChanges,
  pendingChanges,
  removeModel,
} from './change-models.ts';
import { HashCodes } from './hash-codes.ts';
import { PhotosInView } from './photos-in-view.ts';
import { JobYielded, type JobContext } from './queue.ts';

const [trained, others] = [modelId.parse('trained'), modelId.parse('of-other')];
const otherId = 'other';

interface Given {
  readonly photos?: readonly FeaturePhoto[];
  readonly state?: (folder: string) => RootState;
  /** Called with each batch of texts that an encoder encodes. */
  readonly onTexts?: () => void;
  readonly tryEncoder?: () => Promise<void>;
  /** Whether the encoder in use can be used. */
  readonly usable?: boolean;
  /** Hash models that cannot be opened. */
  readonly broken?: readonly ModelId[];
}

const twoPhotos: readonly FeaturePhoto[] = [{ row: [1], captions: ['a dog'], tags: ['pet'] }, { row: [2] }];

/** A library whose photos the encoder `given` has encoded, that knows another one, and a model for each. */
function library(given: Given = {}) {
  const { photos = twoPhotos, state = () => 'online', tryEncoder, usable = true, broken = [] } = given;
  const made = featureLibrary(photos);
  const { store, info, model } = made;
  const infos = [
    { ...info, name: 'Given' },
    { ...info, id: otherId, name: 'Other' },
  ];
  const infoOf = (id: string) => infos.find((one) => one.id === id) ?? info;
  store.encoders.put({ info: infoOf(otherId), path: '/other', files: {} });
  for (const [id, encoderId] of [
    [trained, info.id],
    [others, otherId],
  ] as const) {
    store.models.begin({ id, method: 'none', bits: 16, encoderId, state: 'ready', options: {} });
  }
  let using = { encoderId: info.id, modelId: usedModel };
  /** Steps of a change, in their order. */
  const log: string[] = [];
  const encoderOf = (id: string) =>
    ({
      info: infoOf(id),
      input: {},
      encodeImages: (images: readonly unknown[]) => {
        log.push(`${id} encodes ${images.length} photos`);
        return Promise.resolve(new Float32Array(images.length * info.imageWidth).fill(1));
      },
      encodeTexts: (texts: readonly string[]) => {
        given.onTexts?.();
        log.push(`${id} encodes ${texts.join(', ')}`);
        return Promise.resolve(new Float32Array(texts.length * info.textWidth).fill(1));
      },
    }) as unknown as Encoder;
  const modelOf = (id: ModelId) =>
    broken.includes(id) ? Promise.reject(new HashlensError('unreadable', 'damaged')) : Promise.resolve({ id, model });
  const active = {
    encoderId: () => using.encoderId,
    encoderInfo: infoOf,
    encoderForJobs: () => Promise.resolve(usable ? encoderOf(using.encoderId) : null),
    encoder: () => Promise.resolve(encoderOf(using.encoderId)),
    model: () => modelOf(using.modelId),
    modelDir: (id: ModelId) => made.active.modelDir(id),
    notices: () => [],
    tryEncoder: (id: string) => {
      log.push(`try ${id}`);
      return tryEncoder?.() ?? Promise.resolve();
    },
    pendingModels: (encoderId: string, wanted = encoderId === otherId ? others : using.modelId): PendingModels => ({
      modelId: wanted,
      encoderId: () => encoderId,
      encoderInfo: infoOf,
      encoder: () => Promise.resolve(encoderOf(encoderId)),
      model: () => modelOf(wanted),
      modelDir: (id: ModelId) => made.active.modelDir(id),
      notices: () => [],
      close: () => Promise.resolve(void log.push('close')),
    }),
    use: (next: { readonly encoderId: string; readonly modelId: ModelId | null }) => {
      log.push(`use ${next.encoderId} ${next.modelId ?? ''}`.trim());
      const own = next.encoderId === otherId ? others : usedModel;
      using = { encoderId: next.encoderId, modelId: next.modelId ?? own };
    },
    useModel: (id: ModelId, encoderId: string) => {
      log.push(`use model ${id} of ${encoderId}`);
      if (encoderId === using.encoderId) using = { encoderId, modelId: id };
    },
  };
  const searcher = {
    readInAdvance: ({ id }: { readonly id: ModelId }) => Promise.resolve(void log.push(`read ${id}`)),
    codesChanged: () => void log.push('codes changed'),
  };
  const read: string[] = [];
  const folders = {
    read: (_root: string, { path }: { readonly path: string }) => {
      read.push(path);
      return Promise.resolve({ facts: { contentHash: path }, pixels: new Uint8Array(12), frames: [] });
    },
    state: (root: string) => Promise.resolve(state(root)),
    videoDecoders: () => Promise.resolve([]),
  } as unknown as ConstructorParameters<typeof ModelChanges>[3];
  const codes = new HashCodes(store, active, () => undefined);
  const inView = new PhotosInView();
  const changes = new ModelChanges(store, active, codes, folders, searcher, inView);
  const lacking = (id: ModelId, kind: 'photo' | 'caption' | 'tag' = 'photo') =>
    store.vectors.missing(kind, id, id === others ? otherId : info.id, 0, 1000);
  /** Adds a photo in a folder of its own, which no encoder has encoded. */
  const addPhoto = (folderPath: string, path: string) => {
    const folder = store.folders.add(folderPath, false).id;
    return store.photos.insert(folder, photoFile(path), { ...photoFacts, contentHash: path });
  };
  /** Gives the photos of the library the features of the other encoder. */
  const encodedByOther = () => {
    for (const id of made.ids) store.features.put('photo', otherId, id, Float32Array.of(1));
  };
  return { ...made, active, changes, log, read, inView, using: () => using, lacking, addPhoto, encodedByOther };
}

const context = (over: Partial<JobContext> = {}): JobContext => ({ ...undisturbed, ...over });

it('encodes what the other encoder lacks, makes its codes, and only then switches', async () => {
  const { changes, log, using, store, lacking, encodedByOther, addPhoto } = library();
  encodedByOther();
  const added = addPhoto('/more', 'new.jpg');
  await changes.change({ encoderId: otherId }, context());
  expect(log).toEqual([
    'try other',
    'other encodes 1 photos',
    'other encodes a dog',
    'other encodes pet',
    'read of-other',
    'use other',
    'codes changed',
    'close',
  ]);
  expect(using()).toEqual({ encoderId: otherId, modelId: others });
  expect(store.features.missing('photo', otherId)).toEqual([]);
  for (const kind of ['photo', 'caption', 'tag'] as const) expect(lacking(others, kind)).toEqual([]);
  expect(store.codes.of('photo', others, added)).not.toBeNull();
});

it('encodes photos in view first', async () => {
  for (const work of ['change', 'makeMissing'] as const) {
    const { changes, read, addPhoto, inView, encodedByOther } = library();
    encodedByOther();
    const added = ['a.jpg', 'b.jpg', 'c.jpg'].map((path) => addPhoto(`/${path}`, path));
    inView.note(added.slice(2));
    await (work === 'change' ? changes.change({ encoderId: otherId }, context()) : changes.makeMissing(context()));
    expect(read).toEqual(['c.jpg', 'a.jpg', 'b.jpg']);
  }
});

it('switches to a model of the encoder in use by its stored rows', async () => {
  const { changes, log, using, lacking, info } = library({ usable: false, photos: [{ row: [1] }, { row: [2] }] });
  await changes.change({ modelId: trained }, context());
  expect(log).toEqual(['read trained', 'use given trained', 'codes changed', 'close']);
  expect(using()).toEqual({ encoderId: info.id, modelId: trained });
  expect(lacking(trained)).toEqual([]);
});

it('encodes what was written during the change once more before the switch, and the rest after it', async () => {
  const captions: { readonly text: string; readonly source: 'own' }[] = [];
  const made = library({
    onTexts: () => {
      // Somebody writes another caption while each batch is encoded.
      captions.push({ text: `caption ${captions.length}`, source: 'own' });
      made.store.texts.replaceCaptions(itemAt(made.ids, 1), ['own'], captions);
    },
    photos: [{ row: [1], captions: ['a dog'] }, { row: [2] }],
  });
  made.encodedByOther();
  await made.changes.change({ encoderId: otherId }, context());
  expect(made.log).toEqual([
    'try other',
    'other encodes a dog',
    'other encodes caption 0',
    'other encodes caption 1',
    'other encodes caption 2',
    'read of-other',
    'use other',
    'codes changed',
    'close',
    'other encodes caption 3',
  ]);
});

it('switches to no encoder whose files cannot be used, and closes it', async () => {
  const { changes, log, using, info } = library({
    tryEncoder: () => Promise.reject(new HashlensError('encoder-missing', 'its files are gone')),
  });
  await expect(changes.change({ encoderId: otherId }, context())).rejects.toThrow('its files are gone');
  expect(log).toEqual(['try other', 'close']);
  expect(using().encoderId).toBe(info.id);
});

it('keeps the encoder in use while photos in offline folders are not encoded, and names them', async () => {
  const state = (folder: string): RootState => (folder.startsWith('/away') ? 'offline' : 'online');
  const made = library({ state });
  made.encodedByOther();
  made.addPhoto('/away', 'a.jpg');
  const error = await made.changes.change({ encoderId: otherId }, context()).catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: 'offline',
    message:
      'Other has encoded all photos in reach, but 1 photo is in offline folders (/away); until they are encoded too, Given stays in use.',
  });
  expect(made.using().encoderId).toBe(made.info.id);
  expect(made.log.at(-1)).toBe('close');
  // Photos and texts in reach are encoded, and used when the folder is back.
  expect(made.log).toContain('other encodes a dog');
  made.addPhoto('/away too', 'b.jpg');
  await expect(made.changes.change({ encoderId: otherId }, context())).rejects.toThrow(
    '2 photos are in offline folders (/away, /away too)',
  );
});

it.each([{ withoutOffline: true }, { withoutAway: true }, { withoutOffline: true, withoutAway: false }])(
  'switches without photos in offline folders where told so by %o',
  async (options) => {
    const made = library({ state: (folder) => (folder === '/away' ? 'offline' : 'online') });
    made.encodedByOther();
    made.addPhoto('/away', 'a.jpg');
    await made.changes.change({ encoderId: otherId, ...options }, context());
    expect(made.using().encoderId).toBe(otherId);
  },
);

it('switches to a model of the encoder in use without photos in offline folders', async () => {
  const made = library({ state: (folder) => (folder === '/away' ? 'offline' : 'online') });
  made.addPhoto('/away', 'a.jpg');
  await made.changes.change({ modelId: trained }, context());
  expect(made.using().modelId).toBe(trained);
});

it('removes a model only after the switch to the next one', async () => {
  const { changes, store, active, log } = library();
  mkdirSync(active.modelDir(trained));
  const remove = store.models.remove.bind(store.models);
  vi.spyOn(store.models, 'remove').mockImplementation((id) => {
    log.push(`remove ${id}`);
    remove(id);
  });
  await changes.change({ modelId: usedModel, removeModelId: trained }, context());
  expect(log.filter((step) => /^(?:use|remove) /.test(step))).toEqual(['use given in-use', 'remove trained']);
  expect([store.models.get(trained), existsSync(active.modelDir(trained))]).toEqual([null, false]);
  const failing = library({ broken: [usedModel] });
  await expect(failing.changes.change({ removeModelId: trained }, context())).rejects.toThrow('damaged');
  expect(failing.store.models.get(trained)).not.toBeNull();
});

it('yields to other jobs before a batch is encoded, with nothing switched', async () => {
  const { changes, log } = library();
  await expect(changes.change({ encoderId: otherId }, context({ othersWait: () => true }))).rejects.toThrow(JobYielded);
  expect(log).toEqual(['try other', 'close']);
});

it('yields to other jobs after encoding too, and keeps what is encoded', async () => {
  const { changes, log, store, encodedByOther } = library({ photos: [{ row: [1], captions: ['a dog'] }] });
  encodedByOther();
  let asked = 0;
  const othersWait = () => ++asked > 1;
  await expect(changes.change({ encoderId: otherId }, context({ othersWait }))).rejects.toThrow(JobYielded);
  expect(log).toEqual(['try other', 'other encodes a dog', 'close']);
  expect(store.features.missing('caption', otherId)).toEqual([]);
});

it('stops when cancelled, with nothing switched and what is encoded kept', async () => {
  const stop = new AbortController();
  const { changes, log, store, encodedByOther } = library({ onTexts: () => stop.abort(new Error('cancelled')) });
  encodedByOther();
  const cancelled = changes.change({ encoderId: otherId }, context({ signal: stop.signal }));
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(log).toEqual(['try other', 'other encodes a dog', 'close']);
  expect(store.features.missing('caption', otherId)).toEqual([]);
});

it('makes codes of a trained model, reads them in advance, and uses it', async () => {
  const { changes, log, lacking, info, using } = library();
  await changes.useTrained(trained, info.id, context());
  expect(log).toEqual(['read trained', 'close', 'use model trained of given', 'codes changed']);
  expect(lacking(trained)).toEqual([]);
  expect(using().modelId).toBe(trained);
  const broken = library({ broken: [trained] });
  await expect(broken.changes.useTrained(trained, info.id, context())).rejects.toThrow('damaged');
  expect(broken.log).toEqual(['close']);
});

it('keeps a model trained for another encoder until that one serves, without codes', async () => {
  const { changes, log, lacking, encodedByOther, using, ids } = library();
  encodedByOther();
  await changes.useTrained(others, otherId, context());
  expect(log).toEqual(['use model of-other of other', 'codes changed']);
  expect(lacking(others)).toEqual(ids);
  expect(using().modelId).toBe(usedModel);
});

it('prepares a model, and leaves the one in use', async () => {
  const { changes, log, lacking, using } = library();
  await changes.prepare(trained, context());
  expect(log).toEqual(['close']);
  expect(lacking(trained)).toEqual([]);
  expect(using().modelId).toBe(usedModel);
  const broken = library({ broken: [trained] });
  await expect(broken.changes.prepare(trained, context())).rejects.toThrow('damaged');
  expect(broken.log).toEqual(['close']);
});

it('learns what a good match is for a model that is made ready', async () => {
  const words = ['dog', 'sea', 'car', 'cake'];
  const photos = Array.from({ length: 40 }, (_, i) => ({
    row: words.map((_, k) => (k === i % 4 ? 1 : 0.1 * ((i + k) % 3))),
    captions: [`${itemAt(words, i % 4)} caption${i}`],
  }));
  for (const change of [
    ({ changes }: ReturnType<typeof library>) => changes.prepare(trained, context()),
    ({ changes, info }: ReturnType<typeof library>) => changes.useTrained(trained, info.id, context()),
    ({ changes }: ReturnType<typeof library>) => changes.change({ modelId: trained }, context()),
  ]) {
    const made = library({ photos });
    mkdirSync(made.active.modelDir(trained));
    await change(made);
    expect(existsSync(relevancePath(made.active, trained))).toBe(true);
  }
});

it('makes missing features and codes of the encoder and the model in use', async () => {
  const { changes, log, lacking, store, info } = library();
  await changes.makeMissing(context());
  expect(log).toEqual(['given encodes a dog', 'given encodes pet']);
  expect(store.features.missing('caption', info.id)).toEqual([]);
  for (const kind of ['photo', 'caption', 'tag'] as const) expect(lacking(usedModel, kind)).toEqual([]);
});

it('removes a model with its codes, its files and its checkpoint', async () => {
  const { store, active, ids } = library();
  const id = itemAt(ids, 0);
  store.codes.put('photo', trained, id, Uint8Array.of(1, 2));
  mkdirSync(active.modelDir(trained));
  writeFileSync(`${active.modelDir(trained)}/manifest.json`, '{}');
  await new CheckpointFile(active.modelDir(trained)).write(new Uint8Array(4));
  await removeModel(store, active, trained);
  expect(store.models.get(trained)).toBeNull();
  expect(store.codes.of('photo', trained, id)).toBeNull();
  expect(existsSync(active.modelDir(trained))).toBe(false);
  expect(await new CheckpointFile(active.modelDir(trained)).read()).toBeUndefined();
  // Without any files.
  await removeModel(store, active, others);
  expect(store.models.get(others)).toBeNull();
});

it('counts what an encoder has not encoded, and what is encoded and has no code of a model', async () => {
  const { store, active, encodedByOther, changes } = library();
  const wanted = active.pendingModels(otherId);
  expect([await countMissing(store, wanted), await countUncoded(store, wanted)]).toEqual([4, 0]);
  expect(await countMissing(store, wanted, ['caption', 'tag'])).toBe(2);
  encodedByOther();
  expect([await countMissing(store, wanted), await countUncoded(store, wanted)]).toEqual([4, 2]);
  expect(await countUncoded(store, wanted, ['caption'])).toBe(0);
  await changes.change({ encoderId: otherId }, context());
  expect([await countMissing(store, wanted), await countUncoded(store, wanted)]).toEqual([0, 0]);
});

it('knows the jobs that prepare another encoder or model and have not ended', () => {
  const { store } = library();
  const add = (params: unknown, kind: 'encode' | 'index' = 'encode') => store.jobs.insert(kind, params, null).id;
  const [toOther, toModel] = [add({ encoderId: otherId }), add({ modelId: trained, removeModelId: usedModel })];
  add({});
  add({ prepareModelId: trained });
  add({ encoderId: otherId }, 'index');
  add({ encoderId: 7 });
  const ended = add({ encoderId: otherId });
  const gone = add({ encoderId: otherId });
  const queue = {
    list: () =>
      store.jobs
        .list()
        .filter(({ id }) => id !== gone)
        .map((row) => ({ ...row, finishedAt: row.id === ended ? 1 : null })),
  } as unknown as Parameters<typeof pendingChanges>[1];
  const byId = (a: { readonly id: JobId }, b: { readonly id: JobId }) => a.id - b.id;
  expect(pendingChanges(store, queue).sort(byId)).toEqual([
    { id: toOther, request: { encoderId: otherId } },
    { id: toModel, request: { modelId: trained, removeModelId: usedModel } },
  ]);
});

it('reads requests that earlier releases queued', () => {
  const request = { encoderId: 'a', modelId: 'b', prepareModelId: 'c', removeModelId: 'd', withoutAway: true };
  expect(encodeParams.parse({ ...request, withoutOffline: false })).toEqual({ ...request, withoutOffline: false });
  expect(encodeParams.parse({})).toEqual({});
});
