// Texts in UTF-16 of which the byte order is not known.
import { describe, expect, it } from 'vitest';
import { decodeUtf16, naturalness } from './natural-text.ts';

describe('UTF-16 in either byte order', () => {
  it.each([
    ...[
      'Two dogs',
      'ab',
      'Grüße',
      'Été',
      '北京的夏天',
      '北京',
      '海',
      '夏',
      '臺北',
      '生日快乐 2019',
      'カメラ',
      '한국 여행',
    ],
    ...['День рождения', 'Καλοκαίρι', 'יום הולדת', 'عيد ميلاد', 'วันเกิด', '🎉 party', '祝你生日快樂！', '“Hi” – 5 €'],
  ])('%j is read as it was written', (text) => {
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const own of ['utf-16le', 'utf-16be'] as const) {
      expect([decodeUtf16(little, own), decodeUtf16(big, own)]).toEqual([text, text]);
    }
  });

  it('is the given one where both read alike, and where there is no text', () => {
    const alike = Buffer.from([0x41, 0x42, 0x42, 0x41]);
    expect(decodeUtf16(alike, 'utf-16le')).not.toBe(decodeUtf16(alike, 'utf-16be'));
    expect(decodeUtf16(Buffer.alloc(0), 'utf-16be')).toBe('');
  });
});

it('a text is the more natural, the fewer characters it has that nobody writes', () => {
  expect([
    naturalness(''),
    naturalness('Anna'),
    naturalness('睭'),
    naturalness('\uE000'),
    naturalness('a\uE000'),
  ]).toEqual([0, 1, 0, -1, 0]);
});
