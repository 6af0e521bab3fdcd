import { expect, it } from 'vitest';
import { noticed, sentence } from '../shared/sentences.ts';
import { inGerman } from '../../test/support/german.ts';
import { noticesText } from './notices.ts';

const said = [
  sentence('looks-like-language', { language: 'fr', encoder: 'Starter' }),
  sentence('no-tag', { value: 'été' }),
  { code: 'encoder-unusable', message: 'The encoder is damaged.' } as const,
];

it('says in English what the engine says', () => {
  expect(noticesText(said)).toBe(noticed(said).notice);
  expect(noticesText(said)).toMatch(
    /^This looks like French, .* No photo has the tag “été”\. The encoder is damaged\.$/,
  );
});

it('says in German what searches do not find, with the names of languages', () =>
  inGerman(() => {
    expect(noticesText(said)).toMatch(
      /^Das sieht nach Französisch aus, .* Kein Foto hat das Schlagwort „été“\. Der gewählte Encoder/,
    );
  }));

it('says the same only once', () => {
  expect(noticed([...said, sentence('no-tag', { value: 'été' })]).notices).toEqual(said);
});
