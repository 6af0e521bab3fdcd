// The header of numpy's array file, version 1.0 (numpy.lib.format). No maintained JavaScript writer accepts more
// rows than memory can hold; the rows after the header are plain bytes.

/** Length of every header, so that it can be written once the number of rows is known. */
export const npyHeaderBytes = 128;

/**
 * @param type numpy's name of the numbers: `|u1` bytes, `<f4` float32, `<i8` 64-bit integers, little-endian
 * @param shape of the array, row-major
 * @throws RangeError where the shape does not fit into the header
 */
export function npyHeader(type: '|u1' | '<f4' | '<i8', shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape.join('')},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const room = npyHeaderBytes - 10;
  if (text.length >= room) throw new RangeError(`an array of shape ${shape.join(' x ')} does not fit into a header`);
  const header = Buffer.alloc(npyHeaderBytes, ' ');
  header.write('\x93NUMPY', 0, 'latin1');
  header.set([1, 0], 6);
  header.writeUInt16LE(room, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', npyHeaderBytes - 1, 'latin1');
  return header;
}
