// Test aid: the picture in bytes in memory.
import { kindBytes, kindOf } from '../../src/engine/imaging/image-kind.ts';
import { openPicture, type Picture } from '../../src/engine/imaging/picture.ts';

/** @param whole false opens it like a file too large for memory, except videos and formats that sharp reads by path */
export function pictureFrom(bytes: Buffer, whole = true): Promise<Picture> {
  const kind = kindOf(bytes.subarray(0, kindBytes));
  if (kind.kind !== 'photo') throw new Error(`no photo: ${JSON.stringify(kind)}`);
  return openPicture(kind.format, {
    head: whole ? bytes : bytes.subarray(0, 1024),
    isWhole: whole,
    size: bytes.length,
    path: '',
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  });
}
