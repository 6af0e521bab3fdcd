// Metadata of the camcorders' AVCHD (MTS, M2TS): date, camera and position that they write into the H.264 stream as
// "ModifiedDVPackMeta", user data before the first picture. Tags as in ExifTool's table H264.
import { transportPackets } from '../../imaging/image-kind.ts';
import { positionOf, type Position } from './position.ts';
import { knownDates, type VideoFields, type VideoFile } from './video-fields.ts';

const packetBytes = 188;
const sync = 0x47;
/** The first picture is within the first megabyte. */
const searchedBytes = 2 * 1024 * 1024;
/** The user data's UUID, and their name. */
const mark = Buffer.concat([Buffer.from('17ee8c60f84d11d98cd60800200c9a66', 'hex'), Buffer.from('MDPM')]);
const makers: ReadonlyMap<number, string> = new Map([
  [0x0103, 'Panasonic'],
  [0x0108, 'Sony'],
  [0x1011, 'Canon'],
  [0x1104, 'JVC'],
]);

/** Null for a file that is no MPEG transport stream. */
export function readAvchd(file: VideoFile): VideoFields | null {
  const form = transportPackets(file.read({ start: 0, end: file.size }, 1024));
  if (form === null) return null;
  const bytes = file.read({ start: 0, end: file.size }, searchedBytes);
  const tags = tagsIn(bytes, form.first, form.step);
  const make = makers.get(tags.get(0xe0)?.readUInt16BE(0) ?? 0) ?? null;
  // Sony's model is in three tags.
  const model = make === 'Sony' ? textOf([0xe4, 0xe5, 0xe6].map((tag) => tags.get(tag))) : '';
  return {
    container: 'AVCHD',
    dates: knownDates({ DateTimeOriginal: dateOf(tags.get(0x18), tags.get(0x19)) }),
    captions: [],
    keywords: [],
    make,
    model: model === '' ? null : model,
    place: null,
    position: positionIn(tags),
    xmp: [],
    unreadable: [],
  };
}

/** Four bytes of each tag; of the first user data in any of the streams. */
function tagsIn(bytes: Buffer, first: number, step: number): ReadonlyMap<number, Buffer> {
  const streams = new Map<number, Buffer[]>();
  for (let at = first; at + packetBytes <= bytes.length && bytes[at] === sync; at += step) {
    const flags = bytes.readUInt8(at + 3);
    if ((flags & 0x10) === 0) continue;
    const adaptation = (flags & 0x20) === 0 ? 0 : 1 + bytes.readUInt8(at + 4);
    const payload = bytes.subarray(at + 4 + adaptation, at + packetBytes);
    const id = bytes.readUInt16BE(at + 1) & 0x1fff;
    const parts = streams.get(id);
    if (parts === undefined) streams.set(id, [payload]);
    else parts.push(payload);
  }
  const tags = new Map<number, Buffer>();
  for (const parts of streams.values()) {
    const stream = Buffer.concat(parts);
    const at = stream.indexOf(mark);
    if (at < 0) continue;
    const data = withoutEscapes(stream.subarray(at + mark.length, at + mark.length + 2048));
    for (let n = data[0] ?? 0, entry = 1; n > 0 && entry + 5 <= data.length; n--, entry += 5) {
      tags.set(data.readUInt8(entry), data.subarray(entry + 1, entry + 5));
    }
    break;
  }
  return tags;
}

/** Bytes of a NAL unit: a 3 behind two zeros is no content (ITU-T H.264, section 7.4.1). */
const withoutEscapes = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\0\0\x03/g, '\0\0'), 'latin1');

/** The local time, with the zone that the camera is set to: binary-coded decimals. */
function dateOf(start: Buffer | undefined, end: Buffer | undefined): string | null {
  if (start === undefined || end === undefined) return null;
  const digits = Buffer.concat([start.subarray(1), end]).toString('hex');
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  if (year === undefined) return null;
  const zone = start.readUInt8(0);
  const hours = (zone >> 1) & 0xf;
  const offset = `${(zone & 0x20) === 0 ? '+' : '-'}${String(hours).padStart(2, '0')}:${(zone & 1) === 0 ? '00' : '30'}`;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${hours > 14 ? '' : offset}`;
}

const textOf = (parts: readonly (Buffer | undefined)[]): string =>
  Buffer.concat(parts.filter((part) => part !== undefined))
    .toString('latin1')
    .replace(/\0[^]*$/, '')
    .trim();

function positionIn(tags: ReadonlyMap<number, Buffer>): Position | null {
  const degrees = (reference: number, negative: string): number | null => {
    const parts = [1, 2, 3].map((n) => {
      const value = tags.get(reference + n);
      const divisor = value?.readUInt16BE(2) ?? 0;
      return value === undefined || divisor === 0 ? null : value.readUInt16BE(0) / divisor;
    });
    const [whole, minutes, seconds] = parts;
    if (typeof whole !== 'number') return null;
    const sign = textOf([tags.get(reference)]) === negative ? -1 : 1;
    return sign * (whole + (minutes ?? 0) / 60 + (seconds ?? 0) / 3600);
  };
  return positionOf(degrees(0xb1, 'S'), degrees(0xb5, 'W'));
}
