import { expect, it, vi } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import RunDialog from './RunDialog.svelte';

async function opened() {
  const onsave = vi.fn();
  const onclose = vi.fn();
  const words = { name: 'First', note: '' };
  return { ...(await show(RunDialog, { title: 'Training', words, onsave, onclose })), onsave, onclose };
}

it('begins with the words given, gives those typed without space around them, and closes', async () => {
  const { user, onsave, onclose } = await opened();
  const name = screen.getByRole<HTMLInputElement>('textbox', { name: 'Name' });
  expect([name.value, document.activeElement]).toEqual(['First', name]);
  await user.type(name, ' run ');
  await user.type(screen.getByRole('textbox', { name: 'Note' }), ' Few epochs ');
  await user.click(button('Save'));
  expect(onsave).toHaveBeenCalledExactlyOnceWith({ name: 'First run', note: 'Few epochs' });
  expect(onclose).toHaveBeenCalledTimes(1);
});

it('saves nothing at Cancel', async () => {
  const { user, onsave, onclose } = await opened();
  await user.type(screen.getByRole('textbox', { name: 'Name' }), ' run');
  await user.click(button('Cancel'));
  expect([onsave.mock.calls.length, onclose.mock.calls.length]).toEqual([0, 1]);
});
