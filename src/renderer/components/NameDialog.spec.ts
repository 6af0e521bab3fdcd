import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import App from '../App.svelte';
import NameDialog from './NameDialog.svelte';

it('gives the name that was typed and closes, and gives none where it is empty', async () => {
  const { app } = await startPage();
  const user = userEvent.setup();
  render(App, { props: { app } });
  const done = vi.fn();
  app.albums.askName('New album', '', done);
  const box = await screen.findByLabelText('Name');
  await user.type(box, '  {Enter}');
  expect(done).not.toHaveBeenCalled();
  await user.type(box, 'Rome{Enter}');
  expect(done).toHaveBeenCalledExactlyOnceWith('Rome');
  expect(app.albums.naming).toBeNull();
});

it('begins with the name that is to be changed, cannot save an empty one, and gives none at Cancel', async () => {
  const done = vi.fn();
  const onclose = vi.fn();
  const { user } = await show(NameDialog, { request: { title: 'Rename', name: 'Rome', done }, onclose });
  const box = screen.getByRole<HTMLInputElement>('textbox', { name: 'Name' });
  expect([box.value, document.activeElement]).toEqual(['Rome', box]);
  await user.clear(box);
  expect(button('Save').disabled).toBe(true);
  await user.click(button('Cancel'));
  expect([onclose.mock.calls.length, done.mock.calls.length]).toEqual([1, 0]);
});
