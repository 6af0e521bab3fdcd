// The relevance model of a hash model: the conditions for another fit, and its file.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { featureLibrary, usedModel, type FeaturePhoto } from '../../../../test/support/feature-library.ts';
import { itemAt } from '../../../shared/at.ts';
import { modelId } from '../../../shared/contract/ids.ts';
import { parseJson } from '../../../shared/json.ts';
import { writeUnseenPhotos } from '../../models/unseen-photos.ts';
import { needsRelevance, readRelevance, refreshRelevance, relevancePath } from './relevance-file.ts';
import { similarityFeatureNames } from './similarity-features.ts';

const fitted = {
  version: 7,
  features: similarityFeatureNames,
  words: null,
  sentences: null,
  unnamed: null,
  images: null,
  repeated: 0.4,
  queries: 1,
};

const kinds = ['dog', 'sea', 'car', 'cake'];
const kindOf = (photo: number): string => itemAt(kinds, photo % kinds.length);

interface LibraryOptions {
  readonly photos?: number;
  /** Photos with a caption and a tag. */
  readonly described?: number;
  readonly caption?: (photo: number) => string;
  readonly tag?: (photo: number) => string;
}

/** By default 20 photos with a caption and a tag of its own each; and the file of the relevance model. */
function library(of: LibraryOptions = {}) {
  const { photos = 20, described = photos, caption = (i) => `caption${i}`, tag = (i) => `tag${i}` } = of;
  const made = featureLibrary(
    Array.from({ length: photos }, (_, i): FeaturePhoto => {
      const row = kinds.map((_, k) => (k === i % 4 ? 1 : 0.1 * ((i + k) % 3)));
      return i < described ? { row, captions: [caption(i)], tags: [tag(i)] } : { row };
    }),
    { rowOf: (text) => kinds.map((kind, k) => (text.includes(kind) ? 1 : 0.1 * k)) },
  );
  const { store, active } = made;
  const path = relevancePath(active, usedModel);
  const messages: string[] = [];
  const progress = (_done: number, _total: number, message: string) => void messages.push(message);
  return {
    ...made,
    path,
    messages,
    /** Writes a file that was fitted to a library of these numbers. */
    fittedTo: (counts: Readonly<Record<string, number>>) =>
      writeFileSync(
        path,
        JSON.stringify({ library: { photos, captions: photos, tags: photos, ...counts }, relevance: fitted }),
      ),
    isNeeded: () => needsRelevance(store, active, usedModel),
    refresh: (signal = new AbortController().signal) => refreshRelevance(store, active, { signal, progress }),
    judge: (count: number) => store.judgements.set('search', 'dog', made.ids.slice(0, count), true),
  };
}

it('is needed where there is none, and not for a library as it was', async () => {
  const { isNeeded, fittedTo } = library();
  expect(await isNeeded()).toBe(true);
  fittedTo({});
  expect(await isNeeded()).toBe(false);
});

it.each(['photos', 'captions', 'tags'])('is needed again once a tenth more or less %s are there', async (key) => {
  const { isNeeded, fittedTo } = library();
  const needed = [];
  // There are 20 now: more than a tenth of 18 or 23 away, and not of 19 or 22.
  for (const before of [18, 19, 22, 23]) {
    fittedTo({ [key]: before });
    needed.push(await isNeeded());
  }
  expect(needed).toEqual([true, false, false, true]);
});

it('is needed for the first photos and texts after none', async () => {
  const { isNeeded, fittedTo } = library({ photos: 12, described: 12 });
  fittedTo({ tags: 0 });
  expect(await isNeeded()).toBe(true);
});

it('is needed again after five judgements, and after a tenth more where there are many', async () => {
  const { isNeeded, fittedTo, judge } = library();
  fittedTo({});
  judge(4);
  expect(await isNeeded()).toBe(false);
  judge(5);
  expect(await isNeeded()).toBe(true);
  judge(20);
  fittedTo({ judgements: 15 });
  expect(await isNeeded()).toBe(true);
  fittedTo({ judgements: 16 });
  expect(await isNeeded()).toBe(false);
  // Of 26 judgements fewer are left: six, more than five and more than a tenth. Of 200, 180 are gone.
  fittedTo({ judgements: 26 });
  expect(await isNeeded()).toBe(true);
});

it('takes a tenth of many judgements, so that five more of them are not enough', async () => {
  const { isNeeded, fittedTo, store, ids } = library();
  for (const word of ['dog', 'sea', 'car', 'cake']) store.judgements.set('search', word, ids, true);
  // 80 now; a tenth of 72 is more than seven.
  fittedTo({ judgements: 73 });
  expect(await isNeeded()).toBe(false);
  fittedTo({ judgements: 72 });
  expect(await isNeeded()).toBe(true);
});

it('counts no judgements of tags and captions', async () => {
  const { isNeeded, fittedTo, store, ids } = library();
  fittedTo({});
  store.judgements.set('tag', 'dog', ids, true);
  expect(await isNeeded()).toBe(false);
});

it('is not tried with fewer than ten captions and tags, nor without photos', async () => {
  expect(await library({ described: 5 }).isNeeded()).toBe(true);
  const few = library({ described: 4 });
  expect(await few.isNeeded()).toBe(false);
  await few.refresh();
  expect([existsSync(few.path), few.messages]).toEqual([false, []]);
  const gone = library();
  for (const id of gone.ids) gone.store.photos.setPresent(id, false);
  expect(await gone.isNeeded()).toBe(false);
});

it('opens no model for an empty library, because that would make one', async () => {
  const { store, active } = library({ described: 4 });
  const model = () => Promise.reject(new Error('opened'));
  const context = { signal: new AbortController().signal, progress: () => undefined };
  await refreshRelevance(store, { ...active, model }, context);
  await expect(refreshRelevance(library().store, { ...active, model }, context)).rejects.toThrow('opened');
});

it('waits while the encoder cannot be used, and not for other notices', async () => {
  const { isNeeded, notices } = library();
  notices.push({ code: 'model-missing', message: '' });
  expect(await isNeeded()).toBe(true);
  notices.push({ code: 'encoder-unusable', message: '' });
  expect(await isNeeded()).toBe(false);
});

it('reads what was fitted, for each hash model its own', async () => {
  const { active, fittedTo } = library();
  expect(await readRelevance(active, usedModel)).toBeNull();
  fittedTo({});
  expect(await readRelevance(active, usedModel)).toEqual(fitted);
  expect(await readRelevance(active, modelId.parse('other'))).toBeNull();
});

it.each([
  ['damaged', '{"library":'],
  [
    'of another version',
    JSON.stringify({ library: { photos: 20, captions: 20, tags: 20 }, relevance: { ...fitted, version: 6 } }),
  ],
  ['without its library', JSON.stringify({ relevance: fitted })],
])('takes a file that is %s for none, and fits it again', async (_what, text) => {
  const { active, path, isNeeded } = library();
  writeFileSync(path, text);
  expect(await readRelevance(active, usedModel)).toBeNull();
  expect(await isNeeded()).toBe(true);
});

it('takes what cannot be read for none', async () => {
  const { active, path, isNeeded } = library();
  mkdirSync(path);
  expect(await readRelevance(active, usedModel)).toBeNull();
  expect(await isNeeded()).toBe(true);
});

/** The fewest queries that teach something: a dozen photos of four kinds. */
const teaching = { photos: 12, caption: (i: number) => `${kindOf(i)} caption${i}`, tag: kindOf };

it('fits the model in use, keeps the numbers of the library beside it, and does so once', async () => {
  const { refresh, isNeeded, messages, path, active, judge, asked } = library(teaching);
  judge(3);
  await refresh();
  expect(messages).toEqual(['Learning what a good match looks like']);
  const { library: counts } = parseJson(z.object({ library: z.unknown() }), readFileSync(path, 'utf8'));
  expect(counts).toEqual({ photos: 12, captions: 12, tags: 4, judgements: 3 });
  const model = await readRelevance(active, usedModel);
  expect(model?.words).not.toBeNull();
  expect(await isNeeded()).toBe(false);
  const before = asked.length;
  await refresh();
  expect([asked.length, messages.length]).toEqual([before, 1]);
});

it('asks whole captions of photos that the hash model has not learned from', async () => {
  const caption = (i: number) => `${kindOf(i)} caption${i} quimby${i} frob${i}`;
  const { refresh, active, ids, asked } = library({ caption });
  await writeUnseenPhotos(active.modelDir(usedModel), { heldOut: ids.slice(0, 10), newest: itemAt(ids, 19) });
  const stop = new AbortController();
  // Stops before the fit itself, which takes a while.
  const encoder = await active.encoder();
  const encodeTexts = encoder.encodeTexts.bind(encoder);
  encoder.encodeTexts = (texts) => {
    if (asked.length === 3) stop.abort(new Error('enough'));
    return encodeTexts(texts);
  };
  await expect(refresh(stop.signal)).rejects.toThrow('enough');
  const whole = asked.flat().filter((text) => kinds.some((kind) => text.startsWith(kind)) && text.includes('frob'));
  expect(whole.length).toBeGreaterThan(5);
  expect(whole.map((text) => Number(/\d+/.exec(text)?.[0])).filter((photo) => photo >= 10)).toEqual([]);
});

it('leaves the file as it is when cancelled, and writes none where nothing can be learned', async () => {
  const { refresh, fittedTo, path } = library();
  fittedTo({ photos: 5 });
  const before = readFileSync(path, 'utf8');
  await expect(refresh(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
  expect(readFileSync(path, 'utf8')).toBe(before);
  // Ten texts, from which five different queries can be made.
  const few = library({ photos: 5, tag: (i) => `caption${i}` });
  await few.refresh();
  expect([existsSync(few.path), few.messages.length]).toEqual([false, 1]);
});
