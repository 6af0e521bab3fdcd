// Says how natural a decoded text is: bytes read in the wrong order or set give characters that people rarely write.

/** Rows of the most frequent characters in the standards of China, Taiwan, Japan and Korea: first and last lead and trail bytes. */
const frequentRows = [
  ['gb18030', 0xb0, 0xd7, 0xa1, 0xfe],
  ['big5', 0xa4, 0xc6, 0x40, 0xfe],
  ['euc-jp', 0xb0, 0xcf, 0xa1, 0xfe],
  ['euc-kr', 0xb0, 0xc8, 0xa1, 0xfe],
] as const;
let frequent: ReadonlySet<string> | null = null;

function frequentCharacters(): ReadonlySet<string> {
  if (frequent !== null) return frequent;
  const known = new Set<string>();
  for (const [charset, firstLead, lastLead, firstTrail, lastTrail] of frequentRows) {
    const decoder = new TextDecoder(charset);
    for (let lead: number = firstLead; lead <= lastLead; lead++) {
      for (let trail: number = firstTrail; trail <= lastTrail; trail++) {
        const text = decoder.decode(Uint8Array.of(lead, trail));
        if (/^(?:\p{Script=Han}|\p{Script=Hangul})$/u.test(text)) known.add(text);
      }
    }
  }
  frequent = known;
  return known;
}

/** Letters of scripts in daily use, their signs, and those of typography. */
const usual =
  /^[\t\n\r\u0020-\u007E\u00A0-\u024F\u0300-\u036F\u0370-\u03FF\u0400-\u052F\u0590-\u05FF\u0600-\u06FF\u0900-\u0DFF\u0E01-\u0E5B\u10D0-\u10FF\u1E00-\u1EFF\u2010-\u2027\u2030-\u203A\u20AC\u3000-\u3011\u3014-\u301F\u3040-\u30FF\uFF01-\uFF9F]$/u;
const pictograph = /^(?:\p{Emoji_Presentation}|\p{Emoji_Modifier}|\uFE0F|\u200D)$/u;

/** Mean over the characters: 1 for one that people write, less for a rare one, -1 for one that has no meaning; 0 without any. */
export function naturalness(text: string): number {
  const characters = [...text];
  const sum = characters.reduce((total, character) => {
    if (usual.test(character) || pictograph.test(character) || frequentCharacters().has(character)) return total + 1;
    return total + (/^[\p{Script=Han}\p{Script=Hangul}\p{S}]$/u.test(character) ? 0 : -1);
  }, 0);
  return characters.length === 0 ? 0 : sum / characters.length;
}

/** The bytes as UTF-16 in the byte order that gives the more natural text; in `own` where both are alike. */
export function decodeUtf16(bytes: Uint8Array, own: 'utf-16le' | 'utf-16be'): string {
  const other = own === 'utf-16le' ? 'utf-16be' : 'utf-16le';
  const [text, swapped] = [new TextDecoder(own).decode(bytes), new TextDecoder(other).decode(bytes)];
  // Characters whose numbers end in 00 do not follow one another.
  if (swapped.length > 1 && /^[\0-\u00FF]+$/.test(swapped)) return swapped;
  return naturalness(swapped) > naturalness(text) ? swapped : text;
}
