// Suggestions below the search box, and the text of the box after one is chosen.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Completions } from '../../shared/contract/search.ts';
import { fakeEngine, type FakeEngine } from '../../../test/support/page.ts';
import { Edits } from './edits.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { SearchHistory } from './search-history.svelte.ts';
import { completed, Suggestions } from './suggestions.svelte.ts';

let engine: FakeEngine;
let complete: () => Promise<Completions>;
let suggestions: Suggestions;

beforeEach(() => {
  vi.useFakeTimers();
  const offered: Completions = {
    from: 4,
    to: 9,
    items: [
      { text: 'tag:beach', kind: 'value', photos: 12 },
      { text: 'tag:bear', kind: 'value', photos: 3 },
    ],
  };
  complete = () => Promise.resolve(offered);
  engine = fakeEngine({
    'search.complete': () => complete(),
    'search.recent': [
      { text: 'dog', at: 2, hits: 9 },
      { text: 'sea', at: 1, hits: 4 },
    ],
    'search.saved': [{ id: 5, name: 'The sea', text: 'sea', createdAt: 1 }],
  });
  const { ask } = engine;
  suggestions = new Suggestions(
    ask,
    new SearchHistory(ask, new Edits(ask, new Toasts(), () => undefined), () => undefined),
  );
});
afterEach(() => vi.useRealTimers());

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const texts = () => suggestions.items.map(({ text }) => text);

describe('Suggestions', () => {
  it('offers saved and recent searches, each once, while the box is empty', async () => {
    await suggestions.offer('', 0);
    expect(suggestions.items).toEqual([
      { kind: 'saved', id: 5, name: 'The sea', text: 'sea' },
      { kind: 'recent', text: 'dog' },
    ]);
  });

  it('removes a single recent search', async () => {
    engine.answer({ 'search.recent': [{ text: 'sea', at: 1, hits: 4 }] });
    await suggestions.remove({ kind: 'recent', text: 'dog' });
    expect(engine.sent('search.removeRecent')).toEqual([{ text: 'dog' }]);
    expect(texts()).toEqual(['sea']);
  });

  it('requests completions once typing pauses', async () => {
    void suggestions.offer('dog tag:b', 9);
    void suggestions.offer('dog tag:be', 10);
    await settle(80);
    expect(engine.sent('search.complete')).toEqual([{ text: 'dog tag:be', cursor: 10, limit: 8 }]);
    expect(texts()).toEqual(['tag:beach', 'tag:bear']);
  });

  it('stays closed when an answer arrives late', async () => {
    let answer: (value: Completions) => void = () => undefined;
    complete = () => new Promise((resolve) => (answer = resolve));
    void suggestions.offer('dog tag:be', 10);
    await settle(80);
    suggestions.close();
    answer({ from: 0, to: 3, items: [{ text: 'tag:dog', kind: 'value', photos: 1 }] });
    await settle();
    expect(suggestions.open).toBe(false);
  });

  it('does not offer the text that is there already, and shows no errors', async () => {
    void suggestions.offer('dog tag:beach', 13);
    const there: Completions = { from: 4, to: 13, items: [{ text: 'tag:beach', kind: 'value', photos: 12 }] };
    complete = () => Promise.resolve(there);
    await settle(80);
    expect(suggestions.open).toBe(false);
    complete = () => Promise.reject(new Error('no engine'));
    void suggestions.offer('x', 1);
    await settle(80);
    expect(suggestions.open).toBe(false);
  });

  it('moves through the list, with no selection between the last and the first item', async () => {
    await suggestions.offer('', 0);
    const places = [1, 1, 1, -1].map((step) => {
      suggestions.move(step === 1 ? 1 : -1);
      return suggestions.selected;
    });
    expect(places).toEqual([0, 1, -1, 1]);
    expect(suggestions.chosen).toMatchObject({ text: 'dog' });
  });
});

describe('completed', () => {
  it('puts the piece in its place, with a space after a value and none after a key', () => {
    const value = { kind: 'value', text: 'tag:beach', photos: 12, from: 4, to: 8 } as const;
    expect(completed('dog tag:', value)).toEqual({ text: 'dog tag:beach ', cursor: 14 });
    expect(completed('dog tag: sun', value)).toEqual({ text: 'dog tag:beach sun', cursor: 13 });
    expect(completed('ta', { kind: 'key', text: 'tag:', photos: null, from: 0, to: 2 })).toEqual({
      text: 'tag:',
      cursor: 4,
    });
  });
});
