// Test aid: generated camera RAW files: a sensor's data with previews in the containers of several makers.

interface RawOptions {
  /** JPEGs, small ones among them. */
  readonly previews: readonly Buffer[];
  /** EXIF orientation of the container. */
  readonly orientation?: number;
  readonly make?: string;
  /** The number after the byte order: 42 of a TIFF, 85 of Panasonic. */
  readonly magic?: number;
  /** Packet of XMP in the first directory. */
  readonly xmp?: Buffer;
}

type Entry = readonly [tag: number, type: number, count: number, value: number];

function directory(entries: readonly Entry[], next: number): Buffer {
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 2 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

/** TIFF/EP, like NEF, DNG, ARW and PEF: a first directory, one below it with 16 x 16 sensor values, previews behind. */
export function tiffRaw({ previews, orientation = 1, make = 'Maker', magic = 42, xmp }: RawOptions): Buffer {
  const text = Buffer.from(`${make}\0`.padEnd(8, '\0'), 'latin1');
  const sensor = Buffer.from(Uint16Array.from({ length: 256 }, (_, i) => (i * 2654435761) % 4096).buffer);
  const firstAt = 8;
  const subAt = firstAt + 2 + (xmp === undefined ? 4 : 5) * 12 + 4;
  const textAt = subAt + 2 + 6 * 12 + 4;
  const sensorAt = textAt + text.length;
  const first = directory(
    [
      [0x0100, 4, 1, 16],
      [0x010f, 2, text.length, textAt],
      [0x0112, 3, 1, orientation],
      [0x014a, 4, 1, subAt],
      ...(xmp === undefined ? [] : [[0x02bc, 1, xmp.length, sensorAt + sensor.length] as const]),
    ],
    0,
  );
  const sub = directory(
    [
      [0x0100, 4, 1, 16],
      [0x0101, 4, 1, 16],
      [0x0102, 3, 1, 16],
      [0x0106, 3, 1, 32803], // a colour filter
      [0x0111, 4, 1, sensorAt],
      [0x0117, 4, 1, sensor.length],
    ],
    0,
  );
  const start = Buffer.from('II\0\0\x08\0\0\0', 'latin1');
  start.writeUInt16LE(magic, 2);
  return Buffer.concat([start, first, sub, text, sensor, ...(xmp === undefined ? [] : [xmp]), ...previews]);
}

/** Fujifilm's container, which is no TIFF. */
export const rafRaw = (preview: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('FUJIFILMCCD-RAW 0201FF383501X-Test'.padEnd(148, '\0'), 'latin1'),
    preview,
    Buffer.alloc(64),
  ]);

/** Canon's CR3: boxes, with the orientation in a TIFF structure of its own, XMP in a box, and further structures by box. */
export function cr3Raw(
  preview: Buffer,
  orientation: number,
  xmp?: Buffer,
  more: Readonly<Record<string, Buffer>> = {},
): Buffer {
  const tags = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory([[0x0112, 3, 1, orientation]], 0)]);
  const box = (type: string, content: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length + 8);
    return Buffer.concat([size, Buffer.from(type, 'latin1'), content]);
  };
  const others = Object.entries(more).map(([type, content]) => box(type, content));
  const moov = box('moov', box('uuid', Buffer.concat([Buffer.alloc(16), box('CMT1', tags), ...others])));
  const words = xmp && box('uuid', Buffer.concat([Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), xmp]));
  const head = box('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1'));
  return Buffer.concat([head, moov, ...(words === undefined ? [] : [words]), box('mdat', preview)]);
}

/** A TIFF structure with an orientation and nothing else. */
export const exifOrientation = (orientation: number): Buffer =>
  Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory([[0x0112, 3, 1, orientation]], 0)]);
