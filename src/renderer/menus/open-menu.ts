// Shows a context menu where a mouse or a keyboard asks for it, and handles the keys of its entries.
import type { AppState } from '../state/app.svelte.ts';
import type { MenuItem } from './menu.ts';
import { runByKey } from './photo-commands.ts';

/** For keys Chromium reports the middle of the focused element. */
export function openMenu(app: AppState, event: MouseEvent, items: readonly MenuItem[]): void {
  event.preventDefault();
  event.stopPropagation();
  app.showMenu(items, { x: event.clientX, y: event.clientY });
}

/** Runs the entry of a pressed key before the page around the element sees the key. Enter alone is left to the element's click. */
export function menuKey(event: KeyboardEvent, items: readonly MenuItem[]): void {
  const isClick = event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!isClick && runByKey(event, items)) event.stopPropagation();
}
