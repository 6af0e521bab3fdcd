// Completes a truncated WebP. Its decoder needs all bytes; filler bytes decode to a plain or striped area.

/** Most bytes that may be missing. */
const mostMissing = 64 * 1024 * 1024;
/**
 * Number of filler bytes for a truncated picture, more than are missing: filler may decode to longer codes than the
 * missing bytes, and a decoder that runs out of bytes gives nothing.
 */
const moreBytes = (missing: number): number => 4 * Math.max(0, missing) + 1024;
/**
 * The value of filler bytes by the name of the picture's chunk. Zeros, and other values of equal bits, are codes of long
 * repetitions in some lossless pictures, which go beyond their end: an error.
 */
const fillOf: ReadonlyMap<string, number> = new Map([
  ['VP8 ', 0],
  ['VP8L', 0x55],
]);
const frame = 'ANMF';
/** Bytes of a frame before its picture: place, size and duration. */
const frameHeader = 16;

/** The file with filler for its missing bytes; the same bytes if it is whole. */
export function padWebp(bytes: Buffer): Buffer {
  if (bytes.length < 12) return bytes;
  const size = bytes.readUInt32LE(4) + 8;
  const missing = size - bytes.length;
  if (missing <= 0 || missing > mostMissing) return bytes;
  const cut = cutChunks(bytes);
  const [outer, inner] = [cut[0], cut.at(-1)];
  const fill = fillOf.get(inner?.name ?? '');
  // A chunk that goes beyond its file has a wrong length.
  const isWrong = cut.some(({ end }) => end > size + 1);
  if (outer === undefined || fill === undefined || isWrong) return Buffer.concat([bytes], size);
  // Later chunks are missing as a whole, so the file ends with this one.
  const more = moreBytes(outer.end - bytes.length);
  const padded = Buffer.concat([bytes], outer.end + more).fill(fill, bytes.length);
  padded.writeUInt32LE(padded.length - 8, 4);
  for (const { at } of cut) padded.writeUInt32LE(padded.readUInt32LE(at + 4) + more, at + 4);
  return padded;
}

/** The chunk in which the file ends, and the chunk inside that one. */
function cutChunks(bytes: Buffer): { readonly name: string; readonly at: number; readonly end: number }[] {
  const cut = [];
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    const name = bytes.toString('latin1', at, at + 4);
    if (end < bytes.length) at = end;
    else {
      cut.push({ name, at, end });
      if (name !== frame) break;
      at += 8 + frameHeader;
    }
  }
  return cut;
}
