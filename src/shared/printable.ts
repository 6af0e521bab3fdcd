// Makes text from files and the network safe to print. A file name may contain control sequences for a terminal.

/**
 * Control characters (C0, DEL, C1 with its one-byte CSI), line and paragraph separators, characters that change the
 * direction or visibility of the following text, and lone surrogates.
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

const named: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0xfffd;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** One line of text with every unsafe character escaped, as in `\x1b` or `\u{202e}`. */
export const printable = (text: string): string => text.replaceAll(unsafe, escaped);

/** The same for text of several lines, whose line breaks stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Embeddings, overrides and isolates of direction, which can make following text read backwards. */
const directing = /[\u202a-\u202e\u2066-\u2069]/gu;

/** Text for the window, where only characters that direct the following text are escaped, as in `\u{202e}`. */
export const undirected = (text: string): string => text.replaceAll(directing, escaped);

/** JSON on one line. Also escapes characters that JSON allows but a terminal would obey. */
export function printableJson(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null';
  return json.replaceAll(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
