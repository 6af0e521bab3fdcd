import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { button, screen, show } from '../../../test/support/render.ts';
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

  it('shows a note as a status', async () => {
    const { app } = await show(Toasts, {});
    app.toasts.note('Done.');
    await tick();
    expect(screen.getByRole('status').textContent).toContain('Done.');
  });
});
