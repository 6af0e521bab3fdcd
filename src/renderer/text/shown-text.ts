// Texts of photos as the window shows them: readable in their direction, and of a length that leaves room for others.
import { undirected } from '../../shared/printable.ts';

/** Largest number of characters of a tag in a list or a message. */
export const mostOfTag = 60;
/** Largest number of characters of a text that names a photo or a button. */
export const mostOfLabel = 200;

/** Text with overrides of direction escaped, cut after `most` characters. */
export function shownText(text: string, most = Infinity): string {
  if (text.length <= most) return undirected(text);
  // Whole characters: none is cut in two.
  const start = [...text.slice(0, 2 * most)].slice(0, most).join('');
  return `${undirected(start.trimEnd())}…`;
}
