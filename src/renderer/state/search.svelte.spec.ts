// Typing, requesting, and showing only the answer to the last request.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoHit } from '../../shared/contract/photos.ts';
import type { Ask } from '../bridge.ts';
import { Search } from './search.svelte.ts';

interface Asked {
  readonly method: string;
  readonly params: unknown;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

let asked: Asked[];
let search: Search;
const ask: Ask = (method, params) =>
  new Promise((answer, fail) => asked.push({ method, params, answer: answer as (value: unknown) => void, fail }));

const hits = (from: number, n: number): PhotoHit[] =>
  Array.from({ length: n }, (_, i) => ({
    rank: i + 1,
    photoId: (from + i) as PhotoId,
    path: `/p/${from + i}.jpg`,
    score: null,
    distance: 0,
    caption: null,
    width: 3,
    height: 2,
  }));
const found = (from: number, n: number) => ({
  hits: hits(from, n),
  searched: 9,
  encodeMs: 1,
  searchMs: 1,
  modelId: 'm',
  bits: 64,
  notice: null,
  weakFrom: null,
});
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  search = new Search(ask);
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
    expect(asked).toMatchObject([{ method: 'search.query', params: { text: 'dog', limit: 120, log: true } }]);
  });

  it('asks again when matches have to be likelier, and knows where nobody can tell', async () => {
    void search.words('dog');
    asked[0]?.answer({ ...found(1, 2), precision: 0.5 });
    await settle();
    expect(search.precision).toBeNull();
    void search.setPrecision(0.75);
    expect(asked[1]).toMatchObject({ method: 'search.precision', params: { precision: 0.75 } });
    asked[1]?.answer({ precision: 0.75 });
    await settle();
    expect(asked[2]).toMatchObject({ method: 'search.query', params: { text: 'dog', log: false } });
    const likely = hits(1, 2).map((hit) => ({ ...hit, probability: 0.8 }));
    asked[2]?.answer({ ...found(1, 2), hits: likely, precision: 0.75 });
    await settle();
    expect(search.precision).toBe(0.75);
    void search.setPrecision(0.9);
    asked[3]?.fail(new Error('The engine has stopped.'));
    await settle();
    expect(search.error).toMatchObject({ message: 'The engine has stopped.' });
  });

  it('asks for a misspelt word as it is, once the person wants that', async () => {
    void search.words('elefant');
    asked[0]?.answer({ ...found(1, 2), corrections: [{ typed: 'elefant', used: 'elephant' }] });
    await settle();
    expect(search.answer?.corrections).toEqual([{ typed: 'elefant', used: 'elephant' }]);
    void search.asTyped();
    expect(asked[1]).toMatchObject({ method: 'search.query', params: { text: 'elefant', asTyped: true, log: true } });
    asked[1]?.answer({ ...found(1, 1), corrections: [] });
    await settle();
    expect(search.text).toBe('elefant');
    void search.words('skatebord');
    expect(asked[2]).toMatchObject({ params: { text: 'skatebord', asTyped: false } });
  });

  it('asks at once on Enter, and the same words only once', async () => {
    search.type('dog');
    void search.submit();
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    void search.submit();
    expect(asked).toHaveLength(1);
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
    asked[1]?.answer(found(50, 2));
    await settle();
    asked[0]?.answer(found(10, 2));
    await settle();
    expect(search.hits.map((hit) => hit.photoId)).toEqual([50, 51]);
    expect(search.busy).toBe(false);
  });

  it('keeps what is shown until the next answer is there', async () => {
    void search.words('dog');
    asked[0]?.answer(found(1, 3));
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
    asked[0]?.answer(found(1, 120));
    await settle();
    void search.more();
    expect(asked[1]).toMatchObject({ method: 'search.query', params: { limit: 240, log: false } });
    asked[1]?.answer(found(1, 200));
    await settle();
    expect([search.list.count, search.complete]).toEqual([200, true]);
    void search.more();
    expect(asked).toHaveLength(2);
  });

  it('searches by an image, and describes it on request', async () => {
    void search.byImage(new Blob([new Uint8Array([1, 2, 3])]), 'a.png');
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({ method: 'search.image', params: { image: new Uint8Array([1, 2, 3]) } });
    asked[0]?.answer(found(1, 2));
    await settle();
    void search.setTarget('tags');
    expect(asked[1]).toMatchObject({ method: 'search.describe', params: { target: 'tags' } });
    asked[1]?.answer({
      ...found(1, 0),
      hits: [{ rank: 1, text: 'dog', score: 0.5, distance: 3, photoId: null, path: null }],
    });
    await settle();
    expect(search.texts.map((hit) => hit.text)).toEqual(['dog']);
    expect(search.showsTexts).toBe(true);
  });

  it('leaves the image in place while its box is empty, and drops it for words', async () => {
    void search.like(7 as PhotoId, 'a.jpg');
    void search.submit();
    expect(asked).toMatchObject([{ method: 'search.similar', params: { photoId: 7 } }]);
    void search.words('dog');
    expect(search.query).toEqual({ kind: 'text', text: 'dog', asTyped: false });
    expect(search.showsTexts).toBe(false);
  });

  it('keeps the error of the last question, and can ask again', async () => {
    void search.words('dog');
    asked[0]?.fail(new Error('no'));
    await settle();
    expect(search.error).toEqual(new Error('no'));
    expect(search.hits).toEqual([]);
    void search.submit();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(found(1, 1));
    await settle();
    expect(search.error).toBeNull();
  });

  it('refuses an empty image before anything is asked', async () => {
    await search.byImage(new Blob([]), 'empty.jpg');
    expect(search.error).toEqual(new Error('empty.jpg is empty.'));
    expect(asked).toEqual([]);
  });

  it('repeats a search by words for its explanations, and not one by an image', async () => {
    void search.words('dog');
    expect(asked[0]).toMatchObject({ params: { explain: false } });
    asked[0]?.answer(found(1, 3));
    await settle();
    void search.explain(true);
    expect(asked[1]).toMatchObject({ params: { text: 'dog', explain: true, log: false } });
    void search.explain(false);
    expect(asked).toHaveLength(2);
    void search.like(7 as PhotoId, 'a.jpg');
    asked[2]?.answer(found(1, 3));
    await settle();
    void search.explain(true);
    expect(asked).toHaveLength(3);
  });
});
