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

describe('DateScrubber', () => {
  it('shows each year once and goes to its first photo', async () => {
    const onjump = vi.fn();
    const { user } = await show(DateScrubber, { sections, count: 220, onjump });
    expect(screen.getAllByRole('button').map((one) => one.textContent?.trim())).toEqual(['2021', '2019', 'Go to…']);
    await user.click(button('2019'));
    expect(onjump).toHaveBeenCalledExactlyOnceWith(90);
  });

  it('goes to the nearest month that is not later than the one asked for, by G', async () => {
    const onjump = vi.fn();
    const { user } = await show(DateScrubber, { sections, count: 220, onjump });
    await user.keyboard('g');
    await fireEvent.input(screen.getByLabelText('Month'), { target: { value: '2020-05' } });
    await user.click(screen.getByRole('button', { name: 'Go' }));
    expect(onjump).toHaveBeenCalledExactlyOnceWith(90);
  });

  it('is not shown for a library of one month', async () => {
    const { container } = await show(DateScrubber, {
      sections: sections.slice(0, 1),
      count: 4,
      onjump: () => undefined,
    });
    expect(container.querySelector('nav')).toBeNull();
  });
});
