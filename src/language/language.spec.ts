// The language of the sentences.
import { expect, it } from 'vitest';
import { inGerman } from '../../test/support/german.ts';
import { language, languageFor, m } from './language.ts';

it('uses the first language of the system that has sentences, else English', () => {
  expect(languageFor('system', ['de-AT', 'en-GB'])).toBe('de');
  expect(languageFor('system', ['fr-FR', 'de_DE.UTF-8', 'en-GB'])).toBe('de');
  expect(languageFor('system', ['en-GB', 'de'])).toBe('en');
  expect(languageFor('system', ['fr', 'deu', 'C'])).toBe('en');
  expect(languageFor('system', [])).toBe('en');
});

it('uses a chosen language with any language of the system', () => {
  expect(languageFor('en', ['de-DE'])).toBe('en');
  expect(languageFor('de', ['en-US'])).toBe('de');
});

it('sentences, numbers and plural forms are those of the language that is set', async () => {
  const shown = () => [1, 2300].map((count) => m.count_photos({ count }));
  expect(language()).toBe('en');
  expect(shown()).toEqual(['1 photo', '2,300 photos']);
  await inGerman(() => expect(shown()).toEqual(['1 Foto', '2.300 Fotos']));
  expect(language()).toBe('en');
});
