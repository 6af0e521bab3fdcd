import { expect, it } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
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

it('leads to what would be written for all photos', async () => {
  const { user, app } = await show(SidecarWriting, {}, { 'metadata.plan': () => new Promise(() => undefined) });
  await user.click(button('Write to sidecars…'));
  expect(app.sidecars.scope).toEqual({ of: 'library' });
});
