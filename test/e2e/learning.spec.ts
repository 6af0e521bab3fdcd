// Learning for everybody: one button, what it brought, and the way back.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('learning from captions', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('says before what it learns from, and afterwards what it brought and whether search uses it', async () => {
    await app.goTo('Training');
    const card = app.page.getByRole('region', { name: 'Learn from my captions' });
    await card.getByText(/It learns from \d+ pairs of a photo and its words/).waitFor();
    await app.screenshot('learning-before');
    await card.getByRole('button', { name: 'Learn now' }).click();
    const result = card.getByText(/For photos nobody described it finds the right one among the first ten/);
    await result.waitFor({ timeout: 170_000 });
    expect(await result.textContent()).toMatch(/\d+ times in 100 \(\d+ to \d+\); before \d+/);
    await card.getByText(/Search (uses what it has learned|does not use it)/).waitFor();
    await app.screenshot('learning-after');
  });
});
