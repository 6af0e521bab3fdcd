// The page of all learned words.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('my words', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('lists words with their photos and what was found, and leads to the photos of each', async () => {
    await app.goTo('Words');
    const words = app.page.getByRole('region', { name: 'My words' });
    await words
      .getByText(/^finds \d+ of \d+$/)
      .first()
      .waitFor();
    await words.getByText('too few to measure').first().waitFor();
    await app.screenshot('words');
    expect(await app.violations()).toEqual([]);
    await words.getByRole('button', { name: 'animal', exact: true }).click();
    await app.tiles.first().waitFor();
    expect(await app.searchBox.inputValue()).toContain('animal');
  });

  it('are taught in seconds from three photos, which find others, and withdrawn', async () => {
    await app.page.getByRole('button', { name: 'Clear the search' }).click();
    await app.answered('Photos');
    for (const index of [0, 1, 2]) await app.tile(index).click({ modifiers: ['Control'] });
    await app.selected(3);
    await app.page.keyboard.press('w');
    const dialog = app.page.getByRole('dialog', { name: 'Teach a word' });
    await dialog.getByLabel('Word').fill('Bello');
    await dialog.getByRole('button', { name: 'Learn' }).click();
    await dialog.getByText(/Learned from 3 photos/).waitFor();
    await expect.poll(() => dialog.getByRole('list').getByRole('button').count()).toBe(36);
    expect(await app.violations()).toEqual([]);
    await app.screenshot('teach-a-word');
    await dialog.getByRole('button', { name: /^Tag \d+ photos$/ }).click();
    await dialog.getByRole('button', { name: /^Withdraw it from \d+ photos$/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await app.toast(/^“Bello” withdrawn/);
    await app.page.keyboard.press('Escape');
  });

  it('fits a narrow, dark window', async () => {
    await app.scheme('dark');
    await app.resize(400, 800);
    await app.goTo('Words');
    await app.page
      .getByText(/^finds \d+ of \d+$/)
      .first()
      .waitFor();
    expect(await app.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    expect(await app.violations()).toEqual([]);
    await app.screenshot('words-narrow');
  });
});
