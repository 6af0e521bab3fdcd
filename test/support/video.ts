// A video of given bytes, read as the indexing reads it, with frames taken elsewhere.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPhoto, type PhotoFacts } from '../../src/engine/library/read-photo.ts';
import { scanFolder } from '../../src/engine/library/scan/scan.ts';
import { itemAt } from '../../src/shared/at.ts';
import { temporaryFolder } from './temporary.ts';

export async function videoFacts(name: string, bytes: Buffer, folder = temporaryFolder()): Promise<PhotoFacts> {
  writeFileSync(path.join(folder, name), bytes);
  const found = itemAt((await scanFolder(folder, { videos: true })).photos, 0);
  const { size, mtimeMs } = found;
  return readPhoto(folder, found, {
    videoFrames: { width: 4, height: 3, seconds: 1, frames: [new Uint8Array(1)], size, mtimeMs },
  });
}
