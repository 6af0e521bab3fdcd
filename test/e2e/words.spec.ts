// The page of all words the library has been taught.
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
