import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { details, photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import { HashlensError } from '../../shared/errors.ts';
import WordsEditor from './WordsEditor.svelte';

const ids = [photoId(1), photoId(2), photoId(3)];
const words = {
  photos: 3,
  tags: [
    { name: 'Family/Rex', photos: 3 },
    { name: 'black dog', photos: 1 },
  ],
  captions: [{ text: 'at the lake', photos: 2 }],
  ratings: [0, 0, 0, 3, 0, 0],
  favourites: 1,
  described: 3,
};
const answers = { 'edits.words': words };
const rest = { photoIds: ids, details: null, onsearch: () => undefined };

describe('WordsEditor', () => {
  it('shows what all and what some of the photos have', async () => {
    await show(WordsEditor, rest, answers);
    expect((await screen.findByText('at the lake')).textContent).toBe('at the lake 2');
    expect(button('3 stars').getAttribute('aria-pressed')).toBe('true');
    expect(button('Favourite').getAttribute('aria-pressed')).toBe('false');
  });

  it('adds a tag that some have to all, searches for one that all have, and removes either', async () => {
    const onsearch = vi.fn();
    const { user, sent } = await show(WordsEditor, { ...rest, onsearch }, answers);
    await user.click(await screen.findByRole('button', { name: 'black dog 1' }));
    await user.click(button('Family/Rex'));
    await user.click(button('Remove the tag Family/Rex'));
    expect(sent('edits.apply')).toEqual([
      { photoIds: ids, addTags: ['black dog'] },
      { photoIds: ids, removeTags: ['Family/Rex'] },
    ]);
    expect(onsearch.mock.calls).toEqual([['tag:Family/Rex']]);
  });

  it('takes the keys of the menu of a tag for the tag, and not for the photo around it', async () => {
    const { user, sent } = await show(WordsEditor, rest, answers);
    const onkeydown = vi.fn();
    window.addEventListener('keydown', onkeydown);
    onTestFinished(() => window.removeEventListener('keydown', onkeydown));
    (await screen.findByRole('button', { name: 'Family/Rex' })).focus();
    await user.keyboard('{Delete}');
    expect(sent('edits.apply')).toEqual([{ photoIds: ids, removeTags: ['Family/Rex'] }]);
    expect(onkeydown).not.toHaveBeenCalled();
    await user.keyboard('i');
    expect(onkeydown).toHaveBeenCalledOnce();
  });

  it('saves a caption by Enter, and one that was begun when it is left or closed', async () => {
    const { user, sent } = await show(WordsEditor, rest, answers);
    const box = screen.getByRole('textbox', { name: 'Add a caption' });
    await user.type(box, 'Rex swims{Enter}');
    await user.type(box, 'begun');
    await user.tab();
    expect(sent('edits.apply')).toEqual([
      { photoIds: ids, addCaptions: ['Rex swims'] },
      { photoIds: ids, addCaptions: ['begun'] },
    ]);
    expect(box).toHaveProperty('value', '');
  });

  it('folds a long caption, cuts a long tag, and shows an override of direction', async () => {
    const long = {
      captions: [{ text: 'very long '.repeat(10_000), photos: 3 }],
      tags: [{ name: 'x'.repeat(2000), photos: 3 }],
    };
    const { container, user, answer, app } = await show(WordsEditor, rest, { 'edits.words': { ...words, ...long } });
    const all = await screen.findByRole('button', { name: 'Show all' });
    expect(textOf(container).length).toBeLessThan(1500);
    await user.click(all);
    expect(textOf(container).length).toBeGreaterThan(90_000);
    await user.click(button('Show less'));
    expect(textOf(container).length).toBeLessThan(1500);
    await user.click(button(/^Remove the tag x+…$/));
    expect(app.toasts.list.at(-1)?.message.length).toBeLessThan(100);
    answer({ 'edits.words': { ...words, captions: [{ text: 'line1 \u202elive', photos: 3 }] } });
    await app.edits.rate(ids, 1);
    await expect.poll(() => textOf(container)).toContain('line1 \\u{202e}live');
  });

  it('completes a tag by keys, and offers none that all the photos have', async () => {
    const { user, sent } = await show(WordsEditor, rest, {
      ...answers,
      'edits.completeTag': [
        { name: 'Family/Max', photos: 12 },
        { name: 'Family/Oma', photos: 4 },
        { name: 'Family/Rex', photos: 3 },
      ],
    });
    await screen.findByRole('button', { name: 'Family/Rex' });
    await user.type(screen.getByRole('combobox', { name: 'Add a tag' }), 'fam');
    await screen.findByRole('option', { name: 'Family/Oma, 4 photos' });
    expect(screen.queryByRole('option', { name: 'Family/Rex, 3 photos' })).toBeNull();
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(sent('edits.apply')).toEqual([{ photoIds: ids, addTags: ['Family/Oma'] }]);
  });

  it('saves title and date, and leaves a text alone that is no date', async () => {
    const known = details({ written: { title: 'Rex', rating: null, date: '1987', tags: [] } });
    const { user, sent } = await show(WordsEditor, { ...rest, photoIds: [photoId(1)], details: known }, answers);
    const [title, date] = [screen.getByLabelText('Title'), screen.getByLabelText('Corrected date')];
    expect([title, date]).toMatchObject([{ value: 'Rex' }, { value: '1987' }]);
    await user.clear(date);
    await user.type(date, 'yesterday');
    await user.clear(title);
    await user.type(title, 'Rex and Oma');
    await user.clear(date);
    await user.tab();
    expect(sent('edits.apply')).toEqual([
      { photoIds: [1], title: 'Rex and Oma' },
      { photoIds: [1], date: null },
    ]);
  });

  it('has a caption in its box again that could not be saved', async () => {
    const full = new HashlensError('disk-full', 'There is no room left on the disk.');
    const { user } = await show(WordsEditor, rest, { ...answers, 'edits.apply': () => Promise.reject(full) });
    const box = screen.getByRole('textbox', { name: 'Add a caption' });
    await user.type(box, 'Rex swims{Enter}');
    await vi.waitFor(() => expect(box).toHaveProperty('value', 'Rex swims'));
  });

  it('saves a title that could not be saved when it is left once more', async () => {
    let isFull = true;
    const known = details({ written: { title: 'Rex', rating: null, date: null, tags: [] } });
    const { user, sent } = await show(
      WordsEditor,
      { ...rest, photoIds: [photoId(1)], details: known },
      {
        ...answers,
        'edits.apply': () => {
          if (isFull) throw new HashlensError('disk-full', 'There is no room left on the disk.');
          return { photos: 0, inverse: [] };
        },
      },
    );
    const title = screen.getByLabelText('Title');
    await user.type(title, ' and Oma');
    await user.tab();
    isFull = false;
    await user.type(title, ' ');
    await user.tab();
    expect(sent('edits.apply')).toEqual([
      { photoIds: [1], title: 'Rex and Oma' },
      { photoIds: [1], title: 'Rex and Oma' },
    ]);
  });

  it('has a tag in its box again that could not be saved, and says that slashes alone are none', async () => {
    const full = new HashlensError('disk-full', 'There is no room left on the disk.');
    const { app, user, sent } = await show(WordsEditor, rest, {
      ...answers,
      'edits.apply': () => Promise.reject(full),
    });
    const box = screen.getByRole('combobox', { name: 'Add a tag' });
    await user.type(box, 'Oma{Enter}');
    await vi.waitFor(() => expect(box).toHaveProperty('value', 'Oma'));
    await user.clear(box);
    await user.type(box, ' / {Enter}');
    expect(app.toasts.list.at(-1)?.message).toBe('A tag needs a name beside its slashes.');
    expect(sent('edits.apply')).toHaveLength(1);
  });

  it('says how to write a date, and takes one with dots', async () => {
    const known = details({ written: { title: null, rating: null, date: null, tags: [] } });
    const { user, sent } = await show(WordsEditor, { ...rest, photoIds: [photoId(1)], details: known }, answers);
    const date = screen.getByLabelText('Corrected date');
    await user.type(date, '0000');
    await user.tab();
    expect(screen.getByRole('alert').textContent).toMatch(/^This is no date\. Write it as 1968, /);
    expect(date.getAttribute('aria-invalid')).toBe('true');
    await user.clear(date);
    expect(screen.queryByRole('alert')).toBeNull();
    await user.type(date, '31.12.2019');
    await user.tab();
    expect(sent('edits.apply')).toEqual([{ photoIds: [1], date: '2019-12-31' }]);
    expect(date).toHaveProperty('value', '2019-12-31');
  });

  it('sends all typed texts when the page ends, without the answer to an earlier change', async () => {
    const known = details({ written: { title: null, rating: null, date: null, tags: [] } });
    const { app, user, sent } = await show(
      WordsEditor,
      { ...rest, photoIds: [photoId(1)], details: known },
      { ...answers, 'edits.apply': () => new Promise(() => undefined) },
    );
    await user.type(screen.getByRole('textbox', { name: 'Add a caption' }), 'Rex swims{Enter}begun');
    await user.type(screen.getByLabelText('Title'), 'Rex');
    await user.type(screen.getByRole('combobox', { name: 'Add a tag' }), 'dog');
    expect(sent('edits.apply')).toEqual([{ photoIds: [1], addCaptions: ['Rex swims'] }]);
    app.leave();
    expect(sent('edits.apply').slice(1)).toEqual([
      { photoIds: [1], addCaptions: ['begun'] },
      { photoIds: [1], title: 'Rex' },
      { photoIds: [1], addTags: ['dog'] },
    ]);
  });
});
