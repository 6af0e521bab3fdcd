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

  it('of one file needs to know how many rows are queries', async () => {
    const files = { 'x.xml': names, 'x.arff': '@attribute a numeric\n@attribute sky {0,1}\n@data\n1,1\n2,0\n3,1\n' };
    const dir = folder(files);
    await expect(readBenchmarkSet(dir)).rejects.toThrow(expect.objectContaining({ code: 'queries-unknown' }));
    expect([...(await readBenchmarkSet(dir, { queries: 1 })).query]).toEqual([2]);
  });
});

describe('a file in the place of a data set is named for what it is', () => {
  it.each([
    ['x.mat', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', /pointer of Git LFS.*git lfs pull/],
    ['image.npy', 'version https://git-lfs.github.com/spec/v1\n', /pointer of Git LFS/],
    ['x.npz', 'PK\x03\x04', /archive of arrays; unpack it/],
    [
      'x.mat',
      Buffer.from(Uint32Array.of(0, 3, 4, 0, 2, 0x4241).buffer).toString('latin1'),
      /MAT-file of MATLAB 4; save it again/,
    ],
  ])('%s', async (name, content, message) => {
    const dir = folder({});
    writeFileSync(join(dir, name), content, 'latin1');
    await expect(readBenchmarkSet(join(dir, name))).rejects.toThrow(
      expect.objectContaining({ code: 'unsupported-format', message: expect.stringMatching(message) as string }),
    );
    if (name === 'image.npy') await expect(readBenchmarkSet(dir)).rejects.toThrow(/Git LFS/);
  });
});
