// Reading real photos: metadata in every format, sidecars, and files that are broken, hostile or of another type.
import { appendFile, open, readFile, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { itemAt } from '../../shared/at.ts';
import { HashlensError } from '../../shared/errors.ts';
import { NeedsMemory } from '../imaging/decode-photo.ts';
import { openInside } from './open-inside.ts';
import { exposureOf, hashFile, pictureOf, readPhoto, toPhotoError, type PhotoFacts } from './read-photo.ts';
import { scanFolder } from './scan/scan.ts';
import { folderOf, jpeg, type Tree } from '../../../test/support/photo-tree.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../test/fixtures/library');

async function fixture(name: string): Promise<PhotoFacts> {
  const photo = (await scanFolder(fixtures)).photos.find((found) => found.path === name);
  if (photo === undefined) throw new Error(`no fixture ${name}`);
  return readPhoto(fixtures, photo);
}

/** Reads the first photo of a folder made of `tree`. */
async function readFirst(tree: Tree): Promise<PhotoFacts> {
  const root = await folderOf(tree);
  const [photo] = (await scanFolder(root)).photos;
  if (photo === undefined) throw new Error('no photo in the tree');
  return readPhoto(root, photo);
}

const texts = (facts: PhotoFacts): string[] => facts.captions.map((caption) => caption.text);
const names = (facts: PhotoFacts): string[] => facts.tags.map((tag) => tag.name);
const iso = (facts: PhotoFacts): string | null =>
  facts.capturedAt === null ? null : new Date(facts.capturedAt).toISOString();

describe('embedded metadata', () => {
  it('merges IPTC, XMP and EXIF of a JPEG', async () => {
    const facts = await fixture('all-fields.jpg');
    expect(facts).toMatchObject({ width: 8, height: 12, format: 'jpeg', camera: 'NIKON D70' });
    expect(facts.captions).toEqual([
      { text: 'Boats near the coast', source: 'xmp' },
      { text: 'Boote vor der Küste', source: 'xmp' },
      { text: 'Fischerboote', source: 'exif' },
      { text: 'A subject from Windows', source: 'exif' },
    ]);
    expect(names(facts)).toEqual([
      ...['harbour', 'Sea', 'People', 'Family', 'Anna', 'Places', 'Italy', 'Genoa'],
      ...['Küste', 'boat', 'summer'],
    ]);
    expect(facts.tags.at(-1)).toEqual({ name: 'summer', source: 'exif' });
  });

  it('keeps the time the wall clock showed, whatever the offset', async () => {
    expect(iso(await fixture('all-fields.jpg'))).toBe('2019-07-31T23:30:15.250Z');
    expect(iso(await fixture('xmp.gif'))).toBe('2018-02-03T04:05:06.000Z');
  });

  it('reads IPTC that declares no character set', async () => {
    const facts = await fixture('iptc-latin1.jpg');
    expect(facts.captions).toEqual([{ text: 'Café – près de l’église', source: 'iptc' }]);
    expect(facts.tags).toEqual([{ name: 'Küste', source: 'iptc' }]);
  });

  it.each(['png', 'webp', 'gif', 'avif', 'tif'])('reads XMP in %s', async (extension) => {
    const facts = await fixture(`xmp.${extension}`);
    expect(facts.captions[0]).toEqual({ text: `Boats in a ${extension}`, source: 'xmp' });
    expect(names(facts).slice(0, 2)).toEqual(['harbour', 'a & b <c>']);
  });

  it.each(['png', 'webp', 'avif', 'tif'])('reads EXIF in %s', async (extension) => {
    const facts = await fixture(`xmp.${extension}`);
    expect(facts.camera).toBe('Canon EOS 6D');
    expect(iso(facts)).toBe('2018-02-03T04:05:06.000Z');
    expect(facts.captions[1]).toEqual({ text: 'From EXIF', source: 'exif' });
    // AVIF has its own rotation property and tells readers to ignore EXIF's.
    expect([facts.width, facts.height]).toEqual(extension === 'avif' ? [12, 8] : [8, 12]);
  });

  it('reads IPTC in TIFF and in PNG', async () => {
    expect((await fixture('xmp.tif')).tags).toContainEqual({ name: 'Küste', source: 'iptc' });
    const png = await fixture('iptc-raw-profile.png');
    expect(png.captions).toEqual([{ text: 'In the museum', source: 'iptc' }]);
    expect(png.tags).toEqual([{ name: 'museum', source: 'iptc' }]);
  });

  it('reads compressed XMP in PNG', async () => {
    expect(names(await fixture('xmp-compressed.png'))).toEqual(['squeezed']);
  });

  it('leaves out what the camera wrote as a caption, and a date of zeros', async () => {
    const facts = await fixture('camera-junk.jpg');
    expect(facts).toMatchObject({ captions: [], capturedAt: null, camera: 'OLYMPUS IMAGING CORP. E-M5' });
  });

  it('joins XMP that is spread over several JPEG segments, in any order', async () => {
    const long = `<rdf:RDF><rdf:Description dc:subject="far" dc:description="${'word '.repeat(30_000)}"/></rdf:RDF>`;
    const pieces = long.match(/[\s\S]{1,60000}/g) ?? [];
    const segments = pieces.map((piece, index) => {
      const head = Buffer.alloc(40, 'a');
      head.writeUInt32BE(long.length, 32);
      head.writeUInt32BE(index * 60_000, 36);
      return segment(Buffer.concat([Buffer.from('http://ns.adobe.com/xmp/extension/\0'), head, Buffer.from(piece)]));
    });
    const plain = await jpeg();
    const facts = await readFirst({
      'a.jpg': Buffer.concat([plain.subarray(0, 2), ...segments.toReversed(), plain.subarray(2)]),
    });
    expect(names(facts)).toEqual(['far']);
    expect(texts(facts)[0]).toHaveLength(1999);
  });

  it('judges the format by content, not by name', async () => {
    expect(await readFirst({ 'a.png': await jpeg() })).toMatchObject({ format: 'jpeg', width: 12, height: 8 });
  });

  it('streams a large file to the same facts as a small one', async () => {
    const small = await readFile(path.join(fixtures, 'all-fields.jpg'));
    const root = await folderOf({ 'large.jpg': small, 'small.jpg': small });
    const file = await open(path.join(root, 'large.jpg'), 'r+');
    // One mebibyte more than is read into memory.
    const size = 65 * 1024 * 1024;
    await file.truncate(size);
    await file.close();
    const [large, little] = (await scanFolder(root)).photos;
    if (large === undefined || little === undefined) throw new Error('two photos were written');
    const expected = await readPhoto(root, little);
    let progress = 0;
    const { contentHash, ...facts } = await readPhoto(root, large, { onProgress: () => progress++ });
    expect(progress).toBe(1);
    expect({ ...facts, contentHash: expected.contentHash }).toEqual(expected);
    const padded = Buffer.concat([small, Buffer.alloc(size - small.length)]);
    const { xxhash128 } = await import('hash-wasm');
    expect(contentHash).toBe(await xxhash128(padded));
    expect(await hashFile(root, large.path)).toBe(contentHash);
  });
});

describe('a reading', () => {
  async function onePhoto() {
    const root = await folderOf({ 'a.jpg': await jpeg() });
    const photo = itemAt((await scanFolder(root)).photos, 0);
    return { root, photo, file: path.join(root, photo.path) };
  }

  it('tells that all bytes are read before it decodes, with the picture and the stamp of its file', async () => {
    const { root, photo, file } = await onePhoto();
    const steps: string[] = [];
    const facts = await readPhoto(root, photo, {
      onRead: () => steps.push('read'),
      decode: async ({ picture, contentHash, stamp }) => {
        const { size, mtimeMs, ctimeMs } = await stat(file);
        expect({ picture: picture.format, stamp }).toEqual({ picture: 'jpeg', stamp: { size, mtimeMs, ctimeMs } });
        steps.push(contentHash);
      },
    });
    expect(steps).toEqual(['read', facts.contentHash]);
  });

  it.each([
    ['grew', async (file: string) => appendFile(file, 'more')],
    ['got another date', async (file: string) => utimes(file, 1, 1)],
  ])('of a file that %s meanwhile is refused', async (_, change) => {
    const { root, photo, file } = await onePhoto();
    await expect(readPhoto(root, photo, { decode: () => change(file) })).rejects.toMatchObject({
      ...{ code: 'io-error', message: 'a.jpg changed while it was read; scan its folder again.' },
    });
  });

  it('passes on that the photo needs more memory', async () => {
    const { root, photo } = await onePhoto();
    const error = new NeedsMemory('too large here');
    await expect(readPhoto(root, photo, { decode: () => Promise.reject(error) })).rejects.toBe(error);
  });

  it('of the picture or the exposure alone refuses an empty file and one that is no photo', async () => {
    const root = await folderOf({ 'empty.jpg': '', 'text.jpg': 'Dear diary', 'a.jpg': await jpeg() });
    const both = async (name: string) => {
      await using file = await openInside(root, name);
      const picture = await pictureOf(file, path.join(root, name));
      let isRead = false;
      const exposure = await exposureOf(file, path.join(root, name), () => (isRead = true));
      return { size: [picture.width, picture.height], isRead, iso: exposure.iso };
    };
    expect(await both('a.jpg')).toEqual({ size: [12, 8], isRead: true, iso: null });
    await expect(both('empty.jpg')).rejects.toThrow(/^empty\.jpg is empty/);
    await expect(both('text.jpg')).rejects.toMatchObject({ code: 'not-an-image' });
  });
});

function segment(data: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

const xmp = (description: string, ...tags: string[]): string =>
  `<rdf:RDF><rdf:Description dc:description="${description}" exif:DateTimeOriginal="2001-02-03T04:05:06"><dc:subject>` +
  `<rdf:Bag>${tags.map((tag) => `<rdf:li>${tag}</rdf:li>`).join('')}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF>`;

describe('sidecars', () => {
  it('merges both spellings of XMP, the fuller name first, and a caption a line of text', async () => {
    const facts = await readFirst({
      'a.jpg': await jpeg(),
      'a.jpg.xmp': xmp('From the full name', 'one', 'shared'),
      'a.xmp': xmp('From the short name', 'Shared', 'two'),
      'a.txt': '\uFEFFFirst line\r\n\r\n  second   line \nFrom the short name\nfirst line\n',
    });
    expect(facts.captions).toEqual([
      { text: 'From the full name', source: 'sidecar' },
      { text: 'From the short name', source: 'sidecar' },
      { text: 'First line', source: 'text-file' },
      { text: 'second line', source: 'text-file' },
      { text: 'first line', source: 'text-file' },
    ]);
    expect(names(facts)).toEqual(['one', 'shared', 'two']);
    expect(iso(facts)).toBe('2001-02-03T04:05:06.000Z');
  });

  it('keeps a caption once when photo and sidecar say the same', async () => {
    const photo = await readFile(path.join(fixtures, 'all-fields.jpg'));
    const facts = await readFirst({ 'a.jpg': photo, 'a.txt': 'Boats near  the coast' });
    expect(facts.captions.filter((caption) => caption.text === 'Boats near the coast')).toEqual([
      { text: 'Boats near the coast', source: 'text-file' },
    ]);
  });

  it.each([
    ['binary text', { 'a.txt': Buffer.from([65, 0, 66, 0, 1, 2]) }],
    ['too much text', { 'a.txt': 'word '.repeat(20_000) }],
    ['damaged XMP', { 'a.xmp': '<rdf:RDF><rdf:Descr' }],
    ['hostile XMP', { 'a.xmp': `<!DOCTYPE x [<!ENTITY a "b">]>${xmp('&a;', 'x')}` }],
    ['endless XMP', { 'a.xmp': '<a>'.repeat(1_500_000) }],
  ])('keeps the photo in spite of %s', async (_, sidecar: Tree) => {
    expect(await readFirst({ 'a.jpg': await jpeg(), ...sidecar })).toMatchObject({ captions: [], tags: [], width: 12 });
  });

  it('strips control characters, cuts what is too long, and cuts no character in two', async () => {
    const facts = await readFirst({
      'a.jpg': await jpeg(),
      'a.txt': `be\u0007ll \u202Ereversed\n${'😀'.repeat(3000)}`,
      'a.xmp': xmp('', 'x'.repeat(300), 'one; two'),
    });
    expect(texts(facts)[0]).toBe('be ll reversed');
    expect(texts(facts)[1]).toBe('😀'.repeat(2000));
    expect(names(facts)).toEqual(['x'.repeat(100), 'one', 'two']);
  });
});

describe('files that cannot be read', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>';
  it.each([
    ['empty.jpg', '', 'unreadable', '0 bytes'],
    ['text.jpg', 'Dear diary,\n', 'not-an-image', 'holds text'],
    ['page.png', '<!DOCTYPE html><html>', 'not-an-image', 'a web page'],
    ['document.png', '%PDF-1.7', 'not-an-image', 'a PDF'],
    ['noise.webp', Buffer.from([1, 2, 3, 4, 5]), 'not-an-image', 'noise.webp'],
    ['drawing.jpg', svg, 'unsupported-format', 'an SVG drawing'],
    ['drawing2.jpg', `<?xml version="1.0"?>\n<!-- x -->${svg}`, 'unsupported-format', 'an SVG drawing'],
    ['phone.jpg', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'unreadable', 'damaged'],
    ['sensor.jpg', 'FUJIFILMCCD-RAW 0201', 'unsupported-format', 'a camera RAW image without a preview'],
    ['video.jpg', '\0\0\0\x14ftypisom\0\0\0\0mp42', 'unsupported-format', 'a video'],
    ['old.jpg', 'BM\x46\0\0\0', 'unsupported-format', 'a BMP image'],
    ['new.png', Buffer.from([0xff, 0x0a, 0, 0]), 'unreadable', 'damaged'],
    ['cut.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74]), 'unreadable', 'damaged'],
    ['cut.png', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'unreadable', 'damaged'],
    ['cut.gif', 'GIF89a', 'unreadable', 'damaged'],
    ['cut.avif', '\0\0\0\x18ftypavif\0\0\0\0mif1avif', 'unreadable', 'damaged'],
  ])('says what is wrong with %s', async (name, content, code, words) => {
    const failure = readFirst({ [name]: content });
    await expect(failure).rejects.toBeInstanceOf(HashlensError);
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining(name) as string });
  });

  it('refuses a photo of more pixels than can be decoded, by its header', async () => {
    const bomb = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    bomb.writeUInt32BE(40_000, 16);
    bomb.writeUInt32BE(40_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await expect(readFirst({ 'bomb.png': bomb })).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('1000 million pixels') as string,
    });
  });

  it('says that a photo is gone', async () => {
    const root = temporaryFolder();
    const photo = {
      path: 'gone.jpg',
      size: 1,
      mtimeMs: 0,
      ctimeMs: 0,
      link: false,
      sidecars: [],
      sidecarStamp: '',
      versions: [],
    };
    await expect(readPhoto(root, photo)).rejects.toMatchObject({
      code: 'io-error',
      message: expect.stringContaining('no longer there') as string,
    });
  });

  it('says that a photo is damaged whose header is cut off, in any format that is supported', async () => {
    const plain = sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } });
    for (const [format, length] of [
      ['tiff', 100],
      ['png', 20],
      ['webp', 16],
    ] as const) {
      const whole = await plain.clone().toFormat(format).toBuffer();
      await expect(readFirst({ [`a.${format}`]: whole.subarray(0, length) }), format).rejects.toMatchObject({
        ...{ code: 'unreadable', message: expect.stringContaining('is damaged and cannot be decoded') as string },
      });
    }
  });

  it('keeps a photo whose metadata is damaged', async () => {
    const photo = await readFile(path.join(fixtures, 'all-fields.jpg'));
    const scanAt = photo.lastIndexOf(Buffer.from([0xff, 0xdb]));
    for (const needle of ['Exif\0\0', '8BIM', '<rdf:RDF']) {
      const broken = Buffer.from(photo);
      broken.fill(0xee, broken.indexOf(needle) + needle.length, broken.indexOf(needle) + needle.length + 60);
      expect(broken.indexOf(needle)).toBeLessThan(scanAt);
      const facts = await readFirst({ 'a.jpg': broken });
      expect(facts.width * facts.height).toBe(96);
    }
  });
});

describe('toPhotoError', () => {
  it('keeps a HashlensError as it is', () => {
    const error = new HashlensError('not-an-image', 'x');
    expect(toPhotoError('/a/b.jpg', error)).toBe(error);
  });

  it.each([
    [new Error('Input image exceeds pixel limit'), 'unsupported-format'],
    [new Error('Input buffer contains unsupported image format'), 'unsupported-format'],
    [new Error('Input file is missing: /a/b.jpg'), 'io-error'],
    [new Error('VipsJpeg: premature end of JPEG image'), 'unreadable'],
    [new Error('pngload_buffer: libspng read error'), 'unreadable'],
    [Object.assign(new Error('x'), { code: 'EACCES' }), 'io-error'],
    [Object.assign(new Error('x'), { code: 'EIO' }), 'io-error'],
    ['a string', 'unreadable'],
  ])('turns %s into a sentence that names the file', (error, code) => {
    const converted = toPhotoError('/a/b.jpg', error);
    expect(converted).toMatchObject({
      code,
      message: expect.stringMatching(/^(?:b\.jpg|You may not read b\.jpg)[^\n]*\.$/) as string,
    });
    expect(converted.cause).toBe(error);
  });
});
