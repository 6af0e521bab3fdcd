import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import Toasts from './Toasts.svelte';

describe('Toasts', () => {
  it('shows an error as an alert over everything else, until it is dismissed', async () => {
    const { app, user, container } = await show(Toasts, {});
    const stack = container.querySelector<HTMLElement>('[popover]');
    expect(stack?.dataset['open']).toBeUndefined();
    app.toasts.error(new HashlensError('not-found', 'No such photo.'));
    await tick();
    expect(screen.getByRole('alert').textContent).toContain('No such photo.');
    expect(stack?.dataset['open']).toBe('');
    await user.click(button('Dismiss'));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(stack?.dataset['open']).toBeUndefined();
  });

  it('offers the remedy of an error as a button, which leads to its page with nothing over that', async () => {
    const { app, user } = await show(Toasts, {});
    const closed = vi.fn();
    app.closeDialogs = closed;
    await app.openPhoto(photoId(1));
    app.toasts.error(new HashlensError('encoder-missing', 'The encoder is missing.'));
    await user.click(await screen.findByRole('button', { name: 'Show encoders' }));
    expect([app.view, app.viewer.index, closed.mock.calls.length]).toEqual(['settings', null, 1]);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows the last two messages at most, so that errors do not cover a photo', async () => {
    const { app } = await show(Toasts, {});
    for (const name of ['a', 'b', 'c']) app.toasts.error(new HashlensError('not-found', `No photo ${name}.`));
    await tick();
    const shown = screen.getAllByRole('alert').map(textOf);
    expect(shown).toMatchObject([expect.stringContaining('No photo b.'), expect.stringContaining('No photo c.')]);
  });

  it('is above the bar of the selection, however many lines that has', async () => {
    const { app, container } = await show(Toasts, {});
    const bottom = () => container.querySelector<HTMLElement>('[popover]')?.style.bottom;
    expect(bottom()).toBe('62px');
    app.footHeight = 130;
    await tick();
    expect(bottom()).toBe('138px');
  });

  it('shows a note as a status', async () => {
    const { app } = await show(Toasts, {});
    app.toasts.note('Done.');
    await tick();
    expect(screen.getByRole('status').textContent).toContain('Done.');
  });
});
