import { describe, expect, it, vi } from 'vitest';
import type { FileFailure } from '../../shared/contract/indexing.ts';
import { fileFailure } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import FailureList from './FailureList.svelte';

const failures = (n: number, more: Partial<FileFailure> = {}): FileFailure[] =>
  Array.from({ length: n }, (_, i) => {
    return fileFailure({ path: `/p/${i}.jpg`, message: `Reason ${i}`, ...more });
  });

describe('FailureList', () => {
  it('shows each file with its reason, and more of a long list when asked', async () => {
    const { user } = await show(FailureList, { failures: failures(60), scanning: false, onretry: () => undefined });
    expect(screen.getAllByRole('listitem')).toHaveLength(50);
    expect(screen.getByText('7.jpg').closest('li')?.textContent).toContain('Reason 7');
    await user.click(button('Show more'));
    expect(screen.getAllByRole('listitem')).toHaveLength(60);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it.each([
    [{ attempts: 3, nextTryAt: null }, 'Tried 3 times; it is tried again when the file has changed.'],
    [{ attempts: 1, nextTryAt: Date.now() + 86_400_000 }, 'It is tried again after'],
    [{ attempts: 0, nextTryAt: 1 }, 'at the next look'],
  ])('says when a file is tried again: %j', async (more, said) => {
    await show(FailureList, { failures: failures(1, more), scanning: false, onretry: () => undefined });
    expect(screen.getByText('0.jpg').closest('li')?.textContent).toContain(said);
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
