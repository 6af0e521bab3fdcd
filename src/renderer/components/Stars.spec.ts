import { expect, it, vi } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import Stars from './Stars.svelte';

const lit = () => screen.getAllByRole('button').map((star) => star.textContent?.trim());
const pressed = () => screen.getAllByRole('button').map((star) => star.getAttribute('aria-pressed') === 'true');

it('lights the stars of the rating, and has the last of them pressed', async () => {
  await show(Stars, { rating: 3, onrate: () => undefined });
  expect(lit()).toEqual(['★', '★', '★', '☆', '☆']);
  expect(pressed()).toEqual([false, false, true, false, false]);
});

it('lights none where photos differ', async () => {
  await show(Stars, { rating: null, onrate: () => undefined });
  expect(lit()).toEqual(['☆', '☆', '☆', '☆', '☆']);
});

it('gives the rating of the star that is pressed, and 0 for that of the present rating', async () => {
  const onrate = vi.fn();
  const { user } = await show(Stars, { rating: 3, onrate });
  await user.click(button('1 star'));
  await user.click(button('3 stars'));
  expect(onrate.mock.calls).toEqual([[1], [0]]);
});
