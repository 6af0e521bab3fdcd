// Random file operations in two folders, indexed as a whole or only where something has changed: in the end the
// library equals a fresh index of the final state, each photo once, and a moved photo is the same one.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { HashCodes } from '../../src/engine/jobs/hash-codes.ts';
import { indexJob } from '../../src/engine/jobs/index-job.ts';
import { undisturbed } from '../support/job-context.ts';
import { PhotoFolders } from '../../src/engine/library/reader/photo-folders.ts';
import type { ChangedFolder } from '../../src/engine/library/scan/scan.ts';
import { changedFolders, type Change } from '../../src/engine/library/watch/changed-folders.ts';
import { ActiveModels } from '../../src/engine/models/active-models.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { rawDatabase } from '../../src/engine/store/raw-database.ts';
import { itemAt } from '../../src/shared/at.ts';
import { resourcesDir } from '../support/resources.ts';
import { temporaryFolder } from '../support/temporary.ts';

const pictures: Buffer[] = [];
beforeAll(async () => {
  for (let n = 0; n < 8; n++) {
    const background = { r: 30 * n, g: 255 - 30 * n, b: (90 * n) % 256 };
    pictures.push(
      await sharp({ create: { width: 24, height: 16, channels: 3, background } })
        .jpeg()
        .toBuffer(),
    );
  }
});

/** A folder of photos that records its changes, like a watcher. */
class Album {
  readonly changes: Change[] = [];
  readonly root: string;
  constructor(root: string) {
    this.root = root;
    mkdirSync(root, { recursive: true });
  }
  /** Relative paths of its photos. */
  readonly photos = new Set<string>();

  #note(type: Change['type'], path: string): void {
    this.changes.push({ type, path: join(this.root, path) });
  }
  #makeRoom(path: string): void {
    const folder = dirname(path);
    if (folder === '.' || existsSync(join(this.root, folder))) return;
    this.#makeRoom(folder);
    mkdirSync(join(this.root, folder));
    this.#note('create', folder);
  }
  write(path: string, bytes: Uint8Array): void {
    this.#makeRoom(path);
    writeFileSync(join(this.root, path), bytes);
    this.#note('create', path);
    if (path.endsWith('.jpg')) this.photos.add(path);
  }
  remove(path: string): void {
    rmSync(join(this.root, path), { force: true });
    this.#note('delete', path);
    this.photos.delete(path);
  }
  /** With its sidecar beside it. */
  move(from: string, to: Album, path: string): void {
    for (const extension of ['.jpg', '.txt']) {
      const [a, b] = [from.replace(/\.jpg$/, extension), path.replace(/\.jpg$/, extension)];
      if (!existsSync(join(this.root, a))) continue;
      to.#makeRoom(b);
      renameSync(join(this.root, a), join(to.root, b));
      this.#note('delete', a);
      to.#note('create', b);
    }
    this.photos.delete(from);
    to.photos.add(path);
  }
  copy(from: string, path: string): void {
    this.#makeRoom(path);
    cpSync(join(this.root, from), join(this.root, path), { preserveTimestamps: true });
    this.#note('create', path);
    this.photos.add(path);
  }
  moveFolder(from: string, to: string): void {
    if (!existsSync(join(this.root, from)) || existsSync(join(this.root, to))) return;
    this.#makeRoom(to);
    renameSync(join(this.root, from), join(this.root, to));
    this.#note('delete', from);
    this.#note('create', to);
    for (const path of [...this.photos].filter((photo) => photo.startsWith(`${from}/`))) {
      this.photos.delete(path);
      this.photos.add(to + path.slice(from.length));
    }
  }
  removeFolder(folder: string): void {
    if (!existsSync(join(this.root, folder))) return;
    rmSync(join(this.root, folder), { recursive: true });
    this.#note('delete', folder);
    for (const path of [...this.photos]) if (path.startsWith(`${folder}/`)) this.photos.delete(path);
  }
  takeChanges(): ChangedFolder[] | null {
    return changedFolders(this.root, this.changes.splice(0));
  }
}

/** A library whose index jobs are run one by one. */
function library(albums: readonly Album[]) {
  const libraryDir = temporaryFolder();
  const store = openStore(libraryDir);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  const photoFolders = new PhotoFolders({ readers: 2 });
  const run = indexJob(store, active, new HashCodes(store, active, () => undefined), photoFolders, libraryDir);
  const folderIds = albums.map(({ root }) => store.folders.add(root, null).id);
  return {
    index: () => run({ folderIds: null }, undisturbed),
    indexChanged: (changes: readonly (ChangedFolder[] | null)[]) => {
      const changed = changes.map((folders, n) => ({ folderId: itemAt(folderIds, n), folders }));
      return run({ folderIds: null, changed }, undisturbed);
    },
    /** Present photos, by path, with their data. */
    content: () =>
      rawDatabase(store)
        .prepare(
          `SELECT d.path || '/' || p.path AS place, content_hash AS hash,
             (SELECT group_concat(text, '|') FROM (SELECT text FROM captions c WHERE c.photo_id = p.id ORDER BY text)) AS words,
             (SELECT count(*) FROM photo_features f WHERE f.photo_id = p.id) AS features,
             (SELECT count(*) FROM photo_codes c WHERE c.photo_id = p.id) AS codes
           FROM photos p JOIN folders d ON d.id = p.folder_id WHERE p.present ORDER BY place`,
        )
        .all(),
    close: async () => {
      photoFolders.close();
      await active.close();
      store.close();
    },
  };
}

it.each([1, 2, 3, 4])(
  'leaves each photo once, as a fresh index has it, after random operations (%i)',
  async (seed) => {
    const random = new Random(seed);
    const folder = temporaryFolder();
    const albums = [new Album(join(folder, 'one')), new Album(join(folder, 'two'))];
    for (const [n, album] of albums.entries()) {
      // One photo that stays, so that no folder looks like an offline disk.
      album.write('stays.jpg', Buffer.concat([itemAt(pictures, 0), Buffer.from(`${n}`)]));
    }
    const kept = library(albums);
    const fresh = library(albums);
    try {
      await kept.index();
      const some = <T>(list: readonly T[]): T => itemAt(list, random.below(list.length));
      const freePath = (album: Album): string => {
        const path = `${some(['', 'a/', 'A/', 'b/c/', 'd e/'])}${some(['x', 'X', 'y', 'z 1', 'ü'])}.jpg`;
        return album.photos.has(path) ? freePath(album) : path;
      };
      const chosen = (album: Album): string | null => {
        const paths = [...album.photos].filter((path) => path !== 'stays.jpg');
        return paths.length === 0 ? null : some(paths);
      };
      let written = 0;
      const operations: ((album: Album) => void)[] = [
        (album) => {
          if (album.photos.size > 12) return;
          const path = freePath(album);
          album.write(path, Buffer.concat([some(pictures), Buffer.from(some([`${seed} ${written++}`, 'twin']))]));
          if (random.below(2) === 0) album.write(path.replace('.jpg', '.txt'), Buffer.from(`words ${random.below(5)}`));
        },
        (album) => {
          const path = chosen(album);
          if (path !== null && album.photos.size < 12) album.move(path, album, freePath(album));
        },
        (album) => {
          const path = chosen(album);
          const to = some(albums);
          if (path !== null && to.photos.size < 12) album.move(path, to, freePath(to));
        },
        // A change of case only.
        (album) => {
          const path = chosen(album);
          if (path === null) return;
          const name = path.replace(/[^/]+(?=\.jpg$)/, (stem) =>
            stem === stem.toUpperCase() ? stem.toLowerCase() : stem.toUpperCase(),
          );
          if (name !== path && !album.photos.has(name)) album.move(path, album, name);
        },
        // Swap of names.
        (album) => {
          const [a, b] = [chosen(album), chosen(album)];
          if (a === null || b === null || a === b) return;
          album.move(a, album, 'swap.jpg');
          album.move(b, album, a);
          album.move('swap.jpg', album, b);
        },
        (album) => {
          const path = chosen(album);
          if (path === null) return;
          album.remove(path);
          album.remove(path.replace('.jpg', '.txt'));
        },
        (album) => {
          const path = chosen(album);
          if (path !== null && album.photos.size < 12) album.copy(path, freePath(album));
        },
        // Other words.
        (album) => {
          const path = chosen(album);
          if (path !== null) album.write(path.replace('.jpg', '.txt'), Buffer.from(`other words ${random.below(99)}`));
        },
        // Another picture under the same name.
        (album) => {
          const path = chosen(album);
          if (path !== null) album.write(path, Buffer.concat([some(pictures), Buffer.from(`again ${written++}`)]));
        },
        // A folder is moved or removed with everything in it.
        (album) => album.moveFolder('b', 'moved'),
        (album) => album.moveFolder('moved', 'a/inside'),
        (album) => album.removeFolder(some(['a/inside', 'moved', 'd e'])),
      ];
      for (let step = 0; step < 14; step++) {
        const count = 1 + random.below(4);
        for (let n = 0; n < count; n++) some(operations)(some(albums));
        const changes = albums.map((album) => album.takeChanges());
        await (random.below(4) === 0 ? kept.index() : kept.indexChanged(changes));
      }
      await fresh.index();
      expect(kept.content()).toEqual(fresh.content());
    } finally {
      await kept.close();
      await fresh.close();
    }
  },
  120_000,
);
