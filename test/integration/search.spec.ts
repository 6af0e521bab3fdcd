// Searching a real library: names found together with meanings, terms added and subtracted, filters, and the log of
// searches.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { Params } from '../../src/shared/contract/engine.ts';
import type { QueryAnswer } from '../../src/shared/contract/search.ts';
import { albumWith, fileNames, indexedAlbum, sampleAlbum, search, testEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

describe('in an album', () => {
  let engine: Engine;

  beforeAll(async () => {
    const indexed = await indexedAlbum((album) => {
      cpSync(sampleAlbum, album, { recursive: true });
      mkdirSync(join(album, 'Omas Garten'));
      cpSync(join(album, 'animals', 'red-panda.jpg'), join(album, 'Omas Garten', 'IMG_4120.jpg'));
      // The encoder cannot see "Rex" in a bowl of fruit.
      writeFileSync(join(album, 'food-and-flowers', 'citrus-slices.txt'), 'Eaten by Rex, our dachshund\n');
    });
    engine = indexed.engine;
    return indexed.close;
  });

  it.each([
    ['Rex', 'citrus-slices.jpg'],
    ['IMG_4120', 'IMG_4120.jpg'],
    ['4120', 'IMG_4120.jpg'],
    ['oma', 'IMG_4120.jpg'],
    ['a photo of our Rex', 'citrus-slices.jpg'],
  ])('finds the name %s first, which the encoder cannot know', async (text, first) => {
    expect(fileNames(await search(engine, { text }))[0]).toBe(first);
  });

  it('says of each photo which parts of its score speak for it', async () => {
    const why = async (text: string) => (await search(engine, { text, limit: 3 })).hits[0]?.reasons ?? [];
    expect((await why('our Rex'))[0]).toEqual({ code: 'caption', words: ['Rex'] });
    // The name of a folder is a tag, too.
    expect((await why('oma')).map(({ code }) => code)).toEqual(['tag', 'name']);
    expect((await why('IMG_4120'))[0]).toEqual({ code: 'name', words: ['IMG_4120'] });
    expect(await why('purring')).toEqual([{ code: 'looks-like' }]);
    expect(await why('folder:animals')).toEqual([{ code: 'filter' }]);
    const answer = await search(engine, { text: 'dachshund fruit', limit: 100 });
    for (const { reasons, textScore, caption } of answer.hits) {
      const words = reasons.flatMap((reason) => ('words' in reason ? reason.words : []));
      // A reason of words comes with a score of words.
      expect([caption, words.length > 0]).toEqual([caption, textScore !== null]);
    }
    const image = readFileSync(join(sampleAlbum, 'animals', 'red-panda.jpg'));
    const like = await search(engine, { terms: [{ kind: 'image', image, weight: 1 }], limit: 2 });
    expect(like.hits.map(({ reasons }) => reasons)).toEqual([[{ code: 'looks-like' }], [{ code: 'looks-like' }]]);
  });

  it('has as many captions for an image as it counts, and none that is made of tags', async () => {
    const { photoId } = (await search(engine, { text: 'IMG_4120', limit: 1 })).hits[0] ?? { photoId: null };
    if (photoId === null) throw new Error('the photo is not found');
    const texts = (limit: number) => engine.api['search.describe']({ source: { photoId }, target: 'captions', limit });
    const all = await texts(100_000);
    expect(all.hits).toHaveLength(all.searched);
    expect(all.hits.map(({ text }) => text)).toContain('Eaten by Rex, our dachshund');
    expect((await texts(3)).hits).toEqual(all.hits.slice(0, 3));
  });

  it.each([{ text: 'a kitten' }, { text: 'folder:animals' }, { text: '+animal -cat' }])(
    'continues $text by a cursor: each photo once, in order, to the last',
    async ({ text }) => {
      const whole = await search(engine, { text, limit: 1000 });
      const paged: QueryAnswer['hits'][number][] = [];
      let cursor: string | null = null;
      do {
        const answer: QueryAnswer = await search(engine, { text, limit: 7, cursor });
        paged.push(...answer.hits);
        cursor = answer.next;
      } while (cursor !== null);
      expect(whole.next).toBeNull();
      expect(paged.map(({ photoId }) => photoId).toSorted((a, b) => a - b)).toEqual(
        whole.hits.map(({ photoId }) => photoId).toSorted((a, b) => a - b),
      );
      expect(paged.map(({ rank }) => rank)).toEqual(paged.map((_, i) => i + 1));
      const chances = paged.map(({ probability }) => probability ?? 0);
      expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    },
  );

  it('refuses a cursor that it does not know', async () => {
    await expect(search(engine, { text: 'a kitten', cursor: 'unknown' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('sorts the likely photos by date or name, and counts all of them', async () => {
    const ranked = await search(engine, { text: 'a kitten', limit: 100 });
    const likely = ranked.hits.slice(0, ranked.weakFrom ?? ranked.hits.length);
    expect(likely.length).toBeGreaterThan(1);
    expect(ranked.sorted).toBeNull();
    const byName = await search(engine, { text: 'a kitten', order: 'name', limit: 100 });
    const inFolder = (answer: QueryAnswer) => answer.hits.map(({ path }) => path.slice(path.indexOf('album')));
    expect(new Set(fileNames(byName))).toEqual(new Set(likely.map(({ path }) => basename(path))));
    expect(inFolder(byName)).toEqual(inFolder(byName).toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect(byName).toMatchObject({ sorted: likely.length, weakFrom: null });
    expect(byName.hits.map(({ rank }) => rank)).toEqual(likely.map((_, i) => i + 1));
    const first = await search(engine, { text: 'a kitten', order: 'name', limit: 1 });
    expect([fileNames(first), first.sorted]).toEqual([fileNames(byName).slice(0, 1), likely.length]);
  });

  it.each([
    { text: 'a kitten', all: 'likely photos' },
    { text: 'type:jpeg', all: 'photos that pass filters' },
    { text: 'a kitten', precision: 0.95, mode: 'semantic' as const, all: 'closest photos, where none is likely' },
  ])('continues $all in an order other than that of relevance by a cursor', async ({ all, ...query }) => {
    const limit = all.startsWith('closest') ? 3 : 1000;
    const whole = await search(engine, { ...query, order: 'name', limit });
    const paged: QueryAnswer['hits'][number][] = [];
    let cursor: string | null = null;
    do {
      const answer: QueryAnswer = await search(engine, { ...query, order: 'name', limit: 3, cursor });
      expect(answer).toMatchObject({ sorted: whole.sorted, weakFrom: null });
      paged.push(...answer.hits);
      cursor = answer.next;
    } while (cursor !== null);
    expect(paged).toEqual(whole.hits);
    expect(paged.length).toBe(whole.sorted);
  });

  it('sorts all photos that pass filters', async () => {
    const { photoIds } = await engine.api['photos.timeline']({ order: 'name' });
    const answer = await search(engine, { text: 'type:jpeg', order: 'name', limit: 200 });
    const all = new Set(answer.hits.map(({ photoId }) => photoId));
    expect(answer.hits.map(({ photoId }) => photoId)).toEqual(photoIds.filter((id) => all.has(id)));
    expect(answer.sorted).toBe(answer.filtered);
  });

  it('leaves words that no text has to the encoder', async () => {
    const hybrid = await search(engine, { text: 'purring', limit: 10 });
    expect(fileNames(hybrid)).toEqual(
      fileNames(await search(engine, { text: 'purring', limit: 10, mode: 'semantic' })),
    );
    expect(hybrid.hits.every((hit) => hit.textScore === null)).toBe(true);
    expect(fileNames(hybrid)[0]).toMatch(/kitten|cat/);
  });

  it('finds what was written with another word for the same thing', async () => {
    const kitties = await search(engine, { text: 'kitties', limit: 10 });
    expect(fileNames(kitties)[0]).toMatch(/kitten/);
    expect(kitties.hits[0]?.textScore).toBeGreaterThan(0);
  });

  it('says when neither the encoder nor any text knows the words', async () => {
    const answer = await search(engine, { text: 'qqxzzy' });
    expect(answer).toMatchObject({
      hits: [],
      notice: expect.stringMatching(/No word of this query is known/) as string,
    });
  });

  it('shows only what passes the filters, in the same order', async () => {
    const all = await search(engine, { text: 'a cat', limit: 100 });
    const some = await search(engine, { text: 'a cat folder:animals', limit: 100 });
    expect(some.filtered).toBe(some.hits.length);
    expect(fileNames(some)).toEqual(
      all.hits.filter((hit) => hit.path.includes('/animals/')).map((hit) => basename(hit.path)),
    );
    expect(fileNames(await search(engine, { text: 'Rex folder:animals' }))).not.toContain('citrus-slices.jpg');
    expect((await search(engine, { text: 'a cat tag:nothing' })).notice).toBe('No photo has the tag “nothing”.');
  });

  it('takes filters as fields too, and lists the newest without words', async () => {
    const filters: Params<'search.query'>['filters'] = [{ field: 'folder', values: ['Omas Garten'] }];
    expect(fileNames(await search(engine, { filters }))).toEqual(['IMG_4120.jpg']);
    const recent = await engine.api['photos.recent']({ limit: 100, offset: 0 });
    const listed = await search(engine, { text: 'width:>0', limit: 100 });
    expect(fileNames(listed)).toEqual(recent.map((hit) => basename(hit.path)));
    expect(listed.hits[0]).toMatchObject({ rank: 1, score: null, probability: null });
  });

  it('demands a phrase, and forbids one', async () => {
    expect(fileNames(await search(engine, { text: '"eaten by rex"' }))).toEqual(['citrus-slices.jpg']);
    expect(fileNames(await search(engine, { text: '"by eaten rex"' }))).toEqual([]);
    const without = await search(engine, { text: 'fruit -"our dachshund"', limit: 100 });
    expect(without.hits.length).toBeGreaterThan(10);
    expect(fileNames(without)).not.toContain('citrus-slices.jpg');
  });

  it('adds and subtracts meanings and photos', async () => {
    const rankOf = (answer: QueryAnswer, pattern: RegExp) => fileNames(answer).findIndex((name) => pattern.test(name));
    const animals = await search(engine, { text: 'animal', limit: 100, mode: 'semantic' });
    const noCats = await search(engine, { text: '+animal -cat^3', limit: 100, mode: 'semantic' });
    expect(rankOf(noCats, /kitten|cat/)).toBeGreaterThan(rankOf(animals, /kitten|cat/));
    const [panda] = (await search(engine, { text: '"red panda"', limit: 1 })).hits;
    if (!panda) throw new Error('no red panda');
    const like = await search(engine, { text: `photo:${panda.photoId}`, limit: 5 });
    expect(fileNames(like)).not.toContain(basename(panda.path));
    expect(fileNames(like)).toContain(panda.path.includes('IMG_4120') ? 'red-panda.jpg' : 'IMG_4120.jpg');
    const image = readFileSync(join(sampleAlbum, 'animals', 'red-panda.jpg'));
    const mixed = await search(engine, {
      text: '+animal',
      terms: [{ kind: 'image', image, weight: 2 }],
      explain: true,
    });
    expect(fileNames(mixed).slice(0, 2).sort()).toEqual(['IMG_4120.jpg', 'red-panda.jpg']);
    expect(mixed.hits[0]?.explanation?.terms).toMatchObject([
      { term: 'animal', weight: 1, cosine: expect.any(Number) as number, deviations: expect.any(Number) as number },
      { term: 'image', weight: 2, textScore: null },
    ]);
  });

  it('says what it could not read, and refuses a query with nothing in it', async () => {
    const answer = await search(engine, { text: 'cat rating:9 mood:happy' });
    expect(answer.notice).toMatch(/rating: needs one to five stars.*There is no filter “mood:”/);
    expect(answer.hits.length).toBeGreaterThan(0);
    await expect(search(engine, {})).rejects.toThrow(/The query is empty/);
    await expect(search(engine, { text: 'photo:99999' })).rejects.toThrow(/There is no photo 99999/);
  });

  it('says that a query is not English, unless the library has its words', async () => {
    const foreign = await search(engine, { text: 'schwarze katze im schnee' });
    expect(foreign.notice).toMatch(/German.*knows English only/);
    expect(foreign.remedy).toBe('encoders');
    expect((await search(engine, { text: 'black cat in the snow' })).remedy).toBeNull();
    expect((await search(engine, { text: 'Omas Garten' })).notice).toBeNull();
    expect((await search(engine, { text: 'a black cat in the snow' })).notice ?? '').not.toMatch(/English/);
  });

  it('answers a plain text with ranked hits, times and the model that found them', async () => {
    const answer = await engine.api['search.text']({ query: 'a cat', limit: 5 });
    expect(Object.keys(answer)).toEqual(
      expect.arrayContaining(['hits', 'searched', 'encodeMs', 'searchMs', 'modelId', 'bits', 'notice', 'weakFrom']),
    );
    expect(answer.hits.map((hit) => hit.rank)).toEqual([1, 2, 3, 4, 5]);
  });
});

it('follows a rename and a caption that goes', async () => {
  const engine = testEngine();
  const folder = albumWith('animals/kitten-with-wool.jpg', 'animals/red-panda.jpg');
  writeFileSync(join(folder, 'kitten-with-wool.txt'), 'Minka\n');
  renameSync(join(folder, 'red-panda.jpg'), join(folder, 'Bruno.jpg'));
  await engine.index(folder);
  const found = async (text: string) => fileNames(await search(engine, { text, mode: 'text' }));
  expect(await found('minka')).toEqual(['kitten-with-wool.jpg']);
  rmSync(join(folder, 'kitten-with-wool.txt'));
  expect(await found('bruno')).toEqual(['Bruno.jpg']);
  renameSync(join(folder, 'Bruno.jpg'), join(folder, 'Otto.jpg'));
  await engine.index(folder);
  expect(await found('minka')).toEqual([]);
  expect(await found('otto')).toEqual(['Otto.jpg']);
  expect(await found('bruno')).toEqual([]);
});

it('remembers searches while it may, and keeps those with a name', async () => {
  const engine = testEngine();
  await engine.index(albumWith('animals/red-panda.jpg'));
  const { api } = engine;
  await search(engine, { text: 'panda', filters: [{ field: 'type', values: ['jpeg'] }] });
  await search(engine, { text: 'cat', log: false });
  await api['search.log']({ enabled: false });
  await api['search.text']({ query: 'secret', limit: 5 });
  expect(await api['search.log']({})).toEqual({ enabled: false });
  expect((await api['search.recent']({ limit: 10 })).map((entry) => entry.text)).toEqual(['panda type:jpeg']);
  await api['search.clearLog']({});
  expect(await api['search.recent']({ limit: 10 })).toEqual([]);
  const saved = await api['search.save']({ name: 'Pandas', text: 'panda type:jpeg' });
  expect(await api['search.saved']({})).toEqual([saved]);
  await api['search.removeSaved']({ id: saved.id });
  await expect(api['search.removeSaved']({ id: saved.id })).rejects.toThrow(/no saved search/);
});

it('completes from the library', async () => {
  const engine = testEngine();
  const folder = join(temporaryFolder(), 'album');
  mkdirSync(join(folder, 'Summer in Italy'), { recursive: true });
  cpSync(join(sampleAlbum, 'animals', 'red-panda.jpg'), join(folder, 'Summer in Italy', 'a.jpg'));
  await engine.index(folder);
  expect(await engine.api['search.complete']({ text: 'panda folder:it', cursor: 15, limit: 5 })).toEqual({
    from: 6,
    to: 15,
    items: [{ text: 'folder:"Summer in Italy"', kind: 'value', photos: 1 }],
  });
});

it('completes what came with the last indexing', async () => {
  const engine = testEngine();
  const folder = albumWith('animals/red-panda.jpg');
  const tags = async () =>
    (await engine.api['search.complete']({ text: 'tag:har', cursor: 7, limit: 5 })).items.map(({ text }) => text);
  await engine.index(folder);
  expect(await tags()).toEqual([]);
  mkdirSync(join(folder, 'Harbour'));
  cpSync(join(sampleAlbum, 'places', 'sandy-beach.jpg'), join(folder, 'Harbour', 'a.jpg'));
  await engine.index(folder);
  expect(await tags()).toEqual(['tag:Harbour']);
});
