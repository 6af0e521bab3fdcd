// Corner cases of embedded metadata: blocks in odd places, damaged blocks, and harmful ones.
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { folderOf, type Tree } from '../../../../test/support/photo-tree.ts';
import { readPhoto, type PhotoFacts } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../../test/fixtures/library');
const fixture = (name: string): Promise<Buffer> => readFile(path.join(fixtures, name));

/** Reads the first photo of a folder made of `tree`; the file is made `size` bytes long first. */
async function readFirst(tree: Tree, size?: number): Promise<PhotoFacts> {
  const root = await folderOf(tree);
  const [photo] = (await scanFolder(root)).photos;
  if (photo === undefined) throw new Error('no photo in the tree');
  if (size !== undefined) {
    await using file = await open(path.join(root, photo.path), 'r+');
    await file.truncate(size);
  }
  return readPhoto(root, photo);
}

function chunk(name: string, data: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG with one chunk more, after the header or before the end. */
async function png(extra: Buffer, where: 'front' | 'back'): Promise<Buffer> {
  const plain = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const at = where === 'front' ? 33 : plain.length - 12;
  return Buffer.concat([plain.subarray(0, at), extra, plain.subarray(at)]);
}

/** The TIFF structure of `xmp.png`. */
async function exifOfFixture(): Promise<Buffer> {
  const { exif } = await sharp(await fixture('xmp.png')).metadata();
  if (exif === undefined) throw new Error('xmp.png has EXIF');
  return exif;
}

describe('EXIF', () => {
  it('is read of a TIFF too large to hold', async () => {
    const small = await readFirst({ 'a.tif': await fixture('xmp.tif') });
    const large = await readFirst({ 'a.tif': await fixture('xmp.tif') }, 40 * 1024 * 1024);
    expect(small.camera).toBe('Canon EOS 6D');
    expect(large).toEqual({ ...small, contentHash: large.contentHash });
  });

  it('is read behind the pixels of a PNG', async () => {
    const facts = await readFirst({ 'a.png': await png(chunk('eXIf', await exifOfFixture()), 'back') });
    expect(facts.camera).toBe('Canon EOS 6D');
    expect(facts.captions).toEqual([{ text: 'From EXIF', source: 'exif' }]);
  });

  it('is read of a PNG that has it as text', async () => {
    const hex = Buffer.concat([Buffer.from('Exif\0\0'), await exifOfFixture()]).toString('hex');
    const lines = (hex.match(/.{1,72}/g) ?? []).join('\n');
    for (const type of ['exif', 'APP1']) {
      const text = Buffer.from(`Raw profile type ${type}\0\n${type}\n  ${hex.length / 2}\n${lines}\n`);
      expect(await readFirst({ 'a.png': await png(chunk('tEXt', text), 'front') })).toMatchObject({
        camera: 'Canon EOS 6D',
      });
    }
  });

  it('reads Windows-1252 where no UTF-8 is', async () => {
    const photo = await fixture('all-fields.jpg');
    photo.write('Fischer\u0096b\u00f6te', photo.indexOf('Fischerboote'), 'latin1');
    const facts = await readFirst({ 'a.jpg': photo });
    expect(facts.captions).toContainEqual({ text: 'Fischer–böte', source: 'exif' });
  });

  it('of endless text is left out, and the photo kept', async () => {
    const tiff = await fixture('xmp.tif');
    // The entry of ImageDescription: its tag, type 2, a count, and the offset of the text.
    const entry =
      ['0e010200', '010e0002'].map((hex) => tiff.indexOf(Buffer.from(hex, 'hex'))).find((at) => at > 0) ?? -1;
    const bigEndian = tiff.toString('latin1', 0, 2) === 'MM';
    expect(entry).toBeGreaterThan(0);
    if (bigEndian) tiff.writeUInt32BE(30_000_000, entry + 4);
    else tiff.writeUInt32LE(30_000_000, entry + 4);
    const facts = await readFirst({ 'a.tif': Buffer.concat([tiff, Buffer.alloc(31_000_000, 'A')]) });
    expect(facts.width).toBe(8);
    expect(facts.captions.map((caption) => caption.source)).not.toContain('exif');
  });
});

describe('IPTC', () => {
  it('is read with its headings and without', async () => {
    const records = Buffer.from('\x1c\x02\x19\0\x03one\x1c\x02\x19\0\x03two\x1c\x02\x78\0\x05Words', 'latin1');
    const resource = Buffer.concat([
      Buffer.from('8BIM\x04\x04\0\0\0\0\0', 'latin1'),
      Buffer.from([records.length]),
      records,
    ]);
    for (const block of [records, resource, Buffer.concat([Buffer.from('Photoshop 3.0\0'), resource])]) {
      const text = Buffer.from(`Raw profile type iptc\0\niptc\n  ${block.length}\n${block.toString('hex')}\n`);
      const facts = await readFirst({ 'a.png': await png(chunk('tEXt', text), 'front') });
      expect(facts.tags.map((tag) => tag.name)).toEqual(['one', 'two']);
      expect(facts.captions).toEqual([{ text: 'Words', source: 'iptc' }]);
    }
  });

  it('is read up to where it is damaged', async () => {
    const photo = await fixture('iptc-latin1.jpg');
    // The caption claims more bytes than there are: the keyword before it and the photo stay.
    const caption = photo.indexOf(Buffer.from('\x1c\x02\x78', 'latin1'));
    photo.writeUInt16BE(0x7fff, caption + 3);
    const facts = await readFirst({ 'a.jpg': photo });
    expect(facts.width).toBe(12);
    expect(facts.tags).toEqual([{ name: 'Küste', source: 'iptc' }]);
  });
});
