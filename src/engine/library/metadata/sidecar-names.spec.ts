// Sidecars of photos by the naming rules of editors, training tools, and Google Takeout.
import { describe, expect, it } from 'vitest';
import { pairSidecars } from './sidecar-names.ts';

/** The sidecars of the one photo among these files. */
function sidecarsOf(photo: string, ...others: string[]): string[] {
  return pairSidecars([photo], [photo, ...others], { isOther: () => false, versions: new Map() }).get(photo) ?? [];
}

describe('sidecars', () => {
  it('come in this order', () => {
    const names = ['a.caption', 'a.txt', 'a.jpg.txt', 'a.jpg.caption', 'a.xmp', 'a.jpg.xmp', 'b.txt', 'a.png.txt'];
    expect(sidecarsOf('a.jpg', ...names)).toEqual([
      ...['a.jpg.xmp', 'a.xmp', 'a.jpg.txt', 'a.txt', 'a.jpg.caption', 'a.caption'],
    ]);
  });

  it('are found whatever their case and however their accents are written', () => {
    const [composed, decomposed] = ['Grüße'.normalize('NFC'), 'Grüße'.normalize('NFD')];
    expect(sidecarsOf(`${decomposed}.jpg`, `${composed}.jpg.xmp`)).toEqual([`${composed}.jpg.xmp`]);
    expect(sidecarsOf(`${composed}.jpg`, `${decomposed}.XMP`)).toEqual([`${decomposed}.XMP`]);
    expect(sidecarsOf('A.JPG', 'a.jpg.xmp')).toEqual(['a.jpg.xmp']);
    expect(sidecarsOf('A.jpg', 'a.xmp', 'A.xmp')).toEqual(['A.xmp']);
  });

  it("of further developments in darktable are the photo's, after its own", () => {
    const names = ['a_02.jpg.xmp', 'a_01.jpg.xmp', 'a.jpg.xmp', 'a.txt', 'a_1.jpg.xmp', 'b_01.jpg.xmp'];
    expect(sidecarsOf('a.jpg', ...names)).toEqual(['a.jpg.xmp', 'a.txt', 'a_01.jpg.xmp', 'a_02.jpg.xmp']);
    // A photo of that name has them for itself.
    expect(sidecarsOf('a.jpg', 'a_01.jpg', 'a_01.jpg.xmp')).toEqual([]);
    expect(sidecarsOf('a_01.jpg', 'a.jpg', 'a_01.jpg.xmp')).toEqual(['a_01.jpg.xmp']);
  });

  it("of a whole folder are Picasa's", () => {
    expect(sidecarsOf('a.jpg', '.picasa.ini')).toEqual(['.picasa.ini']);
    expect(sidecarsOf('a.jpg', 'Picasa.ini')).toEqual(['Picasa.ini']);
  });
});

describe('JSON of Google Takeout', () => {
  const long = 'Holidays in the hills beyond the lakes (38).JPG';
  it.each([
    ['IMG_0001.jpg', 'IMG_0001.jpg.json'],
    ['IMG_0002.jpg', 'IMG_0002.jpg.supplemental-metadata.json'],
    ['Screenshot_2017-07-05-10-05-26.jpg', 'Screenshot_2017-07-05-10-05-26.jpg.supplementa.json'],
    ['PXL_20230518_103318920.PORTRAIT.jpg', 'PXL_20230518_103318920.PORTRAIT.jpg.supplement.json'],
    ['a photo with a name of forty-four letters.jpg', 'a photo with a name of forty-four letters.jpg..json'],
    ['IMG_0003(1).jpg', 'IMG_0003.jpg(1).json'],
    ['IMG_0003(2).jpg', 'IMG_0003.jpg.supplemental-metadata(2).json'],
    ['Screenshot_2017-07-05-10-05-26(1).jpg', 'Screenshot_2017-07-05-10-05-26.jpg.supplementa(1).json'],
    ['IMG_0004-edited.jpg', 'IMG_0004.jpg.json'],
    ['IMG_0004-effects.jpg', 'IMG_0004.jpg.json'],
    ['Screenshot_2017-07-05-10-05-26-with-a-very-lo-edited.jpg', 'Screenshot_2017-07-05-10-05-26-with-a-very-lon.json'],
    ['Screenshot_2017-07-05-10-05-26-with-a-very-lon-edi.jpg', 'Screenshot_2017-07-05-10-05-26-with-a-very-lon.json'],
    ['IMG_0004-bearbeitet.jpg', 'IMG_0004.jpg.supplemental-metadata.json'],
    ['IMG_0004-edited(1).jpg', 'IMG_0004.jpg(1).json'],
    [long, `${long.slice(0, 46)}.json`],
    // Fifteen characters of three bytes each: a sixteenth would make 48.
    ['日本の海辺の写真とても長い名前.jpg', '日本の海辺の写真とても長い名前.json'],
    ['日本の海辺の写真とても長い名前です.jpg', '日本の海辺の写真とても長い名前.json'],
    ['IMG_0005.jpg', 'IMG_0005.HEIC.json'],
    ['IMG_0005.jpg', 'IMG_0005.HEIC.supplemental-metadata.json'],
    ['Bello.jpg', 'Bello.json'],
    ['Bello.jpg', 'Bello.supplemental-metadata.json'],
    ['IMG_0004-ha editado.jpg', 'IMG_0004.jpg.json'],
    ['IMG_0004-已编辑.jpg', 'IMG_0004.jpg.json'],
    ['img_0001.JPG', 'IMG_0001.jpg.json'],
  ])('of %s is %s', (photo, json) => {
    expect(sidecarsOf(photo, json)).toEqual([json]);
  });

  it('of photos of one long name are told apart by their counters, which follow the truncated name', () => {
    const name = 'A walk along the coast to the old lighthouse on';
    const [cut, photos] = [name.slice(0, 46), ['', '(1)', '(2)', '(3)'].map((counter) => `${name}${counter}.jpg`)];
    const jsons = ['', '(1)', '(2)'].map((counter) => `${cut}${counter}.json`);
    const pairs = pairSidecars(photos, [...photos, ...jsons], { isOther: () => false, versions: new Map() });
    expect(photos.map((photo) => pairs.get(photo))).toEqual([...jsons.map((json) => [json]), undefined]);
    // A photo whose own name has a number in brackets.
    expect(sidecarsOf(`${name}(1).jpg`, `${cut}.json`)).toEqual([`${cut}.json`]);
  });

  it.each([
    ['IMG_0003.jpg', 'IMG_0003.jpg(1).json'],
    ['IMG_0003(1).jpg', 'IMG_0003.jpg.json'],
    ['IMG_0003(1).jpg', 'IMG_0003.jpg(2).json'],
    ['IMG_0001.jpg', 'IMG_00011.jpg.json'],
    ['IMG_0001.jpg', 'IMG_0001.jpg.other.json'],
    ['IMG_0001.jpg', 'metadata.json'],
    ['Holidays.jpg', 'Holi.json'],
    ['Screenshot_2017-07-05-10-05-26-with-a-very-lo-other.jpg', 'Screenshot_2017-07-05-10-05-26-with-a-very-lon.json'],
    ['Screenshot_2017-07-05-10-05-26-with-a-very-lo-edited.jpg', 'Screenshot_2017-07-05-10-05-26-with-other-ends.json'],
  ])('of %s is not %s', (photo, json) => {
    expect(sidecarsOf(photo, json)).toEqual([]);
  });

  it('is found among tens of thousands whose names begin alike, in time that grows with their number', () => {
    const photos = Array.from({ length: 10_000 }, (_, n) => `IMG_2020_${n}.jpg`);
    const jsons = photos.map((name) => `${name}.supplemental-metadata.json`);
    const cut = photos.map((name) => `${'a'.repeat(46 - name.length)}${name}`);
    const names = [...photos, ...jsons, ...cut, ...cut.map((name) => `${name}.json`)];
    const pairs = pairSidecars([...photos, ...cut], names, { isOther: () => false, versions: new Map() });
    expect(pairs.size).toBe(20_000);
    expect([pairs.get('IMG_2020_9999.jpg'), pairs.get(cut[777] ?? '')]).toEqual([
      ['IMG_2020_9999.jpg.supplemental-metadata.json'],
      [`${cut[777]}.json`],
    ]);
  });

  it('of a photo is not taken for that of another with its own', () => {
    const photos = ['IMG_5.jpg', 'IMG_5.png', 'IMG_5(1).jpg', 'IMG_5-edited.jpg'];
    const jsons = ['IMG_5.jpg.json', 'IMG_5.png.json', 'IMG_5.jpg(1).json'];
    const pairs = pairSidecars(photos, [...photos, ...jsons], { isOther: () => false, versions: new Map() });
    expect(Object.fromEntries(pairs)).toEqual({
      'IMG_5.jpg': ['IMG_5.jpg.json'],
      'IMG_5.png': ['IMG_5.png.json'],
      'IMG_5(1).jpg': ['IMG_5.jpg(1).json'],
      'IMG_5-edited.jpg': ['IMG_5.jpg.json'],
    });
  });

  it('of a photo that is there serves its edited copy too, in any language', () => {
    const photos = [
      'IMG_5.jpg',
      'IMG_5-измененный.jpg',
      'IMG_5-แก้ไข.jpg',
      'IMG_6-Anna.jpg',
      'IMG_5-Rome.jpg',
      'IMG_5-b.jpg',
      'IMG_5-Oslo.jpg',
    ];
    const jsons = ['IMG_5.jpg.json', 'IMG_6.jpg.json', 'IMG_5-Oslo.jpg.json'];
    const pairs = pairSidecars(photos, [...photos, ...jsons], { isOther: () => false, versions: new Map() });
    expect(Object.fromEntries(pairs)).toEqual({
      'IMG_5.jpg': ['IMG_5.jpg.json'],
      'IMG_5-измененный.jpg': ['IMG_5.jpg.json'],
      'IMG_5-แก้ไข.jpg': ['IMG_5.jpg.json'],
      'IMG_5-Oslo.jpg': ['IMG_5-Oslo.jpg.json'],
    });
  });

  it("of a live photo's own kind of file stays there", () => {
    expect(sidecarsOf('IMG_5.jpg', 'IMG_5.png', 'IMG_5.png.json')).toEqual([]);
  });
});
