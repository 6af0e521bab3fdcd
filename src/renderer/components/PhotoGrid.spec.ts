import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hit } from '../../../test/support/page.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import PhotoGrid from './PhotoGrid.svelte';

const hits = [1, 2, 3, 4].map((n) => hit(n));
const rest = {
  hits,
  ranked: false,
  showScores: false,
  weakFrom: null,
  complete: true,
  onopen: () => undefined,
  onmore: () => undefined,
};

/** Calls back as the browser does when the end of the list comes within reach. */
let reach: (() => void)[];
beforeEach(() => {
  reach = [];
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(callback: (entries: readonly { isIntersecting: boolean }[]) => void) {
        reach.push(() => callback([{ isIntersecting: true }]));
      }
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

describe('PhotoGrid', () => {
  it('opens the photo that was pressed', async () => {
    const onopen = vi.fn();
    const { user } = await show(PhotoGrid, { ...rest, onopen });
    await user.click(button('Photo number 3'));
    expect(onopen).toHaveBeenCalledExactlyOnceWith(2);
  });

  it('draws the line before the first of the weaker matches', async () => {
    await show(PhotoGrid, { ...rest, ranked: true, weakFrom: 2 });
    const order = [...screen.getByRole('list', { name: 'Results' }).querySelectorAll('h3, button')];
    expect(order.map((element) => element.tagName)).toEqual(['BUTTON', 'BUTTON', 'H3', 'BUTTON', 'BUTTON']);
  });

  it('goes from photo to photo by the arrow keys', async () => {
    const { user } = await show(PhotoGrid, rest);
    button('Photo number 2').focus();
    await user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(button('Photo number 3'));
    await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    expect(document.activeElement).toBe(button('Photo number 1'));
  });

  it('goes to the nearest photo of the next row by the down key', async () => {
    const { user } = await show(PhotoGrid, rest);
    const places = [
      { offsetLeft: 0, offsetTop: 0 },
      { offsetLeft: 100, offsetTop: 0 },
      { offsetLeft: 0, offsetTop: 80 },
      { offsetLeft: 110, offsetTop: 80 },
    ];
    for (const [i, place] of places.entries()) {
      for (const [name, value] of Object.entries({ ...place, offsetWidth: 100 })) {
        Object.defineProperty(button(`Photo number ${i + 1}`), name, { value });
      }
    }
    button('Photo number 2').focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(button('Photo number 4'));
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement).toBe(button('Photo number 2'));
  });

  it('asks for more when its end comes within reach, until all are there', async () => {
    const onmore = vi.fn();
    await show(PhotoGrid, { ...rest, complete: false, onmore });
    expect(reach).toHaveLength(1);
    reach[0]?.();
    expect(onmore).toHaveBeenCalledOnce();
  });

  it('asks for no more when all are there', async () => {
    await show(PhotoGrid, rest);
    expect(reach).toEqual([]);
  });
});
