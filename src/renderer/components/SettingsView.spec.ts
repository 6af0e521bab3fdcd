import { expect, it } from 'vitest';
import type { Answers } from '../../../test/support/page.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import { preferences } from '../../shared/contract/preferences.ts';
import SettingsView from './SettingsView.svelte';

const answers: Answers = { 'app.startAtLogin': { on: false }, 'app.preferences': preferences.parse({}) };
const select = (name: string) => screen.getByRole<HTMLSelectElement>('combobox', { name });

it('shows the appearance, the language and the notifications, and keeps a choice', async () => {
  const { app, user, sent } = await show(SettingsView, {}, answers);
  expect(select('Colours').selectedOptions[0]?.text).toBe('Same as the system');
  await user.selectOptions(select('Colours'), 'Dark');
  await user.click(screen.getByRole('checkbox', { name: 'Tell me when long work has ended' }));
  expect(app.preferences.now).toMatchObject({ appearance: 'dark', notifications: false });
  await expect.poll(() => sent('app.preferences')).toEqual([{}, { appearance: 'dark' }, { notifications: false }]);
});

it('draws the page in the language that is chosen, whose name is in that language', async () => {
  const { app, user, sent } = await show(SettingsView, {}, { ...answers, 'app.language': 'en' });
  expect(Array.from(select('Language').options, ({ text }) => text)).toEqual([
    'Same as the system',
    'English',
    'Deutsch',
  ]);
  await user.selectOptions(select('Language'), 'English');
  await expect.poll(() => sent('app.preferences')).toContainEqual({ language: 'en' });
  expect([app.preferences.now.language, app.preferences.language]).toEqual(['en', 'en']);
});

it('leads to the library and to the list of shortcuts', async () => {
  const { app, user } = await show(SettingsView, {}, answers);
  await user.click(button('Show all shortcuts'));
  expect(app.shortcutsOpen).toBe(true);
  await user.click(button('library'));
  expect(app.view).toBe('library');
});
