// Saving and removing searches in the engine.
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecentSearch, SavedSearch } from '../../shared/contract/search.ts';
import { fakeEngine, type FakeEngine } from '../../../test/support/page.ts';
import { Edits } from './edits.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { SearchHistory } from './search-history.svelte.ts';

let saved: SavedSearch[];
let enabled: boolean;
let lastId = 0;
let recent: RecentSearch[];
let errors: unknown[];
let history: SearchHistory;
let engine: FakeEngine;
let toasts: Toasts;
let edits: Edits;

beforeEach(() => {
  saved = [];
  enabled = true;
  recent = [{ text: 'dog', at: 1, hits: 2 }];
  errors = [];
  engine = fakeEngine({
    'search.saved': () => saved,
    'search.recent': () => recent,
    'search.save': ({ name, text }) => {
      const one = { id: ++lastId, name: name.trim(), text, createdAt: 1 };
      saved = [...saved.filter((other) => other.name !== name), one];
      return one;
    },
    'search.removeSaved': ({ id }) => {
      if (!saved.some((one) => one.id === id)) throw new Error('not there');
      saved = saved.filter((one) => one.id !== id);
      return null;
    },
    'search.removeRecent': ({ text }) => {
      const removed = recent.filter((one) => one.text === text).map((one) => ({ ...one, id: one.at }));
      recent = recent.filter((one) => one.text !== text);
      return { removed };
    },
    'search.clearLog': () => {
      const removed = recent.map((one) => ({ ...one, id: one.at }));
      recent = [];
      return { removed };
    },
    'search.restoreRecent': ({ entries }) => {
      recent = [...recent, ...entries].sort((a, b) => b.at - a.at);
      return null;
    },
    'search.log': (params) => {
      enabled = params.enabled ?? enabled;
      return { enabled };
    },
  });
  const { ask } = engine;
  toasts = new Toasts();
  edits = new Edits(ask, toasts, () => undefined);
  history = new SearchHistory(ask, edits, (error) => errors.push(error));
});

describe('SearchHistory', () => {
  it('saves a search under its own words, and removes it when toggled again', async () => {
    await history.toggle('dog tag:beach');
    expect(history.savedAs('dog tag:beach')).toMatchObject({ name: 'dog tag:beach' });
    await history.toggle('dog tag:beach');
    expect(history.saved).toEqual([]);
  });

  it('names a long search by its beginning', async () => {
    await history.toggle('a'.repeat(150));
    expect(history.saved[0]?.name).toHaveLength(100);
  });

  it('clears the recent searches, and stops recording them', async () => {
    await history.load();
    expect(history.recent).toHaveLength(1);
    await history.clear();
    await history.remember(false);
    expect(history.recent).toEqual([]);
    expect(history.remembers).toBe(false);
  });

  it('reloads the lists after an error', async () => {
    engine.answer({ 'search.save': () => Promise.reject(new Error('full')) });
    await history.toggle('dog');
    expect(toasts.list).toMatchObject([{ kind: 'error' }]);
    expect(history.recent).toHaveLength(1);
  });

  it('undoes and redoes saving, renaming and removing a search', async () => {
    const now = () => saved.map(({ name, text }) => `${name}: ${text}`);
    await history.toggle('dog');
    await history.rename({ name: 'dog', text: 'dog' }, 'Rex');
    await history.remove({ name: 'Rex' });
    const states = [now()];
    for (const step of [edits.undo, edits.undo, edits.undo, edits.redo, edits.redo, edits.redo]) {
      await step();
      states.push(now());
    }
    expect(states).toEqual([[], ['Rex: dog'], ['dog: dog'], [], ['dog: dog'], ['Rex: dog'], []]);
    expect(history.saved).toEqual([]);
  });

  it('undoes saving a long search whose name ends at a space', async () => {
    await history.toggle(`${'a'.repeat(99)} dog`);
    expect(saved).toHaveLength(1);
    await edits.undo();
    expect(saved).toEqual([]);
  });

  it('undoes and redoes removing one recent search, all of them, and the choice to remember them', async () => {
    recent = [
      { text: 'cat', at: 2, hits: 1 },
      { text: 'dog', at: 1, hits: 2 },
    ];
    const now = () => [...history.recent.map(({ text }) => text), history.remembers];
    await history.load();
    await history.removeRecent('cat');
    await history.clear();
    await history.remember(false);
    const states = [now()];
    for (const step of [edits.undo, edits.undo, edits.undo, edits.redo]) {
      await step();
      states.push(now());
    }
    expect(states).toEqual([[false], [true], ['dog', true], ['cat', 'dog', true], ['dog', true]]);
  });

  it('brings back the search whose name was given to another one', async () => {
    await history.toggle('dog');
    await history.toggle('cat');
    await history.rename({ name: 'cat', text: 'cat' }, 'dog');
    expect(saved.map(({ name, text }) => [name, text])).toEqual([['dog', 'cat']]);
    await edits.undo();
    expect(saved.map(({ name, text }) => [name, text]).sort()).toEqual([
      ['cat', 'cat'],
      ['dog', 'dog'],
    ]);
  });
});
