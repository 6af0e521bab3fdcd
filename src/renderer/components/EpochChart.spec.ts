import { cleanup, fireEvent } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { describe, expect, it } from 'vitest';
import { epoch } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import { chartOptions, chartRows } from '../training-chart.ts';
import EpochChart from './EpochChart.svelte';

type ValuesOf = (...rows: number[]) => string;

/** A chart of the mAP of two epochs, and the values that its legend is given. */
async function chart() {
  let given: ValuesOf | null = null;
  const children = createRawSnippet<[ValuesOf]>((valuesOf) => {
    given = valuesOf();
    return { render: () => '<span>Scores</span>' };
  });
  const scores = { i2t: 0.12, t2i: 0.34, mean: 0.23 };
  const shown = await show(EpochChart, {
    label: 'mAP',
    options: (width: number, styles: CSSStyleDeclaration) =>
      chartOptions({ width, styles, best: null, hasFloat: false }),
    rows: chartRows([epoch(1, { map: scores }), epoch(2)], null, 2),
    points: 2,
    children,
  });
  return { ...shown, valuesOf: (...rows: number[]) => given?.(...rows) };
}

describe('EpochChart', () => {
  it('draws one chart, with its name and number of epochs, and removes it at the end', async () => {
    const { container } = await chart();
    const holder = screen.getByRole('img', { name: 'mAP' });
    expect(holder.dataset['points']).toBe('2');
    expect(container.querySelectorAll('canvas')).toHaveLength(1);
    cleanup();
    expect(holder.querySelector('canvas')).toBeNull();
  });

  it('gives its legend no values without a pointer, else those of the epoch under it, with – for a missing value', async () => {
    const { container, valuesOf } = await chart();
    expect([valuesOf(1, 2), textOf(screen.getByRole('figure'))]).toEqual(['', 'Scores']);
    const over = container.querySelector('.u-over');
    if (over === null) throw new Error('There is no chart.');
    await fireEvent.mouseEnter(over);
    await fireEvent.mouseMove(over, { clientX: 5, clientY: 5, movementX: 1 });
    await expect.poll(() => valuesOf(1, 2)).toBe(' 0.120 / 0.340');
    expect([valuesOf(1, 99), valuesOf(99)]).toEqual([' 0.120 / –', '']);
    expect(textOf(screen.getByRole('figure'))).toBe('Scores epoch 1');
  });
});
