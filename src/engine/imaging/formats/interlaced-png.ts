// Completes an interlaced PNG of which a part is missing or damaged: its decoder gives nothing, but viewers show
// the passes that are there. Seven passes (Adam7) hold ever finer parts of the picture; a pixel that has not arrived
// has the value of the pixel that stands for its block in an earlier pass. PNG specification, third edition, sections 8.2 and 9.2.
import { constants, crc32, createInflate, deflateSync } from 'node:zlib';
import { uint8At } from '../../../shared/at.ts';

/** First pixel of a pass, the steps to the next, and the block a pixel stands for while no finer pass has arrived. */
const passes = [
  { x: 0, y: 0, dx: 8, dy: 8, width: 8, height: 8 },
  { x: 4, y: 0, dx: 8, dy: 8, width: 4, height: 8 },
  { x: 0, y: 4, dx: 4, dy: 8, width: 4, height: 4 },
  { x: 2, y: 0, dx: 4, dy: 4, width: 2, height: 4 },
  { x: 0, y: 2, dx: 2, dy: 4, width: 2, height: 2 },
  { x: 1, y: 0, dx: 2, dy: 2, width: 1, height: 2 },
  { x: 0, y: 1, dx: 1, dy: 2, width: 1, height: 1 },
] as const;

const signatureBytes = 8;
const headerBytes = 13;
/** Samples of a pixel by colour type. */
const samples: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
const [grey, palette] = [0, 3];

interface Chunk {
  readonly name: string;
  /** Fewer bytes than declared where the file ends in it. */
  readonly data: Buffer;
  readonly isWhole: boolean;
}

function chunksOf(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = signatureBytes; at + 8 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(name)) break;
    const isWhole = end + 4 <= bytes.length && crc32(bytes.subarray(at + 4, end)) === bytes.readUInt32BE(end);
    chunks.push({ name, data: bytes.subarray(at + 8, end), isWhole });
    if (name === 'IEND') break;
    at = end + 4;
  }
  return chunks;
}

/** Whether the file is an interlaced PNG that is cut short or has damaged pixels. */
export function isDamagedInterlaced(bytes: Buffer): boolean {
  const interlaceAt = signatureBytes + 8 + headerBytes - 1;
  if (bytes[interlaceAt] !== 1) return false;
  const chunks = chunksOf(bytes);
  return chunks.at(-1)?.name !== 'IEND' || chunks.some(({ name, isWhole }) => name === 'IDAT' && !isWhole);
}

/** Decompresses what it can of data that may end early or be damaged, up to `most` bytes. */
function inflateAvailable(data: readonly Buffer[], most: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
    const end = (): void => {
      inflate.destroy();
      resolve(Buffer.concat(parts, Math.min(length, most)));
    };
    inflate.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length >= most) end();
    });
    inflate.on('end', end);
    inflate.on('error', end);
    for (const part of data) inflate.write(part);
    inflate.end();
  });
}

const paeth = (left: number, above: number, corner: number): number => {
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [
    Math.abs(estimate - left),
    Math.abs(estimate - above),
    Math.abs(estimate - corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
};

/** Undoes the filter of a row in place. @param before the row above, zeros for the first; @param step bytes of a pixel */
function unfilter(type: number, row: Buffer, before: Buffer, step: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i >= step ? uint8At(row, i - step) : 0;
    const above = uint8At(before, i);
    const corner = i >= step ? uint8At(before, i - step) : 0;
    const added =
      type === 1
        ? left
        : type === 2
          ? above
          : type === 3
            ? (left + above) >> 1
            : type === 4
              ? paeth(left, above, corner)
              : 0;
    row[i] = (uint8At(row, i) + added) & 255;
  }
}

/** Pixels of less than a byte as whole bytes. @param scale of the values: grey has 255 for white */
function unpack(line: Buffer, columns: number, bits: number, scale: number): Uint8Array {
  return Uint8Array.from({ length: columns }, (_, column) => {
    const shift = 8 - bits - ((column * bits) % 8);
    return ((uint8At(line, (column * bits) >> 3) >> shift) & (2 ** bits - 1)) * scale;
  });
}

function chunk(name: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** Layout of a picture's pixels. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Bytes of a pixel in the completed picture. */
  readonly step: number;
}

/** Rows of all passes in their order, as long as the data has them; each row's place, pass and bytes without filter. */
function* rowsOf(
  { width, height, bits, step }: Layout,
  data: Buffer,
): Generator<{ top: number; columns: number; line: Buffer; pass: (typeof passes)[number] }> {
  let at = 0;
  for (const pass of passes) {
    const columns = Math.ceil((width - pass.x) / pass.dx);
    const bytes = Math.ceil((columns * bits) / 8);
    let before: Buffer = Buffer.alloc(Math.max(0, bytes));
    for (let top = pass.y; columns > 0 && top < height; top += pass.dy) {
      const line = data.subarray(at + 1, at + 1 + bytes);
      if (line.length < bytes) return;
      unfilter(uint8At(data, at), line, before, step);
      before = line;
      at += 1 + bytes;
      yield { top, columns, line, pass };
    }
  }
}

/**
 * The available passes of the picture, as a PNG that is not interlaced, with the same colours and metadata.
 * @throws Error where no row of pixels is left
 */
export async function completeInterlaced(bytes: Buffer): Promise<Buffer> {
  const chunks = chunksOf(bytes);
  const [first] = chunks;
  const header = first?.data;
  if (header === undefined || header.length < headerBytes) throw new Error('the header is damaged');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colour] = [uint8At(header, 8), uint8At(header, 9)];
  const bits = depth * (samples.get(colour) ?? 1);
  const step = Math.max(1, bits / 8);
  const rowBytes = 1 + width * step;
  // Each row of each pass has its filter before it; a picture has at most twice as many of these as rows.
  const most = Math.ceil((width * bits) / 8 + 8) * (height + 8);
  const compressed = chunks.filter(({ name }) => name === 'IDAT').map(({ data }) => data);
  const available = await inflateAvailable(compressed, most);

  const pixels = Buffer.alloc(height * rowBytes); // [height, filter 0 | width * step]
  const scale = colour === grey && depth < 8 ? 255 / (2 ** depth - 1) : 1;
  let rows = 0;
  for (const { top, columns, line, pass } of rowsOf({ width, height, bits, step }, available)) {
    rows++;
    const start = top * rowBytes + 1;
    const values = bits < 8 ? unpack(line, columns, bits, scale) : line;
    for (let column = 0; column < columns; column++) {
      const x = pass.x + column * pass.dx;
      const end = Math.min(width, x + pass.width);
      for (let to = x; to < end; to++) {
        for (let i = 0; i < step; i++) pixels[start + to * step + i] = uint8At(values, column * step + i);
      }
    }
    // Copy the line to the other lines of its blocks. Pixels beside the blocks are already equal in these lines.
    for (let y = top + 1; y < Math.min(height, top + pass.height); y++) {
      pixels.copyWithin(y * rowBytes, top * rowBytes, (top + 1) * rowBytes);
    }
  }
  if (rows === 0) throw new Error('no row of its pixels is left');

  const plain = Buffer.from(header);
  plain[8] = Math.max(8, depth);
  plain[12] = 0;
  const beside = chunks.slice(1).filter(({ name, isWhole }) => isWhole && name !== 'IDAT' && name !== 'IEND');
  // The transparent grey of a small depth is a value of that depth, so it does not fit the new one.
  const isKept = ({ name }: Chunk): boolean => name !== 'tRNS' || depth >= 8 || colour === palette;
  return Buffer.concat([
    bytes.subarray(0, signatureBytes),
    chunk('IHDR', plain),
    ...beside.filter(isKept).map(({ name, data }) => chunk(name, data)),
    chunk('IDAT', deflateSync(pixels, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
