// Kinds of files by their names. Ordinary names of folders and files never hide photos.
import { describe, expect, it } from 'vitest';
import {
  isOriginalsName,
  isPhotoName,
  isPhotoPackage,
  isPreviewFolder,
  isSystemBackup,
  isVideoName,
  leftOutName,
  mayBePhoto,
  skipReasonOf,
} from './file-kinds.ts';

describe('folders that are left out by their name', () => {
  it.each([
    ...['Recycler', 'RECYCLED', 'Recycle Bin', 'recycle.bin', 'recycle_bin', 'Recycle Bin - Volume_1', 'TrashBox'],
    ...['trash-bin', 'Trash Can', 'Trashes', 'Deleted Items', 'Network Trash Folder', 'files_trashbin'],
    ...['_NAS_Recycle_RAID', 'found.000', '#recycle', '@Recycle', '$RECYCLE.BIN', '##recycled', '#recycle bin'],
    ...[
      '@Recently-Snapshot',
      '~snapshot',
      '.snapshots',
      '#hourly snapshots',
      '#weekly_snap',
      '.zfs',
      '@sharebin',
      '.sharesnap',
    ],
    ...['@GMT-2020.01.31-12.00.00', 'GMT-2020.01.31-12.00.00', '%snapshot'],
    ...['.Trash', '.Trashes', '.Trash-1000', '.trashed', '.trashcan', '.deleted', '#bin'],
  ])('%s is trash', (name) => {
    expect(leftOutName(name)).toBe('trash');
  });

  it.each([
    ...['@eaDir', '@tmp', '.@__thumb', '@Transcode', '@SynologyDrive', '@SynoAIPhoto', '@database', '@appstore'],
    ...[
      'THMBNL',
      'Thmbnl',
      'NKSC_PARAM',
      'iPod Photo Cache',
      'DOPDATA',
      'Lightroom Previews',
      'a.jpg@SynoEAStream',
      'a@SynoResource',
    ],
  ])('%s holds previews', (name) => {
    expect(leftOutName(name)).toBe('previews');
  });

  it.each([
    ...['System Volume Information', 'lost+found', 'LOST.DIR', '__MACOSX', 'node_modules', 'Thumbs.db', 'ehthumbs.db'],
    ...['Desktop.ini', 'Icon\r', '.git', '$Extend', 'Temporary Items', 'TheVolumeSettingsFolder'],
  ])('%s is hidden', (name) => {
    expect(leftOutName(name)).toBe('hidden');
  });

  it.each([
    ...['Recycling', 'My recycler', 'Recycled art', 'Recycle bins of Rome', 'the recycle bin', 'Trash the Dress'],
    ...[
      'white trash',
      'trash cans',
      'deleted items 2019',
      'my files_trashbin',
      'found.1',
      'found.1234',
      'lost and found',
    ],
    ...['Snapshots', 'snapshot', 'deleted', 'bin', 'a #recycle', '#recycle art', '#trash day', 'my @Recycle'],
    ...['_Snapshots', '_ Snaps', '-snapshots', '!Snapshots', '+snap', 'GMT-2020', 'Temporary'],
    ...['eaDir', 'tmp', '@t.mp', 'a@SynoResource.jpg', 'previews', 'icon', 'macosx', 'Italy'],
  ])('%s is somebody’s own', (name) => {
    expect(leftOutName(name)).toBeNull();
  });

  it.each([
    ...['Catalog Previews.lrdata', 'a.lrcat-data', 'Tool.APP', 'x.framework', 'a.cocache', 'a.cosessiondb'],
    ...['a.photoscachedata', 'a.pvt-cache', 'a.bridgecache', 'a.dtBase2', 'a.dtbase', 'a.imovielibrary'],
    ...['a.fcpbundle', 'a.theater', 'a.tvlibrary', 'a.musiclibrary'],
  ])('%s is a package of previews', (name) => {
    expect(isPreviewFolder(name)).toBe(true);
  });

  it.each([
    ['timeshift', 'snapshots', true],
    ['Timeshift', 'snapshots-daily', true],
    ['timeshift', 'snapshots of mine', false],
    ['photos', 'snapshots', false],
  ])('of %s the folder %s is a backup of the system: %s', (parent, name, is) => {
    expect(isSystemBackup(name, parent)).toBe(is);
  });

  it.each([
    ...[
      'CaptureOne/Cache',
      'Capture One 23/cache',
      'Bridge 2024/Cache',
      'Adobe Bridge CC 2019/cache',
      'Bridge CS6/Cache',
      'PhotoData/Thumbnails',
      'PhotoData/Caches',
      'M4ROOT/SUB',
      'piwigo/_data',
    ],
    ...[
      'ZPS X/Cache',
      'Photo Booth Library/Thumbnails',
      'Zoner Photo Studio/Thumbnails',
      'darktable/mipmaps',
      'com.example.app/cache',
      'CameraRaw/Cache',
    ],
    ...[
      'a/Plex Media Server',
      'a/Adobe Bridge Cache',
      `a/mipmaps-${'0123456789'.repeat(4)}.d`,
      'Plex Media Server/Cache',
    ],
    ...['a/mipmaps-abc.d', 'Zoner/ZPSCache', 'Plex/PhotoTranscoder'],
  ])('%s is the cache of a program', (folder) => {
    const [parent = '', name = ''] = folder.split('/');
    expect([isPreviewFolder(name, parent) || isPreviewFolder(parent)]).toEqual([true]);
  });

  it.each([
    'Scotland/Cache',
    'Bridges/thumbs',
    'CaptureOne/Italy',
    'Bridge 2024/2024',
    'Art/Thumbnails',
    'a/mipmaps-1.d',
    'a/plex',
  ])('%s is somebody’s own', (folder) => {
    const [parent = '', name = ''] = folder.split('/');
    expect([isPreviewFolder(name, parent), isPreviewFolder(parent)]).toEqual([false, false]);
  });

  it('and not of names that only hold such an ending', () => {
    expect(
      ['a.apple', 'app', 'a.app of mine', 'a.dtbase2x', 'a.lrdata.old'].filter((name) => isPreviewFolder(name)),
    ).toEqual([]);
  });

  it('are libraries of photos by their ending, and originals by all of their name', () => {
    const packages = ['photoslibrary', 'photolibrary', 'aplibrary', 'migratedphotolibrary', 'migratedaplibrary'];
    for (const ending of [...packages, 'lrlibrary', 'cocatalog']) expect(isPhotoPackage(`A.${ending}`)).toBe(true);
    expect(['photoslibrary', 'a.photoslibrary.zip', 'photos library'].filter(isPhotoPackage)).toEqual([]);
    expect(['Originals', 'masters', 'originals 2', 'my originals'].filter(isOriginalsName)).toEqual([
      'Originals',
      'masters',
    ]);
  });
});

describe('files', () => {
  it.each([
    'a',
    'a.mov',
    'a.mp4',
    'a.bmp',
    'a.jp2',
    'a.svg',
    'a.psd',
    'a.jpg_large',
    'a.jpeg-1',
    'b.PNG1',
    'a.',
    'MOV001.MOD',
    'a.tod',
    'a.360',
  ])('%s may be a photo, by what it holds', (name) => {
    expect(mayBePhoto(name)).toBe(true);
  });

  it.each([
    'a.txt',
    'a.zip',
    'a.xmp',
    'a.aae',
    'a.thm',
    'a.pp3',
    'a.doc_1',
    'a.1jpg_x',
    'a.xjpg1',
    'a.json',
    'a.jpg_original',
    'b.MP4_Original',
  ])('%s is no photo, whatever it holds', (name) => {
    expect(mayBePhoto(name)).toBe(false);
  });

  it.each(['IMG_1.insp', 'a.JPS', 'a.mpo'])('%s is a photo: a JPEG of two or more pictures', (name) => {
    expect(isPhotoName(name)).toBe(true);
  });

  it.each([
    ['a.MOV', 'video'],
    ['a.m2ts', 'video'],
    ['a.3gpp', 'video'],
    ['a.m2v', 'video'],
    ['go.mod', 'not-a-photo'],
    ['a.jph', 'jpeg-2000'],
    ['a.svgz', 'svg'],
    ['a.ico', 'other-image'],
    ['a.dop', 'sidecar'],
    ['a.cos', 'sidecar'],
    ['a.txt', 'not-a-photo'],
    ['a', 'not-a-photo'],
  ])('%s that are left out are: %s', (name, reason) => {
    expect(skipReasonOf(name)).toBe(reason);
    expect(isVideoName(name)).toBe(reason === 'video');
  });
});
