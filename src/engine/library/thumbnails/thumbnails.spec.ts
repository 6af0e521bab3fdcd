// Thumbnails from real photos: size, orientation, sharing, atomic writes.
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { folderOf, jpeg } from '../../../../test/support/photo-tree.ts';
import { ensureThumbnail, thumbnailPath } from './thumbnails.ts';

const HASH = 'abcdef0123456789abcdef0123456789';

describe('thumbnailPath', () => {
  it('files thumbnails by the first two digits', () => {
    expect(thumbnailPath('lib', HASH)).toBe(path.join('lib', 'thumbnails', 'ab', `${HASH}.webp`));
  });

  it.each(['../../etc/passwd', 'ABCDEF0123', '', 'abc', `${HASH}/x`])('refuses %j as a hash', (hash) => {
    expect(() => thumbnailPath('lib', hash)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
  });
});

describe('ensureThumbnail', () => {
  it('makes a WebP of 512 pixels on the long side, turned upright', async () => {
    const upright = await sharp(await jpeg({ width: 1200, height: 600 }))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const folder = await folderOf({ 'a.jpg': upright });
    const made = await ensureThumbnail(folder, HASH, path.join(folder, 'a.jpg'));
    expect(made).toBe(thumbnailPath(folder, HASH));
    expect(await sharp(made).metadata()).toMatchObject({ format: 'webp', width: 256, height: 512 });
    expect((await sharp(made).metadata()).orientation).toBeUndefined();
  });

  it('does not enlarge small photos', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg({ width: 40, height: 20 }) });
    const made = await ensureThumbnail(folder, HASH, path.join(folder, 'a.jpg'));
    expect(await sharp(made).metadata()).toMatchObject({ width: 40, height: 20 });
  });

  it('makes one for callers at the same time, and keeps it', async () => {
    const folder = await folderOf({ 'a.jpg': await jpeg() });
    const photo = path.join(folder, 'a.jpg');
    const calls = [ensureThumbnail(folder, HASH, photo), ensureThumbnail(folder, HASH, photo)];
    expect(calls[0]).toBe(calls[1]);
    const [made] = await Promise.all(calls);
    const before = await stat(made ?? '');
    await writeFile(photo, 'no longer a photo, but the content hash says it is the same');
    await ensureThumbnail(folder, HASH, photo);
    expect((await stat(made ?? '')).mtimeMs).toBe(before.mtimeMs);
    expect(await readdir(path.dirname(made ?? ''))).toEqual([`${HASH}.webp`]);
  });

  it('replaces an empty file that a power cut left', async () => {
    const target = `thumbnails/ab/${HASH}.webp`;
    const folder = await folderOf({ 'a.jpg': await jpeg(), [target]: '' });
    await ensureThumbnail(folder, HASH, path.join(folder, 'a.jpg'));
    expect((await stat(path.join(folder, target))).size).toBeGreaterThan(0);
  });

  it('fails with a sentence about the photo, leaves nothing behind, and can be tried again', async () => {
    const folder = await folderOf({ 'a.jpg': 'not a photo' });
    const photo = path.join(folder, 'a.jpg');
    await expect(ensureThumbnail(folder, HASH, photo)).rejects.toMatchObject({
      name: 'HashlensError',
      message: expect.stringContaining('a.jpg') as string,
    });
    expect(await readdir(path.join(folder, 'thumbnails/ab'))).toEqual([]);
    await writeFile(photo, await jpeg());
    await expect(ensureThumbnail(folder, HASH, photo)).resolves.toContain(HASH);
  });

  it('shows what there is of a photo cut short', async () => {
    const whole = await sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
        background: 'red',
      },
    })
      .jpeg()
      .toBuffer();
    const folder = await folderOf({ 'cut.jpg': whole.subarray(0, whole.length / 2) });
    const made = await ensureThumbnail(folder, HASH, path.join(folder, 'cut.jpg'));
    expect(await sharp(made).metadata()).toMatchObject({ width: 300, height: 300 });
  });
});
