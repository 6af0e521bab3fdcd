// Saving and removing searches in the engine.
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecentSearch, SavedSearch } from '../../shared/contract/search.ts';
import { fakeEngine } from '../../../test/support/page.ts';
import { SearchHistory } from './search-history.svelte.ts';

let saved: SavedSearch[];
let enabled: boolean;
let recent: RecentSearch[];
let errors: unknown[];
let history: SearchHistory;

beforeEach(() => {
  saved = [];
  enabled = true;
  recent = [{ text: 'dog', at: 1, hits: 2 }];
  errors = [];
  const { ask } = fakeEngine({
    'search.saved': () => saved,
    'search.recent': () => recent,
    'search.save': ({ name, text }) => {
      const one = { id: saved.length + 1, name, text, createdAt: 1 };
      saved = [...saved, one];
      return one;
    },
    'search.removeSaved': ({ id }) => {
      if (!saved.some((one) => one.id === id)) throw new Error('not there');
      saved = saved.filter((one) => one.id !== id);
      return null;
    },
    'search.clearLog': () => {
      recent = [];
      return null;
    },
    'search.log': (params) => {
      enabled = params.enabled ?? enabled;
      return { enabled };
    },
  });
  history = new SearchHistory(ask, (error) => errors.push(error));
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
    await history.remove(99);
    expect(errors).toEqual([new Error('not there')]);
    expect(history.recent).toHaveLength(1);
  });
});
