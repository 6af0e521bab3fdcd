import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { readBenchmarkSet } from '../read-set.ts';
import { parseArff } from './arff.ts';

const header =
  "\uFEFF% a comment\r\n@relation x\r\n@attribute 'blob one' {0,1}\r\n@ATTRIBUTE blob2 numeric\r\n@attribute sky {0,1}\r\n@data\r\n";

function folder(files: Readonly<Record<string, string>>): string {
  const dir = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}
const names = '<?xml version="1.0"?><labels xmlns="x"><label name="sky"></label><label name="sea"></label></labels>';

const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

describe('an ARFF file', () => {
  it('has dense and sparse rows, quoted names, comments and a byte order mark', () => {
    const { attributes, rows } = parseArff('x', `${header}1, 0.5, 1\r\n{1 2.5}\r\n{}\r\n`);
    expect(attributes).toEqual(['blob one', 'blob2', 'sky']);
    expect(rows.rows).toBe(3);
    expect([...rows.values]).toEqual([1, 0.5, 1, 0, 2.5, 0, 0, 0, 0]);
  });

  it('that is wrong is refused with the number of the line', () => {
    expect(() => parseArff('x', `${header}1,2\r\n`)).toThrow(/x cannot be read: line 7 has 2 numbers for 3 attributes/);
    expect(() => parseArff('x', `${header}{9 1}\r\n`)).toThrow(/line 7 has a cell that is not a number/);
    expect(() => parseArff('x', `${header}{0}\r\n`)).toThrow(/line 7/);
    expect(() => parseArff('x', header)).toThrow(/it has no rows of data/);
  });

  it('with a missing cell or a weight is refused with its name and line', () => {
    const refusal = (message: string) =>
      expect.objectContaining({
        code: 'unsupported-format',
        message: expect.stringContaining(message) as string,
      }) as Error;
    for (const row of ['1,?,0', '{1 ?}']) {
      expect(() => parseArff('x', `${header}${row}\n`)).toThrow(refusal('x has a missing cell (?) in line 7'));
    }
    for (const row of ['1,2,0,{0.5}', '1, 2, 0, { 2 }', '{1 2}, {3}', '{},{3}']) {
      expect(() => parseArff('x', `${header}${row}\n`)).toThrow(refusal('x has a weight of its row in line 7'));
    }
  });

  it('has quotes in names, with a backslash before them', () => {
    const names = ["'b\\'s'", '"say \\"a\\""', "'back\\\\slash' ", "'of two words'"];
    const text = `${names.map((name) => `@attribute ${name} {0,1}\n`).join('')}@data\n1,0,1,0\n`;
    expect(parseArff('x', text).attributes).toEqual(["b's", 'say "a"', 'back\\slash', 'of two words']);
  });
});

describe('a folder of ARFF files', () => {
  it('has blob words as images, keywords as texts and labels, and the test file as queries', async () => {
    const attributes =
      '@attribute a numeric\n@attribute b numeric\n@attribute sky {0,1}\n@attribute sea {0,1}\n@data\n';
    const set = await readBenchmarkSet(
      folder({
        'x.xml': names,
        'x-train.arff': `${attributes}{0 3,2 1}\n{1 4,3 1}\n{0 1,2 1,3 1}\n`,
        'x-test.arff': `${attributes}{1 2,3 1}\n`,
      }),
    );
    expect(set).toMatchObject({ id: 'arff', name: 'x', imageWidth: 2, textWidth: 2, sharedWidth: 0 });
    expect([...set.imageRows]).toEqual([3, 0, 0, 4, 1, 0, 0, 2]);
    expect(set.labels).toEqual([[0], [1], [0, 1], [1]]);
    expect([...set.query]).toEqual([3]);
    expect([...set.database]).toEqual([0, 1, 2]);
    expect(set.words?.vocabulary).toEqual(expect.arrayContaining(['sky', 'sea']));
  });

  it('has labels inside labels', async () => {
    const nested =
      '<labels><label name="sky"><label name="sea"><label name="ship"/></label></label><label name="sun"/></labels>';
    const attributes = ['a', 'sky', 'sea', 'ship', 'sun'].map((name) => `@attribute ${name} numeric\n`).join('');
    const dir = folder({ 'x.xml': nested, 'x.arff': `${attributes}@data\n5,1,1,1,0\n6,0,0,0,1\n` });
    const set = await readBenchmarkSet(dir, { queries: 1 });
    expect(set).toMatchObject({ imageWidth: 1, textWidth: 4, labels: [[0, 1, 2], [3]] });
  });

  it('has the attributes of both files by their names', async () => {
    const table = (names: readonly string[], rows: string) =>
      `${names.map((name) => `@attribute ${name} numeric\n`).join('')}@data\n${rows}\n`;
    const train = table(['a', 'b', 'sky', 'sea'], '1,2,1,0');
    const read = (test: string) =>
      readBenchmarkSet(folder({ 'x.xml': names, 'x-train.arff': train, 'x-test.arff': test }));
    const set = await read(table(['sea', 'b', 'sky', 'a'], '1,4,0,3'));
    expect([...set.imageRows]).toEqual([1, 2, 3, 4]);
    expect(set.labels).toEqual([[0], [1]]);
    await expect(read(table(['sea', 'b', 'sky', 'c'], '1,4,0,3'))).rejects.toThrow(/test rows lack the attribute a of/);
    await expect(read(table(['a', 'a', 'sky', 'sea'], '1,4,0,3'))).rejects.toThrow(/two attributes of one name/);
    await expect(read(table(['a', 'sky', 'sea'], '1,0,3'))).rejects.toThrow(/4 attributes and its test rows 3/);
  });

  it.each(['x-train-sparse.arff', 'x-test-sparse.arff'])('is read from its file %s alone', async (named) => {
    const attributes = '@attribute a numeric\n@attribute sky {0,1}\n@attribute sea {0,1}\n@data\n';
    const dir = folder({
      'x.xml': names,
      'a.xml': names.replace('sky', 'other'),
      'z.xml': names.replace('sky', 'other'),
      'x-train-sparse.arff': `${attributes}{0 3,1 1}\n`,
      'x-test-sparse.arff': `${attributes}{0 4,2 1}\n`,
      'x-sparse.arff': `${attributes}{0 8,1 1}\n{0 9,2 1}\n`,
      'a-train.arff': lfsPointer,
      'a-test.arff': lfsPointer,
      'z-train.arff': lfsPointer,
      'z-test.arff': lfsPointer,
    });
    const set = await readBenchmarkSet(join(dir, named));
    expect(set).toMatchObject({ name: 'x', labels: [[0], [1]] });
    expect([...set.imageRows]).toEqual([3, 4]);
    const whole = await readBenchmarkSet(join(dir, 'x-sparse.arff'), { queries: 1 });
    expect([...whole.imageRows]).toEqual([8, 9]);
  });

  it.each(['x.xml', 'x-test.arff'])('with a pointer of Git LFS in the place of %s is refused by name', async (name) => {
    const files = { 'x.xml': names, 'x-train.arff': header, 'x-test.arff': `${header}1,0,1\n` };
    const dir = folder({ ...files, 'x-train.arff': `${header}1,0,1\n`, [name]: lfsPointer });
    await expect(readBenchmarkSet(dir)).rejects.toThrow(`${name} is a pointer of Git LFS`);
  });

  it('of one file needs to know how many rows are queries', async () => {
    const files = { 'x.xml': names, 'x.arff': '@attribute a numeric\n@attribute sky {0,1}\n@data\n1,1\n2,0\n3,1\n' };
    const dir = folder(files);
    await expect(readBenchmarkSet(dir)).rejects.toThrow(expect.objectContaining({ code: 'queries-unknown' }));
    expect([...(await readBenchmarkSet(dir, { queries: 1 })).query]).toEqual([2]);
  });
});

/** The start of a MATLAB 4 file: a matrix of 3 rows and 4 columns, called AB. */
function mat4(little: boolean): string {
  const head = Buffer.alloc(32);
  const numbers = [little ? 0 : 1000, 3, 4, 0, 3];
  numbers.forEach((number, i) => (little ? head.writeUInt32LE(number, 4 * i) : head.writeUInt32BE(number, 4 * i)));
  head.write('AB', 20);
  return head.toString('latin1');
}

describe('a file in the place of a data set is named for what it is', () => {
  it.each([
    ['x.mat', lfsPointer, /pointer of Git LFS.*git lfs pull/],
    ['image.npy', 'version https://git-lfs.github.com/spec/v1\n', /pointer of Git LFS/],
    ['x.npz', lfsPointer, /pointer of Git LFS/],
    ['x.mat', mat4(true), /MAT-file of MATLAB 4; save it again/],
    ['big-endian.mat', mat4(false), /MAT-file of MATLAB 4/],
    ['without-extension', mat4(true), /MAT-file of MATLAB 4/],
  ])('%s', async (name, content, message) => {
    const dir = folder({});
    writeFileSync(join(dir, name), content, 'latin1');
    await expect(readBenchmarkSet(join(dir, name))).rejects.toThrow(
      expect.objectContaining({ code: 'unsupported-format', message: expect.stringMatching(message) as string }),
    );
    await expect(readBenchmarkSet(dir)).rejects.toThrow(message);
  });
});
