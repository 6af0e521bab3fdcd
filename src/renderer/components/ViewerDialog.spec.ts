import { cleanup, fireEvent } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { queryAnswer, details, found, hit, photoId, rankedHit } from '../../../test/support/contract-values.ts';
import { startPage, type Answers } from '../../../test/support/page.ts';
import { button, screen, showOn, type ShownPage } from '../../../test/support/render.ts';
import { favouriteTag } from '../../shared/contract/edits.ts';
import { openModal } from '../open-modal.ts';
import { listOf } from '../state/photo-list.ts';
import ViewerDialog from './ViewerDialog.svelte';

async function open(answers: Answers = {}): Promise<ShownPage> {
  const page = await startPage(answers);
  await page.app.viewer.open(listOf([hit(1), hit(2), hit(3)]), 1);
  await vi.waitFor(() => {
    if (page.app.viewer.details === null) throw new Error('no details');
  });
  return showOn(page, ViewerDialog, {});
}

describe('ViewerDialog', () => {
  it('goes from photo to photo by arrow keys and buttons, and stops at the ends', async () => {
    const { app, user } = await open();
    await user.keyboard('{ArrowRight}');
    expect(app.viewer.hit?.photoId).toBe(3);
    expect(button('Next photo').disabled).toBe(true);
    await user.keyboard('{ArrowRight}');
    expect(app.viewer.hit?.photoId).toBe(3);
    await user.click(button('Previous photo'));
    await user.keyboard('{ArrowLeft}');
    expect(app.viewer.hit?.photoId).toBe(1);
    expect(button('Previous photo').disabled).toBe(true);
  });

  it('draws a small video, and the copy of a photo that cannot be shown, at most at twice their size', async () => {
    const { app } = await open({ 'photos.get': details({ isVideo: true }) });
    await vi.waitFor(() => expect(app.viewer.isVideo).toBe(true));
    const load = async (element: Element | null, event: string, pixels: Record<string, number>) => {
      if (!(element instanceof HTMLElement)) throw new Error('nothing is shown');
      for (const [name, value] of Object.entries(pixels)) Object.defineProperty(element, name, { value });
      await fireEvent(element, new Event(event));
      return [element.style.maxWidth, element.style.maxHeight];
    };
    const video = document.querySelector('dialog video');
    expect(await load(video, 'loadedmetadata', { videoWidth: 176, videoHeight: 144 })).toEqual(['352px', '288px']);
    await fireEvent.error(video ?? document.body);
    const copy = await vi.waitFor(() => screen.getByAltText(/./));
    expect(await load(copy, 'load', { naturalWidth: 40, naturalHeight: 30 })).toEqual(['80px', '60px']);
  });

  it('hides and shows the facts at I, and Close stays', async () => {
    const { user } = await open();
    const facts = () => screen.queryByRole('complementary', { name: 'Information', hidden: true });
    expect(facts()).not.toBeNull();
    await user.keyboard('i');
    expect(facts()).toBeNull();
    expect(button('Close')).toBeTruthy();
    await user.keyboard('i');
    expect(facts()).not.toBeNull();
  });

  it('shows the photos before and after at B, each to be gone to, and remembers that', async () => {
    const { app, user, sent } = await open();
    const strip = () => screen.queryByRole('list', { name: 'Photos before and after', hidden: true });
    expect(strip()).toBeNull();
    await user.keyboard('b');
    expect(strip()?.querySelectorAll('button')).toHaveLength(3);
    expect(strip()?.querySelector('[aria-current="true"]')?.getAttribute('aria-label')).toBe('Photo number 2');
    await user.click(strip()?.querySelector('button') ?? document.body);
    expect(app.viewer.hit?.photoId).toBe(1);
    await vi.waitFor(() => expect(sent('app.preferences')).toContainEqual({ stripOpen: true }));
  });

  it('fills the screen with the photo alone at Enter, and Escape goes back to the window first', async () => {
    const { app, user, sent } = await open();
    await user.keyboard('{Enter}');
    await vi.waitFor(() => expect(screen.queryByRole('complementary', { hidden: true })).toBeNull());
    await user.keyboard('{Escape}');
    expect(app.viewer.hit).not.toBeNull();
    await user.keyboard('{Escape}');
    expect(app.viewer.hit).toBeNull();
    expect(sent('app.fullScreen')).toEqual([{ on: true }, { on: false }]);
  });

  it('shows photo after photo in a slide show, and stops at the last', async () => {
    const { app } = await open();
    vi.useFakeTimers();
    try {
      app.viewer.togglePlaying();
      await vi.advanceTimersByTimeAsync(5000);
      expect([app.viewer.hit?.photoId, app.viewer.playing]).toEqual([3, true]);
      await vi.advanceTimersByTimeAsync(5000);
      expect([app.viewer.hit?.photoId, app.viewer.playing]).toEqual([3, false]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('shows a photo for the whole time of a slide show after a step by hand', async () => {
    const { app } = await open();
    vi.useFakeTimers();
    try {
      app.viewer.previous();
      app.viewer.togglePlaying();
      await vi.advanceTimersByTimeAsync(4000);
      app.viewer.next();
      await vi.advanceTimersByTimeAsync(4000);
      expect(app.viewer.hit?.photoId).toBe(2);
      await vi.advanceTimersByTimeAsync(1000);
      expect(app.viewer.hit?.photoId).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not go on in a slide show while a video plays', async () => {
    const { app, container } = await open({ 'photos.get': details({ id: photoId(2), isVideo: true }) });
    const video = container.querySelector('video');
    if (video === null) throw new Error('no video is shown');
    vi.useFakeTimers();
    try {
      app.viewer.togglePlaying();
      await fireEvent.play(video);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(app.viewer.hit?.photoId).toBe(2);
      await fireEvent.pause(video);
      await vi.advanceTimersByTimeAsync(5000);
      expect(app.viewer.hit?.photoId).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });

  it('closes at Escape after the window has left the full screen by other means', async () => {
    const { app, sent, tell, user } = await open();
    await user.keyboard('{Enter}');
    expect(app.viewer.fullScreen).toBe(true);
    tell({ type: 'full-screen', on: false });
    await user.keyboard('{Escape}');
    expect(app.viewer.hit).toBeNull();
    expect(sent('app.fullScreen')).toEqual([{ on: true }]);
  });

  it('ends the slide show when it is closed', async () => {
    const { app } = await open();
    vi.useFakeTimers();
    try {
      app.viewer.togglePlaying();
      app.viewer.close();
      await vi.advanceTimersByTimeAsync(6000);
      expect([app.viewer.hit, app.viewer.playing]).toEqual([null, false]);
    } finally {
      vi.useRealTimers();
    }
  });

  const captionBox = () => screen.getByRole('textbox', { name: 'Add a caption' });

  it('puts the cursor into the box for captions at T, which Escape leaves without closing the photo', async () => {
    const { app, user, sent } = await open();
    app.viewer.showPanel(false);
    await tick();
    await user.keyboard('t');
    await expect.poll(() => document.activeElement).toBe(captionBox());
    await user.keyboard('a lake{Escape}');
    expect(document.activeElement?.tagName).toBe('DIALOG');
    expect([app.viewer.hit?.photoId, sent('edits.apply')]).toEqual([2, [{ photoIds: [2], addCaptions: ['a lake'] }]]);
    await user.keyboard('{Escape}');
    expect(app.viewer.hit).toBeNull();
  });

  it('goes on to the next photo from an empty box, with the cursor in its box for captions', async () => {
    const { app, user } = await open();
    await user.keyboard('ta{ArrowLeft}');
    expect(app.viewer.hit?.photoId).toBe(2);
    await user.keyboard('{Delete}{ArrowRight}');
    expect(app.viewer.hit?.photoId).toBe(3);
    await expect.poll(() => document.activeElement).toBe(captionBox());
    await user.keyboard('{ArrowLeft}');
    expect(app.viewer.hit?.photoId).toBe(2);
  });

  it('closes at Escape and by its button', async () => {
    const { app } = await open();
    await fireEvent.keyDown(screen.getByRole('dialog', { hidden: true }), { key: 'Escape' });
    expect(app.viewer.hit).toBeNull();
  });

  it('leaves the keys to a dialog over it, in which nothing has the focus, and has them again afterwards', async () => {
    const { app, sent, user } = await open();
    const over = document.body.appendChild(document.createElement('dialog'));
    const close = openModal(over);
    await user.keyboard('{ArrowRight}3f{Delete}{Escape}');
    expect([app.viewer.hit?.photoId, sent('edits.apply')]).toEqual([2, []]);
    close();
    over.remove();
    await user.keyboard('{ArrowRight}');
    expect(app.viewer.hit?.photoId).toBe(3);
  });

  it('closes at Escape when nothing in it has the focus', async () => {
    const { app } = await open();
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(app.viewer.hit).toBeNull();
  });

  it('shows the small copy, and says so, when the original cannot be shown', async () => {
    const { container } = await open();
    const full = container.querySelector<HTMLImageElement>('img[src="photo://full/2"]');
    if (full === null) throw new Error('the original was not asked for');
    await fireEvent.error(full);
    expect(container.querySelector('img')?.getAttribute('src')).toBe('photo://thumb/2');
    expect(screen.queryByText(/the original cannot be shown/)).not.toBeNull();
  });

  it('shows another version of the photo, and plays its video', async () => {
    const versions = [
      { number: 1, name: 'IMG_2.CR2', isVideo: false },
      { number: 2, name: 'IMG_2.MOV', isVideo: true },
    ];
    const { container, user } = await open({ 'photos.get': details({ id: photoId(2), versions }) });
    await user.click(button('IMG_2.CR2'));
    expect(container.querySelector('img[src="photo://full/2/1"]')).not.toBeNull();
    await user.click(button('IMG_2.MOV'));
    expect(container.querySelector('video')?.getAttribute('src')).toBe('photo://full/2/2');
    await user.keyboard('{ArrowRight}');
    expect(container.querySelector('img[src="photo://full/3"]')).not.toBeNull();
  });

  it('plays the video of a photo at one click, and shows the photo again at the next', async () => {
    const versions = [{ number: 1, name: 'Video', isVideo: true }];
    const { container, user } = await open({ 'photos.get': details({ id: photoId(2), versions }) });
    const [tool] = screen.getAllByRole('button', { name: 'Video' });
    if (tool === undefined) throw new Error('there is no button for the video');
    await user.click(tool);
    expect(container.querySelector('video')?.getAttribute('src')).toBe('photo://full/2/1');
    await user.click(tool);
    expect(container.querySelector('img[src="photo://full/2"]')).not.toBeNull();
  });

  it('plays a video', async () => {
    const { container } = await open({ 'photos.get': details({ id: photoId(2), isVideo: true }) });
    expect(container.querySelector('video')?.getAttribute('src')).toBe('photo://full/2');
  });

  it('has the file of a photo read once for its exposure, also after its words have changed', async () => {
    const { app, sent } = await open();
    app.viewer.showPanel(false);
    await tick();
    vi.useFakeTimers();
    try {
      app.viewer.showPanel(true);
      await vi.advanceTimersByTimeAsync(200);
      expect(sent('photos.exposure')).toEqual([{ photoId: 2 }]);
      await app.viewer.reload();
      await vi.advanceTimersByTimeAsync(200);
      expect(sent('photos.exposure')).toHaveLength(1);
      app.viewer.next();
      await vi.advanceTimersByTimeAsync(200);
      expect(sent('photos.exposure').slice(1)).toEqual([{ photoId: 3 }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('shows the tags that fit the picture best, without that of favourites, each of which leads to its photos', async () => {
    const texts = ['beach', favouriteTag, 'sea', 'sun', 'sand', 'boat', 'sky', 'pier'];
    const { app, user, sent } = await open({
      'search.describe': found(
        texts.map((text, i) => ({ rank: i + 1, text, score: 0.5, distance: i, photoId: null, path: null })),
      ),
      'search.query': ({ text }) => queryAnswer(text ?? '', []),
    });
    const title = await screen.findByText('Words it evokes');
    expect(sent('search.describe')).toEqual([{ source: { photoId: 2 }, target: 'tags', limit: 7 }]);
    const words = [...(title.closest('section')?.querySelectorAll('button') ?? [])];
    expect(words.map((word) => word.textContent)).toEqual(['beach', 'sea', 'sun', 'sand', 'boat', 'sky']);
    await user.click(button('sea'));
    expect([app.viewer.hit, sent('search.query').at(-1)?.text]).toEqual([null, 'tag:sea']);
  });

  it('gives the focus back where it was', async () => {
    const before = document.createElement('button');
    document.body.append(before);
    before.focus();
    const { app } = await open();
    button('Close').focus();
    app.viewer.close();
    await vi.waitFor(() => expect(document.activeElement).toBe(before));
    before.remove();
  });

  it('searches for photos like this one', async () => {
    const { app, user, sent } = await open({ 'search.similar': found([hit(9)]) });
    await user.click(button('Find similar'));
    expect(sent('search.similar')).toMatchObject([{ photoId: 2 }]);
    expect([app.viewer.hit, app.view]).toEqual([null, 'photos']);
  });

  it('says when a smaller copy of the photo is shown, and nothing with all pixels, tiles or another version', async () => {
    const note = () => screen.queryByText(/^A smaller copy is shown/)?.textContent ?? null;
    const load = async (size: { readonly width: number; readonly height: number }) => {
      const image = document.querySelector<HTMLImageElement>('dialog img[src^="photo://full/"]');
      if (image === null) throw new Error('no photo');
      Object.defineProperties(image, { naturalWidth: { value: size.width }, naturalHeight: { value: size.height } });
      await fireEvent.load(image);
    };
    const { width, height } = hit(2);
    await open();
    await load({ width: width / 2, height: height / 2 });
    await vi.waitFor(() => expect(note()).toContain('A smaller copy is shown: '));
    cleanup();
    await open();
    await load({ width, height });
    cleanup();
    await open({ 'photos.tiles': { width, height, side: 1024, columns: 4, rows: 3 } });
    await load({ width: width / 2, height: height / 2 });
    await Promise.resolve();
    expect(note()).toBeNull();
  });

  it('searches for a tag of the photo', async () => {
    const answers: Answers = {
      'edits.words': {
        ...{ photos: 1, captions: [], ratings: [1, 0, 0, 0, 0, 0], favourites: 0, described: 1 },
        tags: [{ name: 'beach', photos: 1 }],
      },
      'search.query': queryAnswer('tag:beach', [rankedHit(1)]),
    };
    const { user, sent } = await open(answers);
    await user.click(await screen.findByRole('button', { name: 'beach' }));
    expect(sent('search.query')).toMatchObject([{ text: 'tag:beach' }]);
  });

  it('shows the photo in its folder, unless the file is gone', async () => {
    const { user, sent } = await open();
    await user.click(button('Show in folder'));
    expect(sent('app.showInFolder')).toEqual([{ photoIds: [2] }]);
  });

  it('cannot show a file that is gone in its folder', async () => {
    await open({ 'photos.get': details({ available: false }) });
    expect(button('Show in folder').disabled).toBe(true);
  });
});
