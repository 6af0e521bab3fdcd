// Scanning real folders: every file in exactly one list, sidecars paired, links and odd names handled.
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { scanFolder, type FolderScan } from './scan.ts';
import { folderOf, jpeg } from '../../../../test/support/photo-tree.ts';
import { transportStream } from '../../../../test/support/transport-stream.ts';

const paths = (scan: FolderScan): string[] => scan.photos.map((photo) => photo.path);
const reasons = (scan: FolderScan): Record<string, string> =>
  Object.fromEntries(scan.skipped.map(({ path: name, reason }) => [name, reason]));

describe('scanFolder', () => {
  it('finds photos of every supported extension and case, sorted by path', async () => {
    const names = ['b.JPG', 'a.jpeg', 'c.jpe', 'd.jfif', 'e.PNG', 'f.webp', 'g.gif', 'h.avif', 'i.tif', 'j.TIFF'];
    names.push(
      'k.HEIC',
      'l.heif',
      'm.hif',
      'n.jxl',
      'o.CR2',
      'p.cr3',
      'q.NEF',
      'r.arw',
      's.dng',
      't.orf',
      'u.RW2',
      'v.raf',
      'w.pef',
    );
    const root = await folderOf(Object.fromEntries(names.map((name) => [`deep/down/${name}`, name])));
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(names.map((name) => `deep/down/${name}`).sort());
    expect(scan.skipped).toEqual([]);
    expect(scan.photos[0]?.size).toBe('a.jpeg'.length);
  });

  it('says why each other file is left out', async () => {
    const root = await folderOf({
      'photo.jpg': 'x',
      'photo.txt': 'a caption',
      'other.txt': 'no photo of this name',
      'lonely.xmp': 'x',
      'IMG_1.aae': 'x',
      'a.jp2': 'x',
      'a.svg': 'x',
      'a.bmp': 'x',
      'a.mov': 'x',
      noextension: 'x',
      'captions.txt': 'x',
      'Thumbs.db': 'x',
      '.hidden.jpg': 'x',
      '.thumbnails/1.jpg': 'x',
      '@eaDir/photo.jpg/SYNO.jpg': 'x',
      'node_modules/a/logo.png': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(['photo.jpg']);
    expect(reasons(scan)).toEqual({
      'photo.txt': 'sidecar',
      'other.txt': 'not-a-photo',
      'lonely.xmp': 'sidecar',
      'IMG_1.aae': 'sidecar',
      'a.jp2': 'jpeg-2000',
      'a.svg': 'svg',
      'a.bmp': 'other-image',
      'a.mov': 'video',
      noextension: 'not-a-photo',
      'captions.txt': 'caption-file',
      'Thumbs.db': 'hidden',
      '.hidden.jpg': 'hidden',
      '.thumbnails': 'hidden',
      '@eaDir': 'previews',
      node_modules: 'hidden',
    });
  });

  it('lists recycle bins and snapshots of all makers as trash', async () => {
    const bins = [
      ...['#recycle', '@Recycle', '@Recently-Snapshot', '#snapshot', '.snapshot', '~snapshot', '.zfs', '@sharebin'],
      ...['RECYCLER', 'RECYCLED', '$RECYCLE.BIN', 'Recycle Bin', 'Recycle Bin - Volume_1', 'RecycleBin', '.recycle'],
      ...['.Recycle.Bin', '_NAS_Recycle_RAID', 'trashbox', 'Network Trash Folder', '.Trash', '.Trashes', '.Trash-1000'],
      ...['found.000', 'Network Recycle Bin 1', 'Nas_Recycle', 'files_versions', 'Backups.backupdb'],
    ];
    const root = await folderOf({
      ...Object.fromEntries(bins.map((bin) => [`share/${bin}/S-1-5-21/deleted.jpg`, 'x'])),
      'holiday/1.jpg': 'x',
      // Common names of folders of photos.
      'Trash the Dress/2.jpg': 'x',
      'Recycling/3.jpg': 'x',
      'Snapshots/4.jpg': 'x',
      'my bin/5.jpg': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual([
      'Recycling/3.jpg',
      'Snapshots/4.jpg',
      'Trash the Dress/2.jpg',
      'holiday/1.jpg',
      'my bin/5.jpg',
    ]);
    expect(reasons(scan)).toEqual(Object.fromEntries(bins.map((bin) => [`share/${bin}`, 'trash'])));
  });

  it('takes the originals of photo libraries, and nothing of previews and caches', async () => {
    const root = await folderOf({
      'Photos Library.photoslibrary/originals/A/1.jpg': 'x',
      'Photos Library.photoslibrary/resources/derivatives/A/1_1_102_a.jpg': 'x',
      'Photos Library.photoslibrary/database/cover.jpg': 'x',
      'Photos Library.photoslibrary/icon.png': 'x',
      'Old.photolibrary/Masters/2012/2.jpg': 'x',
      'Old.photolibrary/Thumbnails/2012/2.jpg': 'x',
      'iPhoto Library/AlbumData.xml': 'x',
      'iPhoto Library/Originals/2009/3.jpg': 'x',
      'iPhoto Library/Data/2009/3.jpg': 'x',
      'Lightroom Library.lrlibrary/0123456789abcdef0123456789abcdef/originals/4.jpg': 'x',
      'Lightroom Library.lrlibrary/0123456789abcdef0123456789abcdef/previews/4.jpg': 'x',
      'Catalog Previews.lrdata/A/1.jpg': 'x',
      'Tool.app/Contents/icon.png': 'x',
      'cache/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55',
      'cache/deep/5.jpg': 'x',
      'immich/thumbs/.immich': '',
      'immich/thumbs/a/6.webp': 'x',
      'immich/library/.immich': '',
      'immich/library/a/6.jpg': 'x',
      'thumbs/7.jpg': 'x',
      'photoprism/storage/.ppstorage': '',
      'photoprism/storage/cache/8.jpg': 'x',
      'nextcloud/appdata_oc1abc/preview/9.jpg': 'x',
      'shoot/CaptureOne/Cache/Proxies/10.jpg': 'x',
      'shoot/CaptureOne/10.jpg': 'x',
      'Plex Media Server/Media/localhost/11.jpg': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual([
      'Lightroom Library.lrlibrary/0123456789abcdef0123456789abcdef/originals/4.jpg',
      'Old.photolibrary/Masters/2012/2.jpg',
      'Photos Library.photoslibrary/originals/A/1.jpg',
      'iPhoto Library/Originals/2009/3.jpg',
      'immich/library/a/6.jpg',
      'shoot/CaptureOne/10.jpg',
      'thumbs/7.jpg',
    ]);
    const previews = Object.entries(reasons(scan)).flatMap(([name, reason]) => (reason === 'previews' ? [name] : []));
    expect(previews).toEqual([
      'Catalog Previews.lrdata',
      'Lightroom Library.lrlibrary/0123456789abcdef0123456789abcdef/previews',
      'Old.photolibrary/Thumbnails',
      'Photos Library.photoslibrary/database',
      'Photos Library.photoslibrary/icon.png',
      'Photos Library.photoslibrary/resources',
      'Plex Media Server',
      'Tool.app',
      'cache',
      'iPhoto Library/AlbumData.xml',
      'iPhoto Library/Data',
      'immich/thumbs',
      'nextcloud/appdata_oc1abc',
      'photoprism/storage',
      'shoot/CaptureOne/Cache',
    ]);
    // A person may choose the package itself.
    expect(paths(await scanFolder(path.join(root, 'Photos Library.photoslibrary')))).toEqual(['originals/A/1.jpg']);
  });

  it('leaves out a bin of Linux, and takes other folders of its name or with its parts', async () => {
    const root = await folderOf({
      'share/Trash/files/1.jpg': 'x',
      'share/Trash/info/1.jpg.trashinfo': '[Trash Info]',
      'Trash/2.jpg': 'x',
      'Trash/files/3.jpg': 'x',
      'work/files/4.jpg': 'x',
      'work/info/5.jpg': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(['Trash/2.jpg', 'Trash/files/3.jpg', 'work/files/4.jpg', 'work/info/5.jpg']);
    expect(reasons(scan)).toEqual({ 'share/Trash': 'trash' });
  });

  it('takes a photo under any name of an image, a video or none, by its first bytes', async () => {
    const photo = await jpeg();
    const names = ['a.bmp', 'b.mp4', 'c', 'd.jpg_large', 'e.psd', 'f.jpeg-1', 'g.jp2', 'h.svg'];
    const root = await folderOf({
      ...Object.fromEntries(names.map((name) => [name, photo])),
      'i.txt': photo,
      'j.zip': photo,
      'k.bmp': 'BM and so on',
      'm.jpg~': photo,
      l: 'Dear diary',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(names);
    expect(reasons(scan)).toEqual({
      'i.txt': 'not-a-photo',
      'j.zip': 'not-a-photo',
      'k.bmp': 'other-image',
      'm.jpg~': 'not-a-photo',
      l: 'not-a-photo',
    });
  });

  it('leaves out the deleted photos of Google Takeout, in any language, and of Apple’s export, and takes other folders of such a name', async () => {
    const root = await folderOf({
      'Takeout/Google Photos/Trash/1.jpg': 'x',
      'Takeout/Google Fotos/Papierkorb/2.jpg': 'x',
      'Takeout/Google フォト/ゴミ箱/3.jpg': 'x',
      'Takeout/Google Photos/Album/Trash/4.jpg': 'x',
      'Takeout/Bin/5.jpg': 'x',
      'iCloud Photos Part 1 of 2/Recently Deleted/6.jpg': 'x',
      'Recently Deleted/7.jpg': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual([
      'Recently Deleted/7.jpg',
      'Takeout/Bin/5.jpg',
      'Takeout/Google Photos/Album/Trash/4.jpg',
    ]);
    expect(Object.values(reasons(scan))).toEqual(['trash', 'trash', 'trash', 'trash']);
    // A person may choose it.
    expect(paths(await scanFolder(path.join(root, 'Takeout/Google Photos/Trash')))).toEqual(['1.jpg']);
  });

  it('tells sources and translations from the videos of their ending', async () => {
    const video = transportStream({}, false);
    const root = await folderOf({
      'main.ts': "// Größe\nimport { a } from './a.ts';\n",
      'module.mts': 'export const a = 1;\n',
      'de.ts': '<?xml version="1.0"?><!DOCTYPE TS><TS version="2.1"></TS>',
      'a.ts': video,
      'b.MTS': video,
      'damaged.ts': Buffer.alloc(400),
      'c.jpg': 'x',
    });
    const sources = { 'main.ts': 'not-a-photo', 'module.mts': 'not-a-photo', 'de.ts': 'not-a-photo' };
    const scan = await scanFolder(root);
    expect([paths(scan), reasons(scan)]).toEqual([
      ['c.jpg'],
      { ...sources, 'a.ts': 'video', 'b.MTS': 'video', 'damaged.ts': 'video' },
    ]);
    const withVideos = await scanFolder(root, { videos: true });
    expect([paths(withVideos), reasons(withVideos)]).toEqual([['a.ts', 'b.MTS', 'c.jpg', 'damaged.ts'], sources]);
  });

  it('takes videos only where they are asked for', async () => {
    const root = await folderOf({ 'a.mp4': 'x', 'b.MOV': 'x', 'c.jpg': 'x' });
    expect(paths(await scanFolder(root))).toEqual(['c.jpg']);
    expect(paths(await scanFolder(root, { videos: true }))).toEqual(['a.mp4', 'b.MOV', 'c.jpg']);
  });

  it('pairs sidecars in both spellings, the fuller name first', async () => {
    const root = await folderOf({
      'd/IMG_1.JPG': 'x',
      'd/IMG_1.png': 'x',
      'd/IMG_1.JPG.xmp': 'x',
      'd/img_1.XMP': 'x',
      'd/IMG_1.txt': 'x',
      'IMG_1.xmp': 'of another folder',
    });
    const scan = await scanFolder(root);
    expect(scan.photos.map(({ path: photo, sidecars }) => [photo, sidecars])).toEqual([
      ['d/IMG_1.JPG', ['d/IMG_1.JPG.xmp', 'd/img_1.XMP', 'd/IMG_1.txt']],
      ['d/IMG_1.png', ['d/img_1.XMP', 'd/IMG_1.txt']],
    ]);
  });

  it('prefers the sidecar spelled as the photo where case tells two apart', async ({ skip }) => {
    const root = await folderOf({ 'a.jpg': 'x', 'A.JPG': 'x', 'a.xmp': '1', 'A.XMP': '22' });
    const scan = await scanFolder(root);
    skip(scan.photos.length !== 2, 'the file system does not tell case apart');
    expect(scan.photos.map((photo) => photo.sidecars)).toEqual([['A.XMP'], ['a.xmp']]);
  });

  it('changes the sidecar stamp when a sidecar changes, comes or goes', async () => {
    const root = await folderOf({ 'a.jpg': 'x', 'b.jpg': 'x', 'a.xmp': 'one' });
    const stamp = async (): Promise<string | undefined> => (await scanFolder(root)).photos[0]?.sidecarStamp;
    const first = await stamp();
    expect(await stamp()).toBe(first);
    await utimes(path.join(root, 'a.xmp'), 1000, 1000);
    const touched = await stamp();
    await writeFile(path.join(root, 'a.txt'), 'a caption');
    const added = await stamp();
    await rm(path.join(root, 'a.txt'));
    await rm(path.join(root, 'a.xmp'));
    expect(await stamp()).toBe('');
    expect(new Set([first, touched, added, '']).size).toBe(4);
    expect((await scanFolder(root)).photos[1]?.sidecarStamp).toBe('');
  });

  it('finds caption files inside and one level above, and stamps them', async () => {
    const top = await folderOf({
      'captions.txt': 'above',
      'Images/a.jpg': 'x',
      'Images/sub/results_20130124.csv': 'x',
      'Images/Flickr8k.token.txt': 'x',
      'Images/sub/captions_train2017.json': '{}',
    });
    const root = path.join(top, 'Images');
    const scan = await scanFolder(root);
    expect(scan.captionFiles.map((file) => path.relative(top, file).replaceAll('\\', '/'))).toEqual([
      'captions.txt',
      'Images/Flickr8k.token.txt',
      'Images/sub/captions_train2017.json',
      'Images/sub/results_20130124.csv',
    ]);
    // Files above the root do not belong to it.
    expect(scan.photos.length + scan.skipped.length).toBe(4);
    await writeFile(path.join(top, 'captions.txt'), 'above, changed');
    expect((await scanFolder(root)).captionStamp).not.toBe(scan.captionStamp);
  });

  it('leaves a lemma file out where its original is in another folder', async () => {
    const root = await folderOf({
      'text/Flickr8k.token.txt': 'x',
      'lemma/Flickr8k.lemma.token.txt': 'x',
      'a.jpg': 'x',
    });
    const { captionFiles } = await scanFolder(root);
    expect(captionFiles).toEqual([path.join(root, 'text/Flickr8k.token.txt')]);
  });

  it('survives names with spaces, brackets, quotes, line breaks and any script', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows forbids some of these names');
    const names = [
      'a b (1) [2] {3}.jpg',
      '"quoted" & <tag>.jpg',
      'line\nbreak.jpg',
      'cafe\u0301 日本 🎉.jpg',
      '%20$(x);.jpg',
    ];
    const root = await folderOf(Object.fromEntries(names.map((name) => [`[dir] ${name}.d/${name}`, 'x'])));
    expect(paths(await scanFolder(root))).toEqual(names.map((name) => `[dir] ${name}.d/${name}`).sort());
  });

  it('reports a photo whose name is not valid Unicode instead of failing', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux allows such names');
    const root = await folderOf({ 'good.jpg': 'x' });
    const bad = Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.jpg')]);
    await writeFile(bad, 'x');
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(['good.jpg']);
    expect(scan.failures).toHaveLength(1);
    expect(scan.failures[0]?.error).toMatchObject({
      code: 'io-error',
      message: expect.stringContaining('rename it') as string,
    });
  });

  it('follows links to files inside only, and no links to folders', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const outside = await folderOf({ 'secret.jpg': 'x' });
    const root = await folderOf({ 'd/a.jpg': 'x' });
    await symlink(path.join(root, 'd/a.jpg'), path.join(root, 'inside.jpg'));
    await symlink(path.join(outside, 'secret.jpg'), path.join(root, 'outside.jpg'));
    await symlink('nowhere.jpg', path.join(root, 'broken.jpg'));
    await symlink('self.jpg', path.join(root, 'self.jpg'));
    await symlink('..', path.join(root, 'd/loop'));
    await symlink(outside, path.join(root, 'elsewhere'));
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(['d/a.jpg', 'inside.jpg']);
    expect(reasons(scan)).toEqual({
      'broken.jpg': 'link-broken',
      'd/loop': 'link-to-folder',
      elsewhere: 'link-to-folder',
      'outside.jpg': 'link-outside',
      'self.jpg': 'link-broken',
    });
  });

  it('treats a sibling folder with the same beginning as outside', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const top = await folderOf({ 'lib/a.jpg': 'x', 'library/b.jpg': 'x' });
    await symlink(path.join(top, 'library/b.jpg'), path.join(top, 'lib/b.jpg'));
    expect(reasons(await scanFolder(path.join(top, 'lib')))).toEqual({ 'b.jpg': 'link-outside' });
  });

  it('reports a folder that may not be listed and goes on', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may list everything');
    skip(process.platform === 'win32', 'permissions work differently there');
    const root = await folderOf({ 'locked/a.jpg': 'x', 'open/b.jpg': 'x' });
    await chmod(path.join(root, 'locked'), 0);
    const scan = await scanFolder(root);
    await chmod(path.join(root, 'locked'), 0o700);
    expect(paths(scan)).toEqual(['open/b.jpg']);
    expect(scan.failures).toMatchObject([{ path: 'locked', error: { code: 'io-error' } }]);
  });

  it('names the folder that is nested too deep, and takes in what is above it', async () => {
    const deepest = Array.from({ length: 200 }, () => 'd').join('/');
    const root = await folderOf({ [`${deepest}/a.jpg`]: 'x', [`${deepest}/d/b.jpg`]: 'x' });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual([`${deepest}/a.jpg`]);
    expect(scan.failures.map(({ path, error }) => [path, error.code])).toEqual([[`${deepest}/d`, 'unreadable']]);
  });

  it('leaves excluded folders out', async () => {
    const root = await folderOf({ 'a.jpg': 'x', 'app data/thumbnails/b.jpg': 'x' });
    const scan = await scanFolder(root, { exclude: [path.join(root, 'app data')] });
    expect(paths(scan)).toEqual(['a.jpg']);
    expect(reasons(scan)).toEqual({ 'app data': 'excluded' });
  });

  it('keeps a photo of no bytes, whose reading will say what is wrong', async () => {
    const root = await folderOf({ 'empty.jpg': '' });
    expect((await scanFolder(root)).photos).toMatchObject([{ path: 'empty.jpg', size: 0 }]);
  });

  it('says that a missing root is missing, and that a file is no folder', async () => {
    const root = await folderOf({ 'a.jpg': 'x' });
    const gone = path.join(root, 'gone');
    await expect(scanFolder(gone)).rejects.toMatchObject({
      code: 'folder-missing',
      message: expect.stringContaining(gone) as string,
    });
    await expect(scanFolder(path.join(root, 'a.jpg'))).rejects.toMatchObject({ code: 'folder-missing' });
  });

  it('stops when cancelled and counts files on the way', async () => {
    const root = temporaryFolder();
    for (let folder = 0; folder < 5; folder++) {
      await mkdir(path.join(root, `${folder}`));
      for (let file = 0; file < 250; file++) await writeFile(path.join(root, `${folder}/${file}.jpg`), 'x');
    }
    const counts: number[] = [];
    await scanFolder(root, { onProgress: (files) => counts.push(files) });
    expect(counts.at(-1)).toBe(1250);
    await expect(scanFolder(root, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a scan of changed folders', () => {
  const tree = { '1.jpg': 'x', 'a/2.jpg': 'x', 'a/b/3.jpg': 'x', 'a/b/c/4.jpg': 'x', 'd/5.jpg': 'x', '.e/6.jpg': 'x' };
  const scanned = async (root: string, ...changed: [string, boolean][]) => {
    const scan = await scanFolder(root, { changed: changed.map(([folder, deep]) => ({ path: folder, deep })) });
    return {
      photos: paths(scan),
      listed: [...(scan.scannedPart?.listed ?? [])].sort(),
      there: scan.scannedPart?.there,
    };
  };

  it('lists a folder without those in it, and says that they are there', async () => {
    const root = await folderOf(tree);
    expect(await scanned(root, ['a', false])).toEqual({ photos: ['a/2.jpg'], listed: ['a'], there: ['a/b'] });
    expect(await scanned(root, ['', false])).toEqual({ photos: ['1.jpg'], listed: [''], there: ['a', 'd'] });
  });

  it('goes through folders that have not changed to one that has', async () => {
    const root = await folderOf(tree);
    expect(await scanned(root, ['', false], ['a/b/c', false])).toEqual({
      photos: ['1.jpg', 'a/b/c/4.jpg'],
      listed: ['', 'a/b/c'],
      there: ['a', 'd'],
    });
  });

  it('lists all that is in a folder that has come', async () => {
    const root = await folderOf(tree);
    expect(await scanned(root, ['a/b', true])).toEqual({
      photos: ['a/b/3.jpg', 'a/b/c/4.jpg'],
      listed: ['a/b', 'a/b/c'],
      there: [],
    });
  });

  it('lists the nearest folder around one that is gone', async () => {
    const root = await folderOf(tree);
    expect(await scanned(root, ['a/gone/deep', false])).toEqual({
      photos: ['a/2.jpg'],
      listed: ['a'],
      there: ['a/b'],
    });
  });

  it('does not enter what a whole scan leaves out', async () => {
    const root = await folderOf(tree);
    expect((await scanned(root, ['.e', true])).photos).toEqual([]);
  });

  it('says nothing of what it looked at when it looks at everything', async () => {
    expect((await scanFolder(await folderOf(tree))).scannedPart).toBeNull();
  });
});

/** A signal that is never aborted, and runs a function at each moment at which a scan reads it. */
function signalWith(...moments: readonly (() => void)[]): AbortSignal {
  const { signal } = new AbortController();
  let looks = 0;
  Object.defineProperty(signal, 'aborted', { get: () => (moments[looks++]?.(), false) });
  return signal;
}
const goOn = () => undefined;

describe('a folder that changes while it is scanned', () => {
  it('is missing when it goes away, before it was listed or behind that, and when another takes its place', async () => {
    for (const [before, replaced] of [
      [0, false],
      [1, false],
      [1, true],
    ] as const) {
      const root = path.join(await folderOf({ 'album/in/a.jpg': 'x', 'album/b.jpg': 'x' }), 'album');
      const goes = () => {
        renameSync(root, `${root}-away`);
        if (replaced) mkdirSync(root);
      };
      const signal = signalWith(...Array.from({ length: before }, () => goOn), goes);
      await expect(scanFolder(root, { signal })).rejects.toMatchObject({
        ...{ code: 'folder-missing', message: expect.stringContaining(root) as string },
      });
    }
  });

  it('has no folder that was removed, and does not follow a link in the place of one', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const secret = await folderOf({ 'secret.jpg': 'x' });
    const root = await folderOf({ 'a/1.jpg': 'x', 'b/2.jpg': 'x', 'c/3.jpg': 'x' });
    const changed = () => {
      rmSync(path.join(root, 'a'), { recursive: true });
      rmSync(path.join(root, 'b'), { recursive: true });
      symlinkSync(secret, path.join(root, 'b'));
    };
    const scan = await scanFolder(root, { signal: signalWith(goOn, changed) });
    expect(paths(scan)).toEqual(['c/3.jpg']);
    expect(scan.failures).toEqual([]);
    expect(reasons(scan)).toEqual({ b: 'link-to-folder' });
  });

  it('has no photo, sidecar, version or caption file that was removed since it was listed', async () => {
    const tree = ['a.jpg', 'a.xmp', 'a.cr2', 'b.jpg', 'b.xmp', 'captions.txt', 'c.jpg', 'c.cr2'];
    const root = await folderOf(Object.fromEntries(tree.map((name) => [name, 'x'])));
    const removed = () => {
      for (const name of ['a.xmp', 'b.jpg', 'b.xmp', 'captions.txt', 'c.cr2']) rmSync(path.join(root, name));
    };
    const scan = await scanFolder(root, { signal: signalWith(goOn, removed) });
    expect(scan.photos.map(({ path: name, sidecars, versions }) => [name, sidecars, versions])).toEqual([
      ['a.jpg', [], ['a.cr2']],
      ['c.jpg', [], []],
    ]);
    expect(scan.photos[1]?.sidecarStamp).toBe('');
    expect([scan.failures, scan.captionFiles, scan.captionStamp]).toEqual([[], [], '']);
  });

  it('is left when the scan is cancelled in the middle', async () => {
    const root = await folderOf({ 'a/1.jpg': 'x', 'b/2.jpg': 'x' });
    const stop = new AbortController();
    const { signal } = stop;
    let looks = 0;
    const inTheMiddle = Object.create(signal, {
      aborted: { get: () => ++looks > 1 },
    }) as AbortSignal;
    await expect(scanFolder(root, { signal: inTheMiddle })).rejects.toMatchObject({
      ...{ code: 'cancelled', message: expect.stringContaining(root) as string },
    });
  });
});

describe('what is no photo of the person’s', () => {
  it('is a library of Hashlens in the folder, whose other photos are', async () => {
    const root = await folderOf({
      'library.db': '',
      ...Object.fromEntries(['thumbnails', 'models', 'encoders', 'backups'].map((name) => [`${name}/x.jpg`, 'x'])),
      'mine.jpg': 'x',
      'in/thumbnails/mine.jpg': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(['in/thumbnails/mine.jpg', 'mine.jpg']);
    expect(reasons(scan)).toEqual({
      ...{ 'library.db': 'not-a-photo', thumbnails: 'excluded', models: 'excluded', encoders: 'excluded' },
      backups: 'excluded',
    });
  });

  it('is a cache of Immich below its own folders, and not the folder of the person that is called so', async () => {
    const names = ['thumbs', 'encoded-video', 'profile', 'backups'];
    const root = await folderOf({
      ...Object.fromEntries(names.map((name) => [`immich/${name}/.immich`, ''])),
      ...Object.fromEntries(names.map((name) => [`immich/${name}/a.jpg`, 'x'])),
      'profile/b.jpg': 'x',
    });
    const scan = await scanFolder(root);
    expect(paths(scan)).toEqual(['profile/b.jpg']);
    expect(names.map((name) => reasons(scan)[`immich/${name}`])).toEqual(names.map(() => 'previews'));
    // A folder that the person chose is scanned regardless of its content.
    expect(paths(await scanFolder(path.join(root, 'immich/thumbs')))).toEqual(['a.jpg']);
  });

  it('is what iPhoto made of photos, where both its files are there', async () => {
    const root = await folderOf({
      'iPhoto/AlbumData.xml': '',
      'iPhoto/Masters/1.jpg': 'x',
      'iPhoto/Thumbnails/1.jpg': 'x',
      'no iPhoto/AlbumData.xml': '',
      'no iPhoto/in/2.jpg': 'x',
      'Masters/Thumbnails/3.jpg': 'x',
    });
    expect(paths(await scanFolder(root))).toEqual([
      'Masters/Thumbnails/3.jpg',
      'iPhoto/Masters/1.jpg',
      'no iPhoto/in/2.jpg',
    ]);
  });

  it('is a video or two bytes of a JPEG under another name, unless videos are asked for', async () => {
    const video = Buffer.from('\0\0\0\u0018ftypisom\0\0\u0002\0isomiso2', 'latin1');
    const root = await folderOf({
      ...{
        video,
        'video.bmp': video,
        'chance.bmp': Buffer.from([0xff, 0xd8, 0x12, 0x34]),
        'a.psd': Buffer.from([0xff, 0x0a, 0x12]),
      },
      'b.bmp': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    });
    expect(paths(await scanFolder(root))).toEqual(['a.psd', 'b.bmp']);
    expect(paths(await scanFolder(root, { videos: true }))).toEqual(['a.psd', 'b.bmp', 'video', 'video.bmp']);
  });
});

describe('the lists of a scan', () => {
  it('are in the order of paths, captions with one stamp for each file, and sidecars for each of theirs', async () => {
    const root = path.join(await folderOf({ 'captions.csv': 'x', '.captions.txt': '', 'all/x': '' }), 'all');
    for (const name of ['b', 'a', 'c']) {
      await mkdir(path.join(root, name));
      await writeFile(path.join(root, name, 'captions.txt'), 'x');
    }
    for (const name of ['z.jpg', 'z.xmp', 'z.txt', 'x.token.txt', 'x.lemma.token.txt'])
      await writeFile(path.join(root, name), 'x');
    await writeFile(path.join(root, '../Flickr8k.token.txt'), 'x');
    await writeFile(path.join(root, '../Flickr8k.lemma.token.txt'), 'x');
    await mkdir(path.join(root, '../captions.json'));
    const scan = await scanFolder(root);
    const names = [
      '../Flickr8k.token.txt',
      '../captions.csv',
      'a/captions.txt',
      'b/captions.txt',
      'c/captions.txt',
      'x.token.txt',
    ];
    expect(scan.captionFiles).toEqual(names.map((name) => path.join(root, name)));
    expect(scan.captionStamp.split('\n').map((stamp) => stamp.split(' ').slice(0, 2))).toEqual(
      names.map((name) => [name, '1']),
    );
    expect(scan.photos[0]?.sidecarStamp.split('\n').map((stamp) => stamp.split(' ')[0])).toEqual(['z.xmp', 'z.txt']);
    const [stamp = ''] = scan.photos[0]?.sidecarStamp.split('\n') ?? [];
    const { mtimeMs, ctimeMs } = statSync(path.join(root, 'z.xmp'));
    expect(stamp).toBe(`z.xmp 1 ${mtimeMs} ${ctimeMs}`);
    // Changed folders alone give no information about their parents.
    const changed = await scanFolder(root, { changed: [{ path: 'a', deep: false }] });
    expect(changed.captionFiles).toEqual([path.join(root, 'a/captions.txt')]);
  });

  it('tell photos that are links from files', async ({ skip }) => {
    skip(process.platform === 'win32', 'links need rights there');
    const root = await folderOf({ 'a.jpg': 'x' });
    symlinkSync(path.join(root, 'a.jpg'), path.join(root, 'b.jpg'));
    expect((await scanFolder(root)).photos.map(({ path: name, link }) => [name, link])).toEqual([
      ['a.jpg', false],
      ['b.jpg', true],
    ]);
  });
});
