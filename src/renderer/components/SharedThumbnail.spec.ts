import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { startPage } from '../../../test/support/page.ts';
import { screen, show, showOn } from '../../../test/support/render.ts';
import { aboutShared, connection } from '../../../test/support/shared-values.ts';
import SharedThumbnail from './SharedThumbnail.svelte';

async function opened(props: { readonly lazy?: boolean; readonly whole?: boolean } = {}) {
  const page = await startPage({ 'connections.show': aboutShared });
  await page.app.shared.show(connection);
  return showOn(page, SharedThumbnail, { id: 7, label: 'The sea', ...props });
}

describe('SharedThumbnail', () => {
  it('has the address of the connection and of the photo on the server', async () => {
    await opened({ lazy: true, whole: true });
    const image = screen.getByRole<HTMLImageElement>('img', { name: 'The sea' });
    expect([image.getAttribute('src'), image.loading, image.className]).toEqual([
      'photo://shared/1/7',
      'lazy',
      expect.stringContaining('whole'),
    ]);
  });

  it('is an icon where the photo was published without a thumbnail', async () => {
    const { container } = await opened();
    await fireEvent.error(screen.getByRole('img'));
    expect(container.querySelector('img')).toBeNull();
    expect(container.querySelector('svg')).not.toBeNull();
  });

  it('asks for no picture where no library is open', async () => {
    const { container } = await show(SharedThumbnail, { id: 7, label: 'The sea' });
    expect(container.querySelector('img')).toBeNull();
  });
});
