import { expect, it } from 'vitest';
import { noticed, sentence } from '../shared/sentences.ts';
import { inGerman } from '../../test/support/german.ts';
import { noticesText } from './notices.ts';

const notices = [
  sentence('looks-like-language', { language: 'fr', encoder: 'Starter' }),
  sentence('no-tag', { value: 'été' }),
  { code: 'encoder-unusable', message: 'The encoder is damaged.' } as const,
];

it('says in English what the engine says', () => {
  expect(noticesText(notices)).toBe(noticed(notices).notice);
  expect(noticesText(notices)).toMatch(
    /^This looks like French, .* No photo has the tag “été”\. The encoder is damaged\.$/,
  );
});

it('says in German what searches do not find, with the names of languages', () =>
  inGerman(() => {
    expect(noticesText(notices)).toMatch(
      /^Das sieht nach Französisch aus, .* Kein Foto hat das Schlagwort „été“\. Der gewählte Encoder/,
    );
  }));

it('says the same only once', () => {
  expect(noticed([...notices, sentence('no-tag', { value: 'été' })]).notices).toEqual(notices);
});
