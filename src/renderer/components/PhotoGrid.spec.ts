import { createEvent, fireEvent } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { hit, photoId } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import type { MenuItem } from '../menus/menu.ts';
import type { PhotoTarget } from '../menus/photo-commands.ts';
import { listOf, type PhotoList } from '../state/photo-list.ts';
import { Selection } from '../state/selection.svelte.ts';
import PhotoGrid from './PhotoGrid.svelte';

const photos = (count: number): PhotoList => listOf(Array.from({ length: count }, (_, i) => hit(i + 1)));
const rest = {
  selection: new Selection(),
  list: photos(4),
  page: 'all',
  sections: [{ start: 0, heading: null }],
  hasResults: false,
  besideYears: false,
  ranked: false,
  showScores: false,
  complete: true,
  rowHeight: 172,
  onopen: () => undefined,
  onmore: () => undefined,
  onerror: () => undefined,
  onscale: () => undefined,
  menu: () => [],
  onmenu: () => undefined,
  ondrag: () => undefined,
  onjudge: null,
};

const tiles = (container: Element): Element[] => [...container.querySelectorAll('[data-photo]')];

describe('PhotoGrid', () => {
  it('opens the photo that was pressed', async () => {
    const onopen = vi.fn();
    const { user } = await show(PhotoGrid, { ...rest, onopen });
    await user.click(button('Photo number 3'));
    expect(onopen).toHaveBeenCalledExactlyOnceWith(2);
  });

  it('puts a heading above the photos of each section', async () => {
    const sections = [
      { start: 0, heading: null },
      { start: 2, heading: 'Weaker matches' },
    ];
    await show(PhotoGrid, { ...rest, hasResults: true, ranked: true, sections });
    const top = (element: Element | null): number => Number.parseFloat((element as HTMLElement).style.top);
    const heading = top(screen.getByRole('heading', { name: 'Weaker matches' }).parentElement);
    expect(top(button('2. Photo number 2').parentElement)).toBeLessThan(heading);
    expect(top(button('3. Photo number 3').parentElement)).toBeGreaterThan(heading);
  });

  it('has only the photos near the window in the document, and says how many there are', async () => {
    const { container } = await show(PhotoGrid, { ...rest, list: photos(20_000) });
    expect(tiles(container).length).toBeGreaterThan(20);
    expect(tiles(container).length).toBeLessThan(400);
    expect(tiles(container)[0]?.parentElement?.getAttribute('aria-setsize')).toBe('20000');
  });

  it('keeps the number of tiles bounded where a screen holds very many', async () => {
    const { container } = await show(PhotoGrid, { ...rest, list: photos(20_000), rowHeight: 80 });
    expect(tiles(container).length).toBeLessThan(400);
  });

  it('is one tab stop, and arrow keys move the focus inside it', async () => {
    const { container, user } = await show(PhotoGrid, rest);
    await user.tab();
    expect(document.activeElement).toBe(button('Photo number 1'));
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    expect(document.activeElement).toBe(button('Photo number 2'));
    const reachable = tiles(container).filter((tile) => tile.getAttribute('tabindex') === '0');
    expect(reachable).toEqual([button('Photo number 2')]);
    await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    expect(document.activeElement).toBe(button('Photo number 1'));
  });

  it('goes to the first and the last photo of a long list by Home and End, and to the row below by Arrow Down', async () => {
    const { user } = await show(PhotoGrid, { ...rest, list: photos(20_000) });
    await user.tab();
    await user.keyboard('{End}');
    expect(document.activeElement?.getAttribute('data-index')).toBe('19999');
    await user.keyboard('{Home}{ArrowDown}');
    // Photos of 3:2 in rows of 172 pixels: four fill a thousand pixels.
    expect(document.activeElement?.getAttribute('data-index')).toBe('4');
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement?.getAttribute('data-index')).toBe('0');
  });

  it('goes down and up by the rows in view with Page Down and Page Up, and not beyond the ends', async () => {
    const { user } = await show(PhotoGrid, { ...rest, list: photos(20_000) });
    const focused = () => document.activeElement?.getAttribute('data-index');
    await user.tab();
    await user.keyboard('{PageUp}');
    expect(focused()).toBe('0');
    await user.keyboard('{PageDown}');
    // Four whole rows of four photos are in a view of 800 pixels.
    expect(focused()).toBe('16');
    await user.keyboard('{PageUp}');
    expect(focused()).toBe('0');
    await user.keyboard('{End}{PageDown}');
    expect(focused()).toBe('19999');
  });

  it('asks for larger and smaller photos by Ctrl and the wheel, and leaves scrolling to the wheel alone', async () => {
    const onscale = vi.fn();
    await show(PhotoGrid, { ...rest, onscale });
    const tile = button('Photo number 1');
    const isLeft: boolean[] = [];
    for (const [deltaY, ctrlKey] of [
      [-100, true],
      [100, true],
      [100, false],
    ] as const) {
      const wheel = createEvent.wheel(tile, { deltaY });
      Object.defineProperty(wheel, 'ctrlKey', { value: ctrlKey });
      isLeft.push(await fireEvent(tile, wheel));
    }
    expect([onscale.mock.calls, isLeft]).toEqual([
      [[1], [-1]],
      [false, false, true],
    ]);
  });

  it('asks for more while its end is near, and not when all are there', async () => {
    const onmore = vi.fn();
    await show(PhotoGrid, { ...rest, complete: false, onmore });
    expect(onmore).toHaveBeenCalled();
    onmore.mockClear();
    await show(PhotoGrid, { ...rest, onmore });
    await show(PhotoGrid, { ...rest, list: photos(20_000), complete: false, onmore });
    await tick();
    expect(onmore).not.toHaveBeenCalled();
  });

  it('reports lines that cannot be loaded', async () => {
    const onerror = vi.fn();
    const list: PhotoList = { ...rest.list, load: () => Promise.reject(new Error('away')) };
    await show(PhotoGrid, { ...rest, list, onerror });
    await vi.waitFor(() => expect(onerror).toHaveBeenCalledWith(new Error('away')));
  });

  describe('selects', () => {
    const toggle = ({ select }: PhotoTarget): MenuItem[] => [
      { label: 'Select', shortcut: 'Space', run: () => select?.run() },
    ];
    const selectable = () => ({ ...rest, list: photos(9), selection: new Selection(), menu: toggle });
    const chosen = (selection: Selection): number[] => [...selection.ids].sort((a, b) => a - b);

    it('by Ctrl and a range by Shift, and a press then takes a photo out again and opens none', async () => {
      const onopen = vi.fn();
      const props = { ...selectable(), onopen };
      const { user } = await show(PhotoGrid, props);
      await user.keyboard('{Control>}');
      await user.click(button('Photo number 2'));
      await user.keyboard('{/Control}{Shift>}');
      await user.click(button('Photo number 5'));
      await user.keyboard('{/Shift}');
      expect(chosen(props.selection)).toEqual([2, 3, 4, 5]);
      await user.click(button('Photo number 4'));
      expect(chosen(props.selection)).toEqual([2, 3, 5]);
      expect(onopen).not.toHaveBeenCalled();
    });

    it('by Space, by arrow keys with Shift, and all by Ctrl+A', async () => {
      const props = selectable();
      const { user } = await show(PhotoGrid, props);
      await user.tab();
      await user.keyboard('{ArrowRight} ');
      expect(chosen(props.selection)).toEqual([2]);
      await user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
      expect(chosen(props.selection)).toEqual([2, 3, 4]);
      await user.keyboard('{Control>}a{/Control}');
      expect(props.selection.count).toBe(9);
    });

    it('all of a section by its box, which says how much of it is selected', async () => {
      const sections = [
        { start: 0, heading: 'July 2019' },
        { start: 4, heading: 'June 2019' },
      ];
      const props = { ...selectable(), sections };
      const { user } = await show(PhotoGrid, props);
      const box = screen.getByRole('checkbox', { name: 'Select all of June 2019' });
      await user.click(box);
      expect([chosen(props.selection), box.getAttribute('aria-checked')]).toEqual([[5, 6, 7, 8, 9], 'true']);
      props.selection.toggle(photoId(7));
      await tick();
      expect(box.getAttribute('aria-checked')).toBe('mixed');
      await user.click(box);
      await user.click(box);
      expect(chosen(props.selection)).toEqual([]);
    });

    it('and keys of the menu are for what is selected, else for the photo with the focus', async () => {
      const marked: unknown[] = [];
      const menu = ({ photoIds, select }: PhotoTarget): MenuItem[] => [
        { label: 'Select', shortcut: 'Space', run: () => select?.run() },
        { label: 'Favourite', shortcut: 'F', run: () => marked.push(photoIds) },
      ];
      const props = { ...selectable(), menu };
      const { user } = await show(PhotoGrid, props);
      await user.tab();
      await user.keyboard('f');
      props.selection.replace([photoId(3), photoId(6)]);
      await user.keyboard('f');
      expect(marked).toEqual([[1], [3, 6]]);
    });

    it('and the menu of a photo among those selected is for all of them, that of another for it alone', async () => {
      const onmenu = vi.fn();
      const menu = ({ photoIds }: PhotoTarget): MenuItem[] => [{ label: photoIds.join(' '), run: () => undefined }];
      const props = { ...selectable(), menu, onmenu };
      await show(PhotoGrid, props);
      props.selection.replace([photoId(3), photoId(6)]);
      await tick();
      await fireEvent.contextMenu(button('Photo number 6'), { clientX: 5, clientY: 7 });
      await fireEvent.contextMenu(button('Photo number 2'));
      expect(onmenu.mock.calls).toMatchObject([
        [[{ label: '3 6' }], { x: 5, y: 7 }],
        [[{ label: '2' }], {}],
      ]);
    });

    it('and all that are selected are dragged with one of them, by the system and not by the browser', async () => {
      const ondrag = vi.fn();
      const props = { ...selectable(), ondrag };
      await show(PhotoGrid, props);
      props.selection.replace([photoId(3), photoId(6)]);
      await tick();
      expect(await fireEvent.dragStart(button('Photo number 6'))).toBe(false);
      expect(ondrag).toHaveBeenCalledExactlyOnceWith([3, 6]);
    });
  });
});
