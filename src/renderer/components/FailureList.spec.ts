import { describe, expect, it } from 'vitest';
import type { FailureId, FolderId } from '../../shared/contract/ids.ts';
import type { FileFailure } from '../../shared/contract/indexing.ts';
import { fileFailure, job } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import FailureList from './FailureList.svelte';

const failures = (n: number, more: Partial<FileFailure> = {}): FileFailure[] =>
  Array.from({ length: n }, (_, i) => {
    return fileFailure({ id: (i + 1) as FailureId, path: `/p/${i}.jpg`, message: `Reason ${i}`, ...more });
  });
const answers = { 'library.ignoreFailures': null, 'app.showFailure': null, 'folders.index': job() };

describe('FailureList', () => {
  it('shows each file with its reason under its cause, and more of a long list when asked', async () => {
    const { user } = await show(FailureList, { failures: failures(60), scanning: false });
    expect(screen.getAllByRole('listitem')).toHaveLength(20);
    expect(screen.getByText('7.jpg').closest('li')?.textContent).toContain('Reason 7');
    expect(screen.getByText(/^Damaged/)).not.toBeNull();
    await user.click(button('Show more'));
    expect(screen.getAllByRole('listitem')).toHaveLength(60);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('gives a reason that several files share once, above their names', async () => {
    const shared = { message: 'The picture data end early.', attempts: 3, nextTryAt: null };
    const other = fileFailure({ id: 9 as FailureId, path: '/p/other.jpg', message: 'It is empty.' });
    const { container } = await show(FailureList, { failures: [...failures(5, shared), other], scanning: false });
    expect(screen.getAllByText('The picture data end early.')).toHaveLength(1);
    expect(screen.getAllByText(/^Tried 3 times/)).toHaveLength(1);
    expect(textOf(container)).toContain('4.jpg');
    expect(screen.getAllByRole('button', { name: 'Ignore' })).toHaveLength(6);
    expect(screen.getByText('other.jpg').closest('li')?.textContent).toContain('It is empty.');
  });

  it('gives a fault of several files once, although each message names its file', async () => {
    const damaged = failures(3).map((one) => ({ ...one, message: `${one.path.slice(3)} is damaged.` }));
    await show(FailureList, { failures: damaged, scanning: false });
    expect(screen.getAllByText('The file is damaged.')).toHaveLength(1);
    expect(screen.getAllByText(/1\.jpg/)).toHaveLength(1);
  });

  it.each([
    [{ attempts: 3, nextTryAt: null }, 'Tried 3 times; it is tried again when the file has changed.'],
    [{ attempts: 1, nextTryAt: Date.now() + 86_400_000 }, 'It is tried again after'],
    [{ attempts: 0, nextTryAt: 1 }, 'at the next scan'],
  ])('says when a file is tried again: %j', async (more, text) => {
    await show(FailureList, { failures: failures(1, more), scanning: false });
    expect(screen.getByText('0.jpg').closest('li')?.textContent).toContain(text);
  });

  it('tries the files of a cause again in their folders, but not while a scan runs', async () => {
    const mixed = [
      ...failures(2, { folderId: 7 as FolderId }),
      fileFailure({ id: 9 as FailureId, code: 'too-heavy', folderId: 8 as FolderId }),
    ];
    const { user, sent } = await show(FailureList, { failures: mixed, scanning: false }, answers);
    await user.click(screen.getAllByRole('button', { name: 'Try again' })[0] ?? document.body);
    expect(sent('folders.index')).toEqual([{ folderIds: [7] }]);
  });

  it('cannot be asked again while a scan runs', async () => {
    await show(FailureList, { failures: failures(1), scanning: true });
    expect(button('Try again').disabled).toBe(true);
  });

  it('ignores one file or all of a cause, shows them in their folder, and lists ignored ones on request', async () => {
    const [first, second] = failures(2);
    if (first === undefined || second === undefined) throw new Error('two failures');
    const { user, sent } = await show(
      FailureList,
      { failures: [first, { ...second, isIgnored: true }], scanning: false },
      answers,
    );
    expect(screen.queryByText('1.jpg')).toBeNull();
    await user.click(button('Show in folder'));
    expect(sent('app.showFailure')).toEqual([{ failureId: 1 }]);
    await user.click(button('Ignore'));
    await user.click(button('Ignore it'));
    await user.click(button('Show 1 ignored file'));
    await user.click(button('Do not ignore'));
    expect(sent('library.ignoreFailures')).toEqual([
      { failureIds: [1], isIgnored: true },
      { failureIds: [1], isIgnored: true },
      { failureIds: [2], isIgnored: false },
    ]);
  });
});
