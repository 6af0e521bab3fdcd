// Texts of photos as the window shows them: readable in their direction, and of a length that leaves room for others.
import { undirected } from '../../shared/printable.ts';
import { fileName } from './format.ts';

/** Largest number of characters of a tag in a list or a message. */
const mostOfTag = 60;
/** Largest number of characters of a text that names a photo or a button. */
export const mostOfLabel = 200;
/** The same in a tooltip, which should show all of a text. */
const mostOfTooltip = 1000;

/** Text with overrides of direction escaped, cut after `most` characters. */
export function shownText(text: string, most = Infinity): string {
  if (text.length <= most) return undirected(text);
  // Whole characters: none is cut in two.
  const start = [...text.slice(0, 2 * most)].slice(0, most).join('');
  return `${undirected(start.trimEnd())}…`;
}

/** A tag, a person or another name in a list or a message, without what would be too long for it. */
export const shownName = (name: string): string => shownText(name, mostOfTag);

/** All of a name or a path, for the tooltip of a place that may have cut it. */
export const wholeName = (name: string): string => shownText(name, mostOfTooltip);

/** The text that names a photo: its caption, or else its file. */
export const photoName = ({ caption, path }: { readonly caption: string | null; readonly path: string }): string =>
  shownText(caption ?? fileName(path), mostOfLabel);
