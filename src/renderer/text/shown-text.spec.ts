import { describe, expect, it } from 'vitest';
import { shownText } from './shown-text.ts';

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
