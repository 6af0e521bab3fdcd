// Decoded pixels as an uncompressed TIFF in memory: the form in which sharp takes pixels with their colour profile and
// their orientation.

export interface TiffPixels {
  readonly width: number;
  readonly height: number;
  /** 3: RGB, 4: RGBA, 8 bit each. */
  readonly channels: 3 | 4;
  /** ICC profile of the numbers; null for sRGB. */
  readonly icc: Uint8Array | null;
  /** EXIF orientation, 1 to 8, that is still to be applied. */
  readonly orientation: number;
}

const entryBytes = 12;
const [short, long, undefinedType] = [3, 4, 7];
const bytesOfType: Readonly<Record<number, number>> = { [short]: 2, [long]: 4, [undefinedType]: 1 };

/**
 * Makes the bytes before the pixels, with room for these: `fill` writes `[height, width, channels]` bytes into it.
 * @returns the whole TIFF
 */
export function tiffBytes(pixels: TiffPixels, fill: (room: Buffer) => void): Buffer {
  const { width, height, channels, icc, orientation } = pixels;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, long, 1, width],
    [257, long, 1, height],
    [258, short, channels, 0], // BitsPerSample; the offset of its values is filled in below
    [259, short, 1, 1],
    [262, short, 1, 2],
    [273, long, 1, 0], // StripOffsets
    [274, short, 1, orientation],
    [277, short, 1, channels],
    [278, long, 1, height],
    [279, long, 1, width * height * channels],
    ...(channels === 4 ? [[338, short, 1, 2] as [number, number, number, number]] : []),
    ...(icc === null ? [] : [[34675, undefinedType, icc.length, 0] as [number, number, number, number]]),
  ];
  const bitsAt = 8 + 2 + entries.length * entryBytes + 4;
  const iccAt = bitsAt + channels * 2;
  const pixelsAt = iccAt + (icc?.length ?? 0);
  const file = Buffer.allocUnsafeSlow(pixelsAt + width * height * channels);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * entryBytes;
    const place = tag === 258 ? bitsAt : tag === 273 ? pixelsAt : tag === 34675 ? iccAt : value;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(0, at + 8);
    if (bytesOfType[type] === 2 && count === 1) file.writeUInt16LE(place, at + 8);
    else file.writeUInt32LE(place, at + 8);
  });
  file.writeUInt32LE(0, bitsAt - 4);
  for (let channel = 0; channel < channels; channel++) file.writeUInt16LE(8, bitsAt + channel * 2);
  if (icc !== null) file.set(icc, iccAt);
  fill(file.subarray(pixelsAt));
  return file;
}
