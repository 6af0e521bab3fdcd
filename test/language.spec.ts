// The catalogue of sentences: complete in every language, and without unused ones.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../src/shared/json.ts';
import { sources } from '../scripts/import-graph.ts';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'src/language/messages');
const message = z.union([
  z.string().min(1),
  z.tuple([
    z.object({
      declarations: z.array(z.string()).min(1),
      selectors: z.array(z.string()).optional(),
      match: z.record(z.string(), z.string().min(1)),
    }),
  ]),
]);
type Message = z.output<typeof message>;

const files = (language: string): string[] => readdirSync(path.join(folder, language)).sort();
const read = (language: string, file: string): Record<string, Message> =>
  parseJson(z.record(z.string(), message), readFileSync(path.join(folder, language, file), 'utf8'));
const catalogue = (language: string): Map<string, Message> =>
  new Map(files(language).flatMap((file) => Object.entries(read(language, file))));
const [english, german] = [catalogue('en'), catalogue('de')];

const texts = (one: Message): string[] => (typeof one === 'string' ? [one] : Object.values(one[0].match));
const named = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

/** Parameters of a message. */
function inputs(one: Message): string[] {
  if (typeof one === 'string') return [...new Set(named(one))].sort();
  return one[0].declarations.flatMap((line) => /^input (\w+)$/.exec(line)?.[1] ?? []).sort();
}

/** Faults in the placeholders and variants of a message. */
function faults(one: Message): string[] {
  if (typeof one === 'string') return [];
  const { declarations, selectors = [], match } = one[0];
  const known = declarations.map((line) => /^(?:input|local) (\w+)/.exec(line)?.[1]);
  const all = '*';
  return [
    ...[...texts(one).flatMap(named), ...selectors]
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is not declared`),
    ...(selectors.length > 0 && !Object.keys(match).some((key) => key.split(',').every((part) => part.endsWith(all)))
      ? ['no variant for all other cases']
      : []),
  ];
}

describe('sentences', () => {
  it('are the same in every language, file by file', () => {
    expect(files('de')).toEqual(files('en'));
    for (const file of files('en')) expect(Object.keys(read('de', file))).toEqual(Object.keys(read('en', file)));
  });

  it('are given the same in every language', () => {
    const differing = [...english].filter(([key, one]) => {
      const other = german.get(key);
      return other === undefined || inputs(one).join() !== inputs(other).join();
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('declare what they name, and have a form for every case', () => {
    const wrong = [...english, ...german].flatMap(([key, one]) => faults(one).map((fault) => `${key}: ${fault}`));
    expect(wrong).toEqual([]);
  });

  it('are called after their file, in the order of the alphabet', () => {
    for (const file of files('en')) {
      const keys = Object.keys(read('en', file));
      const subject = file.replace('.json', '').replaceAll('-', '_');
      expect(keys.filter((key) => !key.startsWith(`${subject}_`))).toEqual([]);
      expect(keys).toEqual(keys.toSorted());
    }
  });

  it('are all shown somewhere', () => {
    const code = sources()
      .filter((file) => /^src\/(?:language|main|renderer)\//.test(file))
      .map((file) => readFileSync(path.join(root, file), 'utf8'));
    const used = new Set(code.flatMap((text) => [...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key)));
    expect([...english.keys()].filter((key) => !used.has(key))).toEqual([]);
  });
});
