// Saving and removing searches in the engine.
import { beforeEach, describe, expect, it } from 'vitest';
import type { SavedSearch } from '../../shared/contract/search.ts';
import type { Ask } from '../bridge.ts';
import { SearchHistory } from './search-history.svelte.ts';

let saved: SavedSearch[];
let enabled: boolean;
let recent: { text: string; at: number; hits: number }[];
let errors: unknown[];
let history: SearchHistory;

beforeEach(() => {
  saved = [];
  enabled = true;
  recent = [{ text: 'dog', at: 1, hits: 2 }];
  errors = [];
  const engine = (method: string, params: { name?: string; text?: string; id?: number; enabled?: boolean }) => {
    switch (method) {
      case 'search.saved':
        return saved;
      case 'search.recent':
        return recent;
      case 'search.save':
        saved = [...saved, { id: saved.length + 1, name: params.name ?? '', text: params.text ?? '', createdAt: 1 }];
        return null;
      case 'search.removeSaved':
        if (!saved.some(({ id }) => id === params.id)) throw new Error('not there');
        saved = saved.filter(({ id }) => id !== params.id);
        return null;
      case 'search.clearLog':
        recent = [];
        return null;
      default:
        enabled = params.enabled ?? enabled;
        return { enabled };
    }
  };
  // Only the methods of the search log exist.
  const ask = (async (method: string, params: object) => engine(method, params)) as unknown as Ask;
  history = new SearchHistory(ask, (error) => errors.push(error));
});

describe('SearchHistory', () => {
  it('keeps a search under its own words, and lets go of it when asked again', async () => {
    await history.toggle('dog tag:beach');
    expect(history.savedAs('dog tag:beach')).toMatchObject({ name: 'dog tag:beach' });
    await history.toggle('dog tag:beach');
    expect(history.saved).toEqual([]);
  });

  it('names a long search by its beginning', async () => {
    await history.toggle('a'.repeat(150));
    expect(history.saved[0]?.name).toHaveLength(100);
  });

  it('forgets, and stops remembering', async () => {
    await history.load();
    expect(history.recent).toHaveLength(1);
    await history.clear();
    await history.remember(false);
    expect(history.recent).toEqual([]);
    expect(history.remembers).toBe(false);
  });

  it('shows what is true after something went wrong', async () => {
    await history.forget(99);
    expect(errors).toEqual([new Error('not there')]);
    expect(history.recent).toHaveLength(1);
  });
});
