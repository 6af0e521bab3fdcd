import { cleanup, fireEvent } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import type { Answers } from '../../../test/support/page.ts';
import { HashlensError } from '../../shared/errors.ts';
import SelectionBar from './SelectionBar.svelte';
import TagInput from './TagInput.svelte';

const tags: Answers = {
  'edits.completeTag': [
    { name: 'sea', photos: 12 },
    { name: 'sea/storm', photos: 1 },
  ],
};

const ids = [photoId(1), photoId(2)];

async function shown(answers: Answers = {}) {
  const page = await show(TagInput, { photoIds: ids }, { ...tags, ...answers });
  const box = screen.getByRole<HTMLInputElement>('combobox', { name: 'Add a tag' });
  return { ...page, box };
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

  it('offers no tag that all the photos have', async () => {
    const { user } = await show(TagInput, { photoIds: ids, present: ['sea'] }, tags);
    await user.type(screen.getByRole('combobox', { name: 'Add a tag' }), 'se');
    await expect.poll(options).toEqual(['sea/storm, 1 photo']);
  });

  it('adds what was typed at Enter, without space around it, and is empty after that', async () => {
    const { user, box, sent } = await shown();
    await user.type(box, ' my dog {Enter}');
    expect(sent('edits.apply')).toEqual([{ photoIds: ids, addTags: ['my dog'] }]);
    expect(box.value).toBe('');
  });

  it('adds the tag that was chosen by arrow keys, or pressed', async () => {
    const { user, box, sent } = await shown();
    await user.type(box, 'se');
    await expect.poll(options).toHaveLength(2);
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    await user.type(box, 's');
    await expect.poll(options).toHaveLength(2);
    await user.click(screen.getByRole('option', { name: 'sea, 12 photos' }));
    await expect.poll(() => sent('edits.apply').map(({ addTags }) => addTags)).toEqual([['sea/storm'], ['sea']]);
  });

  it('has the text again where the tag could not be saved', async () => {
    const full = new HashlensError('disk-full', 'There is no room left on the disk.');
    const { user, box } = await shown({ 'edits.apply': () => Promise.reject(full) });
    await user.type(box, 'dog{Enter}');
    await expect.poll(() => box.value).toBe('dog');
  });

  it('adds nothing where nothing was typed, and refuses slashes alone', async () => {
    const { app, user, box, sent } = await shown();
    await user.type(box, '  {Enter}');
    expect(app.toasts.list).toEqual([]);
    await user.clear(box);
    await user.type(box, '//{Enter}');
    expect(sent('edits.apply')).toEqual([]);
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

  it('adds a tag that was begun when it is left', async () => {
    const { user, box, sent } = await shown();
    await user.type(box, 'dog');
    await user.tab();
    expect(sent('edits.apply')).toEqual([{ photoIds: ids, addTags: ['dog'] }]);
    expect(box.value).toBe('');
  });

  it('adds a tag that was begun when it is removed, to the photos that it was begun for', async () => {
    const { app, user, sent } = await show(SelectionBar, {}, tags);
    app.selection.add(ids);
    await tick();
    await user.type(screen.getByRole('combobox', { name: 'Add a tag' }), 'dog');
    app.selection.clear();
    await tick();
    cleanup();
    await expect.poll(() => sent('edits.apply')).toEqual([{ photoIds: ids, addTags: ['dog'] }]);
  });
});
