import { describe, expect, it } from 'vitest';
import { utf32 } from '../../../test/support/encode.ts';
import { decoderOf, markedUtf32 } from './text-decoder.ts';

const text = 'Ein Hund am Strand 🐕 犬\n'.repeat(500);

describe.each(['utf-32le', 'utf-32be'] as const)('%s', (charset) => {
  it('is known by its mark, and decoded without it, whole and in pieces of any size', () => {
    const bytes = utf32(text, charset);
    expect(markedUtf32(bytes)).toBe(charset);
    expect(decoderOf(charset).decode(bytes)).toBe(text);
    const decoder = decoderOf(charset);
    let read = '';
    for (let at = 0; at < bytes.length; at += 37) read += decoder.decode(bytes.subarray(at, at + 37), { stream: true });
    expect(read + decoder.decode()).toBe(text);
  });

  it('has U+FFFD for what is no character, and for a character that is cut short', () => {
    const wrong = Buffer.concat([utf32('a', charset), Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2])]);
    expect(decoderOf(charset).decode(wrong)).toBe('a\uFFFD\uFFFD');
  });
});

it('is not taken for UTF-16 without characters, or for one of its marks alone', () => {
  for (const bytes of [
    [0xff, 0xfe, 0x41, 0, 0x42, 0, 0x43, 0],
    [0xff, 0xfe, 0, 0, 0, 0, 0, 0],
    [0xff, 0xfe, 0, 0],
  ]) {
    expect(markedUtf32(Buffer.from(bytes))).toBe(null);
  }
});
