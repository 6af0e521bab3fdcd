import { expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import SidecarWriting from './SidecarWriting.svelte';

it('shows whether sidecars may be written, and allows or forbids it', async () => {
  const { user, sent, answer } = await show(SidecarWriting, {});
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Allow writing XMP sidecars' });
  expect(box.checked).toBe(false);
  answer({ 'metadata.writing': { allowed: true } });
  await user.click(box);
  expect(sent('metadata.writing')).toContainEqual({ allowed: true });
  expect(box.checked).toBe(true);
  answer({ 'metadata.writing': { allowed: false } });
  await user.click(box);
  expect(sent('metadata.writing')).toContainEqual({ allowed: false });
  expect(box.checked).toBe(false);
});
