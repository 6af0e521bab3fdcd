// The page of settings: each change is stored at once, and can be undone.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HashlensApp } from './app.ts';

const electron = inject('electron');

describe.skipIf(electron === null)('the settings', () => {
  let app: HashlensApp;

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({ electron, display: inject('display') });
    await app.resize(1280, 800);
    await app.addSampleAlbum();
  });
  afterAll(() => app.close());

  it('have the colours of the window, which Ctrl+Z takes back', async () => {
    const settings = await app.openSettings();
    expect(await app.violations()).toEqual([]);
    const colours = () => app.electron.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
    await settings.getByRole('combobox', { name: 'Colours' }).selectOption({ label: 'Dark' });
    await app.toast('Setting changed: Colours');
    await expect.poll(colours).toBe('dark');
    await app.page.keyboard.press('Control+z');
    await expect.poll(colours).toBe('system');
    expect(await settings.getByRole('combobox', { name: 'Colours' }).inputValue()).toBe('system');
  });

  it('ask before text in photos is read, and read none after a refusal', async () => {
    const settings = await app.openSettings();
    await settings.getByLabel('Read text in photos').check();
    const question = settings.getByRole('alertdialog', { name: 'Read text in photos?' });
    await question.getByText(/39 photos, about/).waitFor();
    await question.getByRole('button', { name: 'Not now' }).click();
    expect(await settings.getByLabel('Read text in photos').isChecked()).toBe(false);
  });

  it('list the other encoders, and every shortcut', async () => {
    const settings = await app.openSettings();
    await settings.getByText('Other encoders').click();
    await settings.getByRole('button', { name: 'Download…' }).first().waitFor();
    await settings.getByRole('button', { name: 'Show all shortcuts' }).click();
    const dialog = app.page.getByRole('dialog');
    await dialog.getByText('Copy file').first().waitFor();
    await app.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});
