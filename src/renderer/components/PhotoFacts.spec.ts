import { describe, expect, it, vi } from 'vitest';
import { details } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import PhotoFacts from './PhotoFacts.svelte';

const noop = () => undefined;
const shown = { version: 0, onversion: noop };

describe('PhotoFacts', () => {
  it('tells everything known of the photo', async () => {
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
      'Date of the file 2 January 2020 at 09:05',
      '4,000 × 3,000',
    ])
      expect(text).toContain(part);
  });

  it("says that a date is only the file's, and searches for a person", async () => {
    const onsearch = vi.fn();
    const known = details({ dateSource: 'file', people: ['Anna Maria'] });
    const { user, container } = await show(PhotoFacts, { ...shown, details: known, onsearch });
    // In the time zone of the person, unlike the time of a camera.
    expect(textOf(container)).toContain('Date of the file 2 January 2020 at 09:05');
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
