import { expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import WorkSettings from './WorkSettings.svelte';

it('shows when photos are indexed and with how many cores, and changes it', async () => {
  const speed = 'leave-one';
  const work = { onlyWhenIdle: false, onlyOnPower: true, speed, threads: null, threadsNow: 7, coreCount: 8 } as const;
  const { user, sent, answer } = await show(WorkSettings, {}, { 'jobs.settings': work });
  const box = (name: string) => screen.getByRole<HTMLInputElement>('checkbox', { name });
  const boxes = ['Only while nobody uses the computer', 'Only with mains power'];
  expect(boxes.map((name) => box(name).checked)).toEqual([false, true]);
  answer({ 'jobs.settings': { ...work, onlyWhenIdle: true } });
  await user.click(box('Only while nobody uses the computer'));
  expect(sent('jobs.settings')).toContainEqual({ onlyWhenIdle: true });
  expect(boxes.map((name) => box(name).checked)).toEqual([true, true]);
  const cores = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Processor cores' });
  expect(cores.selectedOptions[0]?.text).toBe('Leave one to me');
  expect(screen.getByText('7 of 8 are used for this now.')).toBeTruthy();
  answer({ 'jobs.settings': { ...work, speed: 'full-when-away', threadsNow: 8 } });
  await user.selectOptions(cores, 'All while I am away or on mains power, else leave one to me');
  expect(sent('jobs.settings')).toContainEqual({ speed: 'full-when-away' });
  expect(await screen.findByText('8 of 8 are used for this now.')).toBeTruthy();
});
