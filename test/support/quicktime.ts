// Boxes of videos in QuickTime's container.

/** @param isLong writes the size in 64 bits */
export function box(type: string, ...content: readonly (Buffer | string | boolean)[]): Buffer {
  const isLong = content.at(-1) === true;
  const parts = content.flatMap((part) => (typeof part === 'boolean' ? [] : [Buffer.from(part)]));
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(isLong ? 16 : 8);
  head.writeUInt32BE(isLong ? 1 : head.length + body.length);
  head.write(type, 4, 'latin1');
  if (isLong) head.writeBigUInt64BE(BigInt(head.length + body.length), 8);
  return Buffer.concat([head, body]);
}

const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32BE(value, 4 * at));
  return bytes;
};

/** @param time of creation in milliseconds since 1970; null for a clock that was never set */
export function movieHeader(time: number | null, version: 0 | 1 = 0): Buffer {
  const seconds = time === null ? 0 : (time - Date.UTC(1904, 0, 1)) / 1000;
  const start = version === 0 ? numbers(0, seconds, seconds) : numbers(0x0100_0000, 0, seconds, 0, seconds);
  // Units a second, duration, and the defaults of the rest.
  return box('mvhd', start, numbers(600), version === 0 ? numbers(600) : numbers(0, 600), Buffer.alloc(80));
}

const data = (text: string): Buffer => box('data', numbers(1, 0), text);

/** The list of keys and values that Apple's programs write. */
export function keyList(values: Readonly<Record<string, string>>): Buffer {
  const keys = Object.keys(values).map((name) => box('mdta', name));
  const items = Object.values(values).map((text, at) => box(numbers(at + 1).toString('latin1'), data(text)));
  const handler = box('hdlr', numbers(0, 0), 'mdta', Buffer.alloc(14));
  return box('meta', handler, box('keys', numbers(0, keys.length), ...keys), box('ilst', ...items));
}

/** The list of iTunes, with the handler before it. */
export function itemList(values: Readonly<Record<string, string>>): Buffer {
  const items = Object.entries(values).map(([type, text]) => box(type, data(text)));
  return Buffer.concat([box('hdlr', numbers(0, 0), 'mdir', Buffer.alloc(14)), box('ilst', ...items)]);
}

/** A text of user data, with its length and language. */
export function userText(type: string, text: string): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(Buffer.byteLength(text));
  return box(type, head, text);
}
