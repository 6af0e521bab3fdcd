import { createEvent, fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { folder, found, hit, job, photoId } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import DropTarget from './DropTarget.svelte';

const image = new File([new Uint8Array([1, 2, 3])], 'cat.png', { type: 'image/png' });
const other = new File([new Uint8Array([1, 2, 3])], 'song.mp3', { type: 'audio/mpeg' });

type Carried = 'file' | 'other' | 'folder';

type Dragged = Carried | 'text' | 'link';

/** An event that carries files, folders, plain text or a link. */
async function drag(
  kind: 'dragEnter' | 'dragLeave' | 'drop',
  ...given: readonly (Dragged | Element)[]
): Promise<Event> {
  const target = given.find((one) => one instanceof Element) ?? document.body;
  const carried = given.filter((one) => typeof one === 'string');
  const event = createEvent[kind](target);
  const files = carried.filter((one) => one !== 'text' && one !== 'link');
  const types = carried.includes('link') ? ['text/uri-list', 'text/plain'] : ['text/plain'];
  Object.defineProperty(event, 'dataTransfer', {
    value: {
      types: files.length === 0 ? types : ['Files'],
      files: files.map((one) => (one === 'other' ? other : image)),
      items: files.map((one) => ({ webkitGetAsEntry: () => ({ isDirectory: one === 'folder' }) })),
    },
  });
  await fireEvent(target, event);
  return event;
}

describe('DropTarget', () => {
  it('searches by an image that is dropped', async () => {
    const { app, sent } = await show(DropTarget, {}, { 'search.image': found([hit(1)]) });
    app.view = 'training';
    await drag('dragEnter', 'file');
    expect(screen.queryByText('Drop images to find photos like them, a folder to add it')).not.toBeNull();
    const dropped = await drag('drop', 'file');
    expect(dropped.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(sent('search.image')).toMatchObject([{ image: new Uint8Array([1, 2, 3]) }]));
    expect(app.view).toBe('photos');
    expect(screen.queryByText('Drop images to find photos like them, a folder to add it')).toBeNull();
  });

  it('goes away when the file is dragged out again', async () => {
    await show(DropTarget, {});
    await drag('dragEnter', 'file');
    await drag('dragLeave', 'file');
    expect(screen.queryByText('Drop images to find photos like them, a folder to add it')).toBeNull();
  });

  it('goes away with the next movement of the pointer where the end of a drag is not reported', async () => {
    await show(DropTarget, {});
    await drag('dragEnter', 'file');
    await fireEvent.pointerMove(document.body);
    expect(screen.queryByText('Drop images to find photos like them, a folder to add it')).toBeNull();
  });

  it('adds a folder that is dropped, by its place on this computer, and searches for nothing', async () => {
    const { app, sent } = await show(DropTarget, {});
    const addDropped = vi.fn(() => Promise.resolve({ ok: true as const, value: { folder: folder(), job: job() } }));
    vi.stubGlobal('hashlens', { addDropped });
    await drag('drop', 'folder');
    await vi.waitFor(() => expect(app.jobs.active).toHaveLength(1));
    expect(addDropped).toHaveBeenCalledExactlyOnceWith(image);
    expect(app.toasts.list.map(({ message }) => message)).toEqual(['/photos/Italy is in the library now.']);
    expect(sent('search.image')).toEqual([]);
    vi.unstubAllGlobals();
  });

  it('says what can be dropped where something else was', async () => {
    const { app, sent } = await show(DropTarget, {});
    await drag('drop', 'other');
    expect(app.toasts.list.map(({ message }) => message)).toEqual([expect.stringContaining('This file is neither.')]);
    expect(sent('search.image')).toEqual([]);
  });

  it('adds the folders and searches by the images of a mixed drop, and says what it did not use', async () => {
    const { app, sent } = await show(DropTarget, {}, { 'search.image': found([hit(1)]) });
    const addDropped = vi.fn(() => Promise.resolve({ ok: true as const, value: { folder: folder(), job: job() } }));
    vi.stubGlobal('hashlens', { addDropped });
    await drag('drop', 'file', 'folder', 'other');
    await vi.waitFor(() => expect(sent('search.image')).toHaveLength(1));
    await vi.waitFor(() => expect(app.jobs.active).toHaveLength(1));
    expect(app.toasts.list.map(({ message }) => message).toSorted()).toEqual([
      '/photos/Italy is in the library now.',
      'One file was neither an image nor a folder, and was not used.',
    ]);
    vi.unstubAllGlobals();
  });

  it('takes no photos of the window itself, and files from outside again once that drag has ended', async () => {
    const { app } = await show(DropTarget, {});
    app.desktop.dragged = [photoId(1)];
    expect((await drag('dragEnter', 'file')).defaultPrevented).toBe(false);
    await fireEvent.pointerMove(document.body);
    expect((await drag('dragEnter', 'file')).defaultPrevented).toBe(true);
  });

  it.each([
    ['text', /Words go into the search box/],
    ['link', /A link cannot be searched by/],
  ] as const)('says of a dropped %s that it is of no use, and leaves it to a text box', async (kind, sentence) => {
    const { app, sent } = await show(DropTarget, {}, { 'search.image': found([hit(1)]) });
    await drag('dragEnter', kind);
    expect(screen.queryByText('Drop images to find photos like them, a folder to add it')).toBeNull();
    expect((await drag('drop', kind)).defaultPrevented).toBe(true);
    expect(app.toasts.list.map(({ message }) => message)).toEqual([expect.stringMatching(sentence)]);
    const box = document.body.appendChild(document.createElement('input'));
    expect((await drag('drop', kind, box)).defaultPrevented).toBe(false);
    box.remove();
    expect([app.toasts.list.length, sent('search.image')]).toEqual([1, []]);
  });

  it('searches by an image that is pasted', async () => {
    const { sent } = await show(DropTarget, {}, { 'search.image': found([hit(1)]) });
    const paste = createEvent.paste(document.body);
    Object.defineProperty(paste, 'clipboardData', { value: { files: [image] } });
    await fireEvent(document.body, paste);
    await vi.waitFor(() => expect(sent('search.image')).toHaveLength(1));
  });
});
