// Recognises files often mistaken for data sets by their first bytes, and says what to do.
import { open } from 'node:fs/promises';
import { HashlensError } from '../../shared/errors.ts';

/** Holds the numbers of a MATLAB 4 matrix and the longest name of one. */
const headBytes = 20 + 64;

/**
 * The start of a MATLAB 4 matrix: five numbers of four bytes, in the byte order of its machine, and a name ended by a NUL.
 * The numbers are kind (thousands: machine; tens: type of number; ones: full, text or sparse), rows, columns, imaginary
 * part and length of the name. Format: "MAT-File Format", The MathWorks, chapter 2.
 */
function isMat4(head: Buffer): boolean {
  if (head.length < 20 || !/^[A-Za-z]\w*\0/.test(head.toString('latin1', 20))) return false;
  const view = new DataView(head.buffer, head.byteOffset, 20);
  return [true, false].some((little) => {
    const kind = view.getUint32(0, little);
    const isKind = kind < 5000 && kind % 1000 <= 52;
    const sizes = [view.getUint32(4, little), view.getUint32(8, little)];
    return isKind && sizes.every((size) => size < 1e7) && view.getUint32(12, little) <= 1;
  });
}

/** @throws HashlensError `unsupported-format` where the file is a Git LFS pointer or a MAT-file of MATLAB 4 */
export async function refuseOtherFormat(path: string): Promise<void> {
  const file = await open(path);
  const buffer = Buffer.alloc(headBytes);
  let head: Buffer;
  try {
    head = buffer.subarray(0, (await file.read(buffer, 0, headBytes, 0)).bytesRead);
  } finally {
    await file.close();
  }
  const refuse = (what: string): never => {
    throw new HashlensError('unsupported-format', `${path} ${what}.`);
  };
  if (head.toString('latin1').startsWith('version https://git-lfs')) {
    refuse('is a pointer of Git LFS and not the file itself; fetch it with git lfs pull');
  }
  if (isMat4(head)) refuse('is a MAT-file of MATLAB 4; save it again with -v7');
}
