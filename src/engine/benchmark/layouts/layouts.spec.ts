// Reads every layout from a small file written by SciPy, h5py or NumPy (test/fixtures/benchmark/make-fixtures.py).
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { zipOf } from '../../../../test/support/zip.ts';
import type { BenchmarkSet } from '../benchmark-set.ts';
import { readBenchmarkSet } from '../read-set.ts';
import type { TextFeatures } from './layout.ts';

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

function npyBytes(type: string, shape: number | string, bytes: Uint8Array): Buffer {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape},), }`.padEnd(117) + '\n';
  const start = Buffer.from('\x93NUMPY\x01\x00\0\0', 'latin1');
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), bytes]);
}

function writeNpy(path: string, type: string, shape: number | string, bytes: Uint8Array): void {
  writeFileSync(path, npyBytes(type, shape, bytes));
}

const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

/** A folder with the fixture of .npy files, and arrays of these numbers as float64 in place of theirs or beside them. */
function npyFolderWith(arrays: Readonly<Record<string, readonly number[]>>): string {
  const folder = temporaryFolder();
  cpSync(fixture('npy'), folder, { recursive: true });
  for (const [name, numbers] of Object.entries(arrays)) {
    writeNpy(join(folder, name), '<f8', numbers.length, new Uint8Array(Float64Array.from(numbers).buffer));
  }
  return folder;
}
/** Image row of each of 48 texts. */
const captionRows = Array.from({ length: 48 }, (_, i) => Math.floor(i / 2));

/** A folder of 8 captioned photos whose texts are in this encoding, and features for their captions. */
function captionFolder(encoded: (text: string) => Uint8Array): { folder: string; textFeatures: TextFeatures } {
  const folder = temporaryFolder();
  writeNpy(join(folder, 'image.npy'), '|u1', '8, 2', new Uint8Array(16));
  const names = Array.from({ length: 8 }, (_, i) => `${i}.jpg`);
  const captions = names.map((name) => `${name},"Größe, 日本"`);
  writeFileSync(join(folder, 'files.txt'), encoded(names.join('\r\n')));
  writeFileSync(join(folder, 'captions.txt'), encoded(['image,caption', ...captions].join('\r\n')));
  writeFileSync(join(folder, 'split.json'), encoded(JSON.stringify({ train: names.slice(2), val: ['1.jpg'] })));
  const encode = (texts: readonly string[]) => Promise.resolve(new Float32Array(2 * texts.length));
  return { folder, textFeatures: { textWidth: 2, imageWidth: 2, sharedWidth: 0, encode } };
}

describe('reads', () => {
  it('Wikipedia, compressed, a column for each class', async () => {
    const set = await readBenchmarkSet(fixture('wikipedia.mat'));
    expect(set).toMatchObject({ id: 'wikipedia', normalise: 'zscore' });
    expectSet(set, 48, 8, 5);
  });

  it.each(['half.h5', 'half.mat'])(
    'Wikipedia from %s: float16 in both byte orders, labels as truth values',
    async (name) => {
      const set = await readBenchmarkSet(fixture(`h5/${name}`));
      expect(set.id).toBe('wikipedia');
      expectSet(set, 48, 8, 5);
    },
  );

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
    ['mirflickr25k-iall-vgg-rand.mat', lfsPointer],
    ['mirflickr25k-iall-vgg-rand.mat', 'MATLAB 5.0 MAT-file, cut off'],
    ['mirflickr25k-notes.mat', lfsPointer],
  ])('a named file beside %s, which is not needed and begins with %j', async (name, content) => {
    const folder = temporaryFolder();
    cpSync(fixture('mirflickr'), folder, { recursive: true });
    writeFileSync(join(folder, name), content);
    expectSet(await readBenchmarkSet(join(folder, 'mirflickr25k-iall-vgg.mat')), 2040, 2000, 24);
  });

  it.each(['backup.npz', 'other.mat', 'other.npy', 'other.arff', 'README'])(
    'a folder of .npy files with a damaged %s, which is not needed',
    async (name) => {
      const folder = npyFolderWith({});
      writeFileSync(join(folder, name), lfsPointer);
      expect(await readBenchmarkSet(folder)).toMatchObject({ id: 'npy-folder' });
    },
  );

  it('the image row of each text from caption_image.npy', async () => {
    const set = await readBenchmarkSet(npyFolderWith({ 'caption_image.npy': captionRows }));
    expect([...set.captionPhoto]).toEqual(captionRows);
  });

  it.each([
    ['UTF-16 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['big-endian UTF-16 with one', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-8', (text: string) => Buffer.from(text)],
  ])('captioned photos whose texts are in %s', async (_name, encoded) => {
    const { folder, textFeatures } = captionFolder(encoded);
    const set = await readBenchmarkSet(folder, { textFeatures });
    expect([...set.captionPhoto]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(set.words?.vocabulary).toContain('größe');
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

/** The fixture of .npy files, by the name of the array. */
const npyFixture = Object.fromEntries(
  readdirSync(fixture('npy')).map((name) => [name, readFileSync(fixture(`npy/${name}`))]),
);

describe('reads .npz archives', () => {
  it.each([true, false])('of the arrays of a set, named or in a folder, deflated: %s', async (isDeflated) => {
    const [whole, folder] = [await readBenchmarkSet(fixture('npy')), temporaryFolder()];
    const file = join(folder, 'set.npz');
    writeFileSync(file, zipOf(npyFixture, isDeflated));
    for (const path of [file, folder]) {
      const { path: named, ...read } = await readBenchmarkSet(path);
      expect({ ...read, path: whole.path }).toEqual(whole);
      expect(named).toBe(path);
    }
  });

  it('of one array each, which has no name, beside .npy files', async () => {
    const folder = temporaryFolder();
    for (const name of ['image', 'labels']) {
      writeFileSync(join(folder, `${name}.npz`), zipOf({ 'arr_0.npy': npyFixture[`${name}.npy`] ?? Buffer.alloc(0) }));
    }
    for (const name of ['text', 'query']) cpSync(fixture(`npy/${name}.npy`), join(folder, `${name}.npy`));
    const [whole, read] = [await readBenchmarkSet(fixture('npy')), await readBenchmarkSet(folder)];
    expect({ ...read, path: whole.path }).toEqual(whole);
  });

  it('train.npz and test.npz as a set that is split already', async () => {
    const folder = temporaryFolder();
    const { 'query.npy': _, ...arrays } = npyFixture;
    for (const part of ['train', 'test']) writeFileSync(join(folder, `${part}.npz`), zipOf(arrays));
    const set = await readBenchmarkSet(folder);
    expect(set).toMatchObject({ id: 'npy-folder' });
    expect([span(set.train), span(set.query), set.labels?.length]).toEqual([[0, 47, 48], [48, 95, 48], 96]);
  });

  it('of the matrices that a MAT-file of a published set holds', async () => {
    const matrix = (rows: number, columns: number, value: (i: number) => number) =>
      npyBytes(
        '<f4',
        `${rows}, ${columns}`,
        new Uint8Array(Float32Array.from({ length: rows * columns }, (_, i) => value(i)).buffer),
      );
    const parts = [
      ['tr', 12],
      ['te', 4],
    ] as const;
    const entries = parts.flatMap(([part, rows]): [string, Buffer][] => [
      [`I_${part}.npy`, matrix(rows, 3, (i) => i % 5)],
      [`T_${part}.npy`, matrix(rows, 2, (i) => i % 3)],
      [
        `L_${part}.npy`,
        npyBytes('<i8', rows, new Uint8Array(BigInt64Array.from({ length: rows }, (_, i) => BigInt(i % 4)).buffer)),
      ],
    ]);
    const file = join(temporaryFolder(), 'wiki.npz');
    writeFileSync(file, zipOf(Object.fromEntries(entries)));
    const set = await readBenchmarkSet(file);
    expect(set).toMatchObject({ id: 'wikipedia', imageWidth: 3, textWidth: 2 });
    expect([span(set.train), span(set.query)]).toEqual([
      [0, 11, 12],
      [12, 15, 4],
    ]);
    expect(set.labels?.slice(10)).toEqual([[2], [3], [0], [1], [2], [3]]);
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

  it.each<[string, readonly number[], RegExp]>([
    ['caption_image.npy', captionRows.map((row) => row + 25), /counts the 48 rows of image\.npy from 1; subtract 1/],
    ['caption_image.npy', captionRows.map((row) => row - 1), /caption_image\.npy holds -1; .* from 0 to 47/],
    ['caption_image.npy', captionRows.map((row) => row + 0.5), /caption_image\.npy holds 0\.5; .* whole numbers/],
    ['caption_image.npy', captionRows.slice(1), /caption_image\.npy has 47 rows for 48 of text/],
    ['caption_image.npy', [...captionRows.slice(1), Number.NaN], /caption_image\.npy holds NaN/],
    ['query.npy', [1.5, 2.5], /query\.npy holds 1\.5/],
    ['query.npy', [46, 47, 48], /query\.npy counts the 48 rows of image\.npy from 1/],
    ['query.npy', [3, 40, 40], /query\.npy names row 40 twice/],
    ['query.npy', [0, 1, 1, 0], /the mask query\.npy has 4 rows for 48/],
    ['train.npy', [3, 41], /train\.npy names row 41, which is a query/],
    ['train.npy', captionRows.map(() => 1), /train\.npy names row 40, which is a query/],
    ['database.npy', [-3], /database\.npy holds -3/],
  ])('%s with the numbers %j', (name, numbers, sentence) =>
    expectRefusal(npyFolderWith({ [name]: numbers }), 'bad-argument', sentence),
  );

  it('a caption_image.npy of truth values', async () => {
    const folder = npyFolderWith({});
    writeNpy(join(folder, 'caption_image.npy'), '|b1', 48, new Uint8Array(48));
    await expectRefusal(folder, 'bad-argument', /caption_image\.npy holds truth values/);
  });

  it('matrices of another kind, naming them', () =>
    expectRefusal(
      fixture('h5/other-kinds.h5'),
      'unsupported-format',
      /holds I_tr as an array of 3 dimensions and L_tr as text and T_tr as complex numbers/,
    ));

  it.each(['files.txt', 'captions.txt', 'split.json'])('a pointer of Git LFS in the place of %s', async (name) => {
    const { folder, textFeatures } = captionFolder((text) => Buffer.from(text));
    writeFileSync(join(folder, name), lfsPointer);
    await expect(readBenchmarkSet(folder, { textFeatures })).rejects.toThrow(`${name} is a pointer of Git LFS`);
  });

  it.each(['labels.npy', 'query.npy'])('a pointer of Git LFS in the place of %s', async (name) => {
    const folder = npyFolderWith({});
    writeFileSync(join(folder, name), lfsPointer);
    await expectRefusal(folder, 'unsupported-format', new RegExp(`${name} is a pointer of Git LFS`));
  });

  it('an archive that is damaged, or whose arrays are no rows of numbers, by its name', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'set.npz');
    const whole = zipOf(npyFixture);
    writeFileSync(file, whole.subarray(0, whole.length - 40));
    await expectRefusal(file, 'unreadable', /set\.npz cannot be read/);
    const changed = Buffer.from(whole);
    changed.fill(0x55, 60, 90);
    writeFileSync(file, changed);
    await expectRefusal(file, 'unreadable', /set\.npz cannot be read/);
    writeFileSync(file, zipOf({ ...npyFixture, 'text.npy': npyBytes('|O', 48, new Uint8Array(48)) }));
    await expectRefusal(file, 'unsupported-format', /not a data set known here/);
    writeFileSync(file, zipOf({ ...npyFixture, 'query.npy': npyBytes('|u1', 2, Uint8Array.of(3, 77)) }));
    await expectRefusal(file, 'bad-argument', /set\.npz, query holds 77; the rows of image\.npy are/);
  });

  it('an array that two archives hold, and labels.npz that is a pointer of Git LFS', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.npz', 'b.npz']) writeFileSync(join(folder, name), zipOf(npyFixture));
    await expectRefusal(folder, 'bad-argument', /holds image in .*a\.npz, image and b\.npz; name one of the files/);
    const { 'labels.npy': _, ...others } = npyFixture;
    const second = temporaryFolder();
    writeFileSync(join(second, 'set.npz'), zipOf(others));
    writeFileSync(join(second, 'labels.npz'), lfsPointer);
    await expectRefusal(second, 'unsupported-format', /labels\.npz is a pointer of Git LFS/);
  });

  it('a file that cannot be read and may be the version of a matrix that goes with a named file', async () => {
    const folder = temporaryFolder();
    cpSync(fixture('mirflickr'), folder, { recursive: true });
    cpSync(join(folder, 'mirflickr25k-iall-vgg.mat'), join(folder, 'mirflickr25k-iall-vgg-rand.mat'));
    writeFileSync(join(folder, 'mirflickr25k-yall-rand.mat'), lfsPointer);
    const named = join(folder, 'mirflickr25k-iall-vgg-rand.mat');
    await expectRefusal(named, 'unsupported-format', /yall-rand\.mat is a pointer of Git LFS/);
  });

  it('a folder with a second version of a matrix that cannot be read', async () => {
    const folder = temporaryFolder();
    cpSync(fixture('mirflickr'), folder, { recursive: true });
    writeFileSync(join(folder, 'mirflickr25k-iall-vgg-rand.mat'), lfsPointer);
    await expectRefusal(folder, 'unsupported-format', /iall-vgg-rand\.mat is a pointer of Git LFS/);
  });

  it('a set that lacks a matrix because its file is a pointer of Git LFS', async () => {
    const folder = temporaryFolder();
    cpSync(fixture('mirflickr'), folder, { recursive: true });
    writeFileSync(join(folder, 'mirflickr25k-lall.mat'), lfsPointer);
    for (const path of [folder, join(folder, 'mirflickr25k-yall.mat')]) {
      await expectRefusal(path, 'unsupported-format', /lall\.mat is a pointer of Git LFS/);
    }
  });

  it('matrices that do not fit together', async () => {
    const folder = join(temporaryFolder(), 'odd');
    mkdirSync(folder);
    cpSync(fixture('npy'), folder, { recursive: true });
    cpSync(fixture('npy/query.npy'), join(folder, 'text.npy'));
    await expectRefusal(folder, 'bad-argument', /odd does not fit together: 8 rows of text for 48 of images/);
  });
});
