import { describe, expect, it } from 'vitest';
import { job, ocrStatus } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import TextInPhotos from './TextInPhotos.svelte';

const switchOf = () => screen.getByRole<HTMLInputElement>('checkbox', { name: 'Read text in photos' });

describe('TextInPhotos', () => {
  it('says how long reading takes before it begins, and begins when the person agrees', async () => {
    const known = ocrStatus({ photos: 1200, secondsPerPhoto: 1.5 });
    const answers = {
      'ocr.measure': known,
      'ocr.set': { status: { ...known, on: true }, job: job({ kind: 'ocr' }) },
    } as const;
    const { app, user, sent, container } = await show(TextInPhotos, {}, answers);
    expect(switchOf().checked).toBe(false);
    await user.click(switchOf());
    expect(textOf(container)).toContain('1,200 photos, about 1.5 seconds each: 30 min');
    expect(sent('ocr.set')).toEqual([]);
    await user.click(button('Read'));
    expect(sent('ocr.set')).toEqual([{ on: true }]);
    expect(app.jobs.active).toHaveLength(1);
    expect(switchOf().checked).toBe(true);
  });

  it('stays off where the person refuses', async () => {
    const { user, sent } = await show(TextInPhotos, {}, { 'ocr.measure': ocrStatus({ secondsPerPhoto: 2 }) });
    await user.click(switchOf());
    await user.click(button('Not now'));
    expect([switchOf().checked, sent('ocr.set')]).toEqual([false, []]);
  });

  it('says how many photos were read, and forgets the text where it is off', async () => {
    const off = ocrStatus({ on: false, photos: 10, read: 10, withText: 4, failed: 1 });
    const answers = {
      'ocr.status': { ...off, on: true },
      'ocr.set': { status: off, job: null },
      'ocr.removeText': ocrStatus({ photos: 10 }),
    };
    const { user, sent, container } = await show(TextInPhotos, {}, answers);
    expect(textOf(container)).toContain('10 of 10 photos read, 4 with text. 1 photo cannot be read.');
    expect(screen.queryByText('Remove the text')).toBeNull();
    await user.click(switchOf());
    expect(sent('ocr.set')).toEqual([{ on: false }]);
    await user.click(button('Remove the text'));
    await user.click(button('Keep'));
    expect(sent('ocr.removeText')).toEqual([]);
    await user.click(button('Remove the text'));
    expect(textOf(screen.getByRole('alertdialog'))).toContain('cannot be undone');
    await user.click(button('Remove'));
    expect(sent('ocr.removeText')).toEqual([{}]);
    expect(textOf(container)).not.toContain('with text');
  });

  it('begins at once where everything was read before', async () => {
    const read = ocrStatus({ photos: 3, read: 3 });
    const answers = { 'ocr.status': read, 'ocr.set': { status: { ...read, on: true }, job: null } };
    const { user, sent } = await show(TextInPhotos, {}, answers);
    await user.click(switchOf());
    expect([sent('ocr.measure'), sent('ocr.set')]).toEqual([[], [{ on: true }]]);
  });
});
