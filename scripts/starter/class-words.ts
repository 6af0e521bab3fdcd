// Reads class-words.txt: which words mean which of the starter's classes, and how surely.
import { regularPlural } from '../../src/engine/text/inflections.ts';
import { isStopWord } from '../../src/engine/text/stop-words.ts';

export interface ListedWord {
  /** Class index -> weight in (0, 1]; empty for a word whose class must not be guessed. */
  readonly classes: ReadonlyMap<number, number>;
  /** The first words of its lines. They represent it where it has no vector of its own. */
  readonly leaders: readonly string[];
  /** A plural made by rule, which may not be a word (`kneelings`). */
  readonly derived: boolean;
}

interface Entry {
  readonly word: string;
  /** Undefined on a line whose words mean no class. */
  readonly classId: number | undefined;
  readonly weight: number;
  readonly leader: string;
  readonly derived: boolean;
}

/**
 * `class: word word*0.5`, `word word => class class*0.5` and `word word => nothing`; `#` begins a comment. Phrases and class names are written
 * with underscores. Regular plurals of the words are added, where the lists do not give them for that class themselves.
 * @throws Error naming the line that cannot be read.
 */
export function parseClassWords(text: string, classNames: readonly string[]): Map<string, ListedWord> {
  const written = text.split('\n').flatMap((line, index) => {
    try {
      return parseLine(line.replace(/#.*/, '').trim(), classNames);
    } catch (error) {
      throw new Error(`class-words.txt, line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  const key = ({ word, classId }: Entry): string => `${classId ?? 'nothing'} ${word}`;
  const listed = new Set(written.map(key));
  const plurals = written
    .map((entry) => ({ ...entry, word: regularPlural(entry.word), derived: true }))
    .filter((entry) => !isStopWord(entry.word) && !listed.has(key(entry)));

  const words = new Map<string, { classes: Map<number, number>; leaders: string[]; derived: boolean }>();
  for (const { word, classId, weight, leader, derived } of [...written, ...plurals]) {
    const known = words.get(word) ?? { classes: new Map<number, number>(), leaders: [], derived };
    if (classId !== undefined) known.classes.set(classId, Math.max(weight, known.classes.get(classId) ?? 0));
    if (!known.leaders.includes(leader)) known.leaders.push(leader);
    words.set(word, known);
  }
  return words;
}

function parseLine(line: string, classNames: readonly string[]): Entry[] {
  if (line === '') return [];
  const arrow = line.split('=>');
  if (arrow.length === 2) {
    const words = weighted(arrow[0]);
    if (arrow[1]?.trim() === 'nothing') {
      return words.map(({ word }) => ({ word, classId: undefined, weight: 0, leader: word, derived: false }));
    }
    return weighted(arrow[1]).flatMap((target) => {
      const classId = classIndex(target.word, classNames);
      return words.map(({ word, weight }) => ({
        word,
        classId,
        weight: weight * target.weight,
        leader: words[0]?.word ?? word,
        derived: false,
      }));
    });
  }
  const colon = line.split(':');
  if (colon.length !== 2) throw new Error('expected "class: words" or "words => classes"');
  const classId = classIndex(colon[0] ?? '', classNames);
  const words = weighted(colon[1]);
  return words.map(({ word, weight }) => ({ word, classId, weight, leader: words[0]?.word ?? word, derived: false }));
}

function classIndex(name: string, classNames: readonly string[]): number {
  const index = classNames.indexOf(name.replaceAll('_', ' '));
  if (index < 0) throw new Error(`there is no class "${name}"`);
  return index;
}

function weighted(part: string | undefined): { word: string; weight: number }[] {
  return (part ?? '')
    .trim()
    .split(/\s+/)
    .map((item) => {
      const [, word, weightText = '1'] = /^([^*]+)(?:\*([\d.]+))?$/.exec(item) ?? [];
      const weight = Number(weightText);
      if (word === undefined || !(weight > 0 && weight <= 1)) throw new Error(`cannot read "${item}"`);
      if (isStopWord(word)) throw new Error(`"${word}" is a stop word and would never be found`);
      return { word, weight };
    });
}
