import { describe, expect, it } from 'vitest';
import { encoder, folder, job } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import Welcome from './Welcome.svelte';

describe('Welcome', () => {
  it('adds the sample album once, however often it is pressed', async () => {
    let answer: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (answer = resolve));
    const added = { folder: folder(), job: job(), movedFrom: null };
    const { app, user, sent } = await show(Welcome, {}, { 'folders.addSample': () => waiting.then(() => added) });
    await user.click(button('Try the sample album'));
    await user.click(button('Try the sample album'));
    expect(sent('folders.addSample')).toHaveLength(1);
    answer();
    await expect.poll(() => app.jobs.active.length).toBe(1);
  });

  it('names the encoder in use and the usual other one with its size and time, and leads to the choice', async () => {
    const others = [600e6, 170e6].map((downloadBytes, n) =>
      encoder({
        id: `clip-${n}`,
        name: `CLIP ${n}`,
        active: false,
        installed: false,
        downloadBytes,
        usualPhotoMs: [20, 300],
      }),
    );
    const { app, user, container } = await show(Welcome, {}, { 'encoders.list': [encoder(), ...others] });
    await screen.findByText(/^Starter recognises what is in the photos/);
    expect(textOf(container)).toContain('“CLIP 0” understands whole sentences');
    expect(textOf(container)).toContain('a download of 600 MB, then 20 s to 5 min for each 1000 photos');
    await user.click(button('Show encoders'));
    expect([app.view, app.encodersOpen]).toEqual(['settings', true]);
  });

  it('adds nothing when the person closes the folder dialog', async () => {
    const { app, user, sent } = await show(Welcome, {}, { 'app.chooseFolder': null });
    await user.click(button('Add a folder…'));
    expect(sent('app.chooseFolder')).toHaveLength(1);
    expect(app.jobs.active).toEqual([]);
    expect(button('Add a folder…').disabled).toBe(false);
  });
});
