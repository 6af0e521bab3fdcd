import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import RemovalQuestion from './RemovalQuestion.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>Remove 3 photos?</p>' }));

it('asks with the focus on the answer that keeps, and gives the answer that is pressed', async () => {
  const answers: string[] = [];
  const { user } = await show(RemovalQuestion, {
    label: 'Remove the folder?',
    children,
    onkeep: () => void answers.push('keep'),
    onremove: () => void answers.push('remove'),
  });
  expect(textOf(screen.getByRole('alertdialog', { name: 'Remove the folder?' }))).toBe('Remove 3 photos? Keep Remove');
  expect(document.activeElement).toBe(button('Keep'));
  await user.keyboard('{Enter}');
  await user.click(button('Remove'));
  expect(answers).toEqual(['keep', 'remove']);
});
