// Elements of videos in Matroska's container.

/** @param size to write instead of the content's; `open` for one that was not known */
export function element(
  id: number,
  content: Buffer | string,
  size: number | 'open' = Buffer.byteLength(content),
): Buffer {
  const digits = id.toString(16);
  const length = Buffer.alloc(8, size === 'open' ? 0xff : 0);
  if (size !== 'open') length.writeBigUInt64BE(BigInt(size));
  length.writeUInt8(0x01);
  return Buffer.concat([Buffer.from(digits, 'hex'), length, Buffer.from(content)]);
}

const list = (id: number, ...parts: readonly Buffer[]): Buffer => element(id, Buffer.concat(parts));

export const ebmlHead = (type: string): Buffer => list(0x1a45dfa3, element(0x4282, type));

export const segment = (...parts: readonly Buffer[]): Buffer => list(0x18538067, ...parts);

export const cluster = (bytes: number): Buffer => element(0x1f43b675, Buffer.alloc(bytes, 0xa3));

/** @param time in milliseconds since 1970; null for none */
export function info(time: number | null, title: string | null = null): Buffer {
  const date = Buffer.alloc(8);
  if (time !== null) date.writeBigInt64BE(BigInt(time - Date.UTC(2001, 0, 1)) * 1_000_000n);
  return list(
    0x1549a966,
    ...(time === null ? [] : [element(0x4461, date)]),
    ...(title === null ? [] : [element(0x7ba9, title)]),
  );
}

/** @param track that the tags are about; 0 for the file */
export function tags(values: Readonly<Record<string, string>>, track = 0): Buffer {
  const simple = Object.entries(values).map(([name, text]) =>
    list(0x67c8, element(0x45a3, name), element(0x4487, text)),
  );
  const targets = list(0x63c0, element(0x68ca, '\x32'), element(0x63c5, Buffer.from([track])));
  return list(0x1254c367, list(0x7373, targets, ...simple));
}

/** An index with the places of elements from the start of the segment's content. */
export function seekHead(...places: readonly (readonly [id: number, at: number])[]): Buffer {
  return list(
    0x114d9b74,
    ...places.map(([id, at]) => {
      const position = Buffer.alloc(8);
      position.writeBigUInt64BE(BigInt(at));
      return list(0x4dbb, element(0x53ab, Buffer.from(id.toString(16), 'hex')), element(0x53ac, position));
    }),
  );
}
