import { expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import WorkSettings from './WorkSettings.svelte';

it('shows when photos are indexed, and changes it', async () => {
  const work = { onlyWhenIdle: false, onlyOnPower: true, threads: null };
  const { user, sent, answer } = await show(WorkSettings, {}, { 'jobs.settings': work });
  const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
  const boxes = ['Only while nobody uses the computer', 'Only with mains power', 'Leave one core to me'];
  expect(boxes.map((name) => box(name).checked)).toEqual([false, true, true]);
  answer({ 'jobs.settings': { ...work, onlyWhenIdle: true } });
  await user.click(box('Only while nobody uses the computer'));
  expect(sent('jobs.settings')).toContainEqual({ onlyWhenIdle: true });
  expect(boxes.map((name) => box(name).checked)).toEqual([true, true, true]);
  await user.click(box('Leave one core to me'));
  expect(sent('jobs.settings')).toContainEqual({ threads: navigator.hardwareConcurrency });
});
