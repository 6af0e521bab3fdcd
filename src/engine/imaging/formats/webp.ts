// A WebP that is cut short. Its decoder wants all bytes to be there; zeros in their place decode to a plain rest.

/** How much longer a file may be made than it is. */
const mostMissing = 64 * 1024 * 1024;

/** The file with zeros where it is cut short; the same bytes where it is whole. */
export function padWebp(bytes: Buffer): Buffer {
  if (bytes.length < 12) return bytes;
  const size = bytes.readUInt32LE(4) + 8;
  if (size <= bytes.length || size - bytes.length > mostMissing) return bytes;
  return Buffer.concat([bytes], size);
}
