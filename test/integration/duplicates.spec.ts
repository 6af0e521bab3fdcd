// Near-duplicates: copies made by a person are found, other photos are not, and nothing is deleted.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { jsonLinesOf } from '../support/json-lines.ts';
import type { DuplicateReport } from '../../src/shared/contract/duplicates.ts';
import { albumWith, testEngine, type TestEngine } from '../support/engine.ts';

const program = fileURLToPath(new URL('../../src/engine/cli/hashlens.ts', import.meta.url));
const photos = [
  'animals/kitten-on-fence.jpg',
  'animals/kitten-with-wool.jpg',
  'animals/red-panda.jpg',
  'places/sandy-beach.jpg',
  'places/beach-and-cliffs.jpg',
  'places/bridge-at-night.jpg',
];

async function find(engine: TestEngine): Promise<DuplicateReport> {
  await engine.finish(await engine.api['photos.findDuplicates']({}));
  const report = await engine.api['photos.duplicates']({});
  if (!report) throw new Error('a search without a report');
  return report;
}

const names = ({ groups }: DuplicateReport) =>
  groups.map((group) => group.photos.map((photo) => basename(photo.path)).sort()).sort();

/** The album with copies of one photo: smaller, compressed hard, cropped by 3%, brighter. */
async function albumWithCopies(): Promise<string> {
  const folder = albumWith(...photos);
  const original = join(folder, 'red-panda.jpg');
  const { width, height } = await sharp(original).metadata();
  const to = (name: string) => join(folder, name);
  await sharp(original)
    .resize(Math.round(width / 2))
    .toFile(to('smaller.jpg'));
  await sharp(original).jpeg({ quality: 30 }).toFile(to('compressed.jpg'));
  const [left, top] = [Math.round(width * 0.015), Math.round(height * 0.015)];
  await sharp(original)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .toFile(to('cropped.jpg'));
  await sharp(original).modulate({ brightness: 1.2 }).jpeg({ quality: 60 }).toFile(to('brighter.webp'));
  return folder;
}

it('finds no duplicates among different photos, and knows of none before the first search', async () => {
  const engine = testEngine();
  await engine.index(albumWith(...photos));
  expect(await engine.api['photos.duplicates']({})).toBe(null);
  expect(await find(engine)).toMatchObject({ groups: [], searched: photos.length, unreadable: 0, complete: true });
});

it('puts made copies of a photo into one group, without any other photo', async () => {
  const engine = testEngine();
  await engine.index(await albumWithCopies());
  const report = await find(engine);
  expect(names(report)).toEqual([['brighter.webp', 'compressed.jpg', 'cropped.jpg', 'red-panda.jpg', 'smaller.jpg']]);
  const [group] = report.groups;
  expect(group?.photos[0]?.photoId).toBe(group?.best);
  const smaller = group?.photos.find((photo) => photo.path.endsWith('smaller.jpg'));
  expect(smaller).toMatchObject({ identical: false, pixelDistance: expect.any(Number) as number });
  expect(smaller?.cosine).toBeGreaterThan(0.6);
});

it('does not wait for a pipe that has taken the place of a copy', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no such pipes');
  const engine = testEngine();
  const folder = await albumWithCopies();
  await engine.index(folder);
  rmSync(join(folder, 'compressed.jpg'));
  spawnSync('mkfifo', [join(folder, 'compressed.jpg')]);
  expect(names(await find(engine))).toEqual([
    ['brighter.webp', 'compressed.jpg', 'cropped.jpg', 'red-panda.jpg', 'smaller.jpg'],
  ]);
});

it('finds copies that were mirrored, turned or cropped, and never suggests one that was saved from another', async () => {
  const engine = testEngine();
  const folder = albumWith(...photos);
  const original = join(folder, 'red-panda.jpg');
  const { width, height } = await sharp(original).metadata();
  const to = (name: string) => join(folder, name);
  const part = (share: number) => ({ width: Math.round(width * share), height: Math.round(height * share) });
  await sharp(original).flop().jpeg({ quality: 60 }).toFile(to('mirrored.jpg'));
  for (const angle of [90, 180, 270])
    await sharp(original)
      .rotate(angle)
      .jpeg({ quality: 60 })
      .toFile(to(`${angle}.jpg`));
  await sharp(original)
    .extract({ left: 0, top: 0, ...part(0.92) })
    .toFile(to('cropped-8.jpg'));
  await sharp(original)
    .extract({ left: Math.round(width * 0.1), top: Math.floor(height * 0.14), ...part(0.85) })
    .toFile(to('cropped-15.jpg'));
  // Both are larger files, and the second looks sharper.
  await sharp(original).jpeg({ quality: 97 }).toFile(to('again.jpg'));
  const overlay = `<svg width="${width}" height="${height}"><text x="5%" y="90%" font-size="${height / 8}" fill="white">© Agency</text></svg>`;
  await sharp(original)
    .composite([{ input: Buffer.from(overlay) }])
    .jpeg({ quality: 95 })
    .toFile(to('watermarked.jpg'));
  await engine.index(folder);
  const report = await find(engine);
  expect(report.groups).toHaveLength(1);
  expect(names(report)[0]).toEqual(
    [
      ...['180.jpg', '270.jpg', '90.jpg', 'again.jpg', 'cropped-15.jpg', 'cropped-8.jpg', 'mirrored.jpg'],
      ...['red-panda.jpg', 'watermarked.jpg'],
    ].sort(),
  );
  const [best] = report.groups[0]?.photos ?? [];
  expect(basename(best?.path ?? '')).toBe('red-panda.jpg');
});

it('suggests the photo with most pixels and says why', async () => {
  const engine = testEngine();
  const folder = albumWith('animals/red-panda.jpg', 'places/sandy-beach.jpg');
  const { width, height } = await sharp(join(folder, 'red-panda.jpg')).metadata();
  const half = { width: Math.round(width / 2), height: Math.round(height / 2) };
  // A larger file with fewer pixels is not the better one.
  await sharp(join(folder, 'red-panda.jpg')).resize(half).png().toFile(join(folder, 'a-smaller.png'));
  await engine.index(folder);
  const [group] = (await find(engine)).groups;
  expect(group?.photos.map((photo) => basename(photo.path))).toEqual(['red-panda.jpg', 'a-smaller.png']);
  expect(group?.reason).toBe(`most pixels: ${width} × ${height}, the next has ${half.width} × ${half.height}`);
});

it('knows copies of the same bytes by name, and takes the earlier one', async () => {
  const engine = testEngine();
  const folder = albumWith('places/sandy-beach.jpg', 'animals/red-panda.jpg');
  copyFileSync(join(folder, 'sandy-beach.jpg'), join(folder, 'a copy of it.jpg'));
  utimesSync(join(folder, 'sandy-beach.jpg'), 1000, 1000);
  await engine.index(folder);
  const [group] = (await find(engine)).groups;
  expect(group?.photos.map((photo) => basename(photo.path))).toEqual(['sandy-beach.jpg', 'a copy of it.jpg']);
  expect(group?.reason).toMatch(/earliest/);
  expect(group?.photos.map((photo) => photo.identical)).toEqual([true, true]);
  expect(group?.photos.every((photo) => photo.cosine === 1 && photo.pixelDistance === 0)).toBe(true);
});

it('deletes nothing, and leaves photos out of the report once they are gone', async () => {
  const engine = testEngine();
  const folder = await albumWithCopies();
  const files = readdirSync(folder);
  await engine.index(folder);
  await find(engine);
  expect(readdirSync(folder)).toEqual(files);
  const left = async () => (await engine.api['photos.duplicates']({}))?.groups.map((group) => group.photos.length);
  rmSync(join(folder, 'smaller.jpg'));
  await engine.index(folder);
  expect(await left()).toEqual([4]);
  for (const name of ['compressed.jpg', 'cropped.jpg', 'brighter.webp']) rmSync(join(folder, name));
  await engine.index(folder);
  expect(await left()).toEqual([]);
});

it('finds the same a second time', async () => {
  const engine = testEngine();
  await engine.index(await albumWithCopies());
  const first = await find(engine);
  const second = await find(engine);
  expect(second.groups).toEqual(first.groups);
  expect(second.finishedAt).toBeGreaterThanOrEqual(first.finishedAt);
});

it('takes the pixel hashes it has kept: a second search counts no photo as unreadable when no picture can be read', async () => {
  const engine = testEngine();
  const folder = await albumWithCopies();
  await engine.index(folder);
  await find(engine);
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'no picture');
  rmSync(join(engine.libraryDir, 'thumbnails'), { recursive: true });
  expect((await find(engine)).unreadable).toBe(0);
  for (const name of readdirSync(engine.libraryDir)) {
    if (name.startsWith('pixel-hashes')) rmSync(join(engine.libraryDir, name));
  }
  expect((await find(engine)).unreadable).toBe(readdirSync(folder).length);
});

it('can be cancelled', async () => {
  const engine = testEngine();
  await engine.index(await albumWithCopies());
  const job = await engine.api['photos.findDuplicates']({});
  await engine.api['jobs.cancel']({ jobId: job.id });
  expect((await engine.finished(job.id)).state).toBe('cancelled');
  expect(await engine.api['photos.duplicates']({})).toBe(null);
});

it('prints the groups on the command line, as JSON for programs', async () => {
  const engine = testEngine();
  await engine.index(await albumWithCopies());
  await engine.close();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [program, 'duplicates', ...args, '--library', engine.libraryDir], { encoding: 'utf8' });
  const { status, stdout } = run('--json');
  expect(status).toBe(0);
  const group = z.object({ best: z.string(), reason: z.string(), photos: z.array(z.object({ path: z.string() })) });
  const [groups] = jsonLinesOf(z.array(group), stdout);
  expect(groups).toHaveLength(1);
  expect(groups?.[0]?.photos[0]?.path).toBe(groups?.[0]?.best);
  expect(groups?.[0]?.photos).toHaveLength(5);
  expect(run().stdout).toMatch(/1 groups, 4 photos beside the suggested ones, among 10\. Nothing was deleted\./);
});
