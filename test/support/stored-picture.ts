// The pixels of a picture's bytes as its file stores them.
import { compressedPicture, type CompressedPicture } from '../../src/engine/duplicates/derived.ts';
import { kindOf } from '../../src/engine/imaging/image-kind.ts';
import { openPicture } from '../../src/engine/imaging/picture.ts';
import { decodeStored } from '../../src/engine/imaging/stored-pixels.ts';

/** @throws Error where the bytes are no photo */
export async function storedPicture(bytes: Buffer): Promise<CompressedPicture> {
  const kind = kindOf(bytes);
  if (kind.kind !== 'photo') throw new Error('no photo');
  const readAt = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  const file = { head: bytes, isWhole: true, size: bytes.length, path: '', readAt };
  return compressedPicture(await decodeStored(await openPicture(kind.format, file)));
}
