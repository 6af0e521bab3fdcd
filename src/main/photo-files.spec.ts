// Files that photo:// serves, with real folders and symbolic links.
import { open, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Params, Result, EngineMethod } from '../shared/contract/engine.ts';
import { HashlensError } from '../shared/errors.ts';
import type { LibraryStatus } from '../shared/contract/library.ts';
import type { ServedFile } from '../shared/contract/photos.ts';
import type { PhotoId } from '../shared/contract/ids.ts';
import {
  findPhotoFile,
  FolderRoots,
  isInside,
  isWebp,
  parsePhotoUrl,
  parseRange,
  parseSharedUrl,
  photoStream,
} from './photo-files.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { DiskGate } from './disk-gate.ts';

describe('parsePhotoUrl', () => {
  it('accepts a variant and an id, and nothing else', () => {
    expect(parsePhotoUrl('photo://thumb/17')).toEqual({ variant: 'thumb', photoId: 17, version: 0 });
    expect(parsePhotoUrl('photo://full/9007199254740')).toEqual({
      variant: 'full',
      photoId: 9007199254740,
      version: 0,
    });
    expect(parsePhotoUrl('photo://full/17/2')).toEqual({ variant: 'full', photoId: 17, version: 2 });
    expect(parsePhotoUrl('photo://tile/17/0')).toEqual({ variant: 'tile', photoId: 17, tile: 0 });
    expect(parsePhotoUrl('photo://tile/17/120')).toEqual({ variant: 'tile', photoId: 17, tile: 120 });
    for (const bad of [
      'photo://tile/17',
      'photo://tile/17/01',
      'photo://tile/17/-1',
      'photo://tile/17/100000',
      'photo://thumb/',
      'photo://thumb/0',
      'photo://thumb/-1',
      'photo://thumb/1.5',
      'photo://thumb/1/2',
      'photo://thumb/1?x=1',
      'photo://thumb/1#x',
      'photo://thumb/..%2f1',
      'photo://thumb/1234567890123456',
      'photo://other/1',
      'photo://user@thumb/1',
      'https://thumb/1',
    ]) {
      expect(parsePhotoUrl(bad), bad).toBeNull();
    }
  });
});

describe('isInside', () => {
  it('does not count a sibling whose name begins with the folder’s name as inside', () => {
    expect(isInside(['/photos'], '/photos/a.jpg')).toBe(true);
    expect(isInside(['/photos'], '/photos/..a/b.jpg')).toBe(true);
    expect(isInside(['/photos'], '/photos-private/a.jpg')).toBe(false);
    expect(isInside(['/photos'], '/photos')).toBe(false);
    expect(isInside(['/photos'], '/etc/passwd')).toBe(false);
    expect(isInside([], '/photos/a.jpg')).toBe(false);
  });
});

describe('findPhotoFile', () => {
  let base: string;
  let asked: string[];
  let answers: { status: unknown; file: ServedFile | null };
  // Implements only the two methods that main calls.
  const engine = {
    request: <M extends EngineMethod>(method: M, _params: Params<M>): Promise<Result<M>> => {
      asked.push(method);
      if (method === 'library.status') return Promise.resolve(answers.status as Result<M>);
      if (answers.file === null) return Promise.reject(new HashlensError('not-found', 'No such photo.'));
      return Promise.resolve(answers.file as Result<M>);
    },
  };
  const id = 1 as PhotoId;
  const library = (...folders: string[]) => ({
    libraryDir: path.join(base, 'library'),
    folders: folders.map((folder) => ({ path: path.join(base, folder), state: 'online' })),
  });

  beforeEach(async () => {
    base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'hashlens-photos-')));
    asked = [];
    for (const folder of ['photos', 'private', 'library/thumbnails/ab'])
      await mkdir(path.join(base, folder), { recursive: true });
    for (const file of ['photos/a.jpg', 'private/b.jpg', 'library/thumbnails/ab/c.webp', 'library/library.db']) {
      await writeFile(path.join(base, file), 'x');
    }
    answers = { status: library('photos'), file: null };
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  const serve = async (file: string, mime: string) => {
    answers.file = { path: path.join(base, file), mime };
    return findPhotoFile(engine, new FolderRoots(engine), { photoId: id, variant: 'full', version: 0 });
  };

  it('serves photos of library folders and thumbnails', async () => {
    expect(await serve('photos/a.jpg', 'image/jpeg')).toMatchObject({
      ok: true,
      path: path.join(base, 'photos/a.jpg'),
    });
    expect(await serve('library/thumbnails/ab/c.webp', 'image/webp')).toMatchObject({ ok: true });
  });

  it('refuses files elsewhere, by name or through a link', async () => {
    expect(await serve('private/b.jpg', 'image/jpeg')).toEqual({ ok: false, status: 403 });
    expect(await serve('library/library.db', 'image/jpeg')).toEqual({ ok: false, status: 403 });
    expect(await serve('photos/../private/b.jpg', 'image/jpeg')).toEqual({ ok: false, status: 403 });
    await symlink(path.join(base, 'private/b.jpg'), path.join(base, 'photos/link.jpg'));
    expect(await serve('photos/link.jpg', 'image/jpeg')).toEqual({ ok: false, status: 403 });
  });

  it('serves a part of a file where the engine says so', async () => {
    answers.file = { path: path.join(base, 'photos/a.jpg'), mime: 'video/mp4', part: [3, 9] };
    const served = await findPhotoFile(engine, new FolderRoots(engine), { photoId: id, variant: 'full', version: 1 });
    expect(served).toMatchObject({ ok: true, mime: 'video/mp4', part: [3, 9] });
    expect(await serve('photos/a.jpg', 'image/jpeg')).toMatchObject({ part: null });
  });

  it('serves a library folder that is itself a link', async () => {
    await symlink(path.join(base, 'photos'), path.join(base, 'album'));
    answers.status = library('album');
    expect(await serve('album/a.jpg', 'image/jpeg')).toMatchObject({ ok: true, path: path.join(base, 'photos/a.jpg') });
  });

  it('refuses files that are not pictures Chromium can decode', async () => {
    for (const mime of ['image/svg+xml', 'text/html', 'application/pdf', 'image/tiff', '']) {
      expect(await serve('photos/a.jpg', mime)).toEqual({ ok: false, status: 415 });
    }
  });

  it('answers “not found” for unknown ids and missing files', async () => {
    expect(await findPhotoFile(engine, new FolderRoots(engine), { photoId: id, variant: 'thumb', version: 0 })).toEqual(
      {
        ok: false,
        status: 404,
      },
    );
    expect(await serve('photos/gone.jpg', 'image/jpeg')).toEqual({ ok: false, status: 404 });
  });

  it('serves nothing from an offline folder, and does not access it', async () => {
    answers.status = { ...library('photos'), folders: [{ path: path.join(base, 'photos'), state: 'offline' }] };
    expect(await serve('photos/a.jpg', 'image/jpeg')).toEqual({ ok: false, status: 403 });
    expect(await serve('library/thumbnails/ab/c.webp', 'image/webp')).toMatchObject({ ok: true });
  });

  it('requests the folders once, and again for a file that is in none of them', async () => {
    const roots = new FolderRoots(engine);
    answers.file = { path: path.join(base, 'photos/a.jpg'), mime: 'image/jpeg' };
    for (let n = 0; n < 3; n++) await findPhotoFile(engine, roots, { photoId: id, variant: 'full', version: 0 });
    expect(asked.filter((method) => method === 'library.status')).toHaveLength(1);
    answers.status = library('photos', 'private');
    answers.file = { path: path.join(base, 'private/b.jpg'), mime: 'image/jpeg' };
    expect(await findPhotoFile(engine, roots, { photoId: id, variant: 'full', version: 0 })).toMatchObject({
      ok: true,
    });
    expect(asked.filter((method) => method === 'library.status')).toHaveLength(2);
  });

  it('does not request folders that an answer to somebody else has named, until the library changes', async () => {
    const roots = new FolderRoots(engine);
    const show = () => findPhotoFile(engine, roots, { photoId: id, variant: 'full', version: 0 });
    answers.file = { path: path.join(base, 'photos/a.jpg'), mime: 'image/jpeg' };
    roots.learn(answers.status as LibraryStatus);
    expect(await show()).toMatchObject({ ok: true });
    expect(asked).not.toContain('library.status');
    roots.forget();
    expect(await show()).toMatchObject({ ok: true });
    expect(asked.filter((method) => method === 'library.status')).toHaveLength(1);
  });
});

describe('photoStream', () => {
  it('gives all bytes of a file, and closes it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-photos-'));
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, i) => i % 251));
    await writeFile(path.join(folder, 'a.jpg'), bytes);
    const file = await open(path.join(folder, 'a.jpg'));
    const got = await new Response(photoStream(file, new DiskGate(), folder)).arrayBuffer();
    expect(Buffer.from(got).equals(bytes)).toBe(true);
    await expect(file.stat()).rejects.toThrow();
    await rm(folder, { recursive: true });
  });
});

describe('parseRange', () => {
  it.each([
    [null, null],
    ['bytes=0-', [0, 100]],
    ['bytes=10-19', [10, 20]],
    ['bytes=90-500', [90, 100]],
    ['bytes=-5', [95, 100]],
    ['bytes=-500', [0, 100]],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=20-10', 'unsatisfiable'],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
  ])('reads %j of 100 bytes as %j', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it('is what a stream gives', async () => {
    const name = path.join(temporaryFolder(), 'video.mp4');
    await writeFile(
      name,
      Uint8Array.from({ length: 600_000 }, (_, i) => i % 251),
    );
    const stream = photoStream(await open(name), new DiskGate(), '/', [299_990, 300_003]);
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    expect([...bytes]).toEqual(Array.from({ length: 13 }, (_, i) => (299_990 + i) % 251));
  });
});

describe('photos of shared libraries', () => {
  it('are named by a connection and a number alone', () => {
    expect(parseSharedUrl('photo://shared/3/17')).toEqual({ connection: 3, id: 17 });
    for (const address of [
      '3',
      '3/',
      '0/17',
      '3/017',
      '3/17/1',
      '3/17?x=1',
      '../17',
      'a/17',
      '3/1e3',
      '1234567890/1',
    ]) {
      expect([address, parseSharedUrl(`photo://shared/${address}`)]).toEqual([address, null]);
    }
    expect(parsePhotoUrl('photo://shared/3/17')).toBe(null);
  });

  it('are images in WebP or nothing', () => {
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
    expect(isWebp(bytes('RIFF\n\x00\x00\x00WEBPVP8 '))).toBe(true);
    for (const other of ['', 'RIFF', 'RIFF....WAVE', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'xRIFF....WEBP']) {
      expect([other, isWebp(bytes(other))]).toEqual([other, false]);
    }
  });
});
