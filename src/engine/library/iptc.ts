// IPTC-IIM, the oldest home of captions and keywords: records inside a Photoshop block or on their own.
import { decodeText } from './text.ts';

export interface IptcFields {
  readonly keywords: readonly string[];
  readonly caption: string | null;
  /** `20190731`, and `120000+0200` or null. */
  readonly dateCreated: string | null;
  readonly timeCreated: string | null;
}

const IPTC_RESOURCE = 0x0404;
/** Programs that wrote resources under a name of their own. */
const RESOURCE_SIGNATURES = new Set(['8BIM', 'AgHg', 'DCSR', 'MeSa', 'PHUT']);

/** The IPTC records inside Photoshop image resources (what follows `Photoshop 3.0\0` in a JPEG); null if there are none. */
export function iptcInPhotoshopBlock(block: Buffer): Buffer | null {
  let at = 0;
  while (at + 12 <= block.length && RESOURCE_SIGNATURES.has(block.toString('latin1', at, at + 4))) {
    const id = block.readUInt16BE(at + 4);
    const nameLength = block.readUInt8(at + 6);
    // The name with its length byte, and the data, are padded to even lengths.
    const sizeAt = at + 6 + nameLength + 1 + ((nameLength + 1) % 2);
    if (sizeAt + 4 > block.length) return null;
    const size = block.readUInt32BE(sizeAt);
    if (id === IPTC_RESOURCE) return block.subarray(sizeAt + 4, sizeAt + 4 + size);
    at = sizeAt + 4 + size + (size % 2);
  }
  return null;
}

/** Reads as many records as are whole; a damaged one ends the reading. */
export function readIptc(block: Buffer): IptcFields {
  const keywords: Buffer[] = [];
  let caption: Buffer | null = null;
  let charset = '';
  let dateCreated: string | null = null;
  let timeCreated: string | null = null;

  let at = 0;
  while (at + 5 <= block.length && block[at] === 0x1c) {
    const record = `${block.readUInt8(at + 1)}:${block.readUInt8(at + 2)}`;
    let size = block.readUInt16BE(at + 3);
    at += 5;
    if (size >= 0x8000) {
      // A long record: the low bits say how many bytes the length takes.
      const width = size & 0x7fff;
      if (width === 0 || width > 4 || at + width > block.length) break;
      size = block.readUIntBE(at, width);
      at += width;
    }
    if (at + size > block.length) break;
    const value = block.subarray(at, at + size);
    at += size;
    if (record === '1:90') charset = value.toString('latin1');
    else if (record === '2:25') keywords.push(value);
    else if (record === '2:120') caption ??= value;
    else if (record === '2:55') dateCreated ??= value.toString('latin1');
    else if (record === '2:60') timeCreated ??= value.toString('latin1');
  }
  return {
    keywords: keywords.map((keyword) => decode(keyword, charset)).filter((keyword) => keyword !== ''),
    caption: caption === null ? null : decode(caption, charset) || null,
    dateCreated,
    timeCreated,
  };
}

/** Escape sequences that declare ISO 8859-1. All else is taken for UTF-8 if valid, as the declaration is often wrong. */
const LATIN_1 = new Set(['\x1b.A', '\x1b-A', '\x1b/A']);

function decode(value: Buffer, charset: string): string {
  const end = value.indexOf(0);
  const bytes = end < 0 ? value : value.subarray(0, end);
  return (LATIN_1.has(charset) ? bytes.toString('latin1') : decodeText(bytes)).trim();
}
