import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { hit } from '../../test/support/contract-values.ts';
import { startPage, timelineOf } from '../../test/support/page.ts';
import { screen } from '../../test/support/render.ts';
import { listOf } from './state/photo-list.ts';
import App from './App.svelte';

describe('App', () => {
  it('shows one view at a time, the library beside it, and a photo over it', async () => {
    const { app } = await startPage(timelineOf([hit(1)]));
    render(App, { props: { app } });
    await screen.findByRole('button', { name: 'Photo number 1' });
    app.view = 'training';
    await tick();
    expect(screen.queryByRole('form', { name: 'Train a model' })).not.toBeNull();
    expect(screen.queryByRole('button', { name: 'Photo number 1' })).toBeNull();
    app.showDuplicates();
    await tick();
    expect(screen.queryByRole('heading', { name: 'Duplicates' })).not.toBeNull();
    app.libraryOpen = true;
    await app.viewer.open(listOf([hit(1)]), 0);
    await tick();
    expect(screen.queryByRole('complementary', { name: 'Library', hidden: true })).not.toBeNull();
    expect(screen.queryByRole('dialog', { hidden: true })).not.toBeNull();
  });
});
