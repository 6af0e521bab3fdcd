// Lines of a stream: splitting, reading, and their limits of memory.
import { expect, it } from 'vitest';
import { LineBudget, LineReader, longestLine, packBytes, toLine } from './wire.ts';

const megabyte = Buffer.alloc(1024 * 1024, 0x61);

it('reads lines however they are cut, with their bytes', () => {
  const params = packBytes({ image: new Uint8Array([1, 2, 255]) });
  const line = Buffer.from(toLine({ kind: 'request', seq: 1, method: 'search.image', params }));
  const reader = new LineReader();
  const got: unknown[] = [];
  for (const byte of Buffer.concat([line, line])) got.push(...reader.push(Buffer.from([byte])));
  const message = { kind: 'request', seq: 1, method: 'search.image', params: { image: new Uint8Array([1, 2, 255]) } };
  expect(got).toEqual([message, message]);
  expect(reader.unfinished).toBe(false);
});

it('refuses a line that does not end', () => {
  const reader = new LineReader();
  for (let held = 0; held + megabyte.length <= longestLine; held += megabyte.length) reader.push(megabyte);
  expect(() => reader.push(megabyte)).toThrow(RangeError);
});

it('limits the memory of all connections’ lines together, and frees it', () => {
  const budget = new LineBudget();
  const readers = Array.from({ length: 4 }, () => new LineReader(budget));
  let held = 0;
  const fill = (reader: LineReader): void => {
    for (let n = 0; n < 90; n++) {
      reader.push(megabyte);
      held++;
    }
  };
  expect(() => readers.forEach(fill)).toThrow(/in all/);
  expect(held).toBeLessThanOrEqual(128);
  // Short lines are still read.
  expect(new LineReader(budget).push(Buffer.from('{"a":1}\n'))).toEqual([{ a: 1 }]);
  for (const reader of readers) reader.clear();
  const next = new LineReader(budget);
  for (let n = 0; n < 90; n++) next.push(megabyte);
  expect(() => next.push(Buffer.from('\n'))).toThrow(SyntaxError);
  fill(new LineReader(budget));
});
