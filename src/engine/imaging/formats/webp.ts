// Completes a truncated WebP. Its decoder needs all bytes; zeros in their place decode to a plain area.

/** Largest ratio of the completed length to the present one. */
const mostMissing = 64 * 1024 * 1024;

/** The file with zeros for missing bytes; the same bytes if it is whole. */
export function padWebp(bytes: Buffer): Buffer {
  if (bytes.length < 12) return bytes;
  const size = bytes.readUInt32LE(4) + 8;
  if (size <= bytes.length || size - bytes.length > mostMissing) return bytes;
  return Buffer.concat([bytes], size);
}
