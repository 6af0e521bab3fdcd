import { describe, expect, it, vi } from 'vitest';
import { found, hit, photoId } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, showOn, textOf } from '../../../test/support/render.ts';
import { aboutShared, connection, sharedAnswer, sharedHit } from '../../../test/support/shared-values.ts';
import type { SharedPhoto } from '../../shared/contract/shared-library.ts';
import { HashlensError } from '../../shared/errors.ts';
import SharedPhotoDialog from './SharedPhotoDialog.svelte';

const facts: SharedPhoto = {
  ...{ captions: ['The sea'], tags: ['beach', 'storm'], people: ['Ben'], place: 'Rome', camera: 'Nikon', rating: 4 },
  ...{ capturedAt: Date.UTC(2019, 6, 14, 16, 20), capturedUntil: null, size: 2_000_000, format: 'jpeg' },
};
const hits = [sharedHit(1), sharedHit(2, { photoId: photoId(9) })];

/** Dialog of a photo of the answer to a search. */
async function opened(index: 0 | 1, photo: () => SharedPhoto = () => facts) {
  const page = await startPage({
    ...{ 'connections.show': aboutShared, 'connections.search': sharedAnswer(hits), 'photos.lines': [hit(9)] },
    ...{ 'connections.photo': photo, 'search.similar': found([hit(9)]) },
  });
  const { shared } = page.app;
  await shared.show(connection);
  shared.text = 'sea';
  await shared.search();
  await shared.look(index);
  const onclose = vi.fn();
  return { ...showOn(page, SharedPhotoDialog, { hit: hits[index] ?? sharedHit(0), onclose }), onclose };
}
const names = () => screen.queryAllByRole('term').map(textOf);

describe('SharedPhotoDialog', () => {
  it('shows captions and metadata that were published, without those it lacks', async () => {
    await opened(0, () => ({ ...facts, place: null, rating: null, people: [] }));
    expect(names()).toEqual(['Library', 'File', 'Date', 'Tags', 'Camera', 'Original']);
    const text = textOf(screen.getByRole('dialog'));
    for (const part of ['The sea', 'anna on desk', 'Italy/sea/1.jpg', '14 July 2019', 'beach, storm', 'JPEG'])
      expect(text).toContain(part);
  });

  it('shows what is known of a photo whose data do not come', async () => {
    const { app } = await opened(0, () => {
      throw new HashlensError('server-unreachable', 'The server cannot be reached.');
    });
    expect(names()).toEqual(['Library', 'File']);
    expect(app.toasts.list.map(({ kind }) => kind)).toEqual(['error']);
  });

  it('goes to the photos beside it by arrow keys and buttons, and stops at the ends', async () => {
    const { app, user } = await opened(0);
    expect(button('Previous photo').disabled).toBe(true);
    await user.keyboard('{ArrowLeft}');
    expect(app.shared.shownIndex).toBe(0);
    await user.keyboard('{ArrowRight}');
    expect([app.shared.shownIndex, button('Next photo').disabled]).toEqual([1, true]);
    await user.click(button('Previous photo'));
    expect(app.shared.shownIndex).toBe(0);
  });

  it('opens the original if it is in this library, and closes', async () => {
    const { app, user, onclose } = await opened(1);
    await user.click(button('Open my photo'));
    expect(onclose).toHaveBeenCalledTimes(1);
    await expect.poll(() => app.viewer.hit?.photoId).toBe(9);
  });

  it('says where the original is if it is not in this library', async () => {
    await opened(0);
    expect(screen.queryByRole('button', { name: 'Open my photo' })).toBeNull();
    expect(textOf(screen.getByRole('dialog'))).toContain(
      'The original is on the computer of the person who published it.',
    );
  });

  it('searches the own library by the photo', async () => {
    const { app, user, sent } = await opened(1);
    await user.click(button('Find similar photos of mine'));
    await expect.poll(() => sent('search.similar')).toMatchObject([{ photoId: 9 }]);
    expect(app.view).toBe('photos');
  });

  it('closes by its button', async () => {
    const { user, onclose } = await opened(0);
    await user.click(button('Close'));
    expect(onclose).toHaveBeenCalledTimes(1);
  });
});
