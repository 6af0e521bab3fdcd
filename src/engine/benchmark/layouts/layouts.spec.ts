// Reads every layout from a small file written by SciPy, h5py or NumPy (test/fixtures/benchmark/make-fixtures.py).
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { BenchmarkSet } from '../benchmark-set.ts';
import { readBenchmarkSet } from '../read-set.ts';

const fixtures = fileURLToPath(new URL('../../../../test/fixtures/benchmark', import.meta.url));
const fixture = (name: string) => join(fixtures, name);

/** Rule of the fixtures' numbers. */
const rule = (rows: number, columns: number, a: number, b: number, modulus: number) =>
  Float32Array.from({ length: rows * columns }, (_, i) => (a * Math.floor(i / columns) + b * (i % columns)) % modulus);
const labelsOfRow = (row: number, count: number) =>
  [...new Set(row % 2 === 0 ? [row % count, (row / 2) % count] : [row % count])].sort((a, b) => a - b);

const span = (rows: Int32Array) => [rows[0], rows.at(-1), rows.length];

function expectSet(set: BenchmarkSet, rows: number, queries: number, labels: number, textWidth = 3) {
  expect(set.imageWidth).toBe(4);
  expect(set.imageRows).toEqual(rule(rows, 4, 7, 3, 5));
  expect(set.textWidth).toBe(textWidth);
  expect(set.textRows).toEqual(rule(rows, textWidth, 3, 2, 4));
  expect(set.labels).toEqual(Array.from({ length: rows }, (_, row) => labelsOfRow(row, labels)));
  expect(span(set.query)).toEqual([rows - queries, rows - 1, queries]);
  for (const part of [set.train, set.database]) expect(span(part)).toEqual([0, rows - queries - 1, rows - queries]);
}

/** A MAT-file of one compressed matrix of bytes with 1 added to each of its `count` numbers. */
function withOneAdded(file: Buffer, count: number): Buffer {
  const element = inflateSync(file.subarray(136));
  const numbers = element.subarray(element.length - count);
  numbers.forEach((value, i) => (numbers[i] = value + 1));
  const packed = deflateSync(element);
  const head = Buffer.from(file.subarray(0, 136));
  head.writeUInt32LE(packed.length, 132);
  return Buffer.concat([head, packed]);
}

function writeNpy(path: string, type: string, length: number, bytes: Uint8Array): void {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${length},), }`.padEnd(117) + '\n';
  const start = Buffer.from('\x93NUMPY\x01\x00\0\0', 'latin1');
  start.writeUInt16LE(header.length, 8);
  writeFileSync(path, Buffer.concat([start, Buffer.from(header, 'latin1'), bytes]));
}

describe('reads', () => {
  it('Wikipedia, compressed, a column for each class', async () => {
    const set = await readBenchmarkSet(fixture('wikipedia.mat'));
    expect(set).toMatchObject({ id: 'wikipedia', normalise: 'zscore' });
    expectSet(set, 48, 8, 5);
  });

  it('Wikipedia, not compressed, class numbers from 1', async () => {
    const set = await readBenchmarkSet(fixture('wikipedia-classes.mat'));
    expect(set.labels?.slice(0, 6)).toEqual([[1], [2], [3], [4], [5], [1]]);
    expect(span(set.query)).toEqual([40, 47, 8]);
  });

  it.each(['mirflickr', 'mirflickr/mirflickr25k-iall-vgg.mat', 'mirflickr/mirflickr25k-lall.mat'])(
    'MIRFLICKR-25K from %s: three MAT files, one of them sparse, the last 2000 rows being queries',
    async (path) => {
      const set = await readBenchmarkSet(fixture(path));
      expect(set).toMatchObject({ id: 'mirflickr25k', normalise: 'none' });
      expectSet(set, 2040, 2000, 24);
    },
  );

  it('NUS-WIDE-TC10: MATLAB 7.3, columns first, one of them sparse, the last 2100 rows being queries', async () => {
    const set = await readBenchmarkSet(fixture('nus-wide'));
    expect(set.id).toBe('nus-wide-tc10');
    expectSet(set, 2140, 2100, 10, 2);
  });

  it('MS-COCO: HDF5, rows first, the last 5000 rows being queries', async () => {
    const set = await readBenchmarkSet(fixture('MSCOCO_deep_doc2vec_data_rand.h5py'));
    expect(set.id).toBe('ms-coco');
    expectSet(set, 5040, 5000, 80);
  });

  it('IAPR TC-12: database and test part', async () => {
    const set = await readBenchmarkSet(fixture('iapr-tc12-rand.mat'));
    expect(set.id).toBe('iapr-tc12');
    expectSet(set, 48, 8, 255);
  });

  it('a folder of .npy files: float16, Fortran order, a list of classes and of queries', async () => {
    const set = await readBenchmarkSet(fixture('npy'), { sharedWidth: 3 });
    expect(set).toMatchObject({ id: 'npy-folder', sharedWidth: 3 });
    expect(set.imageRows).toEqual(rule(48, 4, 7, 3, 5));
    expect(set.textRows).toEqual(rule(48, 3, 3, 2, 4));
    expect(set.labels?.slice(3, 7)).toEqual([[3], [4], [0], [1]]);
    expect(span(set.query)).toEqual([40, 47, 8]);
    expect(span(set.train)).toEqual([0, 39, 40]);
  });

  it.each([
    ['|b1', 'truth values'],
    ['|u1', 'zeros and ones'],
  ])('a folder of .npy files whose queries are a mask of type %s: %s', async (type) => {
    const folder = temporaryFolder();
    for (const name of ['image', 'text', 'labels']) cpSync(fixture(`npy/${name}.npy`), join(folder, `${name}.npy`));
    const queries = [0, 1, 5, 47];
    writeNpy(
      join(folder, 'query.npy'),
      type,
      48,
      Uint8Array.from({ length: 48 }, (_, i) => +queries.includes(i)),
    );
    const set = await readBenchmarkSet(folder);
    expect([...set.query]).toEqual(queries);
    expect(set.train).toHaveLength(44);
    writeNpy(join(folder, 'query.npy'), '|b1', 7, new Uint8Array(7));
    await expect(readBenchmarkSet(folder)).rejects.toThrow(/the mask query\.npy has 7 rows for 48/);
  });

  it.each([
    ['mirflickr25k-iall-vgg.mat', false],
    ['mirflickr25k-iall-vgg-rand.mat', true],
    ['mirflickr25k-lall.mat', false],
  ])('MIRFLICKR-25K from %s where a folder holds its images in a second order, too', async (named, isRand) => {
    const folder = temporaryFolder();
    cpSync(fixture('mirflickr'), folder, { recursive: true });
    const images = readFileSync(join(folder, 'mirflickr25k-iall-vgg.mat'));
    writeFileSync(join(folder, 'mirflickr25k-iall-vgg-rand.mat'), withOneAdded(images, 2040 * 4));
    const set = await readBenchmarkSet(join(folder, named));
    expect(set.imageRows.includes(0)).toBe(!isRand);
    await expect(readBenchmarkSet(folder)).rejects.toThrow(/name one of the files/);
  });

  it('a folder of .npy files without labels: queries are each other’s database', async () => {
    const folder = temporaryFolder();
    for (const name of ['image', 'text']) cpSync(fixture(`npy/${name}.npy`), join(folder, `${name}.npy`));
    const set = await readBenchmarkSet(folder, { queries: 10 });
    expect(set.labels).toBeNull();
    expect(span(set.query)).toEqual([38, 47, 10]);
    expect(set.database).toEqual(set.query);
    expect(span(set.train)).toEqual([0, 37, 38]);
    await expect(readBenchmarkSet(folder)).rejects.toThrow(/does not say which of its 48 rows are queries.*query\.npy/);
  });

  it('a folder of .npy files that is split already', async () => {
    const folder = temporaryFolder();
    for (const name of ['image', 'text', 'labels']) {
      for (const part of ['train', 'test']) cpSync(fixture(`npy/${name}.npy`), join(folder, `${name}_${part}.npy`));
    }
    const set = await readBenchmarkSet(folder);
    expect(span(set.train)).toEqual([0, 47, 48]);
    expect(span(set.query)).toEqual([48, 95, 48]);
    expect(set.labels).toHaveLength(96);
  });

  it('a folder of image rows with the captions themselves, with a byte order mark', async () => {
    const folder = temporaryFolder();
    cpSync(fixture('npy/image.npy'), join(folder, 'image.npy'));
    const names = Array.from({ length: 48 }, (_, i) => `photo${i}.jpg`);
    writeFileSync(join(folder, 'files.txt'), `${names.join('\n')}\n`);
    const captions = names.flatMap((name, i) => [`${name},"dog, no ${i}"`, `${name},cat no ${i}`]);
    writeFileSync(join(folder, 'captions.txt'), ['\uFEFFimage,caption', ...captions, 'unknown.jpg,lost'].join('\n'));
    writeFileSync(
      join(folder, 'split.json'),
      JSON.stringify({ train: names.slice(9), val: names.slice(4, 9).reverse() }),
    );
    const seen: string[] = [];
    const encode = (texts: readonly string[]) => {
      seen.push(...texts);
      return Promise.resolve(Float32Array.from({ length: texts.length * 2 }, (_, i) => i));
    };
    const textFeatures = { textWidth: 2, imageWidth: 4, sharedWidth: 1, encode };
    const set = await readBenchmarkSet(folder, { textFeatures });
    expect(seen).toHaveLength(96);
    expect(seen.slice(0, 2)).toEqual(['dog, no 0', 'cat no 0']);
    expect(set).toMatchObject({ labels: null, textWidth: 2, sharedWidth: 1, normalise: 'parts' });
    const others = await readBenchmarkSet(folder, { textFeatures: { ...textFeatures, imageWidth: 5 } });
    expect(others).toMatchObject({ sharedWidth: 0, normalise: 'none' });
    expect([...set.captionPhoto.slice(0, 4)]).toEqual([0, 0, 1, 1]);
    expect(set.validation).toEqual(Int32Array.of(4, 5, 6, 7, 8));
    expect(set.query).toEqual(Int32Array.of(0, 1, 2, 3));
    expect(set.database).toEqual(set.query);
    expect(span(set.train)).toEqual([9, 47, 39]);
  });
});

describe('refuses in one sentence', () => {
  const expectRefusal = async (path: string, code: string, sentence: RegExp) => {
    const error = await readBenchmarkSet(path).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'HashlensError', code, message: expect.stringMatching(sentence) as string });
  };

  it('what does not exist', () =>
    expectRefusal('/no/such.mat', 'not-found', /\/no\/such\.mat does not exist; check its name/));

  it('a file or folder of no known layout, naming those that are known', async () => {
    const file = join(temporaryFolder(), 'notes.txt');
    writeFileSync(file, 'nothing');
    for (const path of [file, temporaryFolder()]) {
      await expectRefusal(
        path,
        'unsupported-format',
        /not a data set known here; known are: Wikipedia \(I_tr .*VDatabase.*npy/,
      );
    }
  });

  it('a folder with two sets of the same names', () =>
    expectRefusal(
      fixtures,
      'bad-argument',
      /I_tr in wikipedia-classes\.mat and wikipedia\.mat; name one of the files/,
    ));

  it('matrices that do not fit together', async () => {
    const folder = join(temporaryFolder(), 'odd');
    mkdirSync(folder);
    cpSync(fixture('npy'), folder, { recursive: true });
    cpSync(fixture('npy/query.npy'), join(folder, 'text.npy'));
    await expectRefusal(folder, 'bad-argument', /odd does not fit together: 8 rows of text for 48 of images/);
  });
});
