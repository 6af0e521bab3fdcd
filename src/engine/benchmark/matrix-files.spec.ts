// Damaged and unusual MAT, HDF5 and .npy files.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openHdf5 } from './hdf5.ts';
import { openMat5 } from './mat5.ts';
import { readNpy } from './npy.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/benchmark/${name}`, import.meta.url));

/** Writes a changed copy of a fixture. */
function changed(name: string, change: (bytes: Buffer) => Uint8Array): string {
  const path = join(temporaryFolder(), 'copy.bin');
  writeFileSync(path, change(readFileSync(fixture(name))));
  return path;
}

/** A version 1 .npy file of these bytes. */
function npy(descr: string, shape: string, data: Uint8Array): string {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }\n`;
  const path = join(temporaryFolder(), 'array.npy');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  writeFileSync(path, Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), data]));
  return path;
}

describe('MAT 5', () => {
  it('lists matrices of numbers and passes over text and cubes', async () => {
    const { matrices, others } = await openMat5(fixture('wikipedia.mat'));
    expect(Object.fromEntries(others)).toEqual({ note: 'text', cube: 'an array of 3 dimensions' });
    expect([...matrices.keys()].sort()).toEqual(['I_te', 'I_tr', 'L_te', 'L_tr', 'T_te', 'T_tr']);
    expect(matrices.get('T_tr')).toEqual({ rows: 40, columns: 3 });
  });

  it('says which file was cut off', async () => {
    const path = changed('wikipedia.mat', (bytes) => bytes.subarray(0, bytes.length - 20));
    await expect(openMat5(path)).rejects.toThrow(/copy\.bin cannot be read: it ends too early; copy or download/);
  });

  it('says which file has damaged numbers', async () => {
    const path = changed('mirflickr/mirflickr25k-iall-vgg.mat', (bytes) => bytes.fill(0x55, bytes.length - 12));
    const reading = openMat5(path).then((file) => file.read('XAll'));
    await expect(reading).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining(path) as string,
    });
  });
});

describe('HDF5', () => {
  it('gives shapes as MATLAB sees them', async () => {
    const { matrices } = await openHdf5(fixture('nus-wide/nus-wide-tc10-xall-vgg.mat'));
    expect(Object.fromEntries(matrices)).toEqual({ XAll: { rows: 2140, columns: 4 } });
  });

  it('says which file was cut off', async () => {
    const path = changed('MSCOCO_deep_doc2vec_data_rand.h5py', (bytes) => bytes.subarray(0, 3000));
    await expect(openHdf5(path)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining(path) as string,
    });
  });
});

describe('.npy', () => {
  it.each([
    ['<f8', Float64Array.of(1, -2.5, 3, 4), [1, -2.5, 3, 4]],
    ['<f4', Float32Array.of(1, -2.5, 3, 4), [1, -2.5, 3, 4]],
    ['<i8', BigInt64Array.of(1n, -2n, 3n, 4n), [1, -2, 3, 4]],
    ['|b1', Uint8Array.of(1, 0, 0, 1), [1, 0, 0, 1]],
    ['>i2', Uint8Array.of(0, 1, 255, 254, 1, 0, 0, 4), [1, -2, 256, 4]],
  ])('reads %s', async (descr, data, expected) => {
    const bytes = new Uint8Array(data.buffer);
    const { rows, columns, values } = await readNpy(npy(descr, '2, 2', bytes));
    expect({ rows, columns, values: [...values] }).toEqual({ rows: 2, columns: 2, values: expected });
    expect(await readNpy(npy(descr, '4,', bytes))).toMatchObject({ rows: 4, columns: 1 });
  });

  it('refuses what is no .npy file, has other numbers, or is cut off', async () => {
    await expect(readNpy(fixture('wikipedia.mat'))).rejects.toThrow(/it is not a \.npy file/);
    await expect(readNpy(npy('<c8', '1,', new Uint8Array(8)))).rejects.toThrow(/its numbers are of an unknown kind/);
    await expect(readNpy(npy('<f4', '2, 2', new Uint8Array(12)))).rejects.toThrow(/it ends too early/);
    await expect(readNpy(npy('<f4', '1, 1, 1', new Uint8Array(4)))).rejects.toThrow(/it has 3 dimensions/);
  });
});
