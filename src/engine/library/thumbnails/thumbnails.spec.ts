// The cache of thumbnails: shared calls, whole files, disk errors, and sweeping.
import { chmod, mkdir, readdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOf } from '../../../../test/support/photo-tree.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import {
  boundCache,
  cacheSize,
  clearCache,
  ensureFull,
  ensureThumbnail,
  removeThumbnails,
  sweepThumbnails,
  thumbnailPath,
  writeThumbnail,
} from './thumbnails.ts';

const contentHash = 'abcdef0123456789abcdef0123456789';
const webp = Buffer.from('a thumbnail');
const make = () => Promise.resolve(webp);

describe('thumbnailPath', () => {
  it('files thumbnails by the first two digits', () => {
    expect(thumbnailPath('lib', contentHash)).toBe(path.join('lib', 'thumbnails', 'ab', `${contentHash}.webp`));
  });

  it.each(['../../etc/passwd', 'ABCDEF0123', '', 'abc', `${contentHash}/x`])('refuses %j as a hash', (hash) => {
    expect(() => thumbnailPath('lib', hash)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
  });
});

describe('ensureThumbnail', () => {
  it('makes one for callers at the same time, and keeps it', async () => {
    const library = temporaryFolder();
    let made = 0;
    const counted = () => {
      made++;
      return make();
    };
    const calls = [ensureThumbnail(library, contentHash, counted), ensureThumbnail(library, contentHash, counted)];
    expect(calls[0]).toBe(calls[1]);
    expect(await Promise.all(calls)).toEqual([
      thumbnailPath(library, contentHash),
      thumbnailPath(library, contentHash),
    ]);
    await ensureThumbnail(library, contentHash, counted);
    expect(made).toBe(1);
    expect(await readdir(path.join(library, 'thumbnails/ab'))).toEqual([`${contentHash}.webp`]);
  });

  it('replaces an empty file that a power cut left', async () => {
    const target = `thumbnails/ab/${contentHash}.webp`;
    const library = await folderOf({ [target]: '' });
    await ensureThumbnail(library, contentHash, make);
    expect((await stat(path.join(library, target))).size).toBe(webp.length);
  });

  it('passes on why none can be made, leaves nothing behind, and can be tried again', async () => {
    const library = temporaryFolder();
    await expect(ensureThumbnail(library, contentHash, () => Promise.reject(new Error('no photo')))).rejects.toThrow(
      'no photo',
    );
    await expect(ensureThumbnail(library, contentHash, make)).resolves.toContain(contentHash);
    expect(await readdir(path.join(library, 'thumbnails/ab'))).toEqual([`${contentHash}.webp`]);
  });

  it('writes files and folders only their owner may read', async ({ skip }) => {
    skip(process.platform === 'win32', 'permissions work differently there');
    const library = temporaryFolder();
    await writeThumbnail(library, contentHash, webp);
    const modes = await Promise.all(
      ['thumbnails', 'thumbnails/ab', `thumbnails/ab/${contentHash}.webp`].map((name) =>
        stat(path.join(library, name)),
      ),
    );
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
  });

  it('says that the cache cannot be written, and nothing of the photo', async () => {
    const library = await folderOf({ thumbnails: 'a file where the folder belongs' });
    await expect(writeThumbnail(library, contentHash, webp)).rejects.toMatchObject({
      code: 'io-error',
      message: expect.stringContaining(path.join(library, 'thumbnails')) as string,
    });
  });
});

describe('sweepThumbnails', () => {
  const other = contentHash.replace('a', 'f');

  it('removes what nothing needs and what kills have left, and says how much that was', async () => {
    const library = await folderOf({
      [`thumbnails/ab/${contentHash}.webp`]: 'needed',
      [`thumbnails/ab/${contentHash}.tiles`]: 'needed too',
      [`thumbnails/fb/${other}.webp`]: 'of a photo that was removed',
      [`thumbnails/fb/${other}.tiles`]: 'and its tiles',
      [`thumbnails/ab/${contentHash}.webp.123-4.tmp`]: 'left by an old release',
      [`thumbnails/ab/.${contentHash}.webp-01234567-0123-0123-0123-0123456789ab.tmp`]: 'left by a kill',
      'thumbnails/ab/notes.txt': 'of the person',
    });
    const { removed, bytes, kept } = await sweepThumbnails(library, (hash) => hash === contentHash, 0);
    expect(await readdir(path.join(library, 'thumbnails/ab'))).toEqual([
      `${contentHash}.tiles`,
      `${contentHash}.webp`,
      'notes.txt',
    ]);
    expect(await readdir(path.join(library, 'thumbnails/fb'))).toEqual([]);
    expect({ removed, bytes, kept: [...kept] }).toEqual({ removed: 4, bytes: 76, kept: [contentHash] });
  });

  it('leaves a file another process is writing', async () => {
    const name = `thumbnails/ab/.${contentHash}.webp-01234567-0123-0123-0123-0123456789ab.tmp`;
    const library = await folderOf({ [name]: 'half' });
    expect((await sweepThumbnails(library, () => true)).removed).toBe(0);
    await utimes(path.join(library, name), 1000, 1000);
    expect((await sweepThumbnails(library, () => true)).removed).toBe(1);
  });

  it('does not fail where nothing may be removed', async ({ skip }) => {
    skip(process.getuid?.() === 0 || process.platform === 'win32', 'root may remove everything');
    const library = await folderOf({ [`thumbnails/ab/${contentHash}.webp`]: 'x' });
    await chmod(path.join(library, 'thumbnails/ab'), 0o500);
    expect((await sweepThumbnails(library, () => false)).removed).toBe(0);
    await chmod(path.join(library, 'thumbnails/ab'), 0o700);
  });

  it('has nothing to do in a new library', async () => {
    await writeFile(path.join(temporaryFolder(), 'x'), '');
    expect((await sweepThumbnails(temporaryFolder(), () => true)).removed).toBe(0);
  });
});

describe('photos in full size', () => {
  const other = 'fb'.repeat(16);

  it('are made once, of each version, and removed with the photo', async () => {
    const library = temporaryFolder();
    let made = 0;
    const counted = () => {
      made++;
      return make();
    };
    const first = await ensureFull(library, contentHash, '', counted);
    expect(await ensureFull(library, contentHash, '', counted)).toBe(first);
    await ensureFull(library, contentHash, '0123abcd', counted);
    await writeThumbnail(library, contentHash, webp);
    expect(made).toBe(2);
    expect((await readdir(path.join(library, 'thumbnails/ab'))).sort()).toEqual([
      `${contentHash}.0123abcd.full.jpg`,
      `${contentHash}.full.jpg`,
      `${contentHash}.webp`,
    ]);
    expect(await removeThumbnails(library, [contentHash])).toBe(3 * webp.length);
    expect(await readdir(path.join(library, 'thumbnails/ab'))).toEqual([]);
  });

  it('go when their photo is not in the library any more', async () => {
    const library = temporaryFolder();
    await ensureFull(library, contentHash, '', make);
    await ensureFull(library, other, '0123abcd', make);
    expect((await sweepThumbnails(library, (hash) => hash === contentHash)).removed).toBe(1);
    expect(await readdir(path.join(library, 'thumbnails/fb'))).toEqual([]);
  });

  it('take no more than their room: what was shown longest ago goes', async () => {
    const library = temporaryFolder();
    const old = await ensureFull(library, contentHash, '', make);
    const recent = await ensureFull(library, other, '', make);
    await utimes(old, 1000, 1000);
    await boundCache(library, webp.length);
    await expect(stat(old)).rejects.toThrow('ENOENT');
    expect((await stat(recent)).size).toBe(webp.length);
  });

  it('leave the cache before the small ones, of which those go that were shown longest ago', async () => {
    const library = temporaryFolder();
    const large = await ensureFull(library, contentHash, '', make);
    await writeThumbnail(library, contentHash, webp);
    await writeThumbnail(library, other, webp);
    const [first, second] = [thumbnailPath(library, contentHash), thumbnailPath(library, other)];
    await utimes(first, 1000, 1000);
    await utimes(second, 2000, 2000);
    await boundCache(library, 2 * webp.length);
    await expect(stat(large)).rejects.toThrow('ENOENT');
    // Shown again.
    await ensureThumbnail(library, contentHash, make);
    await boundCache(library, webp.length);
    await expect(stat(second)).rejects.toThrow('ENOENT');
    expect((await stat(first)).size).toBe(webp.length);
  });

  it('are counted and cleared with the small ones; what the person has put there stays', async () => {
    const library = temporaryFolder();
    await ensureFull(library, contentHash, '', make);
    await writeThumbnail(library, contentHash, webp);
    await writeThumbnail(library, other, webp);
    const note = path.join(library, 'thumbnails/ab/notes.txt');
    await writeFile(note, 'of the person');
    const bytes = webp.length;
    expect(await cacheSize(library)).toEqual({ small: { files: 2, bytes: 2 * bytes }, large: { files: 1, bytes } });
    expect(await clearCache(library)).toBe(3 * bytes);
    expect(await cacheSize(library)).toMatchObject({ small: { files: 0 }, large: { files: 0 } });
    expect((await stat(note)).size).toBeGreaterThan(0);
  });

  it('make room for what an earlier run has left, and list the folder again only after much was written', async () => {
    const library = temporaryFolder();
    const left = path.join(library, 'thumbnails/fb', `${other}.full.jpg`);
    const leave = async (): Promise<void> => {
      await mkdir(path.dirname(left), { recursive: true });
      await writeFile(left, '');
      // A sparse file of 9 GB that takes no room on the disk.
      await truncate(left, 9 * 1024 ** 3);
      await utimes(left, 1000, 1000);
    };
    await leave();
    await ensureFull(library, contentHash, '', make);
    await expect(stat(left)).rejects.toThrow('ENOENT');
    await leave();
    await ensureFull(library, contentHash, '0123abcd', make);
    expect((await stat(left)).size).toBe(9 * 1024 ** 3);
    await ensureFull(library, contentHash, '0123abce', () => Promise.resolve(Buffer.alloc(101 * 1024 ** 2)));
    await expect(stat(left)).rejects.toThrow('ENOENT');
  });
});
