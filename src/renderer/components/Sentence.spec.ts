import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
import { show } from '../../../test/support/render.ts';
import { slot } from '../text/slot.ts';
import Sentence from './Sentence.svelte';

const children = createRawSnippet<[number]>((i) => ({ render: () => `<b>${i()}</b>` }));

it('has an element in place of each slot, in the order of the sentence, and its words between them', async () => {
  const { container } = await show(Sentence, { text: `Press ${slot} or ${slot}.`, children });
  expect(container.textContent).toBe('Press 0 or 1.');
  expect(container.querySelectorAll('b')).toHaveLength(2);
});

it('is its text alone without a slot', async () => {
  const { container } = await show(Sentence, { text: 'Nothing yet.', children });
  expect([container.textContent, container.querySelector('b')]).toEqual(['Nothing yet.', null]);
});
