// Texts in character sets that Node decodes but does not encode: each character is looked up among what bytes mean.

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

function tableOf(charset: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(charset);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(charset, { fatal: true });
  const table = new Map<string, readonly number[]>();
  const add = (bytes: readonly number[]): void => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if ([...text].length === 1 && !table.has(text)) table.set(text, bytes);
    } catch {
      // No character.
    }
  };
  for (let first = 0; first < 256; first++) add([first]);
  for (let first = 0x81; first < 256; first++) for (let second = 0x40; second < 256; second++) add([first, second]);
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
