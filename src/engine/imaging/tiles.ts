// Tiles of a huge photo in full size, for the viewer: one file holds them all, and each is a JPEG in sRGB.
import { open } from 'node:fs/promises';
import type { Picture } from './picture.ts';
import { posterOf } from './decode-photo.ts';
import { uprightOf } from './pixel-input.ts';
import type { PhotoTiles } from '../../shared/contract/photos.ts';

/** Pixels of a tile's side. */
export const tileSide = 1024;
/** Larger photos get no tiles: all tiles of one photo are in memory while they are made. */
export const mostTiledPixels = 400_000_000;

/** The number of columns and rows of tiles. The last ones are narrower or lower. */
export function tilesOf({ width, height }: { readonly width: number; readonly height: number }): PhotoTiles {
  return { width, height, side: tileSide, columns: Math.ceil(width / tileSide), rows: Math.ceil(height / tileSide) };
}

const startBytes = 8;

/**
 * All tiles of a photo, row by row, after the positions where each begins and the last ends (float64, little-endian).
 * The photo is decoded once, in strips.
 * @throws the decoder's error; Error if the photo has another size than its header says
 */
export async function decodeTiles(picture: Picture): Promise<Uint8Array> {
  const { columns, rows } = tilesOf(picture);
  const zip = await uprightOf(await posterOf(picture), picture, 'none')
    .open()
    .jpeg({ quality: 90 })
    .tile({ size: tileSide, overlap: 0, depth: 'one', layout: 'dz', container: 'zip', basename: 'tiles' })
    .toBuffer();
  const entries = storedEntries(zip);
  const tiles = Array.from({ length: columns * rows }, (_, n) => {
    const name = `tiles_files/0/${n % columns}_${Math.floor(n / columns)}.jpeg`;
    const tile = entries.get(name);
    if (tile === undefined) throw new Error(`the photo has no tile ${n}`);
    return tile;
  });
  const head = Buffer.alloc((tiles.length + 1) * startBytes);
  let at = head.length;
  for (const [n, tile] of tiles.entries()) {
    head.writeDoubleLE(at, n * startBytes);
    at += tile.length;
  }
  head.writeDoubleLE(at, tiles.length * startBytes);
  return Buffer.concat([head, ...tiles]);
}

/** The bytes `[start, end)` of a tile in a file that `decodeTiles` made. @throws the file system's error; RangeError */
export async function tilePart(file: string, n: number): Promise<readonly [number, number]> {
  await using handle = await open(file, 'r');
  const numberAt = async (i: number): Promise<number> =>
    (await handle.read(Buffer.alloc(startBytes), 0, startBytes, i * startBytes)).buffer.readDoubleLE();
  // The first tile begins after all positions.
  const positions = (await numberAt(0)) / startBytes;
  if (n + 1 >= positions) throw new RangeError(`${file} has no tile ${n}`);
  return [await numberAt(n), await numberAt(n + 1)];
}

/** Files of a zip archive that are stored without compression (APPNOTE 6.3.10, 4.3.7 and 4.3.12). */
function storedEntries(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) throw new Error('the tiles are not an archive');
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const [size, header] = [zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 42)];
    const data = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    entries.set(zip.toString('utf8', at + 46, at + 46 + nameBytes), zip.subarray(data, data + size));
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}
