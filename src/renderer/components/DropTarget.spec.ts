import { createEvent, fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { found, hit } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import DropTarget from './DropTarget.svelte';

const image = new File([new Uint8Array([1, 2, 3])], 'cat.png', { type: 'image/png' });

/** An event that carries a file, a folder or plain text. */
async function drag(kind: 'dragEnter' | 'dragLeave' | 'drop', carried: 'file' | 'folder' | 'text'): Promise<Event> {
  const event = createEvent[kind](document.body);
  Object.defineProperty(event, 'dataTransfer', {
    value: {
      types: carried === 'text' ? ['text/plain'] : ['Files'],
      files: carried === 'file' ? [image] : [],
      items: [{ webkitGetAsEntry: () => ({ isDirectory: carried === 'folder' }) }],
    },
  });
  await fireEvent(document.body, event);
  return event;
}

describe('DropTarget', () => {
  it('searches by an image that is dropped', async () => {
    const { app, sent } = await show(DropTarget, {}, { 'search.image': found([hit(1)]) });
    app.view = 'training';
    await drag('dragEnter', 'file');
    expect(screen.queryByText('Drop to find similar photos')).not.toBeNull();
    const dropped = await drag('drop', 'file');
    expect(dropped.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(sent('search.image')).toMatchObject([{ image: new Uint8Array([1, 2, 3]) }]));
    expect(app.view).toBe('photos');
    expect(screen.queryByText('Drop to find similar photos')).toBeNull();
  });

  it('goes away when the file is dragged out again', async () => {
    await show(DropTarget, {});
    await drag('dragEnter', 'file');
    await drag('dragLeave', 'file');
    expect(screen.queryByText('Drop to find similar photos')).toBeNull();
  });

  it('says where folders are added when one is dropped, and searches for nothing', async () => {
    const { app, sent } = await show(DropTarget, {});
    await drag('drop', 'folder');
    expect(app.toasts.list.map(({ message }) => message)).toEqual([expect.stringContaining('Add folder…')]);
    expect(sent('search.image')).toEqual([]);
  });

  it('leaves dragged text alone', async () => {
    await show(DropTarget, {});
    expect((await drag('dragEnter', 'text')).defaultPrevented).toBe(false);
    expect(screen.queryByText('Drop to find similar photos')).toBeNull();
  });

  it('searches by an image that is pasted', async () => {
    const { sent } = await show(DropTarget, {}, { 'search.image': found([hit(1)]) });
    const paste = createEvent.paste(document.body);
    Object.defineProperty(paste, 'clipboardData', { value: { files: [image] } });
    await fireEvent(document.body, paste);
    await vi.waitFor(() => expect(sent('search.image')).toHaveLength(1));
  });
});
