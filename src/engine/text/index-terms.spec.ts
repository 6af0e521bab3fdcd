// Words of a text: their separators and their folding, in one implementation.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyCharacter } from '../../../test/support/any-text.ts';
import { fold } from './fold.ts';
import { compoundsJoined, compoundTerms, hasWords, indexTerms, foldedWords } from './index-terms.ts';

it.each([
  ["Oma's dogs", ['oma', 'dogs']],
  ['l’église d`Or', ['l', 'eglise', 'd', 'or']],
  ['red-hot t-shirt_2', ['red', 'hot', 't', 'shirt', '2']],
  [
    'Łódź Ångström Ørsted ĐORĐE Straße œuvre Ægir ﬁne',
    ['lodz', 'angstrom', 'orsted', 'dorde', 'strasse', 'oeuvre', 'aegir', 'fine'],
  ],
  ['日落2019 ガンダム', ['日', '落', '2019', 'ガ', 'ン', 'ダ', 'ム']],
  ['👍🏽👍 ❤️❤ 🇮🇹🇩🇪', ['👍', '👍', '❤', '❤', '🇮🇹', '🇩🇪']],
  ['© ™ ®', ['tm']],
  ['مُحَمَّد في المَدرسة أحمد', ['محمد', 'في', 'المدرسه', 'احمد']],
  ['می‌خواهم', ['مي', 'خواهم']],
  ['שָׁלוֹם', ['שלום']],
  ['१२३ ١٢٣ ๑๒ ２０１９', ['123', '123', '12', '2019']],
  ['co­operate क्‍ष ⁠joiner', ['cooperate', 'क्ष', 'joiner']],
  ['STRAẞE ﻣﺤﻤﺪ', ['strasse', 'محمد']],
])('“%s”', (text, words) => {
  expect(foldedWords(text)).toEqual(words);
});

it('folds both ways Unicode has to write an accent into one, and leaves voicing marks and Hangul whole', () => {
  expect(fold('Caf\u00e9')).toBe(fold('Cafe\u0301'));
  expect(foldedWords('が'.normalize('NFD'))).toEqual(['が']);
  expect(foldedWords('해변'.normalize('NFD'))).toEqual(['해', '변']);
});

it.each([
  ['The U.S.A. and the U.S.', 'The USA and the US', ['usa', 'us']],
  ['an e‑mail, two e-mails', 'an email, two emails', ['email', 'email']],
  ['state-of-the-art', 'stateoftheart', ['stateoftheart']],
  ["Rock'n'roll at nine o’clock", 'Rocknroll at nine oclock', ['rocknrol', 'oclock']],
  ["O'Brien's T-shirt", 'OBrien Tshirt', ['obrien', 'tshirt']],
  ['Düsseldorf-Süd, É.U.', 'DüsseldorfSüd, ÉU', ['dusseldorfsud', 'eu']],
  ['COVID-19', 'COVID19', ['covid19']],
  ['3.000 and 12,500 m', '3000 and 12500 m', ['3000', '12500']],
  ['1\u202F250\u202F000, 1 299,00 €, 7’000', '1250000, 1299,00 €, 7000', ['1250000', '1299', '7000']],
])('writes the compounds of “%s” in one word', (text, joined, terms) => {
  expect(compoundsJoined(text)).toBe(joined);
  expect(compoundTerms(text)).toEqual(terms);
});

it.each([
  "Anna's dog, we'll see",
  'www.example.com a.b.com 3.14 e.g',
  '2019-06-01 1.2.3',
  '3.14 2.0000 1234.567 0,50 30.06.2019 a1.000 1.000b',
  'a - b',
  'Hello.World',
  '東京-大阪',
  `${'a'.repeat(30)}-${'b'.repeat(30)}`,
])('finds no compound in “%s”, apart from a dotted abbreviation', (text) => {
  expect(compoundTerms(text)).toEqual(text.includes('e.g') ? ['eg'] : []);
});

it('finds the compounds beside a word of a million letters', () => {
  const long = 'x'.repeat(1e6);
  expect(compoundTerms(`e-mail ${long} t-shirt`)).toEqual(['email', 'tshirt']);
  expect(compoundsJoined(`${long} e-mail`)).toBe(`${long} email`);
});

it('stems English words alone', () => {
  expect(indexTerms('climbing Mädchen 日')).toEqual(['climb', 'madchen', '日']);
});

it('gives words without spaces, and some where there is a letter or a digit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(anyCharacter, fc.constantFrom(...'é👍🏽ﬁß日がŁ해', '👍🏽', '🇮🇹', 'が')) }),
      (text) => {
        const words = foldedWords(text);
        for (const word of words) expect(word).toMatch(/^[^\s"]+$/u);
        if (/[\p{L}\p{N}]/u.test(text.normalize('NFKC'))) expect(hasWords(text)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

it('has one answer for plain text, whichever way it takes', () => {
  const ascii = fc.string({ unit: fc.constantFrom(...'abAB19\'`-_ ."\t') });
  fc.assert(
    fc.property(ascii, (text) => {
      expect(foldedWords(text)).toEqual(foldedWords(`${text} é`).slice(0, -1));
    }),
  );
});

it.each([
  ['Ines', 'in'],
  ['Andes', 'and'],
  ['herring', 'her'],
  ['evening', 'even'],
  ['outings', 'out'],
  ['photographer', 'photograph'],
])('%s is not the stop word “%s”', (word, stopWord) => {
  expect(indexTerms(word)).not.toEqual(indexTerms(stopWord));
});

it.each(['herring', 'evening', 'outing', 'photographer'])('%s and its plural are one word', (word) => {
  expect(indexTerms(`${word}s`)).toEqual(indexTerms(word));
});
