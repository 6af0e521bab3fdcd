import { describe, expect, it } from 'vitest';
import { photoName, shownName, shownText, wholeName } from './shown-text.ts';

describe('shownText', () => {
  it('cuts a long text after whole characters, and leaves a short one', () => {
    expect(shownText('🦊🦊🦊🦊🦊', 3)).toBe('🦊🦊🦊…');
    expect(shownText('Rex at the lake', 7)).toBe('Rex at…');
    expect(shownText('Rex', 3)).toBe('Rex');
    expect(shownText('x'.repeat(100_000), 600)).toBe(`${'x'.repeat(600)}…`);
  });

  it('shows an override of direction instead of obeying it', () => {
    expect(shownText('line1 \u202elive')).toBe('line1 \\u{202e}live');
  });
});

describe('a name', () => {
  const long = `Rex${' the dog'.repeat(20)}`;

  it('is cut in a list, and whole in its tooltip', () => {
    expect(shownName(long)).toBe(`${long.slice(0, 59)}…`);
    expect(wholeName(long)).toBe(long);
    expect(wholeName('x'.repeat(100_000)).length).toBeLessThan(1100);
  });

  it('of a photo is its caption, or else its file, without overrides of direction', () => {
    expect(photoName({ caption: 'a \u202edog', path: '/a/b.jpg' })).toBe('a \\u{202e}dog');
    expect(photoName({ caption: null, path: '/a/\u202egpj.exe' })).toBe('\\u{202e}gpj.exe');
    expect(photoName({ caption: 'x'.repeat(100_000), path: '/a/b.jpg' }).length).toBeLessThan(300);
  });
});
