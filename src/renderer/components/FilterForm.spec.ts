import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { queryAnswer, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import FilterForm from './FilterForm.svelte';

const many = Array.from({ length: 12 }, (_, n) => ({ name: `Tag ${n}`, photos: 20 - n }));
const answers = {
  'library.contents': {
    ...{ favourites: 0, onThisDay: 0, folders: [], places: [], people: [{ name: 'Anna', photos: 2 }] },
    ...{ tags: many, cameras: [] },
  },
  'search.query': ({ text }: { text?: string | undefined }) => queryAnswer(text ?? '', [rankedHit(1)]),
};

describe('FilterForm', () => {
  it('adds people and tags to the words by click, and takes them out again', async () => {
    const { app, user } = await show(FilterForm, { onclose: () => undefined }, answers);
    app.view = 'training';
    await app.search.words('beach');
    await user.click(button('Anna'));
    await user.click(button('Tag 3'));
    expect(app.search.text).toBe('beach person:Anna tag:"Tag 3"');
    expect(button('Anna').getAttribute('aria-pressed')).toBe('true');
    expect(app.view).toBe('photos');
    await user.click(button('Anna'));
    expect(app.search.text).toBe('beach tag:"Tag 3"');
  });

  it('takes a name beyond the first ones from the list', async () => {
    const { app } = await show(FilterForm, { onclose: () => undefined }, answers);
    const box = screen.getByLabelText<HTMLInputElement>('Another tag');
    await fireEvent.change(box, { target: { value: 'tag 11' } });
    expect(app.search.text).toBe('tag:"Tag 11"');
    await fireEvent.change(box, { target: { value: 'nothing' } });
    expect(app.search.text).toBe('tag:"Tag 11"');
  });

  it('has the last day count as well as the first, and one number of stars at a time', async () => {
    const { app, user } = await show(FilterForm, { onclose: () => undefined }, answers);
    await fireEvent.change(screen.getByLabelText('From'), { target: { value: '2019-07-01' } });
    await fireEvent.change(screen.getByLabelText('To'), { target: { value: '2019-07-14' } });
    expect(app.search.text).toBe('date:2019-07-01..2019-07-14');
    await user.click(button('At least 3 of 5 stars'));
    await user.click(button('At least 4 of 5 stars'));
    expect(app.search.text).toBe('date:2019-07-01..2019-07-14 rating:>=4');
    await user.click(button('At least 4 of 5 stars'));
    await fireEvent.change(screen.getByLabelText('From'), { target: { value: '' } });
    expect(app.search.text).toBe('before:2019-07-15');
  });

  it('is closed by Escape', async () => {
    const onclose = vi.fn();
    const { user } = await show(FilterForm, { onclose }, answers);
    button('Anna').focus();
    await user.keyboard('{Escape}');
    expect(onclose).toHaveBeenCalledOnce();
  });
});
