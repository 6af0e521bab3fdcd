// Names and descriptions of methods and encoders: the catalogue has the engine's English, and German for each.
import { expect, it } from 'vitest';
import { aboutEncoder, knownEncoders } from '../src/engine/encoder/clip/known-encoders.ts';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import { methods } from '../src/engine/hashing/methods/registry.ts';
import {
  encoderSentences,
  encoderText,
  languageSentences,
  methodSentences,
  methodText,
} from '../src/language/engine-texts.ts';
import { inGerman } from './support/german.ts';

const encoders = [starterInfo, ...knownEncoders].map(({ id, name, description }) => ({
  ...{ id, name, description },
  languages: aboutEncoder(id).languages,
}));
const summaries = methods.map(({ summary: { id, name, description } }) => ({ id, name, description }));

it("the English sentences of the catalogue are the engine's, and none is left over", () => {
  const kinds = [
    [methodSentences, summaries],
    [encoderSentences, encoders],
  ] as const;
  for (const [sentences, engine] of kinds) {
    const english = Object.entries(sentences).map(([id, { name, description }]) => {
      const own = engine.find((one) => one.id === id)?.name;
      return { id, name: name?.() ?? own, description: description() };
    });
    expect(english).toEqual(
      engine.filter(({ id }) => id in sentences).map(({ id, name, description }) => ({ id, name, description })),
    );
  }
  for (const [languages, sentence] of Object.entries(languageSentences)) expect(sentence()).toBe(languages);
});

it('methods and encoders of the catalogue are described in German, and in English by the engine', async () => {
  const engine = [...summaries, ...encoders].filter(({ id }) => id in methodSentences || id in encoderSentences);
  const described = () => [...summaries.map(methodText), ...encoders.map(encoderText)];
  expect(described()).toEqual([...summaries, ...encoders]);
  await inGerman(() => {
    const shown = new Map(described().map(({ id, description }) => [id, description]));
    expect(engine.filter(({ id, description }) => shown.get(id) === description)).toEqual([]);
    expect(methodText({ id: 'rotation', name: '', description: '' }).name).toBe('Zufällige Drehung');
    expect(encoders.map(encoderText).map(({ languages }) => languages)).toContain('mehr als 50 Sprachen');
  });
});

it("a method or an encoder that nobody has translated keeps the engine's text in German", async () => {
  const added = { id: 'constructor', name: 'New', description: 'Learns something new.', languages: 'Elvish' };
  await inGerman(() => {
    expect(methodText(added)).toEqual(added);
    expect(encoderText(added)).toEqual(added);
  });
});
