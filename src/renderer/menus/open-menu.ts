// Shows a context menu where a mouse or a keyboard asks for it.
import type { AppState } from '../state/app.svelte.ts';
import type { MenuItem } from './menu.ts';

/** For keys Chromium reports the middle of the focused element. */
export function openMenu(app: AppState, event: MouseEvent, items: readonly MenuItem[]): void {
  event.preventDefault();
  event.stopPropagation();
  app.showMenu(items, { x: event.clientX, y: event.clientY });
}
