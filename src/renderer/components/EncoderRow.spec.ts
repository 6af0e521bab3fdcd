import { describe, expect, it } from 'vitest';
import { encoder, job, status } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import EncoderRow from './EncoderRow.svelte';

const remote = encoder({
  ...{ id: 'clip', name: 'CLIP', active: false, installed: false },
  ...{ downloadBytes: 610_000_000, downloadHost: 'hub.example.org' },
});

describe('EncoderRow', () => {
  it('says the languages, the licence and the size of the download', async () => {
    const siglip = { ...remote, languages: 'more than 100 languages', licence: 'Apache-2.0' };
    await show(EncoderRow, { encoder: siglip });
    const text = screen.getByRole('listitem').textContent.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Languages: more than 100 languages. Licence: Apache-2.0. Download: about 610 MB.');
  });

  it('says nothing of a licence or a download that is not known', async () => {
    await show(EncoderRow, { encoder: { ...remote, downloadBytes: null } });
    expect(screen.getByRole('listitem').textContent).not.toMatch(/Licence|Download: about/);
  });

  it('downloads only after it has said how much comes from where', async () => {
    const answers = { 'encoders.download': job({ kind: 'download' }) } as const;
    const { user, sent } = await show(EncoderRow, { encoder: remote }, answers);
    await user.click(button('Download…'));
    const question = screen.getByRole('alertdialog').textContent;
    expect(question).toContain('610 MB');
    expect(question).toContain('from hub.example.org.');
    expect(sent('encoders.download')).toEqual([]);
    await user.click(button('Download'));
    expect(sent('encoders.download')).toEqual([{ encoderId: 'clip' }]);
  });

  it('says how long the photos of the library take with it before it is downloaded', async () => {
    const answers = { 'library.status': status({ photos: 3000 }) };
    const { user } = await show(EncoderRow, { encoder: { ...remote, usualPhotoMs: [20, 80] } }, answers);
    await user.click(button('Download…'));
    expect(screen.getByRole('alertdialog').textContent).toContain('3,000 photos then takes 1 min to 4 min');
  });

  it('leaves everything as it is after “Not now”', async () => {
    const { user, asked } = await show(EncoderRow, { encoder: remote });
    const before = asked.length;
    await user.click(button('Download…'));
    await user.click(button('Not now'));
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(asked).toHaveLength(before);
  });

  const plan = { photos: 1204, offline: 0, texts: 3, photoMs: 150, seconds: 181 };

  it('uses an installed encoder only after it has said how many photos are encoded, and how long that takes', async () => {
    const answers = { 'encoders.use': null, 'encoders.plan': plan, 'library.status': status({ photos: 2000 }) };
    const { user, sent } = await show(EncoderRow, { encoder: { ...remote, installed: true } }, answers);
    await user.click(button('Use…'));
    const question = (await screen.findByText(/1,204 photos/)).textContent;
    expect(question).toContain('about 3 min (150 ms each on this computer)');
    expect(question).toContain('search uses Starter');
    expect(sent('encoders.use')).toEqual([]);
    await user.click(button('Use it'));
    expect(sent('encoders.use')).toEqual([{ encoderId: 'clip' }]);
  });

  it('waits for photos in offline folders unless the person declines that', async () => {
    const answers = { 'encoders.use': null, 'encoders.plan': { ...plan, offline: 7 } };
    const { user, sent } = await show(EncoderRow, { encoder: { ...remote, installed: true } }, answers);
    await user.click(button('Use…'));
    await user.click(await screen.findByRole('checkbox', { name: /7 photos in offline folders/ }));
    await user.click(button('Use it'));
    expect(sent('encoders.use')).toEqual([{ encoderId: 'clip', withoutOffline: true }]);
  });

  it('shows its data, and removes them after a question', async () => {
    const answers = { 'encoders.remove': { bytes: 4_200_000 }, 'library.status': status({ photos: 2000 }) };
    const made = { ...remote, installed: true, photos: 1500, bytes: 4_000_000 };
    const { user, sent, app } = await show(EncoderRow, { encoder: made }, answers);
    expect(screen.getByText(/1,500 of 2,000 photos encoded, 4\.0 MB/)).toBeTruthy();
    await user.click(button('Remove the data of CLIP'));
    expect(sent('encoders.remove')).toEqual([]);
    await user.click(button('Remove'));
    expect(sent('encoders.remove')).toEqual([{ encoderId: 'clip' }]);
    await expect.poll(() => app.toasts.list.map(({ message }) => message)).toContain('4.2 MB are free now.');
  });

  it('offers nothing for an encoder that is being made ready, and says that', async () => {
    await show(EncoderRow, { encoder: { ...remote, installed: true, isPending: true, photos: 3, bytes: 1000 } });
    expect(button('Use…').disabled).toBe(true);
    expect(screen.getByText(/It is used once all photos are encoded/)).toBeTruthy();
  });

  it('starts no second download', async () => {
    await show(EncoderRow, { encoder: remote }, { 'jobs.list': [job({ kind: 'download' })] });
    expect(button('Download…').disabled).toBe(true);
  });
});
