// Typed text that was not confirmed is kept.
import { onDestroy } from 'svelte';
import type { Edits } from './edits.svelte.ts';

/** Calls `save` when the component is removed, and when the page ends. Call during a component's initialisation. */
export function savedAtLast(edits: Pick<Edits, 'beforeEnd'>, save: () => void): void {
  const forget = edits.beforeEnd(save);
  onDestroy(() => {
    forget();
    save();
  });
}
