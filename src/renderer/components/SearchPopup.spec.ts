import { describe, expect, it, vi } from 'vitest';
import { itemAt } from '../../shared/at.ts';
import { screen, show } from '../../../test/support/render.ts';
import SearchPopup from './SearchPopup.svelte';

const before = {
  'search.saved': [{ id: 5, name: 'My cats', text: 'cat', createdAt: 1 }],
  'search.recent': [{ text: 'dog', at: 1, hits: 2 }],
};

describe('SearchPopup', () => {
  it('lists saved and recent searches, and takes the one that is pressed', async () => {
    const onaccept = vi.fn();
    const { app, user } = await show(SearchPopup, { id: 'popup', onaccept }, before);
    await app.suggestions.offer('', 0);
    expect(screen.queryByRole('listbox', { name: 'Searches' })).not.toBeNull();
    await user.click(screen.getByRole('option', { name: 'My cats, a saved search' }));
    await user.click(screen.getByRole('option', { name: 'dog' }));
    expect(onaccept.mock.calls).toMatchObject([[{ kind: 'saved', text: 'cat' }], [{ kind: 'recent', text: 'dog' }]]);
  });

  it('lists two saved searches of the same words', async () => {
    const saved = [
      { id: 5, name: 'My cats', text: 'cat', createdAt: 1 },
      { id: 6, name: 'Cats', text: 'cat', createdAt: 2 },
    ];
    const { app } = await show(SearchPopup, { id: 'popup', onaccept: () => undefined }, { 'search.saved': saved });
    await app.suggestions.offer('', 0);
    expect(await screen.findAllByRole('option')).toHaveLength(2);
  });

  it('removes a saved or a recent search without taking it', async () => {
    const onaccept = vi.fn();
    const { app, user, sent } = await show(SearchPopup, { id: 'popup', onaccept }, before);
    await app.suggestions.offer('', 0);
    const remove = () => screen.getAllByTitle('Remove (Shift+Delete)');
    await user.click(itemAt(remove(), 0));
    expect(sent('search.removeSaved')).toEqual([{ id: 5 }]);
    await user.click(itemAt(remove(), 1));
    expect(sent('search.removeRecent')).toEqual([{ text: 'dog' }]);
    expect(onaccept).not.toHaveBeenCalled();
  });

  it('shows how many photos a completion has, and marks the chosen one', async () => {
    const items = [
      { text: 'tag:cat', kind: 'value', photos: 1 },
      { text: 'tag:dog', kind: 'value', photos: 1204 },
    ] as const;
    const answers = { 'search.complete': { from: 0, to: 2, items } };
    const { app } = await show(SearchPopup, { id: 'popup', onaccept: () => undefined }, answers);
    await app.suggestions.offer('ta', 2);
    await screen.findByRole('option', { name: /^tag:dog/ });
    expect(screen.queryByRole('listbox', { name: 'Completions' })).not.toBeNull();
    app.suggestions.move(1);
    app.suggestions.move(1);
    expect((await screen.findByRole('option', { selected: true })).getAttribute('aria-label')).toBe(
      'tag:dog, 1,204 photos',
    );
  });
});
