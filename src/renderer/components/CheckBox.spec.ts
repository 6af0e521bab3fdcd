import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import CheckBox from './CheckBox.svelte';

const children = createRawSnippet(() => ({ render: () => '<span>Read text</span>' }));

it('is named by its words, and says whether it is on now', async () => {
  const onchange = vi.fn();
  const { user } = await show(CheckBox, { checked: false, onchange, children });
  await user.click(screen.getByRole('checkbox', { name: 'Read text' }));
  await user.click(screen.getByText('Read text'));
  expect(onchange.mock.calls).toEqual([[true], [false]]);
});
