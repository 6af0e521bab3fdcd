// Near-duplicates: `npm run -s bench -- duplicates [--originals=100] [--photos=1000] [--json]`. Some photos of
// Flickr8k beside this checkout get copies, each edited in one way. Prints the number of copies found of each kind,
// the photos grouped wrongly, and how often the original is suggested.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { openEngine } from '../src/engine/engine.ts';
import { Random } from '../src/engine/numerics/random.ts';
import { photoFolder } from './lib/flickr8k.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { machine, printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: {
    originals: { type: 'string', default: '100' },
    photos: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
});
const random = new Random(1);

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Cuts `share` off both sides, at a random place. */
const crop =
  (share: number) =>
  (image: Sharp, { width, height }: Size) => {
    const [w, h] = [Math.round(width * (1 - share)), Math.round(height * (1 - share))];
    return image.extract({ left: random.below(width - w + 1), top: random.below(height - h + 1), width: w, height: h });
  };
const watermark = (image: Sharp, { width, height }: Size) => {
  const text = `<svg width="${width}" height="${height}"><text x="5%" y="92%" font-size="${height / 9}" fill="white" fill-opacity="0.7">\u00a9 Agency</text></svg>`;
  return image.composite([{ input: Buffer.from(text) }]);
};
const edits: Readonly<Record<string, (image: Sharp, size: Size) => Sharp>> = {
  'half size': (image, { width }) => image.resize(Math.round(width / 2)),
  'quality 40': (image) => image.jpeg({ quality: 40 }),
  'quality 92': (image) => image.jpeg({ quality: 92 }),
  'a fifth brighter': (image) => image.modulate({ brightness: 1.2 }),
  'cropped by 3%': crop(0.03),
  'cropped by 8%': crop(0.08),
  'cropped by 15%': crop(0.15),
  'cropped by 30%': crop(0.3),
  mirrored: (image) => image.flop(),
  'cropped by 8%, mirrored': (image, size) => crop(0.08)(image, size).flop(),
  'cropped by 15%, mirrored': (image, size) => crop(0.15)(image, size).flop(),
  'turned by 90': (image) => image.rotate(90),
  'turned by 180': (image) => image.rotate(180),
  'turned by 270': (image) => image.rotate(270),
  'watermark, quality 80': (image, size) => watermark(image, size).jpeg({ quality: 80 }),
  'watermark, quality 92': (image, size) => watermark(image, size).jpeg({ quality: 92 }),
};

const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
try {
  const album = join(folder, 'album');
  mkdirSync(album);
  const source = join(photoFolder, 'photos');
  const photos = readdirSync(source).sort().slice(0, Number(values.photos));
  const every = Math.max(1, Math.floor(photos.length / Number(values.originals)));
  const originals = new Set(photos.filter((_, i) => i % every === 0).slice(0, Number(values.originals)));
  for (const name of photos) copyFileSync(join(source, name), join(album, name));
  for (const name of originals) {
    const { width, height } = await sharp(join(source, name)).metadata();
    for (const [kind, edit] of Object.entries(edits)) {
      const copy = `${name.slice(0, -4)}~${kind.replaceAll(/\W+/g, '-')}.jpg`;
      await edit(sharp(join(source, name)), { width, height }).toFile(join(album, copy));
    }
  }
  const engine = openEngine({
    libraryDir: join(folder, 'library'),
    resourcesDir,
    interactive: false,
    emit: () => undefined,
  });
  const { job } = await engine.api['folders.add']({ path: album });
  await engine.finished(job.id);
  const started = performance.now();
  await engine.finished((await engine.api['photos.findDuplicates']({})).id);
  const seconds = (performance.now() - started) / 1000;
  const report = await engine.api['photos.duplicates']({});
  await engine.close();
  if (!report) throw new Error('The search for duplicates has no report.');

  const originalOf = (path: string) => basename(path).replace(/(?:~.*)?\.jpg$/, '.jpg');
  const kindOf = (name: string) => name.replace(/^.*~|\.jpg$/g, '').replaceAll('-', ' ');
  const groupOf = new Map(
    report.groups.flatMap((group, i) => group.photos.map(({ path }) => [basename(path), i] as const)),
  );
  const rows = Object.keys(edits).map((kind) => {
    const names = [...originals].map(
      (name) => [name, `${name.slice(0, -4)}~${kind.replaceAll(/\W+/g, '-')}.jpg`] as const,
    );
    const found = names.filter(([name, copy]) => groupOf.has(name) && groupOf.get(name) === groupOf.get(copy)).length;
    return { copy: kind, found, of: names.length };
  });
  const mixed = report.groups.filter(
    ({ photos: members }) => new Set(members.map(({ path }) => originalOf(path))).size > 1,
  );
  const withOriginal = report.groups.filter(({ photos: members }) =>
    members.some(({ path }) => originals.has(basename(path))),
  );
  const suggested = withOriginal.filter(({ photos: [best] }) => best && originals.has(basename(best.path))).length;
  const summary = {
    photos: report.searched,
    groups: report.groups.length,
    'groups with other photos': mixed.length,
    'original suggested': `${suggested} of ${withOriginal.length}`,
    seconds: Number(seconds.toFixed(1)),
  };
  if (values.json) console.log(JSON.stringify({ machine: machine(), rows, summary }));
  else {
    console.log(machine());
    printTable(
      ['copy', 'found', 'of'],
      rows.map((row) => [row.copy, String(row.found), String(row.of)]),
    );
    console.log(summary);
    const wrong = withOriginal.flatMap(({ photos: [best], reason }) =>
      best === undefined || originals.has(basename(best.path))
        ? []
        : [`${kindOf(basename(best.path))}, as ${reason.replace(/:.*/, '')}`],
    );
    for (const what of new Set(wrong)) {
      console.log(`suggested instead: ${what}, ${wrong.filter((other) => other === what).length} times`);
    }
    for (const { photos: members } of mixed) console.log(new Set(members.map(({ path }) => originalOf(path))));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
