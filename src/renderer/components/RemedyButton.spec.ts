import { describe, expect, it, vi } from 'vitest';
import type { JobKind } from '../../shared/contract/jobs.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { job } from '../../../test/support/contract-values.ts';
import { startPage, type Page } from '../../../test/support/page.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import RemedyButton from './RemedyButton.svelte';

const pressed = async (code: ErrorCode, label: string, kind: JobKind | null = null): Promise<Page> => {
  const page = await startPage({
    'app.chooseFolder': null,
    'app.restartEngine': null,
    'folders.index': job(),
    'encoders.use': null,
    'photos.findDuplicates': job({ kind: 'duplicates' }),
  });
  page.app.view = 'photos';
  const ondone = vi.fn();
  const { user } = showOn(page, RemedyButton, { code, kind, ondone });
  await user.click(button(label));
  expect(ondone).toHaveBeenCalledOnce();
  return page;
};

describe('RemedyButton', () => {
  it('is not there where nothing can be done', async () => {
    showOn(await startPage(), RemedyButton, { code: 'cancelled' });
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('asks for a folder where there are no photos', async () => {
    const { sent } = await pressed('nothing-indexed', 'Add folder…');
    expect(sent('app.chooseFolder')).toHaveLength(1);
  });

  it('opens the folders of the library for one that is away', async () => {
    const { app } = await pressed('offline', 'Show folders');
    expect(app.view).toBe('library');
  });

  it('shows the models for one that cannot be used', async () => {
    const { app } = await pressed('model-unusable', 'Show models');
    expect(app.view).toBe('training');
  });

  it('shows which photos to describe where there are no captions or tags', async () => {
    const { app } = await pressed('nothing-described', 'What to describe next');
    expect(app.view).toBe('describe');
  });

  it('shows the encoders for one that is missing', async () => {
    const { app } = await pressed('encoder-missing', 'Show encoders');
    expect(app.view).toBe('settings');
  });

  it.each([
    ['index', 'folders.index', {}],
    ['encode', 'encoders.use', { encoderId: 'starter' }],
    ['duplicates', 'photos.findDuplicates', {}],
  ] as const)('asks again for a %s job that has failed', async (kind, method, params) => {
    const { sent } = await pressed('io-error', 'Try again', kind);
    await vi.waitFor(() => expect(sent(method)).toEqual([params]));
  });

  it('starts the engine again when its library is gone', async () => {
    const { sent } = await pressed('library-gone', 'Start again');
    expect(sent('app.restartEngine')).toHaveLength(1);
  });
});
