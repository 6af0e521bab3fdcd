import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { status } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import TopBar from './TopBar.svelte';

describe('TopBar', () => {
  it('goes from view to view, and marks the one that is shown', async () => {
    const { app, user } = await show(TopBar, {});
    expect(button('Photos').getAttribute('aria-current')).toBe('page');
    await user.click(button('Training'));
    expect(app.view).toBe('training');
    expect(button('Training').getAttribute('aria-current')).toBe('page');
    expect(button('Photos').hasAttribute('aria-current')).toBe(false);
  });

  it('leads to the library and to the settings', async () => {
    const { app, user } = await show(TopBar, {});
    await user.click(button(/^Library/));
    expect(app.view).toBe('library');
    expect(button(/^Library/).getAttribute('aria-current')).toBe('page');
    await user.click(button('Settings'));
    expect(app.view).toBe('settings');
  });

  it('marks the library when files could not be read', async () => {
    const { app } = await show(TopBar, {}, { 'library.status': status({ failures: 2 }) });
    expect(screen.queryByTitle(/could not be read/)).not.toBeNull();
    app.library.status = status({ failures: 0 });
    await tick();
    expect(screen.queryByTitle(/could not be read/)).toBeNull();
  });
});
