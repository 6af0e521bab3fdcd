// Words added to XMP: content of other programs stays byte by byte, and a text that cannot be changed safely stays
// unchanged.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bag, xmpOf } from '../../../../test/support/metadata-photo.ts';
import { XMLParser } from 'fast-xml-parser';
import { changedXmp as changedAndKept, NotChangeable, type XmpChanges } from './write-xmp.ts';
import { maxXmp, readXmp, type XmpFields } from './xmp.ts';

const changedXmp = (existing: string | null, changes: XmpChanges): string => changedAndKept(existing, changes).text;

const fieldsOf = (text: string): XmpFields => {
  const fields = readXmp(Buffer.from(text));
  if (fields === null) throw new Error(`no XMP: ${text}`);
  return fields;
};
const all: XmpChanges = {
  caption: 'Ingrid & Tom <at the "sea">',
  tags: ['sea', 'R&D'],
  people: ['Ingrid Muster'],
  rating: 4,
  date: '1968-06',
};

describe('XMP', () => {
  it('that is not there is made', () => {
    expect(fieldsOf(changedXmp(null, all))).toMatchObject({
      captions: ['Ingrid & Tom <at the "sea">'],
      tags: ['sea', 'R&D'],
      people: ['Ingrid Muster'],
      ratings: [{ value: '4', isPercent: false }],
      dates: new Map([['exif:DateTimeOriginal', '1968-06']]),
    });
  });

  it.each([
    ['that says nothing', xmpOf('', ''), 2, []],
    ['with the same caption as a title', xmpOf('', '<dc:title>Boats</dc:title>'), 2, []],
    ['with another title', xmpOf('', '<dc:title>Harbour</dc:title>'), 2, []],
    ['with another caption, which is kept', xmpOf('dc:description="Harbour"'), 3, ['caption']],
    ['with another rating, which is kept', xmpOf('xmp:Rating="2"'), 2, ['rating']],
  ])('%s is parsed once, and each result once', (_, existing, times, kept) => {
    const parse = vi.spyOn(XMLParser.prototype, 'parse');
    onTestFinished(() => parse.mockRestore());
    expect(changedAndKept(existing, { caption: 'Boats', tags: ['sea'], rating: 4 }, true).kept).toEqual(kept);
    expect(parse).toHaveBeenCalledTimes(times);
  });

  it('keeps the rating of a rejected photo, where the words of the sidecar stay', () => {
    const rejected = xmpOf('xmp:Rating="-1"');
    expect(changedAndKept(rejected, { rating: 3 }, true)).toEqual({ text: rejected, kept: ['rating'] });
    expect(fieldsOf(changedXmp(rejected, { rating: 3 })).ratings).toEqual([{ value: '3', isPercent: false }]);
    expect(changedAndKept(xmpOf('xmp:Rating="0"'), { rating: 3 }, true).kept).toEqual([]);
  });

  it.each(['ISO-8859-1', 'UTF-16', 'utf-8'])('that declared %s declares the set in which it is written', (charset) => {
    const declared = `<?xml version="1.0" encoding="${charset}"?>\n${xmpOf('')}`;
    const written = charset === 'utf-8' ? charset : 'UTF-8';
    expect(changedXmp(declared, { rating: 3 })).toContain(`<?xml version="1.0" encoding="${written}"?>`);
  });

  it('never grows to more bytes than are read again', () => {
    const large = xmpOf('', `<dc:title>${'海'.repeat((maxXmp - 3000) / 3)}</dc:title>`);
    expect(Buffer.byteLength(large)).toBeLessThan(maxXmp);
    const tag = (letters: number) => changedXmp(large, { tags: ['x'.repeat(letters)] });
    expect(Buffer.byteLength(tag(10))).toBeLessThan(maxXmp);
    expect(() => tag(3000)).toThrow(NotChangeable);
  });

  it('keeps every byte that is not changed', () => {
    const lightroom = xmpOf(
      'xmp:Rating="2" xmp:Label="Red" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure2012="+0.35"',
      `<!-- mine -->${bag('dc:subject', 'old')}<crs:ToneCurve><rdf:Seq><rdf:li>0, 0</rdf:li></rdf:Seq></crs:ToneCurve>`,
    );
    const text = changedXmp(lightroom, { tags: ['new', 'OLD'], rating: 5 });
    expect(text).toBe(
      lightroom
        .replace('<rdf:li>old</rdf:li>', '<rdf:li>old</rdf:li><rdf:li>new</rdf:li>')
        .replace('xmp:Rating="2"', 'xmp:Rating="5"'),
    );
  });

  it('with all of it is the very same text', () => {
    const text = changedXmp(null, all);
    expect(changedXmp(text, all)).toBe(text);
    expect(changedXmp(text, {})).toBe(text);
  });

  it.each<[string, string]>([
    [
      'elements',
      xmpOf(
        '',
        '<xmp:Rating>2</xmp:Rating><dc:description>old</dc:description><exif:DateTimeOriginal>2000</exif:DateTimeOriginal>',
      ),
    ],
    ['attributes', xmpOf('xmp:Rating="2" dc:description="old" exif:DateTimeOriginal=\'2000\'')],
    [
      'alternatives',
      xmpOf(
        'xmp:Rating="2"',
        '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">old</rdf:li><rdf:li xml:lang="de">alt</rdf:li></rdf:Alt></dc:description>',
      ),
    ],
    [
      'alternatives without a default',
      xmpOf('', '<dc:description><rdf:Alt><rdf:li xml:lang="de">alt</rdf:li></rdf:Alt></dc:description>'),
    ],
    [
      'alternatives with an empty default',
      xmpOf('', '<dc:description><rdf:Alt><rdf:li xml:lang="x-default" /></rdf:Alt></dc:description>'),
    ],
    [
      'other prefixes',
      xmpOf('xmp:Rating="2"')
        .replaceAll('xmp:', 'xap:')
        .replaceAll('xmlns:xmp', 'xmlns:xap')
        .replaceAll('rdf:', 'r:')
        .replaceAll('xmlns:rdf', 'xmlns:r'),
    ],
    [
      'an open description',
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""/></rdf:RDF>',
    ],
  ])('written as %s gets the new values', (_, before) => {
    const after = fieldsOf(changedXmp(before, all));
    expect(after.captions[0]).toBe('Ingrid & Tom <at the "sea">');
    expect(after.ratings[0]?.value).toBe('4');
    expect(after.dates.get('exif:DateTimeOriginal')).toBe('1968-06');
    expect([after.tags, after.people]).toEqual([['sea', 'R&D'], ['Ingrid Muster']]);
  });

  it('keeps the texts in other languages, and replaces the default one wherever it is', () => {
    const items = (texts: Readonly<Record<string, string>>): string =>
      Object.entries(texts)
        .map(([language, text]) => `<rdf:li xml:lang="${language}">${text}</rdf:li>`)
        .join('');
    const sidecar = (texts: Readonly<Record<string, string>>): string =>
      xmpOf('', `<dc:description><rdf:Alt>${items(texts)}</rdf:Alt></dc:description>`);
    const change = { caption: 'A & B' };
    expect(changedXmp(sidecar({ de: 'Boote', 'x-default': 'Boats', 'en-GB': 'Boats' }), change)).toBe(
      sidecar({ de: 'Boote', 'x-default': 'A &amp; B', 'en-GB': 'A &amp; B' }),
    );
    expect(changedXmp(sidecar({ de: 'Boote', fr: 'Bateaux' }), change)).toBe(
      sidecar({ 'x-default': 'A &amp; B', de: 'Boote', fr: 'Bateaux' }),
    );
    expect(changedXmp(sidecar({ 'x-default': '', de: '', fr: 'Bateaux' }), change)).toBe(
      sidecar({ 'x-default': 'A &amp; B', de: '', fr: 'Bateaux' }),
    );
    const cdata = sidecar({ 'x-default': '<![CDATA[Boats]]>', de: 'Boote' });
    expect(() => changedXmp(cdata, change)).toThrow(NotChangeable);
    // A caption that was to be kept is no reason to change nothing else.
    const { text, kept } = changedAndKept(cdata, { ...change, rating: 4 }, true);
    expect(kept).toEqual(['caption']);
    expect(fieldsOf(text).ratings).toMatchObject([{ value: '4' }]);
    const empty = sidecar({ 'x-default': '<![CDATA[]]>' });
    expect(changedAndKept(empty, { ...change, rating: 4 }, true).kept).toEqual(['caption']);
  });

  it.each([
    ['no XMP', 'hello'],
    ['half of it', xmpOf('', bag('dc:subject', 'a')).slice(0, -60)],
    ['a document type', `<!DOCTYPE x>${xmpOf('')}`],
  ])('that is %s is not changed', (_, text) => {
    expect(() => changedXmp(text, { tags: ['x'] })).toThrow(NotChangeable);
  });

  it.each<[string, string, XmpChanges]>([
    ['a rating', ' xmp:Rating="2" ', { rating: 4 }],
    ['a date', " exif:DateTimeOriginal='2000' ", { date: '1968' }],
    ['a description', ' dc:description="old" ', { caption: 'new' }],
    ['tags', bag('dc:subject', 'old'), { tags: ['new'] }],
    ['people', bag('Iptc4xmpExt:PersonInImage', 'Ada'), { people: ['Grace'] }],
  ])('with %s in a comment alone is not changed, as the new one would be in the comment too', (_, inside, changes) => {
    const text = xmpOf('', `<!--${inside}-->`);
    expect(() => changedXmp(text, changes)).toThrow(new NotChangeable('it is written in a form that is not known'));
  });

  it('gets each new tag once, in whatever letters it is written, and no empty one', () => {
    const text = changedXmp(xmpOf('', bag('dc:subject', 'Caf\u00e9')), { tags: ['sea', 'SEA', ' ', '', 'cafe\u0301'] });
    expect(fieldsOf(text).tags).toEqual(['Caf\u00e9', 'sea']);
    expect(text.match(/<rdf:li>/g)).toHaveLength(2);
  });

  it('that nothing is to be added to is not made', () => {
    expect(changedXmp(null, {})).toBe('');
    expect(changedXmp(null, { tags: [' '] })).toBe('');
  });
});
