// Headers against files written by numpy 2.4 and FAISS 1.15.
import { expect, it } from 'vitest';
import { binaryFlatHeader, binaryFlatHeaderBytes, flatHeader, flatHeaderBytes } from './faiss-header.ts';
import { npyHeader, npyHeaderBytes } from './numpy-header.ts';

it("a header of numpy's file is the one numpy.save writes", () => {
  const saved = (dictionary: string) => `\x93NUMPY\x01\x00v\x00${dictionary}`.padEnd(127) + '\n';
  const written = [npyHeader('|u1', [3, 16]), npyHeader('<f4', [2, 3]), npyHeader('<i8', [2])];
  expect(written.map((header) => Buffer.from(header).toString('latin1'))).toEqual([
    saved("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 16), }"),
    saved("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"),
    saved("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }"),
  ]);
  expect(written.every((header) => header.length === npyHeaderBytes)).toBe(true);
});

it('a shape that does not fit into the header is refused', () => {
  expect(() =>
    npyHeader(
      '|u1',
      Array.from({ length: 40 }, () => 1000),
    ),
  ).toThrow(/1000 x 1000/);
});

it('a header of binary codes is the one FAISS writes for an IndexBinaryFlat', () => {
  const header = Buffer.from(binaryFlatHeader(128, 3));
  expect(header.toString('hex')).toBe('494278468000000010000000030000000000000001010000003000000000000000');
  expect(header).toHaveLength(binaryFlatHeaderBytes);
});

it('a header of rows is the one FAISS writes for an IndexFlatIP', () => {
  const header = Buffer.from(flatHeader(3, 2));
  expect(header.toString('hex')).toBe(
    '497846490300000002000000000000000000100000000000000010000000000001000000000600000000000000',
  );
  expect(header).toHaveLength(flatHeaderBytes);
});
