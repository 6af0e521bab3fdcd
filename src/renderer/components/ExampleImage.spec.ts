import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import ExampleImage from './ExampleImage.svelte';

const photo = { kind: 'photo', photoId: photoId(5), name: 'cat.jpg' } as const;
const image = { kind: 'image', image: new Uint8Array(), preview: 'blob:cat', name: 'cat.heic' } as const;

describe('ExampleImage', () => {
  it.each([
    ['the thumbnail of a photo of the library', photo, 'photo://thumb/5'],
    ['the image that was given', image, 'blob:cat'],
  ])('shows %s', async (_, source, address) => {
    await show(ExampleImage, { source, alt: 'Like cat' });
    expect(screen.getByRole('img', { name: 'Like cat' }).getAttribute('src')).toBe(address);
  });

  it('has an icon of the same name for an image that the browser cannot show', async () => {
    const { container } = await show(ExampleImage, { source: image, alt: 'Like cat' });
    await fireEvent.error(screen.getByRole('img'));
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByRole('img', { name: 'Like cat' }).querySelector('svg')).not.toBeNull();
  });

  it('is not announced where the text beside it says the same', async () => {
    const { container } = await show(ExampleImage, { source: image, alt: '' });
    const picture = container.querySelector('img');
    if (picture === null) throw new Error('no picture');
    await fireEvent.error(picture);
    expect(screen.queryByRole('img')).toBeNull();
  });
});
