// Headers of FAISS' flat indexes, as faiss/impl/index_write.cpp writes them; the rows after them are plain bytes. FAISS has
// no package for Node that writes binary indexes. Little-endian, as on the machines FAISS writes files on.

/** FAISS' number of the metric: inner product 0, L2 1. */
const innerProduct = 0;
const l2 = 1;
/** Two header numbers that FAISS reads and does not use. */
const unused = 1n << 20n;

export const binaryFlatHeaderBytes = 33;
export const flatHeaderBytes = 45;

/**
 * Header of an `IndexBinaryFlat`, whose rows are `bits / 8` bytes.
 * @param bits a multiple of 8
 */
export function binaryFlatHeader(bits: number, rows: number): Uint8Array {
  const header = Buffer.alloc(binaryFlatHeaderBytes);
  header.write('IBxF', 0, 'latin1');
  header.writeInt32LE(bits, 4);
  header.writeInt32LE(bits / 8, 8);
  header.writeBigInt64LE(BigInt(rows), 12);
  header.writeUInt8(1, 20); // trained
  header.writeInt32LE(l2, 21);
  header.writeBigUInt64LE(BigInt(rows) * BigInt(bits / 8), 25);
  return header;
}

/** Header of an `IndexFlatIP`, whose rows are `width` float32 numbers. */
export function flatHeader(width: number, rows: number): Uint8Array {
  const header = Buffer.alloc(flatHeaderBytes);
  header.write('IxFI', 0, 'latin1');
  header.writeInt32LE(width, 4);
  header.writeBigInt64LE(BigInt(rows), 8);
  header.writeBigInt64LE(unused, 16);
  header.writeBigInt64LE(unused, 24);
  header.writeUInt8(1, 32); // trained
  header.writeInt32LE(innerProduct, 33);
  header.writeBigUInt64LE(BigInt(rows) * BigInt(width), 37);
  return header;
}
