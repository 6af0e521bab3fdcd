// The meaning of texts for the starter, with the word table that ships.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cocoClasses } from './coco-classes.ts';
import { openWordTable, textRowWidth, type WordTable } from './word-table.ts';
import { float32At } from '../../../shared/at.ts';
import { resourcesDir } from '../../../../test/support/resources.ts';

const resourcesFolder = join(resourcesDir, 'starter');
let table: WordTable;

beforeAll(async () => {
  table = await openWordTable(resourcesFolder);
});

function row(text: string): Float32Array {
  const values = new Float32Array(textRowWidth);
  table.writeTextRow(text, values);
  return values;
}

/** Classes of a text with a weight of at least a tenth, strongest first. */
function classes(text: string): string[] {
  return [...row(text).subarray(0, 80).entries()]
    .filter(([, value]) => value > 0.1)
    .sort(([, a], [, b]) => b - a)
    .map(([index]) => cocoClasses[index] ?? '?');
}

function words(text: string): (string | undefined)[] {
  return [...table.wordIds(text)].map((id) => table.word(id));
}

describe('the classes of a text', () => {
  it.each(cocoClasses.map((name) => [name]))('names "%s" by its own name', (name) => {
    expect(classes(name)[0]).toBe(name);
  });

  it.each([
    ['puppy', 'dog'],
    ['my labradoodle', 'dog'],
    ['kittens', 'cat'],
    ['grandma', 'person'],
    ['Miguel', 'person'],
    ['sailing', 'boat'],
    ['birthday cake', 'cake'],
    ['our new sofa', 'couch'],
    ['skateboarders', 'skateboard'],
  ])('reads "%s" as %s', (text, name) => {
    expect(classes(text)[0]).toBe(name);
  });

  it('takes a phrase as one thing', () => {
    expect(classes('hot dog')).toEqual(['hot dog']);
    expect(classes('hot-dogs')).toEqual(['hot dog']);
    expect(classes('a dog on a hot day')).toEqual(['dog']);
    expect(classes('teddy bear')).not.toContain('bear');
  });

  it('gives words of a whole group every class of it', () => {
    expect(classes('animals')).toEqual(expect.arrayContaining(['bird', 'cat', 'dog', 'horse', 'cow', 'zebra']));
    expect(classes('fruit').toSorted()).toEqual(['apple', 'banana', 'orange']);
  });

  it('counts one person once, however many words tell of him', () => {
    const plain = row('man with dog');
    const wordy = row('a laughing man in jeans and a shirt, running, with a dog');
    const dog = cocoClasses.indexOf('dog');
    expect(wordy[dog]).toBeCloseTo(float32At(plain, dog), 5);
    expect(plain[dog]).toBeGreaterThan(plain[0] ?? 1);
  });

  it('does not take a colour for the fruit', () => {
    expect(classes('red')).toEqual([]);
    expect(classes('orange shirt')[0]).toBe('person');
  });
});

describe('the row of a text', () => {
  it('has two parts of unit norm', () => {
    for (const text of ['puppy', 'kids playing in the snow', 'dinner with Anna']) {
      const values = row(text);
      expect(Math.hypot(...values.subarray(0, 80))).toBeCloseTo(1, 5);
      expect(Math.hypot(...values.subarray(80))).toBeCloseTo(1, 5);
    }
  });

  it('is all zeros for a text with nothing known in it', () => {
    for (const text of ['', 'the of and', 'qwxzv zzxqj', '犬', '?!']) {
      expect(
        row(text).every((value) => value === 0),
        text,
      ).toBe(true);
    }
  });

  it('overwrites what was in the row before', () => {
    const values = new Float32Array(textRowWidth).fill(3);
    table.writeTextRow('puppy', values);
    expect(values).toEqual(row('puppy'));
  });

  it('puts like words together in the word vector', () => {
    const cosine = (a: string, b: string): number => {
      const other = row(b).subarray(80);
      return row(a)
        .subarray(80)
        .reduce((sum, value, i) => sum + value * float32At(other, i), 0);
    };
    expect(cosine('violin', 'cello')).toBeGreaterThan(cosine('violin', 'tractor') + 0.3);
  });
});

describe('word ids', () => {
  it('name the known words in order, without stop words, phrases as one', () => {
    expect(words('The dog eats a hot dog with qwxzv and a puppy')).toEqual(['dog', 'eats', 'hot_dog', 'puppy']);
  });

  it('fall back to the parts and base forms of unknown words', () => {
    expect(words('sunflower-yellow')).toEqual(['sunflower', 'yellow']);
    expect(words('cafés')).toEqual(['cafes']);
  });

  it('stay below the size of the table', () => {
    expect(table.size).toBeGreaterThan(45_000);
    expect(Math.max(...table.wordIds('selfie with zebras and wine glasses'))).toBeLessThan(table.size);
    expect(table.word(table.size)).toBeUndefined();
  });
});
