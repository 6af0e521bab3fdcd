import { expect, it } from 'vitest';
import { screen, show, textOf } from '../../../test/support/render.ts';
import { modelId } from '../../shared/contract/ids.ts';
import HashBarcode from './HashBarcode.svelte';

const code = (digits: string) => ({ modelId: modelId.parse('itq'), bits: 4 * digits.length, code: digits });
const bars = (row: Element) => [...row.querySelectorAll('rect')].map((bar) => Number(bar.getAttribute('x')));

it('has a bar at each bit that is 1, in rows of 64 bits', async () => {
  const { container } = await show(HashBarcode, { code: code(`a1${'0'.repeat(14)}${'f'.repeat(16)}`) });
  const rows = [...container.querySelectorAll('svg')];
  expect(rows.map(bars)).toEqual([[0, 2, 7], Array.from({ length: 64 }, (_, bit) => bit)]);
});

it('gives the code itself, its length and its model in words', async () => {
  const { container } = await show(HashBarcode, { code: code('a1b2') });
  expect(screen.getByRole('img', { name: 'Hash code a1b2' }).title).toBe('a1b2');
  expect(textOf(container)).toContain('Each of the 16 places is one bit');
  expect(textOf(container)).toContain('the model itq');
});
