// A person judges results as right or wrong, by keys and by mouse, sees the reasons for them, and undoes it.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('results', () => {
  let app: HashlensApp;
  const labels = () => app.tiles.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
  /** The caption of a label, which is a sentence, without rank and reason. */
  const bare = (label: string | undefined) => /^(?:\d+\. )?(.*?\.)(?: |$)/.exec(label ?? '')?.[1];

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
    await app.answered('Photos');
  });
  afterAll(() => app.close());

  it('say why they are there, on the photo and in the viewer', async () => {
    await app.search('kitten');
    await app.loadedThumbnails(8);
    expect(await app.tile(0).getAttribute('title')).toMatch(/^Your caption says “kitten”/);
    expect(await app.tile(0).locator('.why').count()).toBe(1);
    await app.tile(1).hover();
    await app.screenshot('reasons');
    await app.tile(0).click();
    await app.viewer.getByText('Your caption says “kitten”').waitFor();
    await app.viewer.getByRole('button', { name: 'This is it' }).waitFor();
    await app.screenshot('reasons-viewer');
    expect(await app.violations()).toEqual([]);
    await app.page.keyboard.press('Escape');
    await app.viewer.waitFor({ state: 'detached' });
  });

  it('leave the list by a key if they are wrong, and the focus goes to the next', async () => {
    const before = await labels();
    await app.tile(1).focus();
    await app.page.keyboard.press('n');
    await app.toast('Photo left out of “kitten”');
    await expect.poll(async () => (await labels()).map(bare)).toEqual(before.toSpliced(1, 1).map(bare));
    await expect
      .poll(() => app.page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toMatch(`2. ${bare(before[2])}`);
    await app.search('KITTEN');
    expect((await labels()).map(bare)).not.toContain(bare(before[1]));
    await app.page.getByRole('button', { name: '1 left out' }).click();
    await app.page.getByRole('heading', { name: 'Your judgements of results' }).waitFor();
    await app.page.getByRole('button', { name: /^Remove the judgement that .* is wrong for “kitten”$/ }).waitFor();
    await app.screenshot('words-judged');
    expect(await app.violations()).toEqual([]);
    await app.page.getByRole('button', { name: /^Remove the judgement that .* is wrong for “kitten”$/ }).click();
    await app.page.getByText('Nothing yet.').waitFor();
    await app.goTo('Photos');
    await expect.poll(async () => (await labels()).map(bare)).toEqual(before.map(bare));
  });

  it('come first if they are right, by mouse, and Ctrl+Z undoes it', async () => {
    const before = await labels();
    await app.tile(4).hover();
    await app.page.getByTitle('This is it (Y)').nth(4).click();
    await app.toast('Photo marked as right for “KITTEN”');
    await expect.poll(() => app.tile(4).getAttribute('title')).toMatch(/^You said that this is it/);
    await app.search('Kitten');
    expect(bare((await labels())[0])).toBe(bare(before[4]));
    await app.page.locator('main').click({ position: { x: 4, y: 300 } });
    await app.page.keyboard.press('ControlOrMeta+z');
    await app.toast('Undone: Photo marked as right for “KITTEN”');
    await expect.poll(async () => bare((await labels())[0])).toBe(bare(before[0]));
  });

  it('are judged together where several are selected, and fit a narrow, dark window', async () => {
    await app.tile(1).click({ modifiers: ['ControlOrMeta'] });
    await app.tile(2).click({ modifiers: ['ControlOrMeta'] });
    await app.selectionBar.getByRole('button', { name: 'Not it' }).click();
    await app.toast('2 photos left out of “Kitten”');
    await app.page.getByRole('button', { name: '2 left out' }).click();
    await app.scheme('dark');
    await app.resize(400, 800);
    expect(await app.violations()).toEqual([]);
    expect(await app.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    await app.screenshot('words-judged-narrow');
  });
});
