// Objects of the Advanced Systems Format, as in WMV videos.

const ids = {
  header: '3026b2758e66cf11a6d900aa0062ce6c',
  properties: 'a1dcab8c47a9cf118ee400c00c205365',
  description: '3326b2758e66cf11a6d900aa0062ce6c',
  moreDescription: '40a4d0d207e3d21197f000a0c95ea850',
  headerExtension: 'b503bf5f2ea9cf118ee300c00c205365',
  metadataLibrary: '941c23449894d149a1411d134e457054',
  data: '3626b2758e66cf11a6d900aa0062ce6c',
  xmp: 'cbcf7abea997e8429c71999491e3afac',
} as const;

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');
const fileTime = (ms: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(ms + 11_644_473_600_000) * 10_000n);
  return bytes;
};

/** @param size to write instead of the content's */
export function item(id: keyof typeof ids, content: Buffer, size = content.length + 24): Buffer {
  const head = Buffer.alloc(24);
  head.write(ids[id], 'hex');
  head.writeBigUInt64LE(BigInt(size), 16);
  return Buffer.concat([head, content]);
}

export const properties = (created: number): Buffer =>
  item('properties', Buffer.concat([Buffer.alloc(24), fileTime(created), Buffer.alloc(48)]));

export function description(title: string, text: string): Buffer {
  const values = [title, 'Anna', '', text, ''].map((value) => (value === '' ? Buffer.alloc(0) : utf16(value)));
  return item('description', Buffer.concat([...values.map(({ length }) => u16(length)), ...values]));
}

/** Texts, and times as numbers, by name. */
export function moreDescription(values: Readonly<Record<string, string | number>>): Buffer {
  const entries = Object.entries(values).map(([name, value]) => {
    const bytes = typeof value === 'string' ? utf16(value) : fileTime(value);
    const type = typeof value === 'string' ? 0 : 4;
    return Buffer.concat([u16(utf16(name).length), utf16(name), u16(type), u16(bytes.length), bytes]);
  });
  return item('moreDescription', Buffer.concat([u16(entries.length), ...entries]));
}

/** The same values in the library of the header's extension. */
export function headerExtension(values: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(values).map(([name, value]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(utf16(value).length);
    return Buffer.concat([u16(0), u16(0), u16(utf16(name).length), u16(0), length, utf16(name), utf16(value)]);
  });
  const library = item('metadataLibrary', Buffer.concat([u16(entries.length), ...entries]));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(library.length);
  return item('headerExtension', Buffer.concat([Buffer.alloc(18), length, library]));
}

/** A video with these objects in its header, and others behind its pictures. */
export function asf(inHeader: readonly Buffer[], ...behind: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(6);
  count.writeUInt32LE(inHeader.length);
  count[4] = 1;
  count[5] = 2;
  return Buffer.concat([
    item('header', Buffer.concat([count, ...inHeader])),
    item('data', Buffer.alloc(100)),
    ...behind,
  ]);
}
