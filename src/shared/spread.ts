// Samples a list.
import { itemAt } from './at.ts';

/** Up to `most` items of a list, at even distances. */
export function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => itemAt(items, Math.floor((i * items.length) / most)));
}
