// The main job by the keyboard alone: sample album, search, photo, caption, learning, the model to keep.
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('the keyboard alone', () => {
  let app: HashlensApp;
  const press = (key: string): Promise<void> => app.page.keyboard.press(key);
  const isFocused = (target: Locator): Promise<boolean> =>
    target.evaluate((element) => element === document.activeElement);
  const button = (name: string | RegExp): Locator => app.page.getByRole('button', { name, exact: true }).first();

  /** Goes to the element by Tab, past every other one, once around the window at most. */
  async function reach(target: Locator): Promise<void> {
    await target.waitFor();
    for (let presses = 0; presses < 120; presses++) {
      if (await isFocused(target)) return;
      await press('Tab');
    }
    throw new Error(`Tab does not lead to ${String(target)}.`);
  }
  async function activate(target: Locator): Promise<void> {
    await reach(target);
    await press('Enter');
  }

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.page.evaluate(() => {
      for (const type of ['pointerdown', 'wheel']) {
        addEventListener(type, () => (document.documentElement.dataset['pointer'] = 'used'), true);
      }
    });
  });
  afterAll(() => app.close());

  it('adds the sample album and finds photos by words', async () => {
    await activate(button('Try the sample album'));
    await app.page.getByText(/\d+ photos indexed/).waitFor({ timeout: 150_000 });
    await app.answered('Photos');
    await press('/');
    await app.page.keyboard.type('a cat');
    await press('Enter');
    await app.answered('“a cat”');
    await app.tile(0).waitFor();
  });

  it('opens a photo, describes it, and is back at the photo afterwards', async () => {
    await reach(app.tile(0));
    await press('ArrowRight');
    await expect.poll(() => isFocused(app.tile(1))).toBe(true);
    await press('Enter');
    await app.viewer.waitFor();
    await press('t');
    await expect.poll(() => isFocused(app.viewer.getByRole('textbox', { name: 'Add a caption' }))).toBe(true);
    await app.page.keyboard.type('our cat at home');
    await press('Enter');
    await app.toast('Caption added');
    // It leaves the box, and then the photo.
    await press('Escape');
    await press('Escape');
    await app.viewer.waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(app.tile(1))).toBe(true);
  });

  it('learns, compares both models in searches, and keeps the old and then the new one', async () => {
    await activate(button('Training'));
    const card = app.page.getByRole('region', { name: 'Learn from my captions' });
    await activate(card.getByRole('button', { name: 'Learn now' }));
    await card.getByText(/the right one, if nobody described it, is in the first ten/).waitFor({ timeout: 240_000 });
    for (const model of ['old', 'new'] as const) {
      const compare = card.getByRole('button', { name: 'Compare in your own searches…' });
      await activate(compare);
      const dialog = app.page.getByRole('dialog', { name: /^Your searches with the old and the new model/ });
      await dialog.getByText(/The first photos differ in/).waitFor({ timeout: 60_000 });
      await activate(dialog.getByRole('button', { name: `Keep ${model}`, exact: true }));
      await dialog.waitFor({ state: 'detached' });
      await app.toast(`Search uses the ${model} model.`);
      await expect.poll(() => isFocused(compare)).toBe(true);
    }
    expect(await app.page.evaluate(() => document.documentElement.dataset['pointer'] ?? 'unused')).toBe('unused');
  });
});
