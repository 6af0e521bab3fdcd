import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import type { Answers } from '../../../test/support/page.ts';
import TagInput from './TagInput.svelte';

const tags: Answers = {
  'edits.completeTag': [
    { name: 'sea', photos: 12 },
    { name: 'sea/storm', photos: 1 },
  ],
};

async function shown(saved = true) {
  const onadd = vi.fn(() => Promise.resolve(saved));
  const page = await show(TagInput, { onadd }, tags);
  const box = screen.getByRole<HTMLInputElement>('combobox', { name: 'Add a tag' });
  return { ...page, onadd, box };
}
const options = () => screen.queryAllByRole('option').map((one) => one.getAttribute('aria-label'));

describe('TagInput', () => {
  it('offers the tags of the library, with their numbers of photos', async () => {
    const { user, box, sent } = await shown();
    await user.type(box, 'se');
    await expect.poll(options).toEqual(['sea, 12 photos', 'sea/storm, 1 photo']);
    expect(sent('edits.completeTag').at(-1)).toEqual({ text: 'se' });
    expect(box.getAttribute('aria-expanded')).toBe('true');
  });

  it('adds what was typed at Enter, without space around it, and is empty after that', async () => {
    const { user, box, onadd } = await shown();
    await user.type(box, ' my dog {Enter}');
    expect(onadd).toHaveBeenCalledExactlyOnceWith('my dog');
    expect(box.value).toBe('');
  });

  it('adds the tag that was chosen by arrow keys, or pressed', async () => {
    const { user, box, onadd } = await shown();
    await user.type(box, 'se');
    await expect.poll(options).toHaveLength(2);
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await user.type(box, 's');
    await expect.poll(options).toHaveLength(2);
    await user.click(screen.getByRole('option', { name: 'sea, 12 photos' }));
    expect(onadd.mock.calls).toEqual([['sea/storm'], ['sea']]);
  });

  it('has the text again where the tag could not be saved', async () => {
    const { user, box, onadd } = await shown(false);
    await user.type(box, 'dog{Enter}');
    expect(onadd).toHaveBeenCalledTimes(1);
    await expect.poll(() => box.value).toBe('dog');
  });

  it('adds nothing where nothing was typed, and refuses slashes alone', async () => {
    const { app, user, box, onadd } = await shown();
    await user.type(box, '  {Enter}');
    expect(app.toasts.list).toEqual([]);
    await user.clear(box);
    await user.type(box, '//{Enter}');
    expect(onadd).not.toHaveBeenCalled();
    expect(app.toasts.list.map(({ message }) => message)).toEqual([
      expect.stringContaining('A tag needs a name beside its slashes.'),
    ]);
  });

  it('closes its list at Escape, and only then lets the key reach the dialog around it', async () => {
    const { user, box } = await shown();
    const outside = vi.fn();
    window.addEventListener('keydown', outside);
    await user.type(box, 's');
    await expect.poll(() => box.getAttribute('aria-expanded')).toBe('true');
    outside.mockClear();
    await fireEvent.keyDown(box, { key: 'Escape' });
    expect([box.getAttribute('aria-expanded'), outside.mock.calls.length]).toEqual(['false', 0]);
    await fireEvent.keyDown(box, { key: 'Escape' });
    expect(outside).toHaveBeenCalledTimes(1);
    window.removeEventListener('keydown', outside);
  });
});
