// The divider from end to end: matches above it, others below, and nothing hidden.
import { beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Random } from '../../src/engine/numerics/random.ts';
import { openEngine, type Engine } from '../../src/engine/engine.ts';
import { itemAt } from '../../src/shared/at.ts';
import { photoEdit } from '../../src/shared/contract/edits.ts';
import { searchQuery, type QueryAnswer } from '../../src/shared/contract/search.ts';
import { albumWith, sampleAlbum, testEngine } from '../support/engine.ts';
import { resourcesDir } from '../support/resources.ts';
import { copySampleLibrary } from '../support/sample-library.ts';

/**
 * Searches for random words; expects chances that never rise, and the divider where they fall below the precision.
 * @returns the number of searches that had chances
 */
async function searchRandomly(
  search: (text: string) => Promise<QueryAnswer>,
  random: Random,
  count: number,
): Promise<number> {
  const { hits: all } = await search('photo');
  const own = all.flatMap(({ caption }) => caption?.toLowerCase().match(/\p{L}+/gu) ?? []);
  const words = [...new Set([...own, 'elephant', 'Neuschwanstein', 'qwertz', 'tag:animal', 'castle-on-a-hill', 'Rex'])];
  let withChances = 0;
  for (let n = 0; n < count; n++) {
    const text = Array.from({ length: 1 + random.below(4) }, () => {
      const sign = ['', '', '', '+', '-'][random.below(5)] ?? '';
      return sign + itemAt(words, random.below(words.length));
    }).join(' ');
    const { hits, weakFrom, precision } = await search(text);
    const chances = hits.map(({ probability }) => probability).filter((chance) => chance !== null);
    expect([text, chances]).toEqual([text, chances.toSorted((a, b) => b - a)]);
    if (chances.length === 0) continue;
    withChances++;
    const likely = chances.filter((chance) => chance >= precision).length;
    expect([text, weakFrom ?? hits.length]).toEqual([text, likely]);
  }
  return withChances;
}

it.each([1, 2, 3])(
  'the divider is where chances that never rise fall below the precision, in library %i of random photos and tags',
  async (seed) => {
    const random = new Random(seed);
    const pictures = readdirSync(sampleAlbum, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.jpg'),
    );
    const engine = testEngine();
    await engine.index(albumWith(...pictures.toSorted().filter(() => random.below(3) > 0)));
    const photos = await engine.api['photos.recent']({ limit: 39, offset: 0 });
    const photoIds = photos.map(({ photoId }) => photoId).filter(() => random.below(3) === 0);
    await engine.api['edits.apply'](photoEdit.parse({ photoIds, addTags: ['Rex'] }));
    const search = (text: string) => engine.api['search.query'](searchQuery.parse({ text, limit: 39 }));
    expect(await searchRandomly(search, random, 20)).toBeGreaterThan(10);
  },
);

describe('the divider between matches and weaker ones', () => {
  let engine: Engine;

  beforeAll(async () => {
    const libraryDir = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
    await copySampleLibrary(libraryDir);
    engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
    return async () => {
      await engine.close();
      rmSync(libraryDir, { recursive: true, force: true });
    };
  });

  const search = (text: string) => engine.api['search.query'](searchQuery.parse({ text, limit: 39 }));

  it('puts right photos above it, and still shows the others', async () => {
    const { hits, weakFrom } = await search('a cat');
    expect(hits).toHaveLength(39);
    const above = hits.slice(0, weakFrom ?? hits.length).map((hit) => hit.path);
    // Not the spaniels that look like a cat to the encoder: their captions would reveal them.
    const cats = ['kitten-on-fence', 'kitten-with-wool', 'tabby-cat-close-up'];
    expect(above.map((path) => basename(path, extname(path))).sort()).toEqual(cats);
  });

  it('gives every hit of a query of words a probability', async () => {
    const { hits } = await search('coffee');
    for (const { probability } of hits) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
    expect(hits[0]?.probability).toBeGreaterThan(0.9);
    expect(hits[1]?.probability).toBeLessThan(0.5);
  });

  it('is where the person wants it', async () => {
    const above = async (precision?: number) => {
      const answer = await engine.api['search.query'](searchQuery.parse({ text: 'a cat', limit: 39, precision }));
      return { weakFrom: answer.weakFrom ?? 39, precision: answer.precision };
    };
    const usual = await above();
    expect(usual).toEqual({ weakFrom: 3, precision: 0.5 });
    const { hits } = await search('a cat');
    // The fourth and some others are less likely, but likely enough to be asked for.
    const chances = hits.map(({ probability }) => probability ?? 0).filter((chance) => chance >= 0.01);
    const low = chances.at(-1) ?? 1;
    expect(chances.length).toBeGreaterThan(3);
    expect(low).toBeLessThan(0.5);
    expect((await above(low)).weakFrom).toBe(chances.length);
    expect((await above(0.95)).weakFrom).toBe(3);
    expect(await engine.api['search.precision']({ precision: low })).toEqual({ precision: low });
    expect((await above()).weakFrom).toBe((await above(low)).weakFrom);
    await engine.api['search.precision']({ precision: 0.5 });
    expect(await above()).toEqual(usual);
  });

  it('says that nothing fits when the thing is in no photo', async () => {
    const { weakFrom, notice } = await search('elephant');
    expect(weakFrom).toBe(0);
    expect(notice).toMatch(/Nothing in the library clearly fits/);
  });

  it('trusts a name somebody wrote down that the encoder cannot know', async () => {
    const { hits, weakFrom, notice } = await search('Neuschwanstein');
    expect(hits[0]).toMatchObject({ probability: expect.closeTo(0.95, 5) as number });
    expect(hits[0]?.path).toMatch(/castle-on-a-hill/);
    expect(weakFrom === null || weakFrom >= 1).toBe(true);
    expect(notice).toBeNull();
  });

  it('divides sums of words where their chances say, in falling order', async () => {
    const { hits, weakFrom, precision } = await search('+water -people');
    const chances = hits.map(({ probability }) => probability ?? Number.NaN);
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    expect(weakFrom).toBe(chances.filter((chance) => chance >= precision).length);
  });

  it('has chances that never rise along the list, and is where they fall below the precision, for any words', async () => {
    expect(await searchRandomly(search, new Random(13), 40)).toBeGreaterThan(20);
  });

  it('divides photos that are like another where their chances say, and never says that none is', async () => {
    const [photo] = await engine.api['photos.recent']({ limit: 1, offset: 0 });
    if (!photo) throw new Error('no photo');
    const terms = [{ kind: 'photo' as const, photoId: photo.photoId }];
    const { hits, weakFrom, notice } = await engine.api['search.query'](searchQuery.parse({ terms, limit: 5 }));
    const chances = hits.map(({ probability }) => probability ?? Number.NaN);
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    const above = chances.filter((chance) => chance >= 0.5).length;
    expect(weakFrom).toBe(above === 0 || above === hits.length ? null : above);
    expect(notice).toBeNull();
  });

  it('never says that none is likely of words with a photo, and does of words without another photo', async () => {
    const [photo] = await engine.api['photos.recent']({ limit: 1, offset: 0 });
    if (!photo) throw new Error('no photo');
    const ask = (weight: number) => {
      const terms = [{ kind: 'photo' as const, photoId: photo.photoId, weight }];
      return engine.api['search.query'](searchQuery.parse({ text: 'elephant', terms, limit: 39 }));
    };
    expect(await ask(1)).toMatchObject({ weakFrom: null, notice: null });
    const terms = [{ kind: 'photo' as const, photoId: photo.photoId }];
    const first = await engine.api['search.query'](searchQuery.parse({ text: 'elephant', terms, limit: 10 }));
    const cursor = first.next;
    const second = await engine.api['search.query'](searchQuery.parse({ text: 'elephant', terms, limit: 10, cursor }));
    expect([second.hits.length, second.weakFrom]).toEqual([10, null]);
    const without = await ask(-1);
    expect(without.weakFrom).toBe(0);
    expect(without.notice).toMatch(/Nothing in the library clearly fits/);
  });
});
