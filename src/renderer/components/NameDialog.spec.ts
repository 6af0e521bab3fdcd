import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { startPage } from '../../../test/support/page.ts';
import { screen } from '../../../test/support/render.ts';
import App from '../App.svelte';

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
