// Names, descriptions and settings of methods and encoders in other languages: complete, and none left over.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { aboutEncoder, knownEncoders } from '../src/engine/encoder/clip/known-encoders.ts';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import { methods } from '../src/engine/hashing/methods/registry.ts';
import { keptText, keptTexts } from '../src/shared/kept-texts.ts';
import { sentences } from '../src/shared/sentences.ts';
import { sources } from '../scripts/import-graph.ts';
import { engineText, engineTexts } from '../src/language/engine-texts.ts';
import { inGerman } from './support/german.ts';
import { textsInCode } from './support/texts-in-code.ts';

const root = path.resolve(import.meta.dirname, '..');
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
const sentencesOfEngine = [...Object.values(sentences), ...keptTexts];
const texts = new Set<string>([
  ...textsOfEach.flat(),
  ...[...summaries, ...encoders].map(({ name }) => name),
  ...sentencesOfEngine,
]);
const translations = Object.entries(engineTexts).filter(([language]) => language !== 'en');

it('a method or an encoder whose description is translated has its settings and languages translated too', () => {
  for (const [language, known] of translations) {
    const begun = textsOfEach.filter(([description = '']) => known.has(description));
    const missing = begun.flat().filter((text) => !known.has(text));
    expect(begun.length).toBeGreaterThan(30);
    expect({ language, missing }).toEqual({ language, missing: [] });
  }
});

it('every sentence of the engine has a translation with the same values', () => {
  const valuesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
  for (const [language, known] of translations) {
    const wrong = sentencesOfEngine.filter((text) => valuesIn(known.get(text) ?? '-').join() !== valuesIn(text).join());
    const missing = sentencesOfEngine.filter((text) => !known.has(text));
    expect({ language, wrong, missing }).toEqual({ language, wrong: [], missing: [] });
  }
});

it('every step that a job of the engine names is known to the window', () => {
  const code = sources()
    .filter((file) => file.startsWith('src/engine/') && !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(path.join(root, file), 'utf8'));
  const steps = code.flatMap((text) =>
    [...text.matchAll(/\bprogress\((?:[^()]|\([^()]*\))*?['`]([A-Z][^'`]*)['`],?\s*\)/g)].map(([, step]) => step ?? ''),
  );
  // Downloads name their file. The rest of the engine's words for a job are about its state.
  const unknown = steps.filter((step) => keptText(step) === null && !/^(Done|Downloading )/.test(step));
  expect(steps.length).toBeGreaterThan(12);
  expect(unknown).toEqual([]);
});

it('every reason to keep one of some duplicates, and every checked part, is known to the window', () => {
  const read = (file: string) => readFileSync(path.join(root, 'src/engine', file), 'utf8').replace(/\$\{[^}]*\}/g, '1');
  const reasons = [...read('duplicates/best.ts').matchAll(/reason: \([^)]*\) => ['`]([^'`]+)['`]/g)];
  const parts = [...read('api/doctor.ts').matchAll(/(?:name: |check\()['`]([^'`]+)['`]/g)];
  // These names are the same in every language.
  const same = ['Node', 'Encoder'];
  const unknown = [...reasons, ...parts].flatMap(([, text = '']) =>
    keptText(text) === null && !same.includes(text) ? [text] : [],
  );
  expect([reasons.length, parts.length].map((n) => n > 6)).toEqual([true, true]);
  expect(unknown).toEqual([]);
});

/** Files whose texts the window shows as they are, and their texts that it does not show. */
const shown: Readonly<Record<string, readonly string[]>> = {
  'src/engine/api/doctor.ts': [],
  'src/engine/compute/devices/devices.ts': ['ONNX Runtime 1', 'hashlens: self-test 1 1', '1: 1 ms a step, the CPU 1'],
  'src/engine/compute/devices/self-test.ts': [],
  'src/engine/encoder/devices/measure-device-process.ts': [],
  'src/engine/models/encoder-devices.ts': [],
  'src/main/engine-process.ts': ['engine process: 1', 'engine process ended: 1', 'The search engine'],
};

it.each(Object.entries(shown))('every text of %s that the window shows has a form that it knows', (file, others) => {
  // Errors have a code, and are shown with the window's own sentence for it.
  const texts = textsInCode(file)
    .filter(({ error }) => error === null)
    .map(({ text }) => text);
  expect(texts.length).toBeGreaterThan(1);
  expect(texts.filter((text) => keptText(text) === null && !others.includes(text))).toEqual([]);
});

/** Messages of the errors that the files of these paths make. */
const errorTexts = (paths: RegExp): string[] =>
  sources()
    .filter((file) => paths.test(file) && !file.endsWith('.spec.ts'))
    // Parsing takes much longer than reading.
    .filter((file) => /\b(?:HashlensError|message)\b/.test(readFileSync(path.join(root, file), 'utf8')))
    .flatMap((file) => textsInCode(file).filter(({ error }) => error === 'HashlensError'))
    .map(({ text }) => text);

/** Rooms of the engine whose errors a person meets in the window. */
const met = /^src\/(?:engine\/(?:api|backup|jobs|library|search|store|hashing\/(?:data|methods|training))|main)\//;
/**
 * Errors whose values are English words, or which the window cannot cause. It shows them as details, behind a sentence for their
 * code.
 */
const details = [
  'No folder of this library with such a name is published; 1.',
  'The training data do not fit together: 1.',
  '1 of method 1: 1.',
  '1 was ended 11.',
  'There is no method 1.',
  'The library has no codes of 1 yet; index photos first.',
  'The sidecar of 1 was not written: 1.',
  '1 1, so it was not read; scan its folder again.',
  '1 holds 1 that Hashlens cannot read yet; save it as JPEG or PNG to index it.',
  '1 is named like a photo but 1.',
  '1 takes more 1 to decode than Hashlens gives one photo; save a smaller copy of it.',
  'The sidecar of 1 takes more 1 to change than Hashlens gives one file; write its words with another program.',
  'The captions in 1 were not read because they take too much 1; split the file into smaller ones.',
  '"1" is not a content hash; it must be hexadecimal digits.',
  'The backup 1 cannot be used: 1. Take another one.',
  'The search engine',
  '1 not there now. Connect the disk and try again.',
];

it('every error that a person meets in the window has a form that it knows, but for some that it shows as details', () => {
  const texts = errorTexts(met);
  expect(texts.length).toBeGreaterThan(120);
  const unknown = new Set(texts.filter((text) => keptText(text) === null));
  expect([...unknown].toSorted()).toEqual(details.toSorted());
});

it('no error of the engine names a command, a flag or a button, which differ between the window and the command line', () => {
  const texts = errorTexts(/^src\/engine\/(?!cli\/)/);
  expect(texts.length).toBeGreaterThan(120);
  const names = /\bhashlens [a-z]|(?:^| )--[a-z]|\b(?:command|flag|button|click|press)\b/;
  expect(texts.filter((text) => names.test(text))).toEqual([]);
});

it('every form of a text is found by itself, before any looser form', () => {
  const wrong = keptTexts.filter((text) => keptText(text.replace(/\{(\w+)\}/g, '$1'))?.text !== text);
  expect(wrong).toEqual([]);
});

it('no translation is of a text that the engine no longer has', () => {
  for (const [language, known] of translations) {
    expect({ language, left: [...known.keys()].filter((text) => !texts.has(text)) }).toEqual({ language, left: [] });
  }
});

it('German texts call tags and sidecars as the rest of the window does', () => {
  const differing = [...engineTexts.de.values()].filter((text) =>
    /\bTags\b|(?:de[nrm]|keinem) Tag\b|Sidecar/.test(text),
  );
  expect(differing).toEqual([]);
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
