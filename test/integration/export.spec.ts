// Copies of photos: unchanged, or as pictures of a size, with or without metadata; nothing is overwritten.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src/engine/engine.ts';
import { copiesRequests, type CopyForm } from '../../src/shared/contract/copies.ts';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import type { Job } from '../../src/shared/contract/jobs.ts';
import { heic } from '../support/heic.ts';
import { resourcesDir } from '../support/resources.ts';

let engine: Engine;
let root: string;
let folder: string;
const ids = new Map<string, PhotoId>();
const tiff = Buffer.from('TU0AKgAAAAgAAgEPAAIAAAAFAAAAJgESAAMAAAABAAYAAAAAAABBY21lAA==', 'base64');

const idsOf = (...names: string[]): PhotoId[] =>
  names.map((name) => {
    const photoId = ids.get(name);
    if (photoId === undefined) throw new Error(`${name} is not indexed`);
    return photoId;
  });

async function copy(
  names: readonly string[],
  target: string,
  form: CopyForm = { as: 'original' },
  pattern?: string,
): Promise<Job> {
  const params = copiesRequests['copies.make'].params.parse({
    photoIds: idsOf(...names),
    folder: target,
    form,
    ...(pattern === undefined ? {} : { names: pattern }),
  });
  return engine.finished((await engine.api['copies.make'](params)).id);
}

beforeAll(async () => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  folder = join(root, 'photos');
  mkdirSync(join(folder, 'more'), { recursive: true });
  const picture = (red: number) =>
    sharp({ create: { width: 400, height: 200, channels: 3, background: { r: red, g: 40, b: 90 } } });
  const exif = {
    IFD0: { Make: 'Acme', ImageDescription: 'A lake' },
    IFD2: { DateTimeOriginal: '2019:07:14 16:20:05' },
  };
  writeFileSync(
    join(folder, 'a.jpg'),
    await picture(200).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  );
  writeFileSync(join(folder, 'more', 'a.jpg'), await picture(90).jpeg().toBuffer());
  writeFileSync(join(folder, 'b.heic'), heic({ width: 64, height: 32, exif: tiff }));
  utimesSync(join(folder, 'a.jpg'), new Date('2020-01-02'), new Date('2020-01-02'));
  engine = openEngine({ libraryDir: join(root, 'library'), resourcesDir, interactive: false, emit: () => undefined });
  const { job } = await engine.api['folders.add']({ path: folder });
  await engine.finished(job.id);
  const recent = engineRequests['photos.recent'].params.parse({});
  for (const { path, photoId } of await engine.api['photos.recent'](recent)) {
    ids.set(path.slice(folder.length + 1), photoId);
  }
}, 120_000);
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

describe('copies', () => {
  it('are the files byte by byte, with their time of change', async () => {
    const target = join(root, 'originals', 'deep');
    const { copies } = await copy(['a.jpg', 'b.heic'], target);
    expect(copies).toEqual({ folder: target, copied: 2, failed: [], failures: 0 });
    expect(readFileSync(join(target, 'a.jpg')).equals(readFileSync(join(folder, 'a.jpg')))).toBe(true);
    expect(statSync(join(target, 'a.jpg')).mtime).toEqual(new Date('2020-01-02'));
    expect(readdirSync(target).sort()).toEqual(['a.jpg', 'b.heic']);
  });

  it('never replace a file, and two of one name get a number', async () => {
    const target = join(root, 'taken');
    mkdirSync(target);
    writeFileSync(join(target, 'A.jpg'), 'mine');
    writeFileSync(join(target, 'a.jpg'), 'mine too');
    await copy(['a.jpg', 'more/a.jpg'], target);
    expect(readdirSync(target).sort()).toEqual(['A.jpg', 'a (2).jpg', 'a (3).jpg', 'a.jpg']);
    expect(readFileSync(join(target, 'a.jpg'), 'utf8')).toBe('mine too');
    await copy(['a.jpg'], target);
    expect(readdirSync(target)).toHaveLength(5);
  });

  it('are upright pictures of the size that is asked for, and are never enlarged', async () => {
    const target = join(root, 'small');
    await copy(['a.jpg'], target, { as: 'jpeg', longSide: 100, quality: 80, metadata: true }, '{date} {name} {number}');
    const small = await sharp(join(target, '2019-07-14 a 001.jpg')).metadata();
    expect([small.width, small.height, small.orientation ?? 1]).toEqual([50, 100, 1]);
    await copy(['b.heic'], target, { as: 'webp', longSide: 5000, quality: 80, metadata: false });
    const large = await sharp(join(target, 'b.webp')).metadata();
    expect([large.width, large.height]).toEqual([32, 64]);
  });

  it.each(['jpeg', 'webp'] as const)('have as %s the metadata of a photo of any format, or none', async (as) => {
    const form = (metadata: boolean): CopyForm => ({ as, longSide: null, quality: 80, metadata });
    const exifOf = async (file: string) => (await sharp(file).metadata()).exif?.toString('latin1') ?? '';
    const [kept, bare] = [join(root, `kept-${as}`), join(root, `bare-${as}`)];
    await copy(['a.jpg', 'b.heic'], kept, form(true));
    await copy(['a.jpg', 'b.heic'], bare, form(false));
    const extension = as === 'jpeg' ? 'jpg' : 'webp';
    expect(await exifOf(join(kept, `a.${extension}`))).toMatch(/Acme[^]*2019:07:14 16:20:05/);
    expect(await exifOf(join(kept, `b.${extension}`))).toContain('Acme');
    const turned = await sharp(join(kept, `b.${extension}`)).metadata();
    expect([turned.width, turned.height, turned.orientation ?? 1]).toEqual([32, 64, 1]);
    for (const name of ['a', 'b']) {
      const { exif, xmp, iptc } = await sharp(join(bare, `${name}.${extension}`)).metadata();
      expect([exif, xmp, iptc]).toEqual([undefined, undefined, undefined]);
    }
  });

  it('that cannot be made are named, and the others are made', async () => {
    const target = join(root, 'some');
    writeFileSync(join(folder, 'more', 'a.jpg'), 'no picture any more');
    const { copies } = await copy(['more/a.jpg', 'a.jpg'], target, {
      ...{ as: 'jpeg', longSide: null, quality: 80, metadata: true },
    });
    expect(copies).toMatchObject({ copied: 1, failures: 1, failed: [{ path: join(folder, 'more/a.jpg') }] });
    // Its name remains that of the failed photo, so that another try finds the same names.
    expect(readdirSync(target)).toEqual(['a (2).jpg']);
  });

  it('are refused in place of a file and in the library’s own folder', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(copy(['a.jpg'], join(root, 'file'))).rejects.toThrow(/is a file; name a folder/);
    await expect(copy(['a.jpg'], join(root, 'library/models'))).rejects.toThrow(/the library's own folder/);
  });

  it('end with what is wrong with their folder, and not photo by photo', async () => {
    const job = await copy(['a.jpg', 'b.heic'], '/proc/hashlens');
    expect(job).toMatchObject({ state: 'failed', copies: null });
    expect(job.error?.message).toBe(
      'Nothing can be written into /proc/hashlens; check its permissions and its disk, or choose another folder.',
    );
  });

  it('that an earlier start of the job has made are not made again', async () => {
    const target = join(root, 'again');
    await copy(['a.jpg'], target);
    const { copyJob } = await import('../../src/engine/jobs/copy-job.ts');
    const { openStore } = await import('../../src/engine/store/database.ts');
    const { PhotoFolders } = await import('../../src/engine/library/reader/photo-folders.ts');
    const { undisturbed } = await import('../support/job-context.ts');
    const store = openStore(join(root, 'library'));
    const photoFolders = new PhotoFolders({ readers: 1 });
    const params = { photoIds: idsOf('a.jpg', 'b.heic'), folder: target, form: { as: 'original' } };
    const startedBefore = Date.now() - 60_000;
    const outcome = await copyJob(store, photoFolders)(params, { ...undisturbed, startedBefore });
    photoFolders.close();
    store.close();
    expect(outcome).toMatchObject({ copied: 2 });
    expect(readdirSync(target).sort()).toEqual(['a.jpg', 'b.heic']);
  });
});
