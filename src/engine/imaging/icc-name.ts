// The name in an ICC colour profile, as programs show it: `sRGB IEC61966-2.1`, `Adobe RGB (1998)`, `Display P3`.

const headerBytes = 128;
const mostTags = 200;
const mostBytes = 1000;

/** The profile's description in English, or else in its first language; null without a readable one. */
export function iccName(profile: Uint8Array): string | null {
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  try {
    const tags = Math.min(mostTags, bytes.readUInt32BE(headerBytes));
    for (let i = 0; i < tags; i++) {
      const at = headerBytes + 4 + 12 * i;
      if (bytes.toString('latin1', at, at + 4) !== 'desc') continue;
      const start = bytes.readUInt32BE(at + 4);
      return description(bytes.subarray(start, start + bytes.readUInt32BE(at + 8)));
    }
    return null;
  } catch (error) {
    // A truncated profile.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function description(tag: Buffer): string | null {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'desc') return tidy(tag.toString('latin1', 12, 12 + Math.min(mostBytes, tag.readUInt32BE(8))));
  if (type !== 'mluc') return null;
  const count = Math.min(mostTags, tag.readUInt32BE(8));
  const entries = Array.from({ length: count }, (_, i) => 16 + 12 * i);
  const chosen = entries.find((at) => tag.toString('latin1', at, at + 2) === 'en') ?? entries[0];
  if (chosen === undefined) return null;
  const length = Math.min(mostBytes, tag.readUInt32BE(chosen + 4));
  const start = tag.readUInt32BE(chosen + 8);
  return tidy(new TextDecoder('utf-16be').decode(tag.subarray(start, start + length)));
}

function tidy(text: string): string | null {
  const shown = text.split('\0', 1)[0]?.trim() ?? '';
  return shown === '' ? null : shown;
}
