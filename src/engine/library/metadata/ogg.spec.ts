// Metadata of Ogg videos, made page by page.
import { expect, it } from 'vitest';
import { videoFacts } from '../../../../test/support/video.ts';

const lengthOf = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const counted = (text: string): Buffer => Buffer.concat([lengthOf(Buffer.byteLength(text)), Buffer.from(text)]);
const comments = (mark: string, ...texts: readonly string[]): Buffer =>
  Buffer.concat([Buffer.from(mark, 'latin1'), counted('a program'), lengthOf(texts.length), ...texts.map(counted)]);

/** A page with these pieces of one stream. */
function page(stream: number, pieces: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 'latin1');
  head.writeUInt32LE(stream, 14);
  head.writeUInt8(pieces.length, 26);
  return Buffer.concat([head, Buffer.from(pieces.map(({ length }) => length)), ...pieces]);
}

/** The pieces of a packet: of 255 bytes each, and the last one of fewer. */
const piecesOf = (packet: Buffer): Buffer[] =>
  Array.from({ length: Math.floor(packet.length / 255) + 1 }, (_, at) => packet.subarray(at * 255, (at + 1) * 255));

const header = page(1, piecesOf(Buffer.from('\x80theora and its sizes', 'latin1')));
const facts = (...pages: readonly Buffer[]) => videoFacts('clip.ogv', Buffer.concat([header, ...pages]));

it('reads words and date of a stream, also where its comments go over two pages', async () => {
  const words = ['title=Hafen', 'DESCRIPTION=Möwen', 'KEYWORDS=sea; boats', 'DATE=2005-08', 'ENCODER=x'];
  const pieces = piecesOf(comments('\x81theora', ...words, `COMMENT=${'sehr '.repeat(100)}lang`));
  expect(pieces.length).toBeGreaterThan(2);
  const sound = page(2, piecesOf(comments('\x03vorbis', 'ARTIST=Anna')));
  expect(await facts(page(1, pieces.slice(0, 1)), sound, page(1, pieces.slice(1)))).toMatchObject({
    capturedAt: Date.UTC(2005, 7),
    capturedUntil: Date.UTC(2005, 8),
    dateSource: 'Ogg DATE',
    captions: ['Hafen', 'Möwen', `${'sehr '.repeat(100)}lang`].map((text) => ({ text, source: 'comment' })),
    tags: ['sea', 'boats'].map((name) => ({ name, source: 'comment' })),
  });
});

it('reads what is there of a cut or hostile file', async () => {
  const whole = comments('\x81theora', 'TITLE=Hafen', 'COMMENT=Boote');
  const hostile = Buffer.concat([whole.subarray(0, -13), lengthOf(4_000_000_000), Buffer.from('COMMENT=x')]);
  expect((await facts(page(1, piecesOf(hostile)))).captions).toMatchObject([{ text: 'Hafen' }]);
  expect((await facts(page(1, piecesOf(whole)).subarray(0, 40))).captions).toEqual([]);
  const many = Array.from({ length: 500 }, (_, at) => `TITLE=${at}`);
  expect((await facts(page(1, piecesOf(comments('\x81theora', ...many))))).captions).toHaveLength(60);
});
