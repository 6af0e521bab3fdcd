import { cleanup, fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import { button, screen, show, showOn } from '../../../test/support/render.ts';
import WordSuggestions from './WordSuggestions.svelte';

const words = (tags: readonly string[] = []) => ({
  ...{ photos: 1, captions: [], ratings: [1, 0, 0, 0, 0, 0], favourites: 0, described: 0 },
  tags: tags.map((name) => ({ name, photos: 1 })),
});
const answers: Answers = {
  'edits.words': words(['bello']),
  'suggestions.words': {
    suggestions: [
      { kind: 'tag', text: 'Bello', chance: 0.84, photos: 7 },
      { kind: 'caption', text: 'on our walk', chance: 0.31, photos: 3 },
      { kind: 'tag', text: 'Oma', chance: null, photos: 1 },
    ],
    alike: [photoId(8), photoId(9)],
    described: 40,
  },
};
const props = { photoIds: [photoId(1)] };
const loaded = () => screen.findByRole('button', { name: 'Bello 84%' });

describe('WordSuggestions', () => {
  it('offers words with their chance and what they rest on, and writes nothing unasked', async () => {
    const { sent } = await show(WordSuggestions, props, answers);
    expect((await loaded()).title).toBe('84% likely; 7 of the ten most similar described photos have it');
    expect(button('Oma').title).toContain('too few are described');
    expect([sent('edits.apply'), sent('suggestions.reject')]).toEqual([[], []]);
  });

  it('shows what the photo has, and takes it away by the same button', async () => {
    const { user, sent } = await show(WordSuggestions, props, answers);
    await loaded();
    await vi.waitFor(() => expect(button('Bello 84%').getAttribute('aria-pressed')).toBe('true'));
    await user.click(button('Bello 84%'));
    await user.click(button('on our walk 31%'));
    expect(sent('edits.apply')).toEqual([
      { photoIds: [1], removeTags: ['Bello'] },
      { photoIds: [1], addCaptions: ['on our walk'] },
    ]);
  });

  it('accepts for the whole group of photos alike where that is ticked', async () => {
    const { user, sent } = await show(WordSuggestions, props, answers);
    await loaded();
    await user.click(screen.getByRole('checkbox', { name: /Also for 2 similar photos/ }));
    await user.click(button('Oma'));
    expect(sent('edits.apply')).toEqual([{ photoIds: [1, 8, 9], addTags: ['Oma'] }]);
  });

  it('takes the keys 1 to 5 where the focus is inside, and keeps them from the window', async () => {
    const { sent } = await show(WordSuggestions, props, answers);
    const first = await loaded();
    const outside = vi.fn();
    addEventListener('keydown', outside);
    await fireEvent.keyDown(first, { key: '3', code: 'Digit3' });
    await fireEvent.keyDown(first, { key: '"', code: 'Digit2', shiftKey: true });
    await fireEvent.keyDown(first, { key: '5', code: 'Digit5' });
    removeEventListener('keydown', outside);
    await vi.waitFor(() => expect(sent('suggestions.reject')).toHaveLength(1));
    expect(sent('edits.apply')).toEqual([{ photoIds: [1], addTags: ['Oma'] }]);
    // There is no fifth suggestion, so the window handles its key.
    expect(outside).toHaveBeenCalledOnce();
  });

  it('names its keys while they work: where the focus is inside, and where the view passes all keys on', async () => {
    const hint = (): boolean => !screen.getByText('Keys 1 to 5, with Shift: no').classList.contains('unseen');
    const { user } = await show(WordSuggestions, props, answers);
    await loaded();
    expect(hint()).toBe(false);
    await user.click(screen.getByRole('checkbox', { name: /Also for 2 similar photos/ }));
    expect(hint()).toBe(true);
    screen.getByRole('checkbox', { name: /Also for 2 similar photos/ }).blur();
    await vi.waitFor(() => expect(hint()).toBe(false));
    cleanup();
    await show(WordSuggestions, { ...props, hasAllKeys: true }, answers);
    await loaded();
    expect(hint()).toBe(true);
  });

  it('takes its keys at the tick for similar photos, too', async () => {
    const { user, sent } = await show(WordSuggestions, props, answers);
    await loaded();
    await user.click(screen.getByRole('checkbox', { name: /Also for 2 similar photos/ }));
    await user.keyboard('3');
    await vi.waitFor(() => expect(sent('edits.apply')).toEqual([{ photoIds: [1, 8, 9], addTags: ['Oma'] }]));
  });

  it('remembers a rejection, and takes it back by undoing it', async () => {
    const { app, user, sent } = await show(WordSuggestions, props, answers);
    await loaded();
    await user.click(button('Oma does not fit'));
    await vi.waitFor(() => expect(button('Oma does not fit').getAttribute('aria-pressed')).toBe('true'));
    await app.edits.undo();
    await vi.waitFor(() => expect(button('Oma does not fit').getAttribute('aria-pressed')).toBe('false'));
    expect(sent('suggestions.reject').map(({ states }) => states[0]?.rejected)).toEqual([true, false]);
  });

  it('suggests nothing for a described photo where only undescribed ones are wanted', async () => {
    const described = { ...answers, 'edits.words': { ...words(), described: 1 } };
    const { sent } = await show(WordSuggestions, { ...props, onlyUndescribed: true }, described);
    await vi.waitFor(() => expect(sent('edits.words')).not.toEqual([]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent('suggestions.words')).toEqual([]);
    await show(WordSuggestions, { ...props, onlyUndescribed: true }, answers);
    await loaded();
  });

  it('keeps its words while the photo is described and other data are loaded again', async () => {
    const page = await startPage(answers);
    const { user, sent } = showOn(page, WordSuggestions, {
      get photoIds() {
        // Each change makes a new array.
        void page.app.edits.version;
        return [photoId(1)];
      },
      onlyUndescribed: true,
    });
    await loaded();
    await user.click(button('Oma'));
    await vi.waitFor(() => expect(page.app.edits.version).toBeGreaterThan(0));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent('suggestions.words')).toHaveLength(1);
    expect(button('Oma')).toBeDefined();
  });
});
