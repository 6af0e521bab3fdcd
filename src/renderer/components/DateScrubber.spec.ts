import { describe, expect, it, vi } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import DateScrubber from './DateScrubber.svelte';

const sections = [
  { start: 0, month: '2021-03' },
  { start: 40, month: '2021-01' },
  { start: 90, month: '2019-07' },
  { start: 200, month: 'undated' },
];

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
    const { user } = await show(DateScrubber, { sections, days, count: 220, onjump });
    expect(screen.getAllByRole('button').map((one) => one.textContent?.trim())).toEqual(['2021', '2019', 'Go to…']);
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
    const { user } = await show(DateScrubber, { sections, days, count: 220, onjump });
    await user.keyboard('g');
    await user.type(screen.getByLabelText('Date'), `${typed}{Enter}`);
    expect(onjump).toHaveBeenCalledExactlyOnceWith(index);
    expect(screen.queryByRole('dialog', { hidden: true })).toBeNull();
  });

  it('says what it understands where a text is no date, and goes nowhere', async () => {
    const onjump = vi.fn();
    const { user } = await show(DateScrubber, { sections, days, count: 220, onjump });
    await user.keyboard('g');
    await user.type(screen.getByLabelText('Date'), 'the summer{Enter}');
    expect(screen.getByRole('alert').textContent).toContain('2019-07-14');
    await user.type(screen.getByLabelText('Date'), '{Backspace>10/}2021{Enter}');
    expect(onjump).toHaveBeenCalledExactlyOnceWith(0);
  });

  it('is not shown for a library of one month', async () => {
    const { container } = await show(DateScrubber, {
      sections: sections.slice(0, 1),
      days: [],
      count: 4,
      onjump: () => undefined,
    });
    expect(container.querySelector('nav')).toBeNull();
  });
});
