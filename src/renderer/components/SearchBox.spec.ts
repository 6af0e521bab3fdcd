import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { queryAnswer, found, hit, photoId, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import SearchBox from './SearchBox.svelte';

const answers = {
  'search.query': ({ text }: { text?: string | undefined }) => queryAnswer(text ?? '', [rankedHit(1)]),
  'search.recent': [{ text: 'cat on a fence', at: 1, hits: 3 }],
  'search.complete': {
    from: 0,
    to: 2,
    items: [
      { text: 'tag:', kind: 'key', photos: null },
      { text: 'tag:dog', kind: 'value', photos: 2 },
    ],
  },
} as const;
const box = (): HTMLInputElement => screen.getByRole('combobox', { name: 'Search your photos' });

describe('SearchBox', () => {
  it('searches at Enter, and shows the photos', async () => {
    const { app, user, sent } = await show(SearchBox, {}, answers);
    app.view = 'training';
    await user.type(box(), 'dog{Enter}');
    expect(sent('search.query')).toMatchObject([{ text: 'dog' }]);
    expect(app.view).toBe('photos');
  });

  it('says at Enter that a key alone asks for nothing yet, and searches for nothing', async () => {
    const { app, user, sent } = await show(SearchBox, {}, answers);
    await user.type(box(), 'tag:{Enter}');
    expect(app.toasts.list.map(({ message }) => message)).toEqual([
      '“tag:” asks for nothing yet: write after it what to look for.',
    ]);
    expect(sent('search.query')).toEqual([]);
    expect(box().value).toBe('tag:');
  });

  it('offers earlier searches while it is empty, and takes one by key', async () => {
    const { user, sent } = await show(SearchBox, {}, answers);
    await user.click(box());
    await screen.findByRole('option', { name: 'cat on a fence' });
    await user.keyboard('{ArrowDown}{Enter}');
    expect(sent('search.query')).toMatchObject([{ text: 'cat on a fence' }]);
    expect(screen.queryByRole('option')).toBeNull();
  });

  it('offers nothing at its shortcut while a dialog over the page keeps the focus', async () => {
    const { app, user } = await show(SearchBox, {}, answers);
    const kept = vi.spyOn(HTMLInputElement.prototype, 'focus').mockImplementation(() => undefined);
    await user.keyboard('/');
    kept.mockRestore();
    await app.suggestions.offer('x', 1);
    app.suggestions.close();
    expect(screen.queryByRole('option')).toBeNull();
  });

  it('completes with Tab: a value is followed by a space', async () => {
    const { user } = await show(SearchBox, {}, answers);
    await user.type(box(), 'ta');
    await screen.findByRole('option', { name: 'tag:dog, 2 photos' });
    await user.keyboard('{ArrowDown}{ArrowDown}{Tab}');
    expect(box().value).toBe('tag:dog ');
    expect(document.activeElement).toBe(box());
  });

  it('completes with Tab what was typed last, although the list for it is not shown yet', async () => {
    const offered = (text: string) => [
      { text: text === 'tag:c' ? 'tag:castle' : 'tag:cat', kind: 'value' as const, photos: 2 },
    ];
    const { user } = await show(
      SearchBox,
      {},
      {
        ...answers,
        'search.complete': ({ text }: { text: string }) => ({ from: 0, to: text.length, items: offered(text) }),
      },
    );
    await user.type(box(), 'tag:c');
    await screen.findByRole('option', { name: 'tag:castle, 2 photos' });
    await user.keyboard('a{Tab}');
    await vi.waitFor(() => expect(box().value).toBe('tag:cat '));
    expect(document.activeElement).toBe(box());
  });

  it('closes the list at Escape, then clears the box', async () => {
    const { user } = await show(SearchBox, {}, answers);
    await user.type(box(), 'ta');
    await screen.findAllByRole('option');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('option')).toBeNull();
    expect(box().value).toBe('ta');
    await user.keyboard('{Escape}');
    expect(box().value).toBe('');
  });

  it('is reached by / and by Ctrl+F from anywhere, and / can be typed in it', async () => {
    const { user } = await show(SearchBox, {}, answers);
    await user.keyboard('/');
    expect(document.activeElement).toBe(box());
    expect(box().value).toBe('');
    await user.keyboard('/');
    expect(box().value).toBe('/');
    box().blur();
    await user.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).toBe(box());
  });

  it('is reached by / from a slider and a check box, in which nothing is typed, and not from a list', async () => {
    const { user } = await show(SearchBox, {}, answers);
    for (const [made, isReached] of [
      ['<input type="range">', true],
      ['<input type="checkbox">', true],
      ['<select><option>/a</option></select>', false],
      ['<textarea></textarea>', false],
    ] as const) {
      const place = document.body.appendChild(document.createElement('div'));
      place.innerHTML = made;
      const control = place.querySelector<HTMLElement>('*');
      control?.focus();
      await user.keyboard('/');
      expect([made, document.activeElement]).toEqual([made, isReached ? box() : control]);
      place.remove();
    }
  });

  it('searches by a picked image file, and removes it at Backspace', async () => {
    const { app, user, sent, container } = await show(SearchBox, {}, { 'search.image': found([hit(1)]) });
    const picker = container.querySelector<HTMLInputElement>('input[type=file]');
    if (picker === null) throw new Error('no picker');
    Object.defineProperty(picker, 'files', {
      value: [new File([new Uint8Array([1])], 'cat.png', { type: 'image/png' })],
    });
    await fireEvent.change(picker);
    await vi.waitFor(() => expect(sent('search.image')).toHaveLength(1));
    expect(await screen.findByText('Like this image')).toBeDefined();
    const examples = screen.getByRole('list', { name: 'Examples' });
    const preview = examples.querySelector('img');
    expect(preview?.src).toMatch(/^blob:/);
    // The page shows fewer formats than the engine reads.
    await fireEvent.error(preview ?? document.body);
    expect([examples.querySelector('img'), examples.querySelectorAll('svg').length]).toEqual([null, 2]);
    box().focus();
    await user.keyboard('{Backspace}');
    expect(app.search.query.kind).toBe('all');
  });

  it('is cleared by its button, which also removes a photo', async () => {
    const { app, user } = await show(SearchBox, {}, { 'search.similar': found([hit(1)]) });
    await app.search.like(photoId(3), '3.jpg');
    expect(await screen.findByText('Like this photo')).toBeDefined();
    await user.click(button('Clear the search'));
    expect(app.search.query.kind).toBe('all');
    expect(document.activeElement).toBe(box());
  });

  it('gives the form for filters the focus, so that Escape closes it and leads to the words', async () => {
    const { user } = await show(SearchBox, {});
    await user.click(button('Filters'));
    expect(document.activeElement).toBe(screen.getByRole('dialog', { name: 'Filters' }));
    await user.keyboard('{Escape}');
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole('combobox')));
    expect(button('Filters').getAttribute('aria-expanded')).toBe('false');
  });

  it('closes the form for filters when another view is shown', async () => {
    const { app, user } = await show(SearchBox, {}, answers);
    await user.click(button('Filters'));
    expect(button('Filters').getAttribute('aria-expanded')).toBe('true');
    app.view = 'training';
    await vi.waitFor(() => expect(button('Filters').getAttribute('aria-expanded')).toBe('false'));
  });

  it('closes its list when another view is shown, and when the person goes back', async () => {
    const { app, user } = await show(SearchBox, {}, answers);
    app.scroller = { spot: () => ({ top: 0, anchor: null }), goTo: () => Promise.resolve() };
    await app.search.words('dog');
    app.follow({ top: 0, anchor: null });
    await app.search.words('cat');
    app.follow({ top: 0, anchor: null });
    await user.click(box());
    await vi.waitFor(() => expect(app.suggestions.open).toBe(true));
    await app.go(-1);
    expect([app.search.text, app.suggestions.open]).toEqual(['dog', false]);
    await user.click(box());
    await vi.waitFor(() => expect(app.suggestions.open).toBe(true));
    app.view = 'settings';
    await vi.waitFor(() => expect(app.suggestions.open).toBe(false));
  });
});
