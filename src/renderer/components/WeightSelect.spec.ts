import { expect, it, vi } from 'vitest';
import { screen, show } from '../../../test/support/render.ts';
import WeightSelect from './WeightSelect.svelte';

async function shown(weight: number) {
  const onchange = vi.fn();
  const words = ['more', 'less'] as const;
  const page = await show(WeightSelect, { name: 'beach', weight, words, onchange });
  const box = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Weight of beach' });
  return { ...page, onchange, box };
}
const labels = (box: HTMLSelectElement) => [...box.options].map((option) => option.textContent);

it('offers eight weights in words, the present one chosen', async () => {
  const { box } = await shown(-1);
  expect(labels(box)).toEqual(['more ×3', 'more ×2', 'more', 'more ×½', 'less ×½', 'less', 'less ×2', 'less ×3']);
  expect(box.selectedOptions[0]?.textContent).toBe('less');
});

it('offers a weight that was typed too, at its place', async () => {
  const { box } = await shown(1.5);
  expect(labels(box).slice(0, 4)).toEqual(['more ×3', 'more ×2', 'more ×1.5', 'more']);
});

it('gives the chosen weight as a number', async () => {
  const { user, box, onchange } = await shown(1);
  await user.selectOptions(box, 'less ×½');
  expect(onchange).toHaveBeenCalledExactlyOnceWith(-0.5);
});
