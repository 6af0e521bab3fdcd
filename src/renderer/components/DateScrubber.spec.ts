import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import DateScrubber from './DateScrubber.svelte';

const sections = [
  { start: 0, month: '2021-03' },
  { start: 40, month: '2021-01' },
  { start: 90, month: '2019-07' },
  { start: 200, month: 'undated' },
];

const unused = { onstart: () => undefined, ondrag: () => undefined };

const days = [
  [0, 9],
  [40, 31],
  [70, 4],
  [90, 28],
  [104, 14],
  [150, 2],
  [200, 0],
] as const;

describe('DateScrubber', () => {
  it('shows each year once and goes to its first photo', async () => {
    const onjump = vi.fn();
    const { user } = await show(DateScrubber, { sections, days, count: 220, onjump, ...unused });
    expect(screen.getAllByRole('button').map((one) => one.textContent?.trim())).toEqual(['2021', '2019', '']);
    await user.click(button('2019'));
    expect(onjump).toHaveBeenCalledExactlyOnceWith(90);
  });

  it.each([
    ['2019-07-14', 104],
    ['14.07.2019', 104],
    ['July 14 2019', 104],
    ['2019-07-20', 104],
    ['2019-07-01', 90],
    ['2021-01-05', 70],
    ['2021-01-02', 90],
    ['July 2019', 90],
    ['2020-05', 90],
    ['2021', 0],
    ['1900', 90],
  ])('goes by G and “%s” to the photo at %i', async (typed, index) => {
    const onjump = vi.fn();
    const { user } = await show(DateScrubber, { sections, days, count: 220, onjump, ...unused });
    await user.keyboard('g');
    await user.type(screen.getByLabelText('Date'), `${typed}{Enter}`);
    expect(onjump).toHaveBeenCalledExactlyOnceWith(index);
    expect(screen.queryByRole('dialog', { hidden: true })).toBeNull();
  });

  it('says what it understands where a text is no date, and goes nowhere', async () => {
    const onjump = vi.fn();
    const { user } = await show(DateScrubber, { sections, days, count: 220, onjump, ...unused });
    await user.keyboard('g');
    await user.type(screen.getByLabelText('Date'), 'the summer{Enter}');
    expect(screen.getByRole('alert').textContent).toContain('2019-07-14');
    await user.type(screen.getByLabelText('Date'), '{Backspace>10/}2021{Enter}');
    expect(onjump).toHaveBeenCalledExactlyOnceWith(0);
  });

  it('goes to the photos at the height of a pointer that drags along it, from one start', async () => {
    const [onstart, ondrag] = [vi.fn(), vi.fn()];
    const { container } = await show(DateScrubber, { sections, days, count: 220, onjump: vi.fn(), onstart, ondrag });
    const track = container.querySelector('.track') ?? document.body;
    const at = (type: 'pointerDown' | 'pointerMove' | 'pointerUp', clientY: number) =>
      fireEvent[type](track, { clientY, button: 0, pointerId: 1 });
    // The bar is 600 pixels high until it is drawn, of which the last line takes 20.
    await at('pointerMove', 100);
    expect(ondrag).not.toHaveBeenCalled();
    await at('pointerDown', 0);
    await at('pointerMove', 290);
    expect(container.querySelector('.month')?.textContent).toBe('July 2019');
    await at('pointerMove', 9999);
    await at('pointerUp', 9999);
    await at('pointerMove', 100);
    expect(ondrag.mock.calls).toEqual([[0], [110], [219]]);
    expect(onstart).toHaveBeenCalledOnce();
    expect(container.querySelector('.month')).toBeNull();
  });

  it('is not shown for a library of one month', async () => {
    const { container } = await show(DateScrubber, {
      sections: sections.slice(0, 1),
      days: [],
      count: 4,
      onjump: () => undefined,
      ...unused,
    });
    expect(container.querySelector('nav')).toBeNull();
  });
});
