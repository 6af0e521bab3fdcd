// The word table's file: reading returns what was written, and damage is detected.
import { describe, expect, it } from 'vitest';
import { packWordTable, unpackWordTable, type WordTableData } from './word-table-format.ts';

const exampleTable: WordTableData = {
  words: ['dog', 'café', 'hot_dog'],
  ranks: Uint32Array.of(7, 70_000, 900),
  vectors: Int8Array.of(1, -2, 127, -127, 0, 5),
  scales: Float32Array.of(0.5, 0.25, 2),
  classOffsets: Uint32Array.of(0, 1, 1, 3),
  classIds: Uint8Array.of(16, 52, 79),
  classWeights: Uint8Array.of(255, 255, 12),
};

describe('the word table format', () => {
  it('gives back what was packed', () => {
    expect(unpackWordTable(packWordTable(exampleTable))).toEqual(exampleTable);
  });

  it('reads bytes that begin at an odd place of their buffer', () => {
    const packed = packWordTable(exampleTable);
    const shifted = new Uint8Array(packed.length + 3);
    shifted.set(packed, 3);
    expect(unpackWordTable(shifted.subarray(3))).toEqual(exampleTable);
  });

  it('refuses bytes that are cut short, too long, foreign or of another version', () => {
    const packed = packWordTable(exampleTable);
    expect(() => unpackWordTable(packed.subarray(0, 10))).toThrow('cut short');
    expect(() => unpackWordTable(packed.subarray(0, -1))).toThrow('bytes where');
    expect(() => unpackWordTable(Uint8Array.of(...packed, 0))).toThrow('bytes where');
    expect(() => unpackWordTable(packed.map((byte, i) => (i === 0 ? byte ^ 1 : byte)))).toThrow('not a word table');
    expect(() => unpackWordTable(packed.map((byte, i) => (i === 4 ? 9 : byte)))).toThrow('version 9');
  });
});
