import { describe, expect, it } from 'vitest';
import { encoder } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import EncoderList from './EncoderList.svelte';

describe('EncoderList', () => {
  it('names the encoder in use, and lists the others alone', async () => {
    const clip = encoder({ id: 'clip', name: 'CLIP', active: false });
    await show(EncoderList, {}, { 'encoders.list': [encoder(), clip] });
    expect(screen.queryByRole('heading', { name: /Starter/ })).not.toBeNull();
    expect(screen.getAllByRole('listitem', { hidden: true }).map((row) => row.getAttribute('aria-label'))).toEqual([
      'CLIP',
    ]);
  });

  it('adds an encoder from a folder that the person chooses', async () => {
    const { user, sent } = await show(EncoderList, {}, { 'app.chooseEncoderFolder': null });
    await user.click(screen.getByRole('button', { name: /Add from a folder/, hidden: true }));
    expect(sent('app.chooseEncoderFolder')).toHaveLength(1);
  });

  it('opens the list when the app asks for it', async () => {
    const { app, container } = await show(EncoderList, {});
    expect(container.querySelector('details')?.open).toBe(false);
    app.showEncoders();
    await Promise.resolve();
    expect(container.querySelector('details')?.open).toBe(true);
  });
});
