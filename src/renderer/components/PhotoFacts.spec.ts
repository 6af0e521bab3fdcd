import { describe, expect, it, vi } from 'vitest';
import type { ModelId } from '../../shared/contract/ids.ts';
import { details } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import PhotoFacts from './PhotoFacts.svelte';

const noop = () => undefined;
const shown = { version: 0, onversion: noop, exposure: null, code: null, evoked: [] };

describe('PhotoFacts', () => {
  it('shows all known facts of the photo', async () => {
    const known = details({
      capturedAt: Date.UTC(2019, 6, 14, 16, 20),
      dateSource: 'IPTC Date Created',
      people: ['Anna'],
      camera: 'Canon EOS 80D',
      place: 'Rome, Italy',
      position: { latitude: 41.890211, longitude: -12.5 },
    });
    const { container } = await show(PhotoFacts, { ...shown, details: known, onsearch: noop });
    const text = textOf(container);
    for (const part of [
      '1.jpg',
      '14 July 2019',
      'from IPTC Date Created',
      'Anna',
      'Canon EOS 80D',
      'Rome, Italy',
      'Position 41.89021, -12.50000',
      'File changed 2 January 2020 at 09:05',
      'Added 3 January 2020 at',
      '4,000 × 3,000',
      '12 megapixels',
    ])
      expect(text).toContain(part);
  });

  it('shows the exposure of the photo, and its colours', async () => {
    const exposure = {
      seconds: 1 / 250,
      aperture: 2.8,
      iso: 400,
      bias: 0,
      flash: false,
      focalLength: 50,
      focalLength35: 75,
      lens: 'EF-S 17-55mm f/2.8 IS USM',
      colourProfile: 'Display P3',
    };
    const { container } = await show(PhotoFacts, { ...shown, details: details(), exposure, onsearch: noop });
    const text = textOf(container);
    for (const part of [
      'Exposure 1/250 s, f/2.8, ISO 400',
      'Focal length 50 mm (75 mm on 35 mm film)',
      'Lens EF-S 17-55mm f/2.8 IS USM',
      'Colours Display P3',
    ])
      expect(text).toContain(part);
  });

  it('shows the hash code as bars, one for each bit that is set, and says what they mean', async () => {
    const code = { modelId: 'first' as ModelId, bits: 128, code: `ff${'00'.repeat(14)}03` };
    const { container } = await show(PhotoFacts, { ...shown, details: details(), code, onsearch: noop });
    const rows = [...container.querySelectorAll('[role="img"] svg')];
    expect(rows.map((row) => row.querySelectorAll('rect').length)).toEqual([8, 2]);
    expect(textOf(container)).toContain('Each of the 128 places is one bit');
    expect(textOf(container)).toContain('the model first');
  });

  it('shows the place on a map, and all of the world after a click', async () => {
    const known = details({ position: { latitude: 41.89, longitude: 12.49 } });
    const { user, container } = await show(PhotoFacts, { ...shown, details: known, onsearch: noop });
    const map = button('Map: the photo was taken at 41.89000, 12.49000');
    await expect.poll(() => container.querySelectorAll('path.land').length).toBe(3);
    const near = container.querySelector('svg')?.getAttribute('viewBox');
    await user.click(map);
    expect(near).not.toBe('-3600 -1800 7200 3600');
    expect(container.querySelector('svg')?.getAttribute('viewBox')).toBe('-3600 -1800 7200 3600');
    expect(map.getAttribute('aria-pressed')).toBe('true');
  });

  it("says that a date is only the file's, and searches for a person", async () => {
    const onsearch = vi.fn();
    const known = details({ dateSource: 'file', people: ['Anna Maria'] });
    const { user, container } = await show(PhotoFacts, { ...shown, details: known, onsearch });
    // In the time zone of the person, unlike the time of a camera.
    expect(textOf(container)).toContain('File changed 2 January 2020 at 09:05');
    expect(textOf(container)).not.toContain('Taken');
    await user.click(button('Anna Maria'));
    expect(onsearch.mock.calls).toEqual([['person:"Anna Maria"']]);
  });

  it('shows a hostile name as text', async () => {
    const { container } = await show(PhotoFacts, {
      ...shown,
      details: details({ people: ['<b>bold</b>'] }),
      onsearch: noop,
    });
    expect(container.querySelector('b')).toBeNull();
    expect(button('<b>bold</b>')).toBeDefined();
  });

  it('says when the file is not there', async () => {
    await show(PhotoFacts, { ...shown, details: details({ available: false }), onsearch: noop });
    expect(screen.getByRole('status').textContent).toContain('not there');
  });
});
