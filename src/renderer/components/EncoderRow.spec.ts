import { describe, expect, it } from 'vitest';
import { encoder, job, status } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import EncoderRow from './EncoderRow.svelte';

const remote = encoder({ id: 'clip', name: 'CLIP', active: false, installed: false, downloadBytes: 610_000_000 });

describe('EncoderRow', () => {
  it('downloads only after it has said how much comes from where', async () => {
    const answers = { 'encoders.download': job({ kind: 'download' }) } as const;
    const { user, sent } = await show(EncoderRow, { encoder: remote }, answers);
    await user.click(button('Download…'));
    const question = screen.getByRole('alertdialog').textContent;
    expect(question).toContain('610 MB');
    expect(question).toContain('huggingface.co');
    expect(sent('encoders.download')).toEqual([]);
    await user.click(button('Download'));
    expect(sent('encoders.download')).toEqual([{ encoderId: 'clip' }]);
  });

  it('leaves everything as it is after “Not now”', async () => {
    const { user, asked } = await show(EncoderRow, { encoder: remote });
    const before = asked.length;
    await user.click(button('Download…'));
    await user.click(button('Not now'));
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(asked).toHaveLength(before);
  });

  it('uses an installed encoder only after it has said how many photos are read again', async () => {
    const answers = { 'encoders.use': null, 'library.status': status({ photos: 1204 }) };
    const { user, sent } = await show(EncoderRow, { encoder: { ...remote, installed: true } }, answers);
    await user.click(button('Use…'));
    expect(screen.getByRole('alertdialog').textContent).toContain('1,204 photos');
    await user.click(button('Use it'));
    expect(sent('encoders.use')).toEqual([{ encoderId: 'clip' }]);
  });

  it('starts no second download', async () => {
    await show(EncoderRow, { encoder: remote }, { 'jobs.list': [job({ kind: 'download' })] });
    expect(button('Download…').disabled).toBe(true);
  });
});
