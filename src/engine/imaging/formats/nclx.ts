// Makes ICC profiles for HEIC and AVIF files whose colours are given by number (ITU-T H.273, the `nclx` form of the
// `colr` box); sharp converts them to sRGB with these. Brightness above white, as in PQ and HLG, is compressed so
// that differences remain.

/** Positions of the numbers after `colrnclx`. */
const [primariesAt, transferAt, boxEnd] = [8, 10, 15];
/** The box is among the properties, in front of the pixels. */
const searched = 256 * 1024;

/**
 * Colorants of primaries under D50 (Bradford), red, green, blue, each X, Y, Z; as in the profiles of operating
 * systems. Numbers of ITU-T H.273, table 2.
 */
const rec2020 = [
  [0.673459, 0.279033, -0.00193139],
  [0.165661, 0.675338, 0.0299794],
  [0.1251, 0.0456288, 0.797162],
] as const;
const displayP3 = [
  [0.515102, 0.241182, -0.00104941],
  [0.291965, 0.692236, 0.0418818],
  [0.157153, 0.0665819, 0.784378],
] as const;
const rec709 = [
  [0.4360657, 0.2224884, 0.013916],
  [0.3851471, 0.7168732, 0.0970764],
  [0.1430664, 0.0606079, 0.7140961],
] as const;
const colorants = new Map<number, typeof rec2020 | typeof displayP3 | typeof rec709>([
  [9, rec2020],
  [11, displayP3],
  [12, displayP3],
]);

/** Brightness of white paper in nits (ITU-R BT.2408). */
const white = 203;
/** Light up to this level is unchanged; above, it is compressed increasingly. 1 is white paper. */
const knee = 0.6;
const compressed = (light: number): number =>
  light <= knee ? light : knee + (1 - knee) * (1 - Math.exp((knee - light) / (1 - knee)));

/** ITU-R BT.2100, table 4: nits of a code in 0..1. */
function pq(code: number): number {
  const [m1, m2, c1, c2, c3] = [2610 / 16384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  const root = code ** (1 / m2);
  return 10_000 * (Math.max(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1);
}

/** ITU-R BT.2100, table 5: nits of a code in 0..1 on a display of 1000 nits. */
function hlg(code: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene = code <= 0.5 ? code ** 2 / 3 : (Math.exp((code - c) / a) + b) / 12;
  return 1000 * scene ** 1.2;
}

const srgb = (code: number): number => (code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4);

/** Light in 0..1 of a code in 0..1, by number of ITU-T H.273, table 3. Video's own curves are treated like sRGB's. */
const transfers = new Map<number, (code: number) => number>([
  [4, (code) => code ** 2.2],
  [5, (code) => code ** 2.8],
  [8, (code) => code],
  [16, (code) => compressed(pq(code) / white)],
  [18, (code) => compressed(hlg(code) / white)],
]);

/**
 * @param bytes of a HEIC or AVIF file, at least of its beginning
 * @returns ICC profile of its colours; null for sRGB and for colours without numbers
 */
export function profileOfNclx(bytes: Buffer): Buffer | null {
  const at = bytes.subarray(0, searched).indexOf('colrnclx', 0, 'latin1');
  if (at < 0 || at + boxEnd > bytes.length) return null;
  const primaries = colorants.get(bytes.readUInt16BE(at + primariesAt));
  const transfer = transfers.get(bytes.readUInt16BE(at + transferAt));
  if (primaries === undefined && transfer === undefined) return null;
  return profileOf(primaries ?? rec709, transfer ?? srgb);
}

/** Entries of a curve: a code of 10 bits falls on or near one. */
const steps = 4096;

/** ICC.1:2001-04: a display's profile of three colorants and one curve. */
function profileOf(primaries: readonly (readonly number[])[], transfer: (code: number) => number): Buffer {
  const curve = Buffer.alloc(12 + steps * 2);
  curve.write('curv', 0, 'latin1');
  curve.writeUInt32BE(steps, 8);
  for (let i = 0; i < steps; i++) {
    const light = Math.min(1, Math.max(0, transfer(i / (steps - 1))));
    curve.writeUInt16BE(Math.round(light * 65_535), 12 + i * 2);
  }
  const tags: (readonly [string, Buffer])[] = [
    ['wtpt', xyz([0.9642, 1, 0.8249])],
    ...primaries.map((colour, i) => [`${'rgb'.charAt(i)}XYZ`, xyz(colour)] as const),
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x02400000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  xyz([0.9642, 1, 0.8249]).copy(header, 68, 8);
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const places = new Map<Buffer, number>();
  const data: Buffer[] = [];
  let end = header.length + table.length;
  for (const [i, [name, content]] of tags.entries()) {
    const place = places.get(content) ?? end;
    if (!places.has(content)) {
      places.set(content, place);
      data.push(content);
      end += content.length;
    }
    table.write(name, 4 + i * 12, 'latin1');
    table.writeUInt32BE(place, 8 + i * 12);
    table.writeUInt32BE(content.length, 12 + i * 12);
  }
  const profile = Buffer.concat([header, table, ...data]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

/** An `XYZType` of one colour. */
function xyz(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write('XYZ ', 0, 'latin1');
  values.forEach((value, i) => bytes.writeInt32BE(Math.round(value * 65_536), 8 + i * 4));
  return bytes;
}
