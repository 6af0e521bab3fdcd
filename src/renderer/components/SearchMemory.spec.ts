import { describe, expect, it } from 'vitest';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import SearchMemory from './SearchMemory.svelte';

describe('SearchMemory', () => {
  it('switches remembering off', async () => {
    const { user, sent, answer } = await show(SearchMemory, {});
    const remember = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Remember searches' });
    expect(remember.checked).toBe(true);
    answer({ 'search.log': { enabled: false } });
    await user.click(remember);
    expect(sent('search.log')).toContainEqual({ enabled: false });
    expect(remember.checked).toBe(false);
  });

  it('forgets the searches made before, and keeps the saved ones', async () => {
    const answers = {
      'search.recent': [{ text: 'dog', at: 1, hits: 2 }],
      'search.saved': [{ id: 1, name: 'cat', text: 'cat', createdAt: 1 }],
    };
    const { user, sent, container } = await show(SearchMemory, {}, answers);
    expect(textOf(container)).toContain('1 saved search');
    await user.click(button('Clear history'));
    expect(sent('search.clearLog')).toHaveLength(1);
    expect(sent('search.removeSaved')).toEqual([]);
  });

  it('has nothing to clear where nothing is remembered', async () => {
    await show(SearchMemory, {});
    expect(button('Clear history').disabled).toBe(true);
  });
});
