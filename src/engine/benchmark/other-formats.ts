// Recognises files often mistaken for data sets by their first bytes, and says what to do.
import { open } from 'node:fs/promises';
import { HashlensError } from '../../shared/errors.ts';

const headBytes = 64;

/**
 * The four small numbers at the start of a MATLAB 4 matrix: kind (at most four digits, no thousands), rows, columns,
 * imaginary part.
 */
function isMat4(head: Buffer): boolean {
  if (head.length < 20) return false;
  const [kind, rows, columns, imaginary] = [0, 4, 8, 12].map((at) => head.readUInt32LE(at));
  const sizes = [rows ?? 0, columns ?? 0];
  return (kind ?? 9999) < 1000 && sizes.every((size) => size > 0 && size < 1e7) && (imaginary ?? 2) <= 1;
}

/** @throws HashlensError `unsupported-format` where the file is a Git LFS pointer, a MAT-file of MATLAB 4 or an .npz archive */
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
  if (/\.npz$/i.test(path))
    refuse('is an archive of arrays; unpack it like a ZIP file, and name the folder of its .npy files');
  if (/\.mat$/i.test(path) && isMat4(head)) refuse('is a MAT-file of MATLAB 4; save it again with -v7');
}
