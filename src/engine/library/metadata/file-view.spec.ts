// Reading a file number by number equals reading it whole, in any order; past its end, it throws.
import { open } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileView } from './file-view.ts';
import { folderOf } from '../../../../test/support/photo-tree.ts';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 256));

it('reads the same from a file as from memory', async () => {
  await using file = await open(path.join(await folderOf({ file: content }), 'file'), 'r');
  const memory = new DataView(content.buffer, content.byteOffset, content.length);
  const methods = ['getUint8', 'getUint16', 'getUint32', 'getInt32'] as const;
  const read = fc.tuple(fc.constantFrom(...methods), fc.integer({ min: -10, max: 300_010 }), fc.boolean());
  const answer = (
    view: DataView,
    [method, offset, littleEndian]: readonly [(typeof methods)[number], number, boolean],
  ) => {
    try {
      return view[method](offset, littleEndian);
    } catch (error) {
      return error instanceof RangeError;
    }
  };
  fc.assert(
    fc.property(fc.array(read, { minLength: 1, maxLength: 10 }), (reads) => {
      const view = new FileView(file.fd, content.length);
      for (const one of reads) expect([...one, answer(view, one)]).toEqual([...one, answer(memory, one)]);
    }),
    { seed: 3 },
  );
  const view = new FileView(file.fd, content.length);
  expect(view.byteLength).toBe(300_000);
  expect(view.getUint8(299_999)).toBe(content[299_999]);
});

it('tells a file cut short since it was measured', async () => {
  await using file = await open(path.join(await folderOf({ file: content.subarray(0, 10) }), 'file'), 'r');
  expect(() => new FileView(file.fd, 1000).getUint8(500)).toThrow(RangeError);
});

it('reads nothing behind the size that was measured, though the file has grown since', async () => {
  await using file = await open(path.join(await folderOf({ file: content }), 'file'), 'r');
  const view = new FileView(file.fd, 10);
  expect([view.getUint16(8), view.getUint8(9)]).toEqual([content.readUInt16BE(8), content[9]]);
  for (const read of [
    () => view.getUint8(10),
    () => view.getUint16(9),
    () => view.getUint32(7),
    () => view.getUint8(-1),
  ]) {
    expect(read).toThrow('Outside the file');
  }
});

it('gives up behind a million numbers', async () => {
  await using file = await open(path.join(await folderOf({ file: content }), 'file'), 'r');
  const view = new FileView(file.fd, content.length);
  for (let n = 0; n < 1_000_000; n++) view.getUint8(n & 1023);
  expect(() => view.getUint8(0)).toThrow('Too much metadata');
});
