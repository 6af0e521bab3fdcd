// Ratings in the forms of several programs, and places without repetitions or mixed sources.
import { describe, expect, it } from 'vitest';
import { folderOf, jpeg, type Tree } from '../../../../test/support/photo-tree.ts';
import { placeOf, ratingOf, type PlaceFields, type RatingFields } from './rating-place.ts';
import { readPhoto, type PhotoFacts } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';

const place = (location: string | null, city: string | null, state: string | null, country: string | null) =>
  ({ location, city, state, country }) satisfies PlaceFields;

const stars = (value: string): RatingFields => ({ value, isPercent: false });

describe('a rating', () => {
  it.each([
    ['3', 3],
    ['1.0', 1],
    [' 5 ', 5],
    ['0', null],
    ['-1', null],
    ['6', null],
    ['99', null],
    ['', null],
    ['five', null],
    ['4e0', null],
  ])('written “%s” is %s', (text, expected) => {
    expect(ratingOf([stars(text)])).toBe(expected);
  });

  it.each([
    ['1', 1],
    ['25', 2],
    ['50', 3],
    ['75', 4],
    ['99', 5],
    ['100', 5],
    ['0', null],
    ['101', null],
  ])('of %s percent is %s', (value, expected) => {
    expect(ratingOf([{ value, isPercent: true }])).toBe(expected);
  });

  it('is the first one there is; taken back there, it is taken back', () => {
    expect(ratingOf(['x', '99', '2', '5'].map(stars))).toBe(2);
    expect(ratingOf(['0', '5'].map(stars))).toBeNull();
    expect(ratingOf(['-1', '5'].map(stars))).toBeNull();
  });
});

describe('a place', () => {
  it('is its parts, each once', () => {
    expect(placeOf([place('Trastevere', 'Rome', 'Lazio', 'Italy')])).toBe('Trastevere, Rome, Lazio, Italy');
    expect(placeOf([place(null, 'New York', 'new york', 'USA')])).toBe('New York, USA');
    expect(placeOf([place(' \n', '-', '?', 'Italy\u202E')])).toBe('Italy');
  });

  it('is that of one source, never a mixture', () => {
    const sources = [null, place(null, null, null, ' '), place(null, 'Paris', null, 'France')];
    expect(placeOf([...sources, place('Trastevere', 'Rome', 'Lazio', 'Italy')])).toBe('Paris, France');
    expect(placeOf([])).toBeNull();
  });

  it('stays short whatever a file says', () => {
    const endless = 'x'.repeat(1_000_000);
    expect(placeOf([place(endless, `a${endless}`, `b${endless}`, `c${endless}`)])?.length).toBeLessThan(410);
  });
});

async function readFirst(tree: Tree): Promise<PhotoFacts> {
  const root = await folderOf(tree);
  const [photo] = (await scanFolder(root)).photos;
  if (photo === undefined) throw new Error('no photo in the tree');
  return readPhoto(root, photo);
}

const xmp = (attributes: string): string => `<rdf:RDF><rdf:Description ${attributes}/></rdf:RDF>`;

function segment(marker: number, ...parts: (string | Buffer)[]): Buffer {
  const data = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** A JPEG with segments after its first marker. */
async function photoWith(...segments: Buffer[]): Promise<Buffer> {
  const plain = await jpeg();
  return Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]);
}

/** EXIF with one field: Rating. */
function exifRating(stars: number): Buffer {
  const tiff = Buffer.from('4d4d002a00000008' + '0001' + '4746' + '0003' + '00000001' + '00000000' + '00000000', 'hex');
  tiff.writeUInt16BE(stars, 18);
  return segment(0xe1, 'Exif\0\0', tiff);
}

function iptc(records: Readonly<Record<number, string>>): Buffer {
  const all = Buffer.concat(
    Object.entries(records).map(([number, text]) => {
      const value = Buffer.from(text);
      return Buffer.concat([Buffer.from([0x1c, 2, Number(number), 0, value.length]), value]);
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32BE(all.length);
  return segment(0xed, 'Photoshop 3.0\0', '8BIM', Buffer.from([4, 4, 0, 0]), size, all);
}

const inXmp = (attributes: string): Buffer => segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmp(attributes));

describe('of a photo', () => {
  const rome = { 90: 'Roma', 92: 'Trastevere', 95: 'Lazio', 101: 'Italia' };

  it('both are null where nothing says them', async () => {
    expect(await readFirst({ 'a.jpg': await jpeg() })).toMatchObject({ rating: null, place: null });
  });

  it('are read of EXIF and IPTC', async () => {
    const photo = await photoWith(exifRating(4), iptc(rome));
    expect(await readFirst({ 'a.jpg': photo })).toMatchObject({ rating: 4, place: 'Trastevere, Roma, Lazio, Italia' });
  });

  it('are read of XMP first', async () => {
    const attributes =
      'xmp:Rating="2" Iptc4xmpCore:Location="Montmartre" photoshop:City="Paris" photoshop:Country="France"';
    const photo = await photoWith(exifRating(4), inXmp(attributes), iptc(rome));
    expect(await readFirst({ 'a.jpg': photo })).toMatchObject({ rating: 2, place: 'Montmartre, Paris, France' });
  });

  it('are those of the sidecar, where it names them', async () => {
    const photo = await photoWith(inXmp('xmp:Rating="2" photoshop:City="Paris"'));
    expect(await readFirst({ 'a.jpg': photo, 'a.xmp': xmp('xmp:Rating="5" photoshop:State="Texas"') })).toMatchObject({
      rating: 5,
      place: 'Texas',
    });
    expect(await readFirst({ 'a.jpg': photo, 'a.xmp': xmp('dc:description="words"') })).toMatchObject({
      rating: 2,
      place: 'Paris',
    });
    expect(await readFirst({ 'a.jpg': photo, 'a.xmp': xmp('xmp:Rating="0"') })).toMatchObject({ rating: null });
  });
});
