import { expect, it } from 'vitest';
import { job, photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import ExportDialog from './ExportDialog.svelte';

const open = () =>
  show(ExportDialog, { photoIds: [photoId(1), photoId(2)], onclose: () => undefined }, { 'app.exportCopies': job() });

it('asks for originals by their own names unless told otherwise', async () => {
  const { user, sent } = await open();
  await user.click(button('Choose a folder…'));
  expect(sent('app.exportCopies')).toEqual([{ photoIds: [1, 2], names: '{name}', form: { as: 'original' } }]);
});

it('asks for smaller pictures without metadata', async () => {
  const { user, sent } = await open();
  await user.selectOptions(screen.getByLabelText('Copies'), 'JPEG');
  await user.selectOptions(screen.getByLabelText('Long side'), '1280 pixels');
  await user.click(screen.getByLabelText('Keep date, camera, place and words'));
  await user.clear(screen.getByLabelText('Names'));
  await user.type(screen.getByLabelText('Names'), 'Rome {{number}');
  await user.click(button('Choose a folder…'));
  expect(sent('app.exportCopies')).toEqual([
    {
      photoIds: [1, 2],
      names: 'Rome {number}',
      form: { as: 'jpeg', longSide: 1280, quality: 90, metadata: false },
    },
  ]);
});

it('says what is wrong with a name, and takes none that leads to another folder', async () => {
  const { user } = await open();
  await user.type(screen.getByLabelText('Names'), '/{{nmae}');
  expect(button('Choose a folder…').disabled).toBe(true);
  expect(screen.getByText(/^Write a name without/)).not.toBeNull();
});
