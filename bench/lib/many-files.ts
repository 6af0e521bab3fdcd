// A folder of very many small photos, and a library in which all of them are indexed: rows, features and codes are
// generated, the files are real ones.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { metadataReader } from '../../src/engine/library/metadata/describe.ts';
import type { FoundPhoto } from '../../src/engine/library/scan/scan.ts';
import { thumbnailPath } from '../../src/engine/library/thumbnails/thumbnails.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { rawDatabase } from '../../src/engine/store/raw-database.ts';

const filesInFolder = 500;

/** Writes `count` different JPEGs of a few hundred bytes, 500 to a folder. @param first number of the first one */
export async function writeManyPhotos(root: string, count: number, first = 0): Promise<void> {
  const jpeg = await sharp({ create: { width: 16, height: 12, channels: 3, background: '#7a9' } })
    .jpeg()
    .toBuffer();
  for (let i = 0; i < count; i++) {
    const folder = join(root, `album-${Math.floor(i / filesInFolder)}`);
    if (i % filesInFolder === 0) mkdirSync(folder, { recursive: true });
    // Decoders ignore bytes behind the picture.
    writeFileSync(join(folder, `IMG_${first + i}.jpg`), Buffer.concat([jpeg, Buffer.from(`${first + i}`)]));
  }
}

/** Gives the rows of a synthetic library these files, and a thumbnail each. */
export function adoptFiles(libraryDir: string, root: string, photos: readonly FoundPhoto[]): void {
  const store = openStore(libraryDir);
  try {
    store.transaction(() => {
      const db = rawDatabase(store);
      db.prepare('UPDATE folders SET path = ?, last_scan_at = 1').run(root);
      db.prepare('UPDATE photos SET content_hash = lower(content_hash), metadata_reader = ?').run(metadataReader);
      const update = db.prepare('UPDATE photos SET path = ?, size = ?, mtime_ms = ?, ctime_ms = ? WHERE id = ?');
      photos.forEach(({ path, size, mtimeMs, ctimeMs }, i) => update.run(path, size, mtimeMs, ctimeMs, i + 1));
    });
    for (const contentHash of store.photos.contents().keys()) {
      const file = thumbnailPath(libraryDir, contentHash);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, 'thumbnail');
    }
  } finally {
    store.close();
  }
}
