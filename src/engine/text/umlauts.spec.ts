// German umlauts and the letters typed in their place.
import { expect, it } from 'vitest';
import { otherUmlauts } from './umlauts.ts';

it.each([
  ['Mueller', 'müller'],
  ['Müller', 'mueller'],
  ['Mu\u0308ller', 'mueller'],
  ['jörg', 'joerg'],
  ['joerg', 'jörg'],
  ['aerzte', 'ärzte'],
  ['Häuser', 'haeuser'],
])('spells “%s” as “%s”', (text, other) => {
  expect(otherUmlauts(text)).toBe(other);
});

it.each(['Haus', 'neue', 'Quelle', 'Bauer', 'été', 'дом'])('has no other spelling of “%s”', (text) => {
  expect(otherUmlauts(text)).toBeNull();
});
