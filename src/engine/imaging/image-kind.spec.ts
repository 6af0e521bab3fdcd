import { expect, it } from 'vitest';
import { transportStream } from '../../../test/support/transport-stream.ts';
import { kindOf } from './image-kind.ts';

const box = (type: string, ...brands: readonly string[]): Buffer =>
  Buffer.from(`\0\0\0${String.fromCharCode(8 + 4 * brands.length)}${type}${brands.join('')}`, 'latin1');

it.each([
  ['avif', box('ftyp', 'mif1', '\0\0\0\0', 'avif')],
  ['heic', box('ftyp', 'mif1', '\0\0\0\0', 'miaf')],
  ['raw', box('ftyp', 'crx ', '\0\0\0\x01', 'isom')],
  ['video', box('ftyp', 'qt  ', '\0\0\0\0')],
  ['video', box('ftyp')],
  ['video', box('moov', 'cmov')],
  ['video', box('wide', 'mdat')],
])('%s is told by the boxes at the beginning', (format, bytes) => {
  expect(kindOf(bytes)).toEqual({ kind: 'photo', format });
});

it.each<[string, string]>([
  ['Ogg', 'OggS\0'],
  ['RealMedia', '.RMF\0'],
  ['MXF', '\x06\x0e+4\x02\x05\x01\x01'],
  ['DV', '\x1f\x07\0?'],
  ['MPEG', '\0\0\x01\xb3'],
])('a video is told by the first bytes of %s', (_, start) => {
  expect(kindOf(Buffer.from(start, 'latin1'))).toEqual({ kind: 'photo', format: 'video' });
});

it('a transport stream is told by the distance of its packets, and not by single bytes', () => {
  for (const timed of [true, false]) {
    expect(kindOf(transportStream({}, timed))).toEqual({ kind: 'photo', format: 'video' });
  }
  expect(kindOf(Buffer.from(`G${'a'.repeat(187)}`.repeat(2)))).toEqual({ kind: 'not-an-image', what: 'text' });
});

it.each([
  ['text', 'Dear Anna,\n'],
  ['a web page', ' <!DOCTYPE html><html>'],
  [null, '\x01\x02\x03 something'],
])('what is no image is %s', (what, content) => {
  expect(kindOf(Buffer.from(content, 'latin1'))).toEqual({ kind: 'not-an-image', what });
});

it('an SVG drawing is named, whatever precedes it', () => {
  const drawing = { kind: 'unsupported', what: 'an SVG drawing' };
  expect(kindOf(Buffer.from('<svg xmlns=""/>'))).toEqual(drawing);
  expect(kindOf(Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- x -->\n<svg/>'))).toEqual(drawing);
});
