import { expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import RunningSettings from './RunningSettings.svelte';

const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });

it('shows whether Hashlens starts with the session as the system has it, and tells the system what is chosen', async () => {
  let on = true;
  const answers = { 'app.startAtLogin': (params: { on?: boolean | undefined }) => ({ on: (on = params.on ?? on) }) };
  const { user, sent } = await show(RunningSettings, {}, answers);
  await expect.poll(() => box('Start when I log in').checked).toBe(true);
  await user.click(box('Start when I log in'));
  await expect.poll(() => box('Start when I log in').checked).toBe(false);
  expect(sent('app.startAtLogin')).toEqual([{}, { on: false }]);
});

it('keeps the choice of the tray', async () => {
  const { app, user } = await show(RunningSettings, {});
  expect(box('Go on in the tray').checked).toBe(false);
  await user.click(box('Go on in the tray'));
  expect(app.preferences.now.tray).toBe(true);
});
