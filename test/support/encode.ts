// Encodes texts in character sets that Node only decodes: each character is looked up among the decoded byte
// sequences.

import { itemAt } from '../../src/shared/at.ts';

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

function tableOf(charset: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(charset);
  if (known !== undefined) return known;
  const sequences: (readonly number[])[] = Array.from({ length: 256 }, (_, first) => [first]);
  for (let first = 0x81; first < 256; first++)
    for (let second = 0x40; second < 256; second++) sequences.push([first, second]);
  // One sequence per line, decoded at once. No line break is the second byte of a character.
  const lines = new TextDecoder(charset)
    .decode(Uint8Array.from(sequences.flatMap((bytes) => [...bytes, 10])))
    .split('\n');
  const table = new Map<string, readonly number[]>([['\n', [10]]]);
  // The sequence that is a line break itself makes two lines.
  lines.splice(10, 1);
  for (const [i, bytes] of sequences.entries()) {
    const text = itemAt(lines, i);
    if ([...text].length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes);
  }
  tables.set(charset, table);
  return table;
}

/** @param charset as the Encoding Standard names it, of one or two bytes a character */
export function encodeAs(charset: string, text: string): Buffer {
  const table = tableOf(charset);
  return Buffer.concat(
    [...text].map((character) => {
      const bytes = table.get(character);
      if (bytes === undefined) throw new Error(`${charset} has no ${character}`);
      return Buffer.from(bytes);
    }),
  );
}

/** UTF-32 with its byte order mark. */
export function utf32(text: string, charset: 'utf-32le' | 'utf-32be'): Buffer {
  return Buffer.concat(
    [...`\uFEFF${text}`].map((character) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(character.codePointAt(0) ?? 0);
      return charset === 'utf-32le' ? bytes : bytes.swap32();
    }),
  );
}
