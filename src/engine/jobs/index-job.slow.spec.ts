// The index job on small folders: what it reads, keeps, counts and reports.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import { bag, photoWith, xmpOf } from '../../../test/support/metadata-photo.ts';
import { jpeg } from '../../../test/support/photo-tree.ts';
import { tiffRaw } from '../../../test/support/raw.ts';
import { resourcesDir } from '../../../test/support/resources.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { itemAt } from '../../shared/at.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { PhotoEdit } from '../../shared/contract/edits.ts';
import type { IndexResult } from '../../shared/contract/indexing.ts';
import type { FolderId, JobId, PhotoId } from '../../shared/contract/ids.ts';
import { PhotoFolders } from '../library/reader/photo-folders.ts';
import { ActiveModels } from '../models/active-models.ts';
import { openStore } from '../store/database.ts';
import { shownOf } from '../store/photos.ts';
import { rawDatabase } from '../store/raw-database.ts';
import { HashCodes } from './hash-codes.ts';
import { indexJob, type IndexRequest } from './index-job.ts';
import type { JobContext } from './queue.ts';

/** The processes that read photos are shared by all tests: starting them takes longer than most jobs here. */
const photoFolders = new PhotoFolders({ readers: 2 });
afterAll(() => photoFolders.close());

const pictures: Buffer[] = [];
beforeAll(async () => {
  for (let red = 0; red < 5; red++) pictures.push(await jpeg({ red: 50 * red }));
});
/** A photo of its own, or the same one again. */
const photo = (n: number, more = ''): Buffer => Buffer.concat([itemAt(pictures, n % 5), Buffer.from(`${n} ${more}`)]);

class Library {
  readonly dir = temporaryFolder();
  readonly store = openStore(this.dir);
  readonly active = new ActiveModels(
    this.store,
    { libraryDir: this.dir, resourcesDir },
    { threads: 1, encoderThread: false },
  );
  readonly #run = indexJob(
    this.store,
    this.active,
    new HashCodes(this.store, this.active, () => undefined),
    photoFolders,
    this.dir,
  );

  constructor() {
    onTestFinished(async () => {
      await this.active.close();
      this.store.close();
    });
  }

  add(files: Readonly<Record<string, string | Uint8Array>>): { id: FolderId; root: string } {
    const root = join(temporaryFolder(), 'album');
    mkdirSync(root);
    write(root, files);
    return { id: this.store.folders.add(root, null).id, root };
  }

  async index(params: Partial<IndexRequest> = {}, context: Partial<JobContext> = {}): Promise<IndexResult> {
    return (await this.#run({ folderIds: null, ...params }, { ...undisturbed, ...context })) as IndexResult;
  }

  /** Scans only some sub-folders. */
  indexChanged(folderId: FolderId, ...paths: readonly string[]): Promise<IndexResult> {
    return this.index({ changed: [{ folderId, folders: paths.map((path) => ({ path, deep: false })) }] });
  }

  /** Photos by path, with the features that search would use. */
  photos(folderId: FolderId) {
    return Object.fromEntries(
      this.store.photos.inFolder(folderId).map(({ id, path, present }) => {
        const captions = this.store.texts.captionsOf(id).map(({ text, source }) => `${source}: ${text}`);
        return [path, { id, present, captions, tags: this.store.texts.tagsOf(id) }];
      }),
    );
  }

  ids(folderId: FolderId): Record<string, number> {
    return Object.fromEntries(this.store.photos.inFolder(folderId).map(({ id, path }) => [path, id]));
  }

  present(folderId: FolderId): string[] {
    return this.store.photos.inFolder(folderId).flatMap(({ path, present }) => (present === 1 ? [path] : []));
  }

  thumbnails(): string[] {
    const names = readdirSync(join(this.dir, 'thumbnails'), { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.endsWith('.webp'));
  }

  rows(table: string): number | undefined {
    return rawDatabase(this.store).prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  }

  /** Sets all features to zeros, which encoding would replace. @returns the number of zero rows that are left */
  markFeatures(): () => number | undefined {
    rawDatabase(this.store).exec('UPDATE photo_features SET row = zeroblob(length(row))');
    return () => this.rows('photo_features WHERE row = zeroblob(length(row))');
  }
}

function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const noSkipsOrFailures = { skipped: 0, failed: 0, failures: [], skippedReasons: {}, notices: [] };
const failure = (root: string, path: string, code: string, message: RegExp) => ({
  path: join(root, path),
  code,
  message: expect.stringMatching(message) as string,
});

describe('a folder', () => {
  it('is indexed with words, features and codes of each photo, and not read again while nothing has changed', async () => {
    const library = new Library();
    const { id } = library.add({
      'a.jpg': photo(0),
      'a.txt': 'a dog\nat the sea',
      'Summer in Italy/b.jpg': photo(1),
      'captions.txt': 'image,caption\nSummer in Italy/b.jpg,a boat\na.jpg,of the list\n',
      'notes.md': '',
      'film.svg': '',
      'more.md': '',
    });
    const skipped = { skipped: 5, skippedReasons: { 'caption-file': 1, 'not-a-photo': 2, sidecar: 1, svg: 1 } };
    expect(await library.index()).toEqual({
      ...noSkipsOrFailures,
      ...skipped,
      indexed: 2,
      unchanged: 0,
      isChanged: true,
    });
    expect(library.photos(id)).toMatchObject({
      'a.jpg': {
        present: 1,
        captions: ['text-file: a dog', 'text-file: at the sea', 'caption-file: of the list'],
        tags: [],
      },
      'Summer in Italy/b.jpg': { captions: ['caption-file: a boat'], tags: ['Summer in Italy'] },
    });
    expect(
      ['photo', 'caption', 'tag'].map((kind) => [library.rows(`${kind}_features`), library.rows(`${kind}_codes`)]),
    ).toEqual([
      ...[
        [2, 2],
        [4, 4],
        [1, 1],
      ],
    ]);
    expect(library.store.folders.get(id)).toMatchObject({ photos: 2, lastScanAt: expect.any(Number) as number });
    expect(library.thumbnails()).toHaveLength(2);
    expect(library.rows('photos_in_reading')).toBe(0);
    expect(await library.index()).toEqual({
      ...noSkipsOrFailures,
      ...skipped,
      indexed: 0,
      unchanged: 2,
      isChanged: false,
    });
  });

  it('has changed, once, where copies got the words of missing photos and nothing else', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'b.jpg': photo(0) });
    await library.index();
    const original = library.photos(id)['a.jpg']?.id ?? expect.fail();
    const edit = { photoIds: [original], addCaptions: [], removeCaptions: [], addTags: ['sea'], removeTags: [] };
    library.store.transaction(() => library.store.edits.apply(edit, () => expect.fail()));
    // As an earlier release has left it.
    rmSync(join(root, 'a.jpg'));
    library.store.photos.setPresent(original, false);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, isChanged: true });
    expect(library.photos(id)['b.jpg']?.tags).toEqual(['sea']);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, isChanged: false });
  });

  it('alone is indexed where it is named, and one that is gone from the library is an error', async () => {
    const library = new Library();
    const [one, two] = [library.add({ 'a.jpg': photo(0) }), library.add({ 'b.jpg': photo(1) })];
    expect(await library.index({ folderIds: [two.id] })).toMatchObject({ indexed: 1 });
    expect([library.present(one.id), library.present(two.id)]).toEqual([[], ['b.jpg']]);
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 1 });
    await expect(library.index({ folderIds: [99] })).rejects.toMatchObject({
      ...{ code: 'folder-missing', message: expect.stringMatching(/has been removed from the library/) as string },
    });
  });

  it('without photos is empty, and one whose photos cannot be read says why', async () => {
    const library = new Library();
    const { root } = library.add({ 'a.md': '' });
    await expect(library.index()).rejects.toMatchObject({
      code: 'empty-folder',
      message: expect.stringContaining(`There are no photos in ${root};`) as string,
    });
    write(root, { 'a.jpg': 'no photo' });
    await expect(library.index()).rejects.toMatchObject({
      code: 'nothing-indexed',
      message: expect.stringMatching(/could be read; the first reason: .*a\.jpg/) as string,
    });
  });

  it('that is away is a notice beside others and an error alone, and its photos stay', async () => {
    const library = new Library();
    const [away, here] = [library.add({ 'a.jpg': photo(0) }), library.add({ 'b.jpg': photo(1) })];
    await library.index();
    renameSync(away.root, `${away.root}-away`);
    const notice = { path: away.root, code: 'folder-missing', message: expect.stringContaining(away.root) as string };
    expect(await library.index()).toEqual({
      ...noSkipsOrFailures,
      indexed: 0,
      unchanged: 1,
      notices: [notice],
      isChanged: true,
    });
    await expect(library.index({ folderIds: [away.id] })).rejects.toMatchObject({ code: 'folder-missing' });
    expect([library.present(away.id), library.present(here.id)]).toEqual([['a.jpg'], ['b.jpg']]);
    // An empty mount point, and one with something else in it.
    for (const files of [{}, { 'lost+found/x': '' }]) {
      mkdirSync(away.root, { recursive: true });
      write(away.root, files);
      expect((await library.index()).notices).toEqual([notice]);
      expect(library.present(away.id)).toEqual(['a.jpg']);
    }
    expect(here.root).not.toBe(away.root);
  });

  it('that is removed while it is indexed leaves nothing, and ends the job with that', async () => {
    const library = new Library();
    const { id } = library.add(Object.fromEntries([0, 1, 2, 3, 4, 5].map((n) => [`${n}.jpg`, photo(n)])));
    let batches = 0;
    const mayContinue = async () => {
      if (++batches === 2) library.store.transaction(() => library.store.folders.remove(id));
    };
    // Four photos were indexed before.
    expect(await library.index({}, { mayContinue })).toMatchObject({ indexed: 4, failed: 0 });
    expect([library.rows('photos'), library.rows('failures'), library.rows('photos_in_reading')]).toEqual([0, 0, 0]);
    const again = library.add({ 'a.jpg': photo(0) });
    const removeAtOnce = async () => void library.store.transaction(() => library.store.folders.remove(again.id));
    await expect(library.index({}, { mayContinue: removeAtOnce })).rejects.toMatchObject({ code: 'folder-missing' });
  });

  it('gives the names of its folders as tags only while that is chosen', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'Rome/a.jpg': photo(0) });
    const tags = () => library.photos(id)['Rome/a.jpg'];
    await library.index();
    expect(tags()).toMatchObject({ tags: ['Rome'], captions: ['tags: Rome'] });
    library.store.folders.add(root, false);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, isChanged: true });
    expect(tags()).toMatchObject({ tags: [], captions: [] });
  });
});

describe('a photo', () => {
  it('that is gone is hidden, is there again when it returns, and is removed with its thumbnail after thirty days', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1) });
    await library.index();
    const { 'a.jpg': known } = library.ids(id);
    rmSync(join(root, 'a.jpg'));
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, isChanged: true });
    expect(library.present(id)).toEqual(['b.jpg']);
    expect(await library.index()).toMatchObject({ isChanged: false });
    write(root, { 'a.jpg': photo(0) });
    await library.index();
    expect([library.present(id), library.ids(id)['a.jpg']]).toEqual([['a.jpg', 'b.jpg'], known]);
    rmSync(join(root, 'a.jpg'));
    await library.index();
    vi.useFakeTimers({ now: Date.now() + 30 * 24 * 60 * 60 * 1000 - 60_000, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await library.index()).toMatchObject({ isChanged: false });
    expect(library.rows('photos')).toBe(2);
    vi.setSystemTime(Date.now() + 120_000);
    expect(await library.index()).toMatchObject({ unchanged: 1, isChanged: true });
    expect(library.rows('photos')).toBe(1);
  });

  const taken = { ifd0: { 0x010f: { ascii: 'ACME' }, 0x0110: { ascii: 'One' } } };
  const exposed = { ...taken, exif: { 0x9003: { ascii: '2020:05:06 07:08:09' } } };

  describe('whose path has another photo after it was missing', () => {
    /** A library whose photo `in/a.jpg` has a tag and is missing. */
    async function withMissing(content: Buffer) {
      const library = new Library();
      const { id, root } = library.add({ 'in/a.jpg': content, 'b.jpg': photo(1) });
      await library.index();
      const { 'in/a.jpg': known = expect.fail() } = library.ids(id);
      const edit = {
        photoIds: [known as PhotoId],
        addCaptions: [],
        removeCaptions: [],
        addTags: ['sea'],
        removeTags: [],
      };
      library.store.transaction(() => library.store.edits.apply(edit, () => expect.fail()));
      rmSync(join(root, 'in/a.jpg'));
      await library.index();
      return { library, id, root, known };
    }
    const tagged = (library: Library, id: FolderId) =>
      library.store.photos
        .inFolder(id)
        .flatMap((row) => (library.store.texts.tagsOf(row.id).includes('sea') ? [row] : []));

    it('stays missing with its words, under its former path, and gets them back where its file returns', async () => {
      const { library, id, root, known } = await withMissing(photo(0));
      write(root, { 'in/a.jpg': photo(2, 'longer') });
      expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 1, failed: 0 });
      expect(library.present(id)).toEqual(['b.jpg', 'in/a.jpg']);
      expect(tagged(library, id)).toMatchObject([{ id: known, present: 0 }]);
      expect(library.store.photos.missing(10, 0).map(({ id, ...line }) => [id, shownOf({ id, ...line }).path])).toEqual(
        [[known, join(root, 'in/a.jpg')]],
      );
      expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 2, isChanged: false });
      write(root, { 'c.jpg': photo(0) });
      await library.index();
      expect(tagged(library, id)).toMatchObject([{ id: known, path: 'c.jpg', present: 1 }]);
    });

    it('gets its words back where its file returns to its path, and the other one is missing', async () => {
      const { library, id, root, known } = await withMissing(photo(0));
      write(root, { 'in/a.jpg': photo(2, 'longer') });
      await library.index();
      const { 'in/a.jpg': other } = library.ids(id);
      write(root, { 'in/a.jpg': photo(0) });
      await library.index();
      expect(tagged(library, id)).toMatchObject([{ id: known, path: 'in/a.jpg', present: 1 }]);
      expect(library.store.photos.missing(10, 0)).toMatchObject([{ id: other }]);
    });

    it('stays the one it was where the file is an edited version of it', async () => {
      const { library, id, root, known } = await withMissing(await photoWith({ exif: exposed }, photo(0)));
      write(root, { 'in/a.jpg': await photoWith({ exif: exposed }, photo(2, 'longer')) });
      await library.index();
      expect(tagged(library, id)).toMatchObject([{ id: known, path: 'in/a.jpg', present: 1 }]);
      expect(library.rows('photos')).toBe(2);
    });
  });

  it('that is renamed, moved to another folder, or both stays the one it was, encoded once', async () => {
    const library = new Library();
    const [one, two] = [library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1) }), library.add({ 'c.jpg': photo(2) })];
    await library.index();
    const before = library.ids(one.id);
    const marked = library.markFeatures();
    mkdirSync(join(one.root, 'in'));
    renameSync(join(one.root, 'a.jpg'), join(one.root, 'in/x.jpg'));
    renameSync(join(one.root, 'b.jpg'), join(two.root, 'y.jpg'));
    write(one.root, { 'stays.jpg': photo(9) });
    expect(await library.index()).toMatchObject({ indexed: 3, unchanged: 1 });
    expect(library.ids(one.id)['in/x.jpg']).toBe(before['a.jpg']);
    expect(library.ids(two.id)['y.jpg']).toBe(before['b.jpg']);
    expect([library.rows('photos'), marked()]).toEqual([4, 3]);
  });

  it('that has moved is one file, and its copies are photos of their own', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1) });
    await library.index();
    const { 'a.jpg': known } = library.ids(id);
    rmSync(join(root, 'a.jpg'));
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) write(root, { [name]: photo(0) });
    expect(await library.index()).toMatchObject({ indexed: 3, unchanged: 1 });
    const ids = library.ids(id);
    expect(Object.keys(ids).toSorted()).toEqual(['1.jpg', '2.jpg', '3.jpg', 'b.jpg']);
    expect(['1.jpg', '2.jpg', '3.jpg'].filter((name) => ids[name] === known)).toHaveLength(1);
    // A photo that comes back beside a copy keeps its row.
    rmSync(join(root, 'b.jpg'));
    await library.index();
    write(root, { 'b.jpg': photo(1), 'a-copy.jpg': photo(1) });
    await library.index();
    expect(library.ids(id)['b.jpg']).toBe(ids['b.jpg']);
    expect(library.present(id)).toContain('a-copy.jpg');
  });

  it('whose file is there, though nothing has looked since, is not taken for one that has moved', async () => {
    const library = new Library();
    const [one, two] = [library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1) }), library.add({ 'c.jpg': photo(2) })];
    await library.index();
    const { 'a.jpg': known } = library.ids(one.id);
    const away = join(temporaryFolder(), 'a.jpg');
    renameSync(join(one.root, 'a.jpg'), away);
    await library.index();
    renameSync(away, join(one.root, 'a.jpg'));
    cpSync(join(one.root, 'a.jpg'), join(two.root, 'copy.jpg'));
    await library.index({ folderIds: [two.id] });
    expect(library.ids(two.id)['copy.jpg']).not.toBe(known);
    await library.index();
    expect(library.ids(one.id)['a.jpg']).toBe(known);
    expect(library.present(one.id)).toEqual(['a.jpg', 'b.jpg']);
  });

  it('keeps its features while its bytes are the same, and gets others with other bytes', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0) });
    await library.index();
    const marked = library.markFeatures();
    const { size, mtimeMs } = statSync(join(root, 'a.jpg'));
    utimesSync(join(root, 'a.jpg'), mtimeMs / 1000, mtimeMs / 1000 + 5);
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 0 });
    expect(marked()).toBe(1);
    // Other bytes of the same size with the same time: only the change time differs.
    const other = photo(1).subarray(0, size);
    write(root, { 'a.jpg': Buffer.concat([other, Buffer.alloc(size - other.length)]) });
    utimesSync(join(root, 'a.jpg'), mtimeMs / 1000, mtimeMs / 1000 + 5);
    expect(await library.index()).toMatchObject({ indexed: 1 });
    expect([marked(), library.rows('photo_features'), library.ids(id)]).toEqual([0, 1, { 'a.jpg': 1 }]);
  });

  it('is not read again where its folder was copied as a whole, and is where a few files alone have other change times', async () => {
    const library = new Library();
    const names = Array.from({ length: 45 }, (_, n) => `${n}.jpg`);
    const { id, root } = library.add(Object.fromEntries(names.map((name, n) => [name, photo(n)])));
    await library.index();
    const touch = (count: number) => {
      for (const name of names.slice(0, count)) {
        const { mtimeMs, atimeMs } = statSync(join(root, name));
        utimesSync(join(root, name), atimeMs / 1000, mtimeMs / 1000);
      }
    };
    // Half-thousandths of a second of a file's time are lost on the way through utimes.
    touch(45);
    await library.index();
    touch(19);
    expect(await library.index()).toMatchObject({ indexed: 19, unchanged: 26 });
    touch(22);
    expect(await library.index()).toMatchObject({ indexed: 22, unchanged: 23 });
    touch(23);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 45 });
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 45, isChanged: false });
    expect(library.present(id)).toHaveLength(45);
  });

  it('is read again where most files of its folder have other bytes of the same size and date', async () => {
    const library = new Library();
    const names = Array.from({ length: 24 }, (_, n) => `${n}.jpg`);
    const date = new Date(1_600_000_000_000);
    const setDates = (root: string) => {
      for (const name of names) utimesSync(join(root, name), date, date);
    };
    const { id, root } = library.add(Object.fromEntries(names.map((name, n) => [name, photo(n, 'one')])));
    setDates(root);
    await library.index();
    const hash = () => library.store.photos.at(id, '7.jpg')?.contentHash;
    const before = hash();
    write(root, Object.fromEntries(names.map((name, n) => [name, photo(n, n < 20 ? 'two' : 'one')])));
    setDates(root);
    expect(await library.index()).toMatchObject({ indexed: 24, unchanged: 0 });
    expect(hash()).not.toBe(before);
  });

  it('is read again by a newer reader of metadata, and not encoded again', async () => {
    const library = new Library();
    library.add({ 'a.jpg': photo(0) });
    await library.index();
    const marked = library.markFeatures();
    rawDatabase(library.store).exec('UPDATE photos SET metadata_reader = metadata_reader - 1');
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 0 });
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1 });
    expect(marked()).toBe(1);
  });

  it('gets its words again where an earlier release made them, without being read', async () => {
    const library = new Library();
    const { id } = library.add({ 'a.jpg': photo(1), 'a.txt': 'An e-mail' });
    await library.index();
    const db = rawDatabase(library.store);
    db.exec('DELETE FROM photo_text; INSERT INTO photo_text_outdated SELECT id FROM photos');
    expect(library.store.fullText.exists('"email"')).toBe(false);
    expect(await library.index({ folderIds: [id] })).toMatchObject({ indexed: 0, unchanged: 1 });
    expect(library.store.fullText.exists('"email"')).toBe(true);
  });

  it('stays the same one when a developed file comes beside its RAW, and when that goes again', async () => {
    const library = new Library();
    const raw = tiffRaw({ previews: [await jpeg({ width: 160, height: 120 })] });
    const { id, root } = library.add({ 'IMG_1.nef': raw, 'b.jpg': photo(1) });
    await library.index();
    const { 'IMG_1.nef': known } = library.ids(id);
    write(root, { 'IMG_1.jpg': photo(2) });
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 1, skippedReasons: { version: 1 } });
    expect(library.ids(id)).toEqual({ 'IMG_1.jpg': known, 'b.jpg': 2 });
    rmSync(join(root, 'IMG_1.jpg'));
    await library.index();
    expect(library.ids(id)).toEqual({ 'IMG_1.nef': known, 'b.jpg': 2 });
  });

  it('that an earlier release took for one of its own gives its words to the version that is shown', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': await photoWith({ exif: exposed }, photo(0)), 'b.jpg': photo(1) });
    await library.index();
    const original = library.photos(id)['a.jpg']?.id ?? expect.fail();
    const shown = library.photos(id)['b.jpg']?.id ?? expect.fail();
    const untouched = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
    const edit = (photoId: PhotoId, change: Partial<PhotoEdit>) =>
      library.store.transaction(() =>
        library.store.edits.apply({ ...untouched, ...change, photoIds: [photoId] }, () => expect.fail()),
      );
    edit(original, { addTags: ['sea'], title: 'First' });
    edit(shown, { title: 'Second' });
    library.store.judgements.set('search', 'boats', [original], true);
    write(root, { 'a-edited.jpg': photo(2) });
    rmSync(join(root, 'b.jpg'));
    rawDatabase(library.store).exec("UPDATE photos SET path = 'a-edited.jpg', size = 1 WHERE path = 'b.jpg'");
    expect(await library.index()).toMatchObject({ skippedReasons: { version: 1 }, isChanged: true });
    const merged = { id: shown, present: 1, tags: ['sea'], captions: ['own: First', 'own-title: Second'] };
    expect(library.photos(id)).toEqual({ 'a-edited.jpg': expect.objectContaining(merged) as unknown });
    expect(library.store.judgements.of('search', 'boats').fits).toEqual(new Set([shown]));
    expect(await library.index()).toMatchObject({ isChanged: false });
    rmSync(join(root, 'a-edited.jpg'));
    await library.index();
    expect(library.photos(id)).toEqual({ 'a.jpg': expect.objectContaining(merged) as unknown });
  });

  it('that an earlier release keeps as missing, though its file is a version, is one photo with that', async () => {
    const library = new Library();
    const { id } = library.add({ 'a.jpg': await photoWith({ exif: exposed }, photo(0)), 'a-edited.jpg': photo(1) });
    await library.index();
    const db = rawDatabase(library.store);
    db.exec(`INSERT INTO photos (folder_id, path, size, mtime_ms, sidecar_stamp, content_hash, width, height, format, indexed_at,
      present, missing_since) SELECT folder_id, 'a.jpg', 1, 1, '', 'old', 1, 1, 'jpeg', 0, 0, 1 FROM photos`);
    expect(library.store.photos.count(false)).toBe(1);
    expect(await library.index()).toMatchObject({ isChanged: true });
    expect([library.store.photos.count(false), library.present(id)]).toEqual([0, ['a-edited.jpg']]);
  });

  it('that was deleted before an export by Google is skipped as trash, and is back when it is exported again', async () => {
    const library = new Library();
    const json = (more = {}) =>
      JSON.stringify({ title: 'a.jpg', photoTakenTime: { timestamp: '1600000000' }, ...more });
    const names = { 'a.jpg.json': json({ trashed: true }), 'b.jpg.supplemental-metadata.json': json() };
    const { id, root } = library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1), ...names });
    const skipped = { skipped: 3, skippedReasons: { sidecar: 2, trash: 1 }, failed: 0 };
    expect(await library.index()).toMatchObject({ indexed: 1, ...skipped });
    expect(library.present(id)).toEqual(['b.jpg']);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, ...skipped, isChanged: false });
    write(root, { 'a.jpg.json': json({ trashed: false }) });
    expect(await library.index()).toMatchObject({ indexed: 1, skippedReasons: { sidecar: 2 } });
    const { 'a.jpg': known } = library.ids(id);
    write(root, { 'a.jpg.json': json({ trashed: true, more: 'another size' }) });
    expect(await library.index()).toMatchObject({ indexed: 0, ...skipped, isChanged: true });
    expect([library.present(id), library.ids(id)['a.jpg']]).toEqual([['b.jpg'], known]);
  });

  it('that was written about keeps these words, whatever its file has now', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'a.xmp': xmpOf('xmp:Rating="2"', bag('dc:subject', 'sea')) });
    await library.index();
    const { 'a.jpg': photoId } = library.ids(id);
    const none = { addCaptions: [], removeCaptions: [], addTags: [], removeTags: [] };
    library.store.transaction(() =>
      library.store.edits.apply(
        { photoIds: [photoId as never], ...none, addCaptions: ['mine'], removeTags: ['sea'], rating: 5 },
        () => expect.unreachable(),
      ),
    );
    write(root, { 'a.xmp': xmpOf('xmp:Rating="1"', bag('dc:subject', 'sea', 'dog')) });
    expect(await library.index()).toMatchObject({ indexed: 1 });
    expect(library.photos(id)['a.jpg']).toMatchObject({ captions: ['own: mine'], tags: ['dog'] });
    expect(library.store.photos.get(photoId as never)?.rating).toBe(5);
  });
});

describe('words', () => {
  it('of caption files come, change and go with them, without their photos being read', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'in/b.jpg': photo(1) });
    await library.index();
    const captions = () =>
      Object.values(library.photos(id))
        .flatMap((row) => row.captions)
        .filter((caption) => caption.startsWith('caption-file'));
    write(root, {
      'captions.txt': 'image,caption\na.jpg,one\na.jpg,two\n',
      'in/captions.txt': 'image,caption\nb.jpg,three\n',
    });
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 2, isChanged: true });
    expect(captions()).toEqual(['caption-file: one', 'caption-file: two', 'caption-file: three']);
    write(root, { 'captions.txt': 'image,caption\na.jpg,two and more\n' });
    await library.index();
    expect(captions()).toEqual(['caption-file: two and more', 'caption-file: three']);
    rmSync(join(root, 'in/captions.txt'));
    await library.index();
    expect(captions()).toEqual(['caption-file: two and more']);
    // A new photo gets them too.
    write(root, { 'c.jpg': photo(3), 'captions.txt': 'image,caption\na.jpg,two and more\nc.jpg,new\n' });
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 2 });
    expect(captions()).toEqual(['caption-file: two and more', 'caption-file: new']);
  });

  const earlier = [
    { image: 'a.jpg', caption: 'old' },
    { image: 'in/b.jpg', caption: 'of b' },
  ];
  it.each([
    {
      name: 'captions.json',
      first: JSON.stringify(earlier),
      damaged: '{"images": [',
      whole: '[{"image":"a.jpg","caption":"new"}]',
      kept: ['old', 'one'],
    },
    {
      name: 'captions.csv',
      first: 'image,caption\na.jpg,old\nin/b.jpg,of b\n',
      damaged: 'image,caption\na.jpg,"new',
      whole: 'image,caption\na.jpg,new',
      kept: ['old', 'one'],
    },
    {
      name: 'captions.jsonl',
      first: earlier.map((entry) => JSON.stringify(entry)).join('\n'),
      damaged: '{"image":"a.jpg","caption":"new"}\n{"image":',
      whole: '{"image":"a.jpg","caption":"new"}',
      kept: ['new', 'one'],
    },
  ])(
    'of the damaged $name are its failure until it can be read, and earlier ones are kept',
    async ({ name, first, damaged, whole, kept }) => {
      const library = new Library();
      const others = { 'in/captions.txt': 'image,caption\n../a.jpg,one\n', 'in/b.jpg': photo(1) };
      const { id, root } = library.add({ 'a.jpg': photo(0), [name]: first, ...others });
      const captions = (path: string) =>
        (library.photos(id)[path]?.captions ?? [])
          .flatMap((text) => (text.startsWith('caption-file: ') ? [text.slice('caption-file: '.length)] : []))
          .toSorted();
      const tried = () => library.store.failures.list(id).map((row) => [row.path, row.code, row.attempts]);
      await library.index();
      expect([captions('a.jpg'), captions('in/b.jpg')]).toEqual([['old', 'one'], ['of b']]);
      write(root, { [name]: damaged });
      const failures = [failure(root, name, 'unreadable', new RegExp(name))];
      expect(await library.index({ automatic: true })).toMatchObject({ unchanged: 2, failures, isChanged: true });
      expect([captions('a.jpg'), captions('in/b.jpg'), tried()]).toEqual([kept, ['of b'], [[name, 'unreadable', 1]]]);
      // Automatic jobs wait, and read it beside the others for a new photo.
      expect(await library.index({ automatic: true })).toMatchObject({ indexed: 0, failures, isChanged: false });
      write(root, { 'c.jpg': photo(2) });
      expect(await library.index({ automatic: true })).toMatchObject({ indexed: 1, failures });
      expect(tried()).toEqual([[name, 'unreadable', 1]]);
      for (const attempts of [2, 3, 3]) {
        await library.index();
        expect(tried()).toEqual([[name, 'unreadable', attempts]]);
      }
      expect([captions('a.jpg'), captions('in/b.jpg')]).toEqual([kept, ['of b']]);
      write(root, { [name]: whole });
      expect(await library.index({ automatic: true })).toMatchObject({ failed: 0, isChanged: true });
      expect([captions('a.jpg'), captions('in/b.jpg'), tried()]).toEqual([['new', 'one'], [], []]);
    },
  );

  it('of a sidecar that is damaged are kept until it is whole again, and the sidecar is named meanwhile', async () => {
    const library = new Library();
    const xmp = (word: string) => xmpOf('xmp:Rating="4"', bag('dc:subject', word));
    const { id, root } = library.add({ 'a.jpg': photo(0), 'a.xmp': xmp('sea'), 'a.txt': 'a dog' });
    await library.index();
    const before = { captions: ['text-file: a dog'], tags: ['sea'] };
    expect(library.photos(id)['a.jpg']).toMatchObject(before);
    write(root, { 'a.xmp': Buffer.alloc(200) });
    const failed = {
      failed: 1,
      failures: [
        failure(
          root,
          'a.xmp',
          'unreadable',
          /a\.xmp holds nothing but zeros, so what it said before is kept; restore it/,
        ),
      ],
    };
    expect(await library.index()).toMatchObject({ indexed: 1, ...failed });
    const { 'a.jpg': row } = library.photos(id);
    expect(row).toMatchObject(before);
    expect(library.store.photos.get((row?.id ?? 0) as never)?.rating).toBe(4);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, ...failed, isChanged: false });
    write(root, { 'a.xmp': xmp('lake') });
    expect(await library.index()).toMatchObject({ indexed: 1, failed: 0, failures: [], isChanged: true });
    expect(library.photos(id)['a.jpg']?.tags).toEqual(['lake']);
    expect(library.rows('failures')).toBe(0);
    // An empty list of words is one that has not been filled yet; words from an earlier list are kept.
    write(root, { 'a.txt': '' });
    expect(await library.index()).toMatchObject({
      failed: 1,
      failures: [failure(root, 'a.txt', 'unreadable', /a\.txt is empty/)],
    });
    expect(library.photos(id)['a.jpg']?.captions).toEqual(['text-file: a dog']);
    write(root, { 'b.jpg': photo(1), 'b.txt': '' });
    expect((await library.index()).failures.map(({ path }) => path)).toEqual([join(root, 'a.txt')]);
  });
});

describe('failures', () => {
  it('are counted by file, three times for one that stays the same, and forgotten when it can be read or is gone', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'broken.jpg': 'no photo', 'gone.jpg': 'no photo either' });
    const attempts = () => library.store.failures.list(id).map((row) => `${row.path} ${row.attempts}`);
    const failures = [
      failure(root, 'broken.jpg', 'not-an-image', /broken/),
      failure(root, 'gone.jpg', 'not-an-image', /gone/),
    ];
    expect(await library.index()).toMatchObject({ indexed: 1, failed: 2, failures, isChanged: true });
    for (const n of [2, 3, 3]) {
      expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, failed: 2, failures, isChanged: false });
      expect(attempts()).toEqual([`broken.jpg ${n}`, `gone.jpg ${n}`]);
    }
    write(root, { 'broken.jpg': 'no photo, but longer' });
    await library.index();
    expect(attempts()).toEqual(['broken.jpg 1', 'gone.jpg 3']);
    write(root, { 'broken.jpg': photo(1) });
    rmSync(join(root, 'gone.jpg'));
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 1, failed: 0, isChanged: true });
    expect(attempts()).toEqual([]);
  });

  it('of a file that may not be read are counted, and it is tried at once when its permissions have changed', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'locked.jpg': photo(1) });
    const read = photoFolders.read.bind(photoFolders);
    const locked = vi.spyOn(photoFolders, 'read').mockImplementation((folder, file, options) => {
      const isLocked = file.path === 'locked.jpg';
      return isLocked ? Promise.reject(new HashlensError('io-error', 'locked')) : read(folder, file, options);
    });
    onTestFinished(() => locked.mockRestore());
    const tried = () => library.store.failures.list(id).map((row) => [row.path, row.code, row.attempts]);
    for (let job = 0; job < 2; job++) {
      expect(await library.index({ automatic: true })).toMatchObject({ failed: 1 });
      expect(tried()).toEqual([['locked.jpg', 'io-error', 1]]);
    }
    locked.mockRestore();
    expect(await library.index({ automatic: true })).toMatchObject({ failed: 1 });
    chmodSync(join(root, 'locked.jpg'), 0o600);
    expect(await library.index({ automatic: true })).toMatchObject({ indexed: 1, failed: 0 });
    expect(tried()).toEqual([]);
  });

  it('of a photo that was indexed before leave it as it was, until it can be read', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1) });
    await library.index();
    write(root, { 'a.jpg': 'no photo' });
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 1, failed: 1 });
    expect(library.present(id)).toEqual(['a.jpg', 'b.jpg']);
    write(root, { 'a.jpg': photo(0) });
    expect(await library.index()).toMatchObject({ indexed: 1, failed: 0 });
    expect(library.ids(id)).toEqual({ 'a.jpg': 1, 'b.jpg': 2 });
  });

  it('that ended the program come last and alone, and are left out after three deaths', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1), 'c.jpg': photo(2), 'd.jpg': photo(3) });
    const left = (path: string, deaths: number) =>
      rawDatabase(library.store)
        .prepare('INSERT INTO photos_in_reading (folder_id, path, alone, deaths) VALUES (?, ?, 0, ?)')
        .run(id, path, deaths);
    left('a.jpg', 2);
    left('b.jpg', 3);
    left('c.jpg', 1);
    const message = /b\.jpg was being read each time the program ended, 3 times, so it is left out/;
    expect(await library.index()).toMatchObject({
      ...{ indexed: 3, failed: 1, failures: [failure(root, 'b.jpg', 'too-heavy', message)] },
    });
    expect(library.ids(id)).toEqual({ 'd.jpg': 1, 'c.jpg': 2, 'a.jpg': 3 });
    expect(library.store.failures.list(id)).toMatchObject([{ path: 'b.jpg', attempts: 3 }]);
    expect(await library.index()).toMatchObject({ indexed: 0, unchanged: 3, failed: 1 });
    library.store.failures.resetAttempts(id);
    expect(await library.index()).toMatchObject({ indexed: 1, unchanged: 3, failed: 0 });
  });
});

describe('a job', () => {
  it('looks at changed folders alone, at all of one where its captions may be others, and leaves the rest as it is', async () => {
    const library = new Library();
    const { id, root } = library.add({ 'a.jpg': photo(0), 'in/b.jpg': photo(1), 'other/c.jpg': photo(2) });
    await library.index();
    rmSync(join(root, 'in/b.jpg'));
    rmSync(join(root, 'other/c.jpg'));
    write(root, { 'in/d.jpg': photo(3) });
    expect(await library.indexChanged(id, 'in')).toMatchObject({ indexed: 1, unchanged: 0 });
    expect(library.present(id)).toEqual(['a.jpg', 'in/d.jpg', 'other/c.jpg']);
    expect(['photo_features', 'photo_codes'].map((table) => library.rows(table))).toEqual([4, 4]);
    expect(await library.indexChanged(id, 'in')).toMatchObject({ indexed: 0, unchanged: 1, isChanged: false });
    write(root, { 'in/captions.txt': 'image,caption\n../a.jpg,x\nd.jpg,a dog\n' });
    expect(await library.indexChanged(id, 'in')).toMatchObject({ unchanged: 2, isChanged: true });
    expect(library.present(id)).toEqual(['a.jpg', 'in/d.jpg']);
    write(root, { 'other/e.jpg': photo(4) });
    // While the folder has caption files, all of it is scanned.
    expect(await library.indexChanged(id, 'in')).toMatchObject({ indexed: 1 });
    expect(await library.index({ changed: [{ folderId: id, folders: null }] })).toMatchObject({ unchanged: 3 });
  });

  it('counts what it has indexed before it was interrupted as its own', async () => {
    const library = new Library();
    library.add({ 'a.jpg': photo(0), 'b.jpg': photo(1) });
    await library.index();
    const totals: number[] = [];
    const progress = (_done: number, total: number) => void totals.push(total);
    const later = { startedBefore: Date.now() + 60_000, progress };
    expect(await library.index({}, later)).toMatchObject({ indexed: 0, unchanged: 2 });
    expect(await library.index({}, { startedBefore: 1 })).toMatchObject({ indexed: 2, unchanged: 0, isChanged: true });
  });

  it('says how far it is, keeps what it has done when it is stopped, and goes on from there', async () => {
    const library = new Library();
    const { id, root } = library.add(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}.jpg`, photo(n)])));
    const steps: string[] = [];
    const stop = new AbortController();
    const progress = (done: number, total: number, message: string) => {
      steps.push(`${message} ${done}/${total}`);
      if (done === 4 && message.startsWith('Reading and encoding')) stop.abort(new Error('stopped'));
    };
    await expect(library.index({}, { progress, signal: stop.signal })).rejects.toThrow('stopped');
    expect(steps[0]).toBe(`Looking for photos in ${root} 0/0`);
    expect(steps.at(-1)).toBe('Reading and encoding photos 4/10');
    expect(library.present(id)).toHaveLength(4);
    steps.length = 0;
    const resumed = {
      startedBefore: 1,
      progress: (done: number, total: number, message: string) => void steps.push(`${message} ${done}/${total}`),
    };
    expect(await library.index({}, { jobId: 2 as JobId, ...resumed })).toMatchObject({
      indexed: 10,
      unchanged: 0,
      failed: 0,
    });
    expect(steps.filter((step) => step.startsWith('Reading and'))).toEqual([
      ...['Reading and encoding photos 8/10', 'Reading and encoding photos 10/10'],
    ]);
  });

  it('encodes photos that have no features, copies them where the bytes are the same, and tidies thumbnails', async () => {
    const library = new Library();
    const { id } = library.add({ 'a.jpg': photo(0), 'copy.jpg': photo(0), 'b.jpg': photo(1) });
    await library.index();
    const { 'a.jpg': a } = library.ids(id);
    const db = rawDatabase(library.store);
    db.exec(`DELETE FROM photo_features WHERE photo_id <> ${a}; UPDATE photo_features SET row = zeroblob(length(row))`);
    db.exec('DELETE FROM photo_codes; DELETE FROM photo_vectors');
    rmSync(join(library.dir, 'thumbnails'), { recursive: true });
    await library.index();
    const zeros = library.rows('photo_features WHERE row = zeroblob(length(row))');
    expect([library.rows('photo_features'), zeros, library.rows('photo_codes')]).toEqual([3, 2, 3]);
    expect(library.thumbnails()).toHaveLength(2);
    // An automatic job tidies once a day; jobs of earlier releases have another key for it.
    rmSync(join(library.dir, 'thumbnails'), { recursive: true });
    for (const automatic of [{ automatic: true }, { byItself: true }]) {
      await library.index(automatic);
      expect(() => library.thumbnails()).toThrow(/ENOENT/);
    }
    library.store.settings.set('thumbnails-tidied', '1');
    await library.index({ automatic: true });
    expect(library.thumbnails()).toHaveLength(2);
  });
});
