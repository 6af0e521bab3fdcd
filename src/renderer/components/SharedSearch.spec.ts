import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import { aboutShared, connection, sharedAnswer, sharedHit } from '../../../test/support/shared-values.ts';
import SharedSearch from './SharedSearch.svelte';

/** The form of an open library. @param recall of its index; null without an index */
async function opened(recall: number | null = null) {
  const answers = {
    'connections.show': { ...aboutShared, recall },
    'connections.search': sharedAnswer([sharedHit(1)]),
  };
  const page = await startPage(answers);
  await page.app.shared.show(connection);
  return showOn(page, SharedSearch, {});
}
const box = () => screen.getByRole('searchbox', { name: 'Words to search the shared library for' });

describe('SharedSearch', () => {
  it('searches for words at Enter, and by the button only with something to search for', async () => {
    const { user, sent } = await opened();
    expect(button('Search').disabled).toBe(true);
    await user.type(box(), 'a dog{Enter}');
    expect(sent('connections.search')).toMatchObject([{ text: 'a dog', terms: [] }]);
    expect(button('Search').disabled).toBe(false);
  });

  it('cannot be asked again while it waits for the server', async () => {
    const { app, user } = await opened();
    await user.type(box(), 'a dog');
    app.shared.busy = true;
    await expect.poll(() => button('Search').disabled).toBe(true);
  });

  it('shows the photo of the search, and searches without it once it is removed', async () => {
    const { app, user, sent } = await opened();
    await app.shared.setExample({ kind: 'photo', photoId: photoId(5), name: 'cat.jpg' });
    expect((await screen.findByAltText('Like cat.jpg')).getAttribute('src')).toBe('photo://thumb/5');
    await user.click(button('Search without cat.jpg'));
    expect([app.shared.example, screen.queryByAltText('Like cat.jpg')]).toEqual([null, null]);
    await user.type(box(), 'sea{Enter}');
    expect(sent('connections.search').map(({ terms }) => terms?.length)).toEqual([1, 0]);
  });

  it('searches by an image that is picked', async () => {
    const { user, container, sent } = await opened();
    const picker = container.querySelector<HTMLInputElement>('input[type=file]');
    if (picker === null) throw new Error('no picker');
    await user.upload(picker, new File([new Uint8Array([1, 2, 3])], 'cat.png', { type: 'image/png' }));
    await expect.poll(() => sent('connections.search')).toHaveLength(1);
    expect(sent('connections.search')[0]?.terms).toEqual([
      { kind: 'image', image: new Uint8Array([1, 2, 3]), weight: 1 },
    ]);
  });

  it('offers the index of the server only where there is one, and says what it finds', async () => {
    await opened();
    expect(screen.queryByRole('checkbox')).toBeNull();
    const { app } = await opened(0.987);
    const choice = screen.getByRole('checkbox', { name: /finds 98\.7 % of the nearest codes/ });
    await fireEvent.click(choice);
    expect(app.shared.approximate).toBe(true);
  });
});
