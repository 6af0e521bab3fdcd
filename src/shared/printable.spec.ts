// Characters that must not reach a terminal unchanged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from './json.ts';
import { anyCharacter } from '../../test/support/any-text.ts';
import { printable, printableJson, printableLines, undirected } from './printable.ts';

describe('printable', () => {
  it('replaces what a terminal would obey by its name', () => {
    expect(printable('dog\u001b]0;owned\u0007\u001b[2J.jpg')).toBe('dog\\x1b]0;owned\\x07\\x1b[2J.jpg');
    expect(printable('a\u009b31mred')).toBe('a\\x9b31mred');
    expect(printable('two\nlines\r\tand tabs')).toBe('two\\nlines\\r\\tand tabs');
    expect(printable('photo\u202egpj.exe')).toBe('photo\\u{202e}gpj.exe');
    expect(printable('half \ud83d')).toBe('half \\u{d83d}');
  });

  it('leaves the letters, signs and pictures of all languages as they are', () => {
    const names = 'Müller, 東京, 🦊, naïve e\u0301, נוף, क्षि, 100 % ~ "quoted" \\ back';
    expect(printable(names)).toBe(names);
  });

  it('keeps the line breaks of text that has several lines', () => {
    expect(printableLines('one\n\u001b[1mtwo')).toBe('one\n\\x1b[1mtwo');
  });
});

it('undirected shows overrides of direction, and leaves marks that Hebrew and Arabic texts need', () => {
  expect(undirected('line1 \u202elive\u202c, \u2067נוף\u2069')).toBe(
    'line1 \\u{202e}live\\u{202c}, \\u{2067}נוף\\u{2069}',
  );
  expect(undirected('נוף\u200f!\u200e\n👩‍🌾')).toBe('נוף\u200f!\u200e\n👩‍🌾');
});

describe('printableJson', () => {
  it('reads back as the same value, and holds no control character, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: anyCharacter }), (value, text) => {
        const json = printableJson({ value, text });
        expect(printable(json)).toBe(json);
        expect(parseJson(z.unknown(), json)).toEqual(parseJson(z.unknown(), JSON.stringify({ value, text })));
      }),
    );
  });
});
