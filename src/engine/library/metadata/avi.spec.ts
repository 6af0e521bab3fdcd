// Metadata of AVI videos, made chunk by chunk.
import { expect, it } from 'vitest';
import { avi, chunk, header, list, texts } from '../../../../test/support/avi.ts';
import { xmpOf } from '../../../../test/support/metadata-photo.ts';
import { videoFacts } from '../../../../test/support/video.ts';

const movie = list('movi', chunk('00dc', Buffer.alloc(1001)));
const facts = (...chunks: readonly Buffer[]) => videoFacts('clip.avi', avi(...chunks));

it('reads words, date and camera', async () => {
  const words = texts({ INAM: 'Hafen', ISBJ: 'Boote', ICMT: 'Möwen am Strand\0', IKEY: 'sea; boats', ICRD: '2005-08' });
  const camera = list('exif', ...texts({ ecor: 'NIKON', emdl: 'COOLPIX P1' }));
  expect(await facts(header(), list('INFO', ...words), camera, movie)).toMatchObject({
    capturedAt: Date.UTC(2005, 7),
    capturedUntil: Date.UTC(2005, 8),
    dateSource: 'AVI ICRD',
    captions: ['Hafen', 'Boote', 'Möwen am Strand'].map((text) => ({ text, source: 'comment' })),
    tags: ['sea', 'boats'].map((name) => ({ name, source: 'comment' })),
    camera: 'NIKON COOLPIX P1',
  });
});

it.each([
  ['Mon Mar 10 15:04:43 2003\n\0', Date.UTC(2003, 2, 10, 15, 4, 43)],
  ['SUN MAR  6 12:09:50 2005', Date.UTC(2005, 2, 6, 12, 9, 50)],
  ['2005:08:17 11:42:43', Date.UTC(2005, 7, 17, 11, 42, 43)],
  ['2001/ 1/27  1:42PM', Date.UTC(2001, 0, 27, 13, 42)],
  ['2005/11/28/ 09:19', Date.UTC(2005, 10, 28, 9, 19)],
  ['2002-12-16  15:35:01\0\0', Date.UTC(2002, 11, 16, 15, 35, 1)],
  ['Thu Jan 01 00:00:00 1970', null],
  ['yesterday', null],
])("reads the camera's date %j", async (text, time) => {
  const { capturedAt, dateSource } = await facts(header(chunk('IDIT', text)), movie);
  expect([capturedAt, dateSource]).toEqual([time, time === null ? null : 'AVI IDIT']);
});

it('reads words behind the pictures, XMP, and texts in an older character set', async () => {
  const words = list('INFO', chunk('ICMT', Buffer.from('Grüße aus München, schöne Häuser', 'latin1')));
  const packet = chunk('_PMX', xmpOf('xmp:Rating="4"'));
  expect(await facts(header(), movie, packet, words)).toMatchObject({
    captions: [{ text: 'Grüße aus München, schöne Häuser' }],
    rating: 4,
  });
});

it('reads a recording that was cut', async () => {
  const cut = chunk('LIST', Buffer.from('movi00dc'), 1_000_000);
  const bytes = chunk(
    'RIFF',
    Buffer.concat([Buffer.from('AVI '), header(chunk('IDIT', '2005:08:17 11:42:43')), cut]),
    2 ** 31,
  );
  expect((await videoFacts('cut.avi', bytes)).capturedAt).toBe(Date.UTC(2005, 7, 17, 11, 42, 43));
});

it('reads no more than a hostile file may have', async () => {
  const many = Array.from({ length: 500 }, (_, at) => chunk('INAM', `Title ${at}`));
  expect((await facts(header(), list('INFO', ...many))).captions).toHaveLength(60);
  const empty = Buffer.alloc(8 * 200_000);
  const last = list('INFO', chunk('INAM', 'Never reached'));
  expect((await facts(header(), list('INFO', chunk('INAM', 'First')), empty, last)).captions).toMatchObject([
    { text: 'First' },
  ]);
  // Parts that have too much together.
  const parts = [avi(header(), Buffer.alloc(8 * 12_000)), avi(Buffer.alloc(8 * 12_000), last)];
  expect((await videoFacts('parts.avi', Buffer.concat(parts))).captions).toEqual([]);
});
