// Metadata of videos, made box by box.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { box, itemList, keyList, movieHeader, userText } from '../../../../test/support/quicktime.ts';
import { xmpOf } from '../../../../test/support/metadata-photo.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { videoFacts } from '../../../../test/support/video.ts';
import { readQuickTime } from './quicktime.ts';
import { VideoFile } from './video-fields.ts';

const ftyp = box('ftyp', 'qt  \0\0\0\0qt  ');

function read(...boxes: readonly Buffer[]) {
  const file = path.join(temporaryFolder(), 'a.mov');
  const bytes = Buffer.concat([ftyp, ...boxes]);
  writeFileSync(file, bytes);
  const descriptor = openSync(file, 'r');
  try {
    return readQuickTime(new VideoFile(descriptor, bytes.length));
  } finally {
    closeSync(descriptor);
  }
}

const facts = (name: string, ...boxes: readonly Buffer[]) => videoFacts(name, Buffer.concat([ftyp, ...boxes]));

const noon = Date.UTC(2019, 6, 31, 12);

it('reads the keys of Apple: date with time zone, title, camera and position', () => {
  const keys = {
    'com.apple.quicktime.creationdate': '2019-07-31T14:00:00+0200',
    'com.apple.quicktime.title': 'The pier',
    'com.apple.quicktime.make': 'Apple',
    'com.apple.quicktime.model': 'iPhone 8',
    'com.apple.quicktime.location.ISO6709': '+48.8584+002.2945+035.000/',
  };
  expect(read(box('mdat', 'x'), box('moov', movieHeader(noon), keyList(keys)))).toMatchObject({
    dates: new Map([
      ['creationdate', '2019-07-31T14:00:00+0200'],
      ['creation time', '2019-07-31T12:00:00.000Z'],
    ]),
    captions: ['The pier'],
    make: 'Apple',
    model: 'iPhone 8',
    position: { latitude: 48.8584, longitude: 2.2945 },
  });
});

it('reads the lists of iTunes and the older texts, after boxes of 64 bits', () => {
  const items = itemList({
    '\u00a9nam': 'A title',
    '\u00a9day': '2018',
    '\u00a9cmt': 'A comment',
    '\u00a9key': 'sea, sun',
  });
  const texts = [userText('\u00a9xyz', '-3351.90+15112.60/'), userText('\u00a9mod', 'Pixel 3')];
  const moov = box('moov', movieHeader(noon, 1), box('udta', box('meta', Buffer.alloc(4), items), ...texts));
  expect(read(box('mdat', 'x', true), moov)).toMatchObject({
    dates: new Map([
      ['creationdate', '2018'],
      ['creation time', '2019-07-31T12:00:00.000Z'],
    ]),
    captions: ['A title', 'A comment'],
    keywords: ['sea, sun'],
    model: 'Pixel 3',
    position: { latitude: expect.closeTo(-33.865, 9) as number, longitude: expect.closeTo(151.21, 9) as number },
  });
});

it('reads the texts of 3GPP, which end with a zero, and those of UTF-16', () => {
  const text = (type: string, bytes: Buffer) => box(type, Buffer.alloc(6), bytes);
  const title = text('titl', Buffer.from('Die Br\u00fccke\0'));
  const description = text('dscp', Buffer.from('\ufeffAm Flu\u00df\0', 'utf16le').swap16());
  const camera = [userText('\u00a9mak', 'Nokia\0'), userText('\u00a9mod', 'N8\0\0')];
  expect(read(box('moov', movieHeader(noon), box('udta', title, description, ...camera)))).toMatchObject({
    captions: ['Die Br\u00fccke', 'Am Flu\u00df'],
    make: 'Nokia',
    model: 'N8',
    unreadable: [],
  });
});

it.each<[string, string, object | null]>([
  ['degrees', '+48.8584+002.2945/', { latitude: 48.8584, longitude: 2.2945 }],
  ['minutes', '-3330+15130/', { latitude: -33.5, longitude: 151.5 }],
  ['seconds', '+483000+0023000.00/', { latitude: 48.5, longitude: 2.5 }],
  ['no place', '+00.0000+000.0000/', null],
  ['an impossible place', '+95.0000+002.0000/', null],
  ['words', 'at home', null],
])('reads a position in %s', (_, text, position) => {
  expect(read(box('moov', movieHeader(noon), box('udta', userText('\u00a9xyz', text))))?.position).toEqual(position);
});

it('takes a clock that was never set for no date, and a file without a movie for none', () => {
  expect(read(box('moov', movieHeader(null)))?.dates.size).toBe(0);
  expect(read(box('mdat', 'x'))).toBeNull();
});

it('reads what comes before a damaged box, and no more boxes than a hostile file may have', () => {
  const cut = Buffer.concat([movieHeader(noon), Buffer.from('\xff\xff\xff\xffudta', 'latin1')]);
  expect(read(box('moov', cut))?.dates.get('creation time')).toBe('2019-07-31T12:00:00.000Z');
  const many = Buffer.alloc(8 * 100_000, Buffer.from('\0\0\0\x08free', 'latin1'));
  expect(read(many, box('moov', movieHeader(noon)))).toBeNull();
});

it('reads date, place and words beside metadata that is too large, or too much', () => {
  const uuid = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
  const packet = box('uuid', uuid, Buffer.alloc(4 * 1024 * 1024, 0x20));
  const huge = box('uuid', uuid, Buffer.alloc(20 * 1024 * 1024, 0x20));
  const text = userText('\u00a9xyz', '+48.8584+002.2945/');
  const found = read(huge, ...Array<Buffer>(6).fill(packet), box('moov', movieHeader(noon), huge, box('udta', text)));
  expect(found?.xmp.map((bytes) => bytes.length)).toEqual(Array(4).fill(4 * 1024 * 1024));
  expect(found).toMatchObject({
    dates: new Map([['creation time', '2019-07-31T12:00:00.000Z']]),
    position: { latitude: 48.8584, longitude: 2.2945 },
  });
});

it('reads the facts of a recording in fragments, before and behind them', () => {
  const fragments = Buffer.concat(Array<Buffer>(6000).fill(Buffer.concat([box('moof', 'x'), box('mdat', 'x')])));
  const moov = box('moov', movieHeader(noon), box('udta', userText('\u00a9nam', 'A title')));
  expect([read(moov, fragments), read(fragments, moov)].map((found) => found?.captions)).toEqual([
    ['A title'],
    ['A title'],
  ]);
});

it('reads XMP in a box of Adobe, and a movie in the last box, which has no length', () => {
  const adobe = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
  const last = box('moov', movieHeader(noon));
  last.writeUInt32BE(0);
  const found = read(box('uuid', Buffer.alloc(16, 1), 'another'), box('uuid', adobe, xmpOf('xmp:Rating="4"')), last);
  expect(found?.dates.get('creation time')).toBe('2019-07-31T12:00:00.000Z');
  expect(found?.xmp.map((packet) => packet.toString().includes('xmp:Rating="4"'))).toEqual([true]);
});

it('reads no more texts than a hostile file may have', () => {
  const titles = Array.from({ length: 500 }, (_, at) => userText('\u00a9nam', `Title ${at}`));
  const captions = read(box('moov', movieHeader(noon), box('udta', ...titles)))?.captions;
  expect(captions).toHaveLength(60);
  expect(captions?.[0]).toBe('Title 0');
});

it('gives a video its words, camera and place, and the time zone of its date', async () => {
  const keys = keyList({
    'com.apple.quicktime.creationdate': '2019-07-31T23:30:00-07:00',
    'com.apple.quicktime.description': 'Waves at night',
    'com.apple.quicktime.comment': 'Lavf58.29.100',
    'com.apple.quicktime.model': 'iPhone 8',
    'com.apple.quicktime.location.ISO6709': '+37.7749-122.4194/',
  });
  const xmp = box('uuid', Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), xmpOf('xmp:Rating="4"'));
  expect(await facts('IMG_1.MOV', box('moov', movieHeader(noon), keys), xmp)).toMatchObject({
    format: 'video',
    capturedAt: Date.UTC(2019, 6, 31, 23, 30),
    utcOffset: -420,
    dateSource: 'QuickTime creationdate',
    captions: [{ text: 'Waves at night', source: 'comment' }],
    camera: 'iPhone 8',
    position: { latitude: 37.7749, longitude: -122.4194 },
    rating: 4,
  });
});

it('prefers the local time in a name to the time of the header, which is UTC', async () => {
  const moov = box('moov', movieHeader(noon));
  expect(await facts('VID_20190731_140000.mp4', moov)).toMatchObject({
    capturedAt: Date.UTC(2019, 6, 31, 14),
    dateSource: 'file name',
  });
  expect(await facts('clip.mp4', moov)).toMatchObject({
    capturedAt: noon,
    utcOffset: 0,
    dateSource: 'QuickTime creation time',
  });
});
