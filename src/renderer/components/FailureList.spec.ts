import { describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../shared/contract/indexing.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import FailureList from './FailureList.svelte';

const failures = (n: number): Failure[] =>
  Array.from({ length: n }, (_, i) => ({ path: `/p/${i}.jpg`, code: 'unreadable', message: `Reason ${i}` }));

describe('FailureList', () => {
  it('shows each file with its reason, and more of a long list when asked', async () => {
    const { user } = await show(FailureList, { failures: failures(60), scanning: false, onretry: () => undefined });
    expect(screen.getAllByRole('listitem')).toHaveLength(50);
    expect(screen.getByText('7.jpg').closest('li')?.textContent).toContain('Reason 7');
    await user.click(button('Show more'));
    expect(screen.getAllByRole('listitem')).toHaveLength(60);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('tries the files again, but not while a scan runs', async () => {
    const onretry = vi.fn();
    const { user } = await show(FailureList, { failures: failures(1), scanning: false, onretry });
    await user.click(button('Try again'));
    expect(onretry).toHaveBeenCalledOnce();
  });

  it('cannot be asked again while a scan runs', async () => {
    await show(FailureList, { failures: failures(1), scanning: true, onretry: () => undefined });
    expect(button('Try again').disabled).toBe(true);
  });
});
