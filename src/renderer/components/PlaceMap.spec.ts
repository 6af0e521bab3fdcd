import { expect, it, vi } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import PlaceMap from './PlaceMap.svelte';

const rome = { latitude: 41.9, longitude: 12.5 };

it('names the position, with the pin at its place and the land around it, three worlds side by side', async () => {
  const { container } = await show(PlaceMap, { position: rome });
  const map = screen.getByRole('button', { name: /^Map: the photo was taken at 41\.9/ });
  await vi.waitFor(() => expect(container.querySelectorAll('path.land')).toHaveLength(3));
  const pin = map.querySelector<HTMLElement>('.pin');
  expect([pin?.style.left, pin?.style.top]).toEqual(['50%', '50%']);
});

it('changes between the surroundings and the whole world when pressed', async () => {
  const { user, container } = await show(PlaceMap, { position: rome });
  const map = screen.getByRole('button');
  await vi.waitFor(() => expect(container.querySelector('svg')).not.toBeNull());
  const near = container.querySelector('svg')?.getAttribute('viewBox');
  expect([map.getAttribute('aria-pressed'), map.title]).toEqual(['false', 'Show the whole world']);
  await user.click(map);
  expect([map.getAttribute('aria-pressed'), map.title]).toEqual(['true', 'Show the surroundings']);
  expect(container.querySelector('svg')?.getAttribute('viewBox')).not.toBe(near);
  await user.click(map);
  expect(container.querySelector('svg')?.getAttribute('viewBox')).toBe(near);
});
