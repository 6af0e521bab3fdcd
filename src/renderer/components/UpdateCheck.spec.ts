import { expect, it } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import UpdateCheck from './UpdateCheck.svelte';

it('asks for nothing until the person does, and says when there is nothing newer', async () => {
  const { user, asked, container } = await show(UpdateCheck, {}, { 'app.checkForUpdates': { newer: null } });
  expect(asked.filter(({ method }) => method.includes('Update'))).toEqual([]);
  await user.click(button('Check for updates'));
  expect(textOf(container)).toBe('This is the newest version. Check for updates');
});

it('downloads and installs a newer version in two more clicks, with progress', async () => {
  let finish: () => void = () => undefined;
  const { user, tell, sent, container } = await show(
    UpdateCheck,
    {},
    {
      'app.checkForUpdates': { newer: '2.0.0' },
      'app.downloadUpdate': () => new Promise<null>((resolve) => (finish = () => resolve(null))),
      'app.installUpdate': null,
    },
  );
  await user.click(button('Check for updates'));
  expect(sent('app.downloadUpdate')).toEqual([]);
  await user.click(button('Download'));
  tell({ type: 'update', percent: 41.9 });
  await screen.findByText('Downloading version 2.0.0: 41 %');
  finish();
  await user.click(await screen.findByRole('button', { name: 'Restart and install' }));
  expect(sent('app.installUpdate')).toHaveLength(1);
  expect(textOf(container)).toContain('Version 2.0.0 is ready');
});

it('says why the check failed, and can be asked again', async () => {
  const { user, app } = await show(
    UpdateCheck,
    {},
    {
      'app.checkForUpdates': () => {
        throw new HashlensError('offline', 'The address for updates did not answer.');
      },
    },
  );
  await user.click(button('Check for updates'));
  expect(app.toasts.list.map(({ message }) => message)).toEqual(['The address for updates did not answer.']);
  expect(button('Check for updates').disabled).toBe(false);
});
