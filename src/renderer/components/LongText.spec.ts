import { expect, it } from 'vitest';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import LongText from './LongText.svelte';

it('shows a text of up to 500 characters in full, without a button', async () => {
  const { container } = await show(LongText, { text: 'a'.repeat(500) });
  expect(textOf(container)).toBe('a'.repeat(500));
  expect(screen.queryByRole('button')).toBeNull();
});

it('folds a longer text, and shows all of it and folds it again when asked', async () => {
  const { container, user } = await show(LongText, { text: 'a'.repeat(501) });
  expect(textOf(container)).toBe(`${'a'.repeat(500)}…Show all`);
  expect(button('Show all').getAttribute('aria-expanded')).toBe('false');
  await user.click(button('Show all'));
  expect(textOf(container)).toBe(`${'a'.repeat(501)}Show less`);
  await user.click(button('Show less'));
  expect(textOf(container)).toContain('…');
});
