import { expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import LibraryStorage from './LibraryStorage.svelte';

it('asks for the sizes once, and not for the library again', async () => {
  const storage = { database: 1, models: 1, encoders: 1, backups: { files: 1, bytes: 1 } };
  const { sent } = await show(LibraryStorage, {}, { 'library.storage': storage });
  const before = sent('library.status').length;
  await screen.findByText('Database');
  expect([sent('library.storage').length, sent('library.status').length]).toEqual([1, before]);
});

it('says what database, models, encoders and backups take on the disk', async () => {
  const storage = { database: 4.2e6, models: 9e5, encoders: 0, backups: { files: 2, bytes: 1.3e6 } };
  await show(LibraryStorage, {}, { 'library.storage': storage });
  const row = async (name: string) => (await screen.findByText(name)).parentElement?.textContent;
  expect(await row('Database')).toContain('4.2 MB');
  expect(await row('Hash models')).toContain('900 kB');
  expect(await row('Downloaded encoders')).toContain('0 bytes');
  expect(await row('Backups (2)')).toContain('1.3 MB');
});
