// Test aid: generated HEIC files. Pictures are coded without loss as HEVC's PCM blocks (ITU-T H.265, 7.3 and 9.3),
// in the boxes of ISO/IEC 23008-12.

export interface HeicOptions {
  /** Multiples of 16. */
  readonly width?: number;
  readonly height?: number;
  readonly bits?: 8 | 10;
  /** `[y, cb, cr]` in 0..255 of the 16 x 16 block at a place. */
  readonly colourAt?: (x: number, y: number) => readonly [number, number, number];
  /** Quarter turns anticlockwise, as an `irot` box. */
  readonly irot?: number;
  /** TIFF structure. */
  readonly exif?: Buffer;
  readonly icc?: Buffer;
  /** Colour primaries, transfer and matrix by number (ITU-T H.273). */
  readonly nclx?: readonly [primaries: number, transfer: number, matrix: number];
  /** Pictures of this size side by side, as a grid. */
  readonly columns?: number;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #count = 0;

  u(value: number, bits: number): this {
    for (let i = bits - 1; i >= 0; i--) {
      if (this.#count % 8 === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      this.#bytes[last] = (this.#bytes[last] ?? 0) | ((Math.floor(value / 2 ** i) & 1) << (7 - (this.#count % 8)));
      this.#count++;
    }
    return this;
  }

  /** Exp-Golomb codes of whole numbers. */
  ue(...values: number[]): this {
    for (const value of values) {
      const length = Math.floor(Math.log2(value + 1));
      this.u(0, length).u(value + 1, length + 1);
    }
    return this;
  }

  align(): this {
    if (this.#count % 8 !== 0) this.u(0, 8 - (this.#count % 8));
    return this;
  }

  trailing(): this {
    return this.u(1, 1).align();
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

/** The arithmetic coder of CABAC (9.3.4), restarted at each block. */
class Cabac {
  readonly #out: BitWriter;
  #low = 0;
  #range = 510;
  #first = true;
  #outstanding = 0;
  constructor(out: BitWriter) {
    this.#out = out;
  }

  begin(): void {
    [this.#low, this.#range, this.#first, this.#outstanding] = [0, 510, true, 0];
  }

  mostProbable(lps: number): void {
    this.#range -= lps;
    this.#renormalise();
  }

  terminate(bin: 0 | 1): void {
    this.#range -= 2;
    if (bin === 0) return this.#renormalise();
    this.#low += this.#range;
    this.#range = 2;
    this.#renormalise();
    this.#put((this.#low >> 9) & 1);
    this.#out.u(((this.#low >> 7) & 3) | 1, 2).align();
  }

  #renormalise(): void {
    while (this.#range < 256) {
      if (this.#low < 256) this.#put(0);
      else if (this.#low >= 512) {
        this.#low -= 512;
        this.#put(1);
      } else {
        this.#low -= 256;
        this.#outstanding++;
      }
      this.#range *= 2;
      this.#low *= 2;
    }
  }

  #put(bit: number): void {
    if (this.#first) this.#first = false;
    else this.#out.u(bit, 1);
    for (; this.#outstanding > 0; this.#outstanding--) this.#out.u(1 - bit, 1);
  }
}

/** rangeTabLps of the highest range, by state: the part mode is 2N x 2N at every block, which becomes more probable. */
const lpsRanges = [
  ...[240, 227, 216, 205, 195, 185, 175, 166, 158, 150, 142, 135, 128, 122, 116, 110, 104, 99, 94, 89, 85, 80, 76, 72],
  ...[69, 65, 62, 59, 56, 53, 50, 48, 45, 43, 41, 39, 37, 35, 33, 31, 30, 28, 27, 25, 24, 23, 22, 21, 20, 19, 18, 17],
  ...[16, 15, 14, 14, 13, 12, 12, 11, 11, 10, 9],
];

const profileTierLevel = (out: BitWriter, bits: number) =>
  out
    .u(bits === 10 ? 2 : 1, 8)
    .u(bits === 10 ? 0x20000000 : 0x60000000, 32)
    .u(0b1001, 4)
    .u(0, 44)
    .u(93, 8);

/** An 03 between the bytes 00 00 0x of a unit distinguishes them from a start code. */
function nalUnit(type: number, content: Buffer): Buffer {
  const escaped: number[] = [type << 1, 1];
  let zeros = 0;
  for (const byte of content) {
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}

function parameterSets(width: number, height: number, bits: number) {
  const vps = new BitWriter().u(0, 4).u(3, 2).u(0, 6).u(0, 3).u(1, 1).u(0xffff, 16);
  profileTierLevel(vps, bits).u(1, 1).ue(0, 0, 0).u(0, 6).ue(0).u(0, 2).trailing();
  const sps = new BitWriter().u(0, 4).u(0, 3).u(1, 1);
  profileTierLevel(sps, bits)
    .ue(0, 1, width, height)
    .u(0, 1)
    .ue(bits - 8, bits - 8, 0)
    .u(1, 1)
    .ue(0, 0, 0)
    .ue(1, 0, 0, 2, 0, 0) // blocks of 16 x 16
    .u(0, 3)
    .u(1, 1) // PCM
    .u(bits - 1, 4)
    .u(bits - 1, 4)
    .ue(1, 0)
    .u(1, 1)
    .ue(0)
    .u(0, 5)
    .trailing();
  const pps = new BitWriter().ue(0, 0).u(0, 7).ue(0, 0, 0).u(0, 3).ue(0, 0).u(0, 7).u(0b101, 3).u(0, 2).ue(0).u(0, 2);
  return [
    [32, vps.bytes()],
    [33, sps.bytes()],
    [34, pps.trailing().bytes()],
  ] as const;
}

function slice(width: number, height: number, bits: number, colourAt: Required<HeicOptions>['colourAt']): Buffer {
  const out = new BitWriter().u(1, 1).u(0, 1).ue(0, 2, 0).trailing();
  const cabac = new Cabac(out);
  const blocks = (width / 16) * (height / 16);
  for (let block = 0; block < blocks; block++) {
    cabac.mostProbable(lpsRanges[Math.min(block, lpsRanges.length - 1)] ?? 9);
    cabac.terminate(1);
    const [y, cb, cr] = colourAt((block % (width / 16)) * 16, Math.floor(block / (width / 16)) * 16);
    for (const [value, count] of [
      [y, 256],
      [cb, 64],
      [cr, 64],
    ] as const) {
      for (let i = 0; i < count; i++) out.u(value * 2 ** (bits - 8), bits);
    }
    cabac.begin();
    cabac.terminate(block === blocks - 1 ? 1 : 0);
  }
  return nalUnit(19, out.bytes());
}

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const sized = (bytes: Buffer) => Buffer.concat([u32(bytes.length), bytes]);
const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};
const full = (type: string, version: number, ...content: Buffer[]) =>
  box(type, Buffer.from([version, 0, 0, 0]), ...content);

function hvcC(width: number, height: number, bits: number): Buffer {
  const sets = parameterSets(width, height, bits).map(([type, content]) => {
    const unit = nalUnit(type, content);
    return Buffer.concat([Buffer.from([0x80 | type]), u16(1), u16(unit.length), unit]);
  });
  const profile = profileTierLevel(new BitWriter(), bits).bytes();
  const depth = 0xf8 | (bits - 8);
  const rest = Buffer.from([0xf0, 0, 0xfc, 0xfd, depth, depth, 0, 0, 0x0f, sets.length]);
  return box('hvcC', Buffer.from([1]), profile, rest, ...sets);
}

/** A HEIC file of one picture, or of a grid of equal ones. */
export function heic(options: HeicOptions = {}): Buffer {
  const { width = 64, height = 32, bits = 8, colourAt = () => [120, 90, 200] as const, columns = 1 } = options;
  const tile = sized(slice(width, height, bits, colourAt));
  const isGrid = columns > 1;
  const tiles = Array.from({ length: columns }, (_, i) => i + 1);
  const primary = isGrid ? columns + 1 : 1;
  const exifItem = primary + 1;
  const grid = Buffer.concat([Buffer.from([0, 0, 0, columns - 1]), u16(width * columns), u16(height)]);
  const data = new Map<number, Buffer>(isGrid ? [[primary, grid]] : []);
  for (const id of tiles) data.set(id, tile);
  if (options.exif !== undefined) data.set(exifItem, Buffer.concat([u32(0), options.exif]));

  const infe = (id: number, type: string) =>
    full('infe', 2, u16(id), u16(0), Buffer.from(type, 'latin1'), Buffer.from([0]));
  const items = [...data.keys()].map((id) => infe(id, id === exifItem ? 'Exif' : id > columns ? 'grid' : 'hvc1'));
  const references = [
    ...(isGrid ? [box('dimg', u16(primary), u16(columns), ...tiles.map(u16))] : []),
    ...(options.exif === undefined ? [] : [box('cdsc', u16(exifItem), u16(1), u16(primary))]),
  ];
  const properties = [
    hvcC(width, height, bits),
    full('ispe', 0, u32(width), u32(height)),
    full('ispe', 0, u32(width * columns), u32(height)),
    ...(options.irot === undefined ? [] : [box('irot', Buffer.from([options.irot]))]),
    ...(options.icc === undefined ? [] : [box('colr', Buffer.from('prof', 'latin1'), options.icc)]),
    ...(options.nclx === undefined
      ? []
      : [box('colr', Buffer.from('nclx', 'latin1'), ...options.nclx.map(u16), Buffer.from([0]))]),
  ];
  const shared = properties.map((_, i) => i + 1).slice(3);
  const association = (id: number, list: number[]) => Buffer.concat([u16(id), Buffer.from([list.length, ...list])]);
  const associations = isGrid
    ? [...tiles.map((id) => association(id, [0x81, 2])), association(primary, [3, ...shared])]
    : [association(1, [0x81, 2, ...shared])];

  const boxes = (start: number) => {
    let at = start;
    const places = [...data].map(([id, bytes]) => {
      const place = Buffer.concat([u16(id), u16(0), u16(1), u32(at), u32(bytes.length)]);
      at += bytes.length;
      return place;
    });
    return Buffer.concat([
      box('ftyp', Buffer.from(`heic\0\0\0\0mif1${bits === 10 ? 'heix' : 'heic'}`, 'latin1')),
      full(
        'meta',
        0,
        full('hdlr', 0, Buffer.from('\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')),
        full('pitm', 0, u16(primary)),
        full('iloc', 0, u16(0x4400), u16(places.length), ...places),
        full('iinf', 0, u16(items.length), ...items),
        ...(references.length > 0 ? [full('iref', 0, ...references)] : []),
        box('iprp', box('ipco', ...properties), full('ipma', 0, u32(associations.length), ...associations)),
      ),
    ]);
  };
  const start = boxes(0).length + 8;
  return Buffer.concat([boxes(start), box('mdat', ...data.values())]);
}

/** An AVIF of one item with its colours named by number (ITU-T H.273), as sharp does not write them; full range. */
export function withNclx(avif: Buffer, nclx: readonly [primaries: number, transfer: number, matrix: number]): Buffer {
  const added = box('colr', Buffer.from('nclx', 'latin1'), ...nclx.map(u16), Buffer.from([0x80]));
  const startOf = (name: string) => avif.indexOf(name, 0, 'latin1') - 4;
  const [meta, iloc, iprp, ipco, ipma, mdat] = ['meta', 'iloc', 'iprp', 'ipco', 'ipma', 'mdat'].map(startOf);
  const at = (place: number | undefined): number => place ?? Number.NaN;
  const propertiesEnd = at(ipco) + avif.readUInt32BE(at(ipco));
  const associationsEnd = at(ipma) + avif.readUInt32BE(at(ipma));
  const properties = avif[at(ipma) + 18] ?? 0;
  const changed = Buffer.from(avif);
  const grow = (place: number, by: number) => changed.writeUInt32BE(avif.readUInt32BE(place) + by, place);
  for (const outer of [meta, iprp]) grow(at(outer), added.length + 1);
  grow(at(ipco), added.length);
  grow(at(ipma), 1);
  changed[at(ipma) + 18] = properties + 1;
  const pixels = Buffer.alloc(4);
  pixels.writeUInt32BE(at(mdat) + 8);
  grow(avif.indexOf(pixels, at(iloc)), added.length + 1);
  return Buffer.concat([
    changed.subarray(0, propertiesEnd),
    added,
    changed.subarray(propertiesEnd, associationsEnd),
    Buffer.from([properties + 1]),
    changed.subarray(associationsEnd),
  ]);
}
