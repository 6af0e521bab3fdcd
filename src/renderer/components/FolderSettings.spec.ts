import { expect, it } from 'vitest';
import { status } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import FolderSettings from './FolderSettings.svelte';

it('lists the folders, asks before one is removed, adds one, and leads to the library', async () => {
  const answers = { 'library.status': status(), 'app.chooseFolder': null } as const;
  const { app, user, sent } = await show(FolderSettings, {}, answers);
  await user.click(await screen.findByRole('button', { name: /^Remove/ }));
  expect(screen.getByRole('alertdialog').textContent).toContain('photo');
  await user.click(button('Add folder…'));
  expect(sent('app.chooseFolder')).toHaveLength(1);
  await user.click(button('library'));
  expect(app.view).toBe('library');
});
