// Names, descriptions and settings of methods and encoders in other languages: complete, and none left over.
import { expect, it } from 'vitest';
import { aboutEncoder, knownEncoders } from '../src/engine/encoder/clip/known-encoders.ts';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import { methods } from '../src/engine/hashing/methods/registry.ts';
import { engineText, engineTexts } from '../src/language/engine-texts.ts';
import { inGerman } from './support/german.ts';

const summaries = methods.map(({ summary }) => summary);
const encoders = [starterInfo, ...knownEncoders];
const settings = summaries.flatMap((method) => method.settings);

/** Texts of each method and encoder besides its name, which may be the same in every language; the description first. */
const textsOfEach = [
  ...summaries.map(({ description, settings }) => [
    description,
    ...settings.flatMap((setting) => [setting.title, setting.description]),
    ...settings.flatMap((setting) => (setting.type === 'choice' ? setting.choices : [])),
  ]),
  ...encoders.map(({ id, description }) => [description, aboutEncoder(id).languages]),
];
const texts = new Set([...textsOfEach.flat(), ...[...summaries, ...encoders].map(({ name }) => name)]);
const translations = Object.entries(engineTexts).filter(([language]) => language !== 'en');

it('a method or an encoder whose description is translated has its settings and languages translated too', () => {
  for (const [language, known] of translations) {
    const begun = textsOfEach.filter(([description = '']) => known.has(description));
    const missing = begun.flat().filter((text) => !known.has(text));
    expect(begun.length).toBeGreaterThan(30);
    expect({ language, missing }).toEqual({ language, missing: [] });
  }
});

it('no translation is of a text that the engine no longer has', () => {
  for (const [language, known] of translations) {
    expect({ language, left: [...known.keys()].filter((text) => !texts.has(text)) }).toEqual({ language, left: [] });
  }
});

it('texts are in the order of the alphabet', () => {
  for (const [, known] of translations) expect([...known.keys()]).toEqual([...known.keys()].toSorted());
});

it("translated descriptions have the published values of the engine's", () => {
  const numbers = (text: string): string[] => text.match(/\d+(?:[.,]\d+)*/g) ?? [];
  const swapped = (text: string): string => text.replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
  const differing = settings.filter(
    ({ description }) =>
      numbers(engineTexts.de.get(description) ?? '').join(' ') !== numbers(description).map(swapped).join(' '),
  );
  expect(differing.map(({ description }) => description)).toEqual([]);
});

it('a text is German in German, the engine’s in English, and the engine’s where nobody has translated it', async () => {
  const shown = () =>
    ['Random rotation', 'Learning rate', 'more than 50 languages', 'Learns something new.'].map(engineText);
  expect(shown()).toEqual(['Random rotation', 'Learning rate', 'more than 50 languages', 'Learns something new.']);
  await inGerman(() => {
    expect(shown()).toEqual(['Zufällige Drehung', 'Lernrate', 'mehr als 50 Sprachen', 'Learns something new.']);
  });
});
