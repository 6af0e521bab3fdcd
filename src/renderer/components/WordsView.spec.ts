import { expect, it } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import WordsView from './WordsView.svelte';

it('has the words of the library first, and then the judgements of results, each loaded once', async () => {
  const { sent } = await show(WordsView, {});
  expect(screen.getAllByRole('heading', { level: 2 }).map((one) => one.textContent)).toEqual([
    'My words',
    'Your judgements of results',
  ]);
  expect([sent('words.list'), sent('judgements.list')]).toEqual([[{ limit: 150 }], [{ limit: 200 }]]);
});
