// The language of the window: the system's, or the person's choice; assistive programs get it, too.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Electron } from '../../scripts/electron.ts';
import { HashlensApp } from './app.ts';

const electron = inject('electron');
const widths = [400, 1280] as const;

describe.skipIf(electron === null)('the language of the window', () => {
  let app: HashlensApp;
  const button = (name: string | RegExp) => app.page.getByRole('button', { name, exact: true });
  const lang = () => app.page.evaluate(() => document.documentElement.lang);
  /** Pixels by which the page, its view or a dialog exceeds the window. */
  const overflow = (): Promise<readonly string[]> =>
    app.page.evaluate(() =>
      [...document.querySelectorAll('html, main, dialog[open], aside, [role="toolbar"]')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1)
        .map((element) => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`),
    );

  /** Checks the present view in a narrow and a wide window. */
  async function look(name: string): Promise<void> {
    for (const width of widths) {
      await app.resize(width, 800);
      await expect.poll(() => app.page.evaluate(() => innerWidth)).toBe(width);
      await app.screenshot(`language-${name}-${width}`);
      expect.soft(await overflow(), `${name} at ${width} pixels`).toEqual([]);
      expect.soft(await app.violations(), `${name} at ${width} pixels`).toEqual([]);
    }
  }

  beforeAll(async () => {
    if (electron === null) return;
    app = await HashlensApp.start({
      electron,
      display: inject('display'),
      env: { LANGUAGE: 'de', LC_ALL: 'de_DE.UTF-8' },
    });
  });
  afterAll(() => app.close());

  it('speaks the language of the system from the first picture on', async () => {
    await button('Beispielalbum ausprobieren').waitFor();
    expect(await lang()).toBe('de');
    await look('welcome');
    const menus = await app.electron.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
    expect(menus).toEqual(['&Datei', '&Bearbeiten', '&Ansicht', 'Fenster', 'Hilfe']);
  });

  it('indexes, searches and shows a photo', async () => {
    await button('Beispielalbum ausprobieren').click();
    await app.page.getByText(/\d+ Fotos eingelesen/).waitFor({ timeout: 100_000 });
    await look('timeline');
    const box = app.page.getByRole('combobox', { name: 'Fotos suchen' });
    await box.fill('a cat');
    await box.press('Enter');
    await app.answered('„a cat“');
    await app.tiles.first().waitFor();
    await look('search');
    await app.tile(0).click();
    await app.viewer.getByRole('button', { name: 'Voriges Foto' }).waitFor();
    await look('viewer');
    await app.page.keyboard.press('Escape');
  });

  it('names in context menus what can be done, and its keys', async () => {
    await app.chooseInMenus('Auswählen');
    await app.tile(0).click({ button: 'right' });
    await app.page.getByText('1 Foto ausgewählt').waitFor();
    expect(await app.shownMenu()).toEqual(expect.arrayContaining(['Öffnen | Enter', 'Favorit | F']));
    await look('selection');
    await app.page.keyboard.press('Escape');
  });

  it.each(['Beschreiben', 'Wörter', 'Training', 'Bibliothek', 'Einstellungen'])('shows the page %s', async (name) => {
    await app.page.getByRole('navigation', { name: 'Ansichten' }).getByRole('button', { name }).click();
    await app.page.getByRole('heading').first().waitFor();
    await look(name.toLowerCase());
  });

  it('changes to English and back, and the search stays', async () => {
    await app.page.getByRole('combobox', { name: 'Sprache' }).selectOption({ label: 'English' });
    await app.page.getByRole('combobox', { name: 'Language' }).waitFor();
    expect(await lang()).toBe('en');
    await app.goTo('Photos');
    await app.answered('“a cat”');
    await app.openSettings();
    await app.page.getByRole('combobox', { name: 'Language' }).selectOption({ label: 'Deutsch' });
    await app.page.getByRole('combobox', { name: 'Sprache' }).waitFor();
    expect(await lang()).toBe('de');
  });

  it('is given to Chromium at the next start, for its fields of dates and numbers, with any language of the system', async () => {
    const { library } = app;
    await app.electron.close();
    const env = { LANGUAGE: 'en', LC_ALL: 'en_GB.UTF-8' };
    app = await HashlensApp.start({ electron: electron as Electron, display: inject('display'), library, env });
    await app.page.getByRole('combobox', { name: 'Fotos suchen' }).waitFor();
    expect(await app.electron.evaluate(({ app: main }) => main.commandLine.getSwitchValue('lang'))).toBe('de');
    expect(await app.electron.evaluate(({ app: main }) => main.getLocale())).toBe('de');
    expect(await app.page.evaluate(() => navigator.language)).toBe('de');
    expect(await app.electron.evaluate(() => process.env['LANGUAGE'])).toBe('en');
  });
});
