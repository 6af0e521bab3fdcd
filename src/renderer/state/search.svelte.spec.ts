// Typing, requests, and showing only the answer to the last request.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
import type { PageMethod, PageParams } from '../../shared/contract/page.ts';
import type { PhotoHit } from '../../shared/contract/photos.ts';
import type { QueryAnswer } from '../../shared/contract/search.ts';
import { HashlensError } from '../../shared/errors.ts';
import { found as foundHits, hit, queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { waitingEngine, type WaitingEngine } from '../../../test/support/page.ts';
import { Search } from './search.svelte.ts';

let engine: WaitingEngine;
let asked: WaitingEngine['asked'];
let search: Search;

const list = <T>(from: number, n: number, make: (id: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(from + i));
/** Recent photos, and an answer to an image. */
const hits = (from: number, n: number): PhotoHit[] => list(from, n, (id) => hit(id));
const found = (from: number, n: number) => foundHits(hits(from, n));
/** An answer to words. A `probability` of null means that it is unknown. */
const matches = (from: number, n: number, more: Partial<QueryAnswer> = {}, probability: number | null = null) =>
  queryAnswer(
    search.text,
    list(from, n, (id) => rankedHit(id, { probability })),
    more,
  );
const settle = () => vi.advanceTimersByTimeAsync(0);
const sent = <M extends PageMethod>(method: M): PageParams<M>[] =>
  asked.flatMap((one) => (one.method === method ? [one.params as PageParams<M>] : []));
const queries = () => sent('search.query');
const remembered = () => sent('search.remember');

beforeEach(() => {
  vi.useFakeTimers();
  engine = waitingEngine();
  ({ asked } = engine);
  search = new Search(engine.ask);
});
afterEach(() => vi.useRealTimers());

describe('Search', () => {
  it('asks once typing pauses for a quarter of a second', async () => {
    search.type('d');
    await vi.advanceTimersByTimeAsync(200);
    search.type('dog ');
    await vi.advanceTimersByTimeAsync(249);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toMatchObject([{ method: 'search.query', params: { text: 'dog', limit: 120 } }]);
  });

  it('searches again after a change of precision, and has none where matches have no probability', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 2));
    await settle();
    expect(search.precision).toBeNull();
    void search.setPrecision(0.75);
    expect(asked[2]).toMatchObject({ method: 'search.precision', params: { precision: 0.75 } });
    engine.answer(2, 'search.precision', { precision: 0.75 });
    await settle();
    expect(asked[3]).toMatchObject({ method: 'search.query', params: { text: 'dog', log: false } });
    engine.answer(3, 'search.query', matches(1, 2, { precision: 0.75 }, 0.8));
    await settle();
    expect(search.precision).toBe(0.75);
    const refused = search.setPrecision(0.9);
    engine.fail(4, new Error('The engine has stopped.'));
    await expect(refused).rejects.toThrow('The engine has stopped.');
  });

  it('asks for a misspelt word as it is, once the person wants that', async () => {
    void search.words('elefant');
    engine.answer(0, 'search.query', matches(1, 2, { corrections: [{ typed: 'elefant', used: 'elephant' }] }));
    await settle();
    expect(search.answer?.corrections).toEqual([{ typed: 'elefant', used: 'elephant' }]);
    void search.asTyped();
    expect(asked[2]).toMatchObject({ method: 'search.query', params: { text: 'elefant', asTyped: true } });
    engine.answer(2, 'search.query', matches(1, 1));
    await settle();
    expect(search.text).toBe('elefant');
    void search.words('skatebord');
    expect(asked.at(-1)).toMatchObject({ params: { text: 'skatebord', asTyped: false } });
  });

  it('asks at once on Enter, and again at the next one, but not while the answer is on its way', async () => {
    search.type('dog');
    void search.submit();
    expect(queries()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    void search.submit();
    expect(queries()).toHaveLength(1);
    engine.answer(0, 'search.query', matches(1, 2));
    await settle();
    void search.submit();
    expect(queries()).toHaveLength(2);
  });

  it('corrects the spelling at Enter, also after a search for the words as they are', async () => {
    void search.words('elefant');
    engine.answer(0, 'search.query', matches(1, 2));
    await settle();
    void search.asTyped();
    void search.submit();
    expect(queries().map((params) => params.asTyped)).toEqual([false, true, false]);
  });

  it('remembers words that were looked at, once, and none that were typed on the way', async () => {
    search.type('do');
    await vi.advanceTimersByTimeAsync(250);
    engine.answer(0, 'search.query', matches(1, 2));
    await vi.advanceTimersByTimeAsync(2000);
    search.type('dog');
    await vi.advanceTimersByTimeAsync(250);
    engine.answer(1, 'search.query', matches(1, 3));
    await settle();
    expect(remembered()).toEqual([]);
    const { query } = search;
    expect(search.wasLookedAt(query)).toBe(false);
    search.look();
    search.look();
    expect(search.wasLookedAt(query)).toBe(true);
    expect(remembered()).toEqual([{ text: 'dog', hits: 3 }]);
  });

  it('takes results that stay for three seconds for looked at', async () => {
    search.type('dog');
    await vi.advanceTimersByTimeAsync(250);
    engine.answer(0, 'search.query', matches(1, 3));
    await vi.advanceTimersByTimeAsync(2999);
    expect(remembered()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(remembered()).toEqual([{ text: 'dog', hits: 3 }]);
  });

  it('takes a step of the filter form, or a weight, for looked at only when its results stay', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 3));
    await settle();
    void search.narrow('dog tag:lake');
    const step = search.query;
    engine.answer(2, 'search.query', matches(1, 2));
    await vi.advanceTimersByTimeAsync(2999);
    void search.narrow('dog tag:lake rating:4');
    engine.answer(3, 'search.query', matches(1, 1));
    await vi.advanceTimersByTimeAsync(3000);
    expect(search.wasLookedAt(step)).toBe(false);
    expect(remembered().map(({ text }) => text)).toEqual(['dog', 'dog tag:lake rating:4']);
    void search.addExamples([{ kind: 'photo', photoId: 1 as PhotoId, name: '1.jpg' }], 1);
    void search.weighExample(0, 0.5);
    expect(search.wasLookedAt(search.query)).toBe(false);
  });

  it('shows results of before again without asking, and drops an answer that comes after that', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 3));
    await settle();
    const dogs = search.query;
    void search.words('cat');
    void search.revisit({ query: dogs, target: 'photos', order: 'taken' });
    expect([search.text, search.list.count, search.busy]).toEqual(['dog', 3, false]);
    engine.answer(2, 'search.query', matches(50, 2));
    await settle();
    expect(search.list.count).toBe(3);
    expect(queries()).toHaveLength(2);
  });

  it('has no photo in kept results that was moved to the bin meanwhile, and has it again after an undo', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 3));
    await settle();
    const dogs = search.query;
    void search.words('cat');
    engine.answer(2, 'search.query', matches(50, 2));
    await settle();
    const showAgain = search.leaveOut([2 as PhotoId], [dogs, search.query]);
    const back = (): number[] => {
      void search.revisit({ query: dogs, target: 'photos', order: 'taken' });
      return search.hits.map((hit) => hit.photoId);
    };
    expect(back()).toEqual([1, 3]);
    expect(search.hits.map(({ rank }) => rank)).toEqual([1, 2]);
    showAgain();
    expect(back()).toEqual([1, 2, 3]);
  });

  it('says that results are stale once the library has changed or another model is in use, until they are asked for again', async () => {
    search.model = 'first' as ModelId;
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 3));
    await settle();
    expect(search.stale).toBeNull();
    const dogs = search.query;
    search.changes++;
    expect(search.stale).toBe('photos');
    void search.submit();
    engine.answer(2, 'search.query', matches(1, 3));
    await settle();
    expect(search.stale).toBeNull();
    search.model = 'second' as ModelId;
    expect(search.stale).toBe('model');
    void search.clear();
    expect(search.stale).toBeNull();
    void search.revisit({ query: dogs, target: 'photos', order: 'taken' });
    expect(search.stale).toBe('model');
  });

  it('waits for the value of a filter that is being typed', async () => {
    search.type('tag:');
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([]);
    search.type('tag:sea');
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toMatchObject([{ params: { text: 'tag:sea' } }]);
  });

  it('shows only the answer to the last question', async () => {
    search.type('dog');
    void search.submit();
    search.type('cat');
    void search.submit();
    engine.answer(1, 'search.query', matches(50, 2));
    await settle();
    engine.answer(0, 'search.query', matches(10, 2));
    await settle();
    expect(search.hits.map((hit) => hit.photoId)).toEqual([50, 51]);
    expect(search.busy).toBe(false);
  });

  it('keeps what is shown until the next answer is there', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 3));
    await settle();
    void search.words('cat');
    expect(search.hits).toHaveLength(3);
    expect(search.busy).toBe(true);
  });

  it('goes back to all photos when the box is emptied', async () => {
    void search.words('dog');
    search.type('');
    await vi.advanceTimersByTimeAsync(250);
    expect(asked.at(-1)).toMatchObject({ method: 'photos.timeline', params: { order: 'taken' } });
  });

  it('asks for twice as many when the end of a search comes near, until there are no more', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 120));
    await settle();
    void search.more();
    expect(asked[2]).toMatchObject({ method: 'search.query', params: { limit: 240, log: false } });
    engine.answer(2, 'search.query', matches(1, 200));
    await settle();
    expect([search.list.count, search.complete]).toEqual([200, true]);
    void search.more();
    expect(queries()).toHaveLength(2);
  });

  it('appends what follows a cursor, with the divider where the first weaker match is, until the last photo', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 120, { next: 'a' }, 0.9));
    await settle();
    void search.more();
    // The grid asks again while the answer is on its way.
    void search.more();
    expect(queries().slice(1)).toMatchObject([{ text: 'dog', cursor: 'a', limit: 120 }]);
    engine.answer(2, 'search.query', matches(121, 50, { next: null, weakFrom: 10 }, 0.3));
    await settle();
    expect(search.hits.map(({ photoId }) => photoId)).toEqual(Array.from({ length: 170 }, (_, i) => i + 1));
    expect([search.answer?.weakFrom, search.complete]).toEqual([130, true]);
  });

  it('appends what follows also after a return to a query that was left before the answer came', async () => {
    void search.words('dog');
    const dogs = search.query;
    engine.answer(0, 'search.query', matches(1, 120, { next: 'a' }, 0.9));
    await settle();
    void search.more();
    void search.words('cat');
    engine.answer(2, 'search.query', matches(121, 50, { next: null }, 0.3));
    await settle();
    void search.revisit({ query: dogs, target: 'photos', order: 'taken' });
    expect(search.hits).toHaveLength(120);
    void search.more();
    expect(queries().at(-1)).toMatchObject({ text: 'dog', cursor: 'a' });
    engine.answer(asked.length - 1, 'search.query', matches(121, 50, { next: null }, 0.3));
    await settle();
    expect(search.hits).toHaveLength(170);
  });

  it('asks for all of it again where the engine no longer knows the cursor', async () => {
    void search.words('dog');
    engine.answer(0, 'search.query', matches(1, 120, { next: 'a' }, 0.9));
    await settle();
    void search.more();
    engine.fail(2, new HashlensError('not-found', 'gone'));
    await settle();
    expect(queries().at(-1)).toMatchObject({ text: 'dog', limit: 240 });
    expect(queries().at(-1)).not.toHaveProperty('cursor');
    engine.answer(3, 'search.query', matches(1, 150, {}, 0.9));
    await settle();
    expect(search.hits).toHaveLength(150);
  });

  it('searches by an image, and describes it on request', async () => {
    void search.byImages([new File([new Uint8Array([1, 2, 3])], 'a.png')]);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({ method: 'search.image', params: { image: new Uint8Array([1, 2, 3]) } });
    engine.answer(0, 'search.image', found(1, 2));
    await settle();
    void search.setTarget('tags');
    expect(asked[1]).toMatchObject({ method: 'search.describe', params: { target: 'tags' } });
    engine.answer(
      1,
      'search.describe',
      foundHits([{ rank: 1, text: 'dog', score: 0.5, distance: 3, photoId: null, path: null }]),
    );
    await settle();
    expect(search.texts.map((hit) => hit.text)).toEqual(['dog']);
    expect(search.showsTexts).toBe(true);
  });

  it('leaves the image in place while its box is empty, and drops it for words', async () => {
    void search.like(7 as PhotoId, 'a.jpg');
    void search.submit();
    expect(search.query).toMatchObject({ kind: 'photo', photoId: 7 });
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['search.similar']));
    void search.words('dog');
    expect(search.query).toEqual({ kind: 'text', text: 'dog', asTyped: false });
    expect(search.showsTexts).toBe(false);
  });

  it('adds photos to what is searched for, weighs them, and takes them out again', async () => {
    const photo = (n: number) => ({ kind: 'photo' as const, photoId: n as PhotoId, name: `${n}.jpg` });
    void search.words('dog');
    void search.addExamples([photo(7), photo(8)], 1);
    void search.addExamples([photo(9)], -1);
    const terms = [
      { kind: 'photo', photoId: 7, weight: 1 },
      { kind: 'photo', photoId: 8, weight: 1 },
      { kind: 'photo', photoId: 9, weight: -1 },
    ];
    expect(queries().at(-1)).toMatchObject({ text: 'dog', terms });
    void search.weighExample(1, 0.5);
    expect(queries().at(-1)?.terms).toEqual([terms[0], { ...terms[1], weight: 0.5 }, terms[2]]);
    // An existing photo gets the new weight.
    void search.addExamples([photo(7)], -1);
    expect(
      queries()
        .at(-1)
        ?.terms?.map(({ weight }) => weight),
    ).toEqual([0.5, -1, -1]);
    for (let n = 0; n < 3; n++) void search.weighExample(0, 0);
    expect(search.query).toEqual({ kind: 'text', text: 'dog', asTyped: false });
  });

  it('searches by a single photo as before, and by words alone when new words are chosen', () => {
    void search.addExamples([{ kind: 'photo', photoId: 7 as PhotoId, name: '7.jpg' }], 1);
    expect(asked).toMatchObject([{ method: 'search.similar', params: { photoId: 7 } }]);
    expect(search.byExample).toBe(true);
    search.text = 'beach';
    void search.submit();
    expect(search.query).toMatchObject({ kind: 'mixed', text: 'beach' });
    void search.words('cat +photo:3^0.5');
    expect(search.text).toBe('cat');
    expect(search.examples).toMatchObject([{ source: { photoId: 3 }, weight: 0.5 }]);
    void search.words('cat');
    expect(search.query).toMatchObject({ kind: 'text', text: 'cat' });
  });

  it('searches by several images together', async () => {
    const file = (n: number) => new File([new Uint8Array([n])], `${n}.png`);
    void search.byImages([file(1), file(2)]);
    await vi.waitFor(() => expect(queries()).toHaveLength(1));
    expect(queries()[0]?.terms).toEqual([
      { kind: 'image', image: new Uint8Array([1]), weight: 1 },
      { kind: 'image', image: new Uint8Array([2]), weight: 1 },
    ]);
    await search.byImages(Array.from({ length: 13 }, (_, n) => file(n)));
    expect(search.error).toBe('A search takes up to 12 images at once; these are 13.');
  });

  it('keeps the error of the last question, and can ask again', async () => {
    void search.words('dog');
    engine.fail(0, new Error('no'));
    await settle();
    expect(search.error).toEqual(new Error('no'));
    expect(search.hits).toEqual([]);
    void search.submit();
    expect(asked).toHaveLength(2);
    engine.answer(1, 'search.query', matches(1, 1));
    await settle();
    expect(search.error).toBeNull();
  });

  it('refuses an empty image before anything is asked', async () => {
    await search.byImages([new File([], 'empty.jpg')]);
    expect(search.error).toBe('empty.jpg is empty.');
    expect(asked).toEqual([]);
  });

  it('repeats a search by words for its explanations, and not one by an image', async () => {
    void search.words('dog');
    expect(asked[0]).toMatchObject({ params: { explain: false } });
    engine.answer(0, 'search.query', matches(1, 3));
    await settle();
    void search.explain(true);
    expect(asked[2]).toMatchObject({ params: { text: 'dog', explain: true, log: false } });
    void search.explain(false);
    expect(asked).toHaveLength(3);
    void search.like(7 as PhotoId, 'a.jpg');
    engine.answer(3, 'search.similar', found(1, 3));
    await settle();
    void search.explain(true);
    expect(asked).toHaveLength(4);
  });
});
