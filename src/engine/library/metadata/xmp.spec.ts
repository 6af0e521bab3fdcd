// XMP of many programs, and malicious XML.
import { describe, expect, it } from 'vitest';
import { encodeAs, utf32 } from '../../../../test/support/encode.ts';
import { readXmp, type XmpFields } from './xmp.ts';

const namespaces = `xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"`;

function read(properties: string, attributes = ''): XmpFields | null {
  return readXmp(
    Buffer.from(
      `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${namespaces}>` +
        `<rdf:Description rdf:about="" ${attributes}>${properties}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>\0`,
    ),
  );
}

describe('readXmp', () => {
  it('reads properties written as attributes', () => {
    expect(
      read(
        '',
        'dc:description="A &amp; B" xmp:CreateDate="2019-07-31" tiff:Make="Canon" tiff:Model="6D" xmp:Rating="4"',
      ),
    ).toEqual({
      captions: ['A & B'],
      tags: [],
      people: [],
      dates: new Map([['xmp:CreateDate', '2019-07-31']]),
      make: 'Canon',
      model: '6D',
      ratings: [{ value: '4', isPercent: false }],
      place: { location: null, city: null, state: null, country: null },
      locations: [],
      position: null,
      locationPositions: [],
    });
  });

  it('reads a place by its namespaces', () => {
    const uris =
      'xmlns:p="http://ns.adobe.com/photoshop/1.0/" xmlns:core="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"';
    const parts = 'p:City="Rome" p:State="Lazio" p:Country="Italy"';
    expect(read('<core:Location>Trastevere</core:Location>', `${uris} ${parts}`)?.place).toEqual({
      location: 'Trastevere',
      city: 'Rome',
      state: 'Lazio',
      country: 'Italy',
    });
  });

  it('reads the places that are shown, then the camera’s, from structures in each form', () => {
    const uri = 'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"';
    const shown = `<Iptc4xmpExt:LocationShown><rdf:Bag>
      <rdf:li Iptc4xmpExt:City="Rome" Iptc4xmpExt:CountryName="Italy" Iptc4xmpExt:WorldRegion="Europe"/>
      <rdf:li rdf:parseType="Resource"><Iptc4xmpExt:Sublocation>Old Town</Iptc4xmpExt:Sublocation>
        <Iptc4xmpExt:ProvinceState>Lazio</Iptc4xmpExt:ProvinceState></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>`;
    const created = `<Iptc4xmpExt:LocationCreated rdf:parseType="Resource"><Iptc4xmpExt:LocationName><rdf:Alt>
      <rdf:li xml:lang="x-default">The pier</rdf:li></rdf:Alt></Iptc4xmpExt:LocationName></Iptc4xmpExt:LocationCreated>`;
    const none = { location: null, city: null, state: null, country: null, region: null };
    expect(read(created + shown, uri)?.locations).toEqual([
      { ...none, city: 'Rome', country: 'Italy', region: 'Europe' },
      { ...none, location: 'Old Town', state: 'Lazio' },
      { ...none, location: 'The pier' },
    ]);
  });

  it('reads the time of satellites in one field or in two, and none without a day', () => {
    const time = (attributes: string) => read('', attributes)?.dates.get('exif:GPSTimeStamp');
    expect(time('exif:GPSTimeStamp="2019-07-31T10:20:30Z"')).toBe('2019-07-31T10:20:30Z');
    expect(time('exif:GPSDateStamp="2019:07:31" exif:GPSTimeStamp="10:20:30"')).toBe('2019:07:31 10:20:30Z');
    expect(time('exif:GPSDateStamp="2019:07:31"')).toBe('2019:07:31');
    expect(time('exif:GPSTimeStamp="10:20:30"')).toBeUndefined();
  });

  it('adds the offset from UTC in a field of its own to a time that has none', () => {
    const time = (attributes: string) => read('', attributes)?.dates.get('exif:DateTimeOriginal');
    const offset = 'exifEX:OffsetTimeOriginal="+09:00"';
    expect(time(`exif:DateTimeOriginal="2019-07-31T12:00:00.5" ${offset}`)).toBe('2019-07-31T12:00:00.5+09:00');
    expect(time('exif:DateTimeOriginal="2019-07-31T12:00" exif:OffsetTimeOriginal="-03:30"')).toBe(
      '2019-07-31T12:00-03:30',
    );
    for (const date of ['2019-07-31T12:00:00+02:00', '2019-07-31T12:00:00Z', '2019-07'])
      expect(time(`exif:DateTimeOriginal="${date}" ${offset}`)).toBe(date);
    expect(time('exif:DateTimeOriginal="2019-07-31T12:00" exifEX:OffsetTimeOriginal="   :  "')).toBe(
      '2019-07-31T12:00',
    );
  });

  it('takes the default language first, else the first that says anything, then the others, each text once', () => {
    const alternatives = (items: string): string => `<dc:description><rdf:Alt>${items}</rdf:Alt></dc:description>`;
    const german = '<rdf:li xml:lang="de">Boote</rdf:li>';
    const english = '<rdf:li xml:lang="x-default">Boats</rdf:li><rdf:li xml:lang="en-GB">Boats</rdf:li>';
    expect(read(alternatives(`${german}${english}`))?.captions).toEqual(['Boats', 'Boote']);
    expect(read(alternatives(`<rdf:li xml:lang="x-default"> </rdf:li>${german}`))?.captions).toEqual(['Boote']);
    expect(read('<dc:description>Plain</dc:description>')?.captions).toEqual(['Plain']);
    const title = `<dc:title><rdf:Alt><rdf:li xml:lang="fr">Port</rdf:li><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>`;
    expect(read(alternatives(`${german}${english}`) + title)?.captions).toEqual(['Boats', 'Harbour', 'Boote', 'Port']);
    const place = alternatives(`${german}${english}`).replaceAll('dc:description', 'Iptc4xmpCore:Location');
    expect(read(place)?.place.location).toBe('Boats');
  });

  const bag = (name: string, ...items: string[]): string =>
    `<${name}><rdf:Bag>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:Bag></${name}>`;

  it('takes hierarchical tags apart, and leaves out what programs keep for themselves', () => {
    const fields = read(
      bag('dc:subject', 'sea', 'R&amp;D') +
        bag('lr:hierarchicalSubject', 'People|Anna', 'darktable|format|jpg') +
        bag('digiKam:TagsList', 'Places/Italy', '_Digikam_Internal_Tags_/Pick Label None'),
    );
    expect(fields?.tags).toEqual(['sea', 'R&D', 'People', 'Anna', 'Places', 'Italy']);
  });

  it.each([
    ['lr:hierarchicalSubject', bag('lr:hierarchicalSubject', 'Places|Italy')],
    ['digiKam:TagsList', bag('digiKam:TagsList', 'Places/Italy')],
    ['MicrosoftPhoto:LastKeywordXMP', bag('MicrosoftPhoto:LastKeywordXMP', 'Places/Italy')],
    ['mediapro:CatalogSets', bag('mediapro:CatalogSets', 'Places|Italy')],
    ['expressionmedia:CatalogSets', bag('expressionmedia:CatalogSets', 'Places|Italy')],
    ['photoshop:SupplementalCategories', bag('photoshop:SupplementalCategories', 'Places', 'Italy')],
    ['dc:subject with |', bag('dc:subject', 'Places|Italy')],
    [
      'acdsee:categories',
      '<acdsee:categories>&lt;Categories&gt;&lt;Category Assigned="0"&gt;Places&lt;Category Assigned="1"&gt;Italy&lt;/Category&gt;&lt;/Category&gt;&lt;/Categories&gt;</acdsee:categories>',
    ],
    [
      'mwg-kw:Keywords',
      `<mwg-kw:Keywords rdf:parseType="Resource"><mwg-kw:Hierarchy><rdf:Bag><rdf:li rdf:parseType="Resource">
        <mwg-kw:Keyword>Places</mwg-kw:Keyword><mwg-kw:Children><rdf:Bag><rdf:li rdf:parseType="Resource">
        <mwg-kw:Keyword>Italy</mwg-kw:Keyword></rdf:li></rdf:Bag></mwg-kw:Children></rdf:li></rdf:Bag></mwg-kw:Hierarchy></mwg-kw:Keywords>`,
    ],
  ])('reads the steps of a hierarchy in %s', (_, property) => {
    expect(read(property)?.tags).toEqual(['Places', 'Italy']);
  });

  it('takes apart keywords that are lists, and keeps a name with a comma', () => {
    expect(read(bag('dc:subject', 'beach, sunset, Anna'))?.tags).toEqual(['beach', 'sunset', 'Anna']);
    expect(read(bag('dc:subject', 'beach, sunset'))?.tags).toEqual(['beach', 'sunset']);
    expect(read(bag('dc:subject', 'Rome, Italy', 'holiday'))?.tags).toEqual(['Rome, Italy', 'holiday']);
    expect(read(bag('dc:subject', 'Places/Italy/Rome', 'AC/DC'))?.tags).toEqual(['Places', 'Italy', 'Rome', 'AC/DC']);
  });

  it('reads what was written about regions, without bar codes', () => {
    const described = (type: string, text: string): string =>
      `<rdf:li rdf:parseType="Resource"><mwg-rs:Type>${type}</mwg-rs:Type><mwg-rs:Description>${text}</mwg-rs:Description></rdf:li>`;
    const items = [described('Face', 'as a pirate '), described('Pet', 'barking'), described('BarCode', '4711')].join(
      '',
    );
    const list = `<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>${items}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>`;
    expect(read(list)?.captions).toEqual(['as a pirate', 'barking']);
  });

  const region = (name: string, type: string): string =>
    `<rdf:li rdf:parseType="Resource"><mwg-rs:Name>${name}</mwg-rs:Name><mwg-rs:Type>${type}</mwg-rs:Type></rdf:li>`;
  it.each([
    [
      'mwg-rs:Regions',
      `<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>${region('Anna', 'Face')}
        ${region('12345', 'BarCode')}${region('Rex', 'Pet')}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>`,
      ['Anna'],
    ],
    [
      'mwg-rs:Regions, as attributes',
      `<mwg-rs:Regions><rdf:Description><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name="Anna"
        mwg-rs:Type="Face"/></rdf:li></rdf:Bag></mwg-rs:RegionList></rdf:Description></mwg-rs:Regions>`,
      ['Anna'],
    ],
    [
      'MP:RegionInfo',
      `<MP:RegionInfo xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
        <rdf:li MPReg:Rectangle="0,0,1,1" MPReg:PersonDisplayName="Anna"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>`,
      ['Anna'],
    ],
    ['Iptc4xmpExt:PersonInImage', bag('Iptc4xmpExt:PersonInImage', 'Anna', 'Tom'), ['Anna', 'Tom']],
    [
      'Iptc4xmpExt:PersonInImageWDetails',
      `<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:PersonName><rdf:Alt>
        <rdf:li xml:lang="x-default">Anna</rdf:li></rdf:Alt></Iptc4xmpExt:PersonName></rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>`,
      ['Anna'],
    ],
    ['mediapro:People', bag('mediapro:People', 'Anna'), ['Anna']],
    ['expressionmedia:People', bag('expressionmedia:People', 'Anna'), ['Anna']],
  ])('reads people in %s', (_, property, people) => {
    expect(read(property)?.people).toEqual(people);
  });

  it('takes the names of pets as tags, and none of regions of focus and bar codes', () => {
    const region = (name: string, type: string): string =>
      `<rdf:li><rdf:Description mwg-rs:Name="${name}" mwg-rs:Type="${type}"/></rdf:li>`;
    const all = [region('Anna', 'Face'), region('Rex', 'Pet'), region('Point', 'Focus'), region('12345', 'BarCode')];
    const fields = read(
      `<mwg-rs:Regions><rdf:Description><mwg-rs:RegionList><rdf:Bag>${all.join('')}</rdf:Bag></mwg-rs:RegionList></rdf:Description></mwg-rs:Regions>${bag('dc:subject', 'sea')}`,
    );
    expect([fields?.people, fields?.tags]).toEqual([['Anna'], ['sea', 'Rex']]);
  });

  it('reads positions in minutes, seconds and decimal degrees', () => {
    const at = (latitude: string, longitude: string) =>
      read('', `exif:GPSLatitude="${latitude}" exif:GPSLongitude="${longitude}"`)?.position;
    expect(at('41,53.5N', '12,29.5E')).toEqual({ latitude: 41 + 53.5 / 60, longitude: 12 + 29.5 / 60 });
    expect(at('33,51,54S', '151,12,36E')).toEqual({
      latitude: expect.closeTo(-33.865) as number,
      longitude: expect.closeTo(151.21) as number,
    });
    expect(at('-33.5', '151.25')).toEqual({ latitude: -33.5, longitude: 151.25 });
    expect(at('0,0N', '0,0E')).toBeNull();
    expect(at('91,0N', '0,0E')).toBeNull();
  });

  it('goes by namespaces, not by prefixes', () => {
    const subject = '<rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag>';
    const other = `<a:subject xmlns:a="http://purl.org/dc/elements/1.1/">${subject}</a:subject>`;
    expect(read(other)?.tags).toEqual(['sea']);
    expect(read(`<dc:subject xmlns:dc="http://example.org/">${subject}</dc:subject>`)?.tags).toEqual([]);
  });

  it('trusts customary prefixes where a hand-made file declares none', () => {
    const text = '<rdf:RDF><rdf:Description dc:description="Boats"/></rdf:RDF>';
    expect(readXmp(Buffer.from(text))?.captions).toEqual(['Boats']);
  });

  it('decodes what XML escapes, once', () => {
    expect(
      read('<dc:description>&#x1F600; &#228; &amp;lt; &bogus; <![CDATA[<&amp;>]]></dc:description>')?.captions,
    ).toEqual(['😀 ä &lt; &bogus; <&amp;>']);
  });

  it('reads UTF-16', () => {
    const text = '\uFEFF<rdf:RDF><rdf:Description dc:description="Küste"/></rdf:RDF>';
    expect(readXmp(Buffer.from(text, 'utf16le'))?.captions).toEqual(['Küste']);
    expect(readXmp(Buffer.from(text, 'utf16le').swap16())?.captions).toEqual(['Küste']);
  });

  it('reads UTF-32 with a byte order mark', () => {
    const text = '<rdf:RDF><rdf:Description dc:description="Küste"/></rdf:RDF>';
    expect(readXmp(utf32(text, 'utf-32le'))?.captions).toEqual(['Küste']);
    expect(readXmp(utf32(text, 'utf-32be'))?.captions).toEqual(['Küste']);
  });

  describe('with a character set in its declaration', () => {
    const declared = (charset: string, caption: string) =>
      `<?xml version="1.0" encoding="${charset}"?>\n<rdf:RDF><rdf:Description dc:description="${caption}"/></rdf:RDF>`;
    it.each([
      ['ISO-8859-1', 'Ü', 'windows-1252'],
      ['iso-8859-2', 'Żółw śpi', 'iso-8859-2'],
      ['windows-1251', 'ель', 'windows-1251'],
      ['Shift_JIS', '海の犬', 'shift_jis'],
    ])('%s is read in it', (charset, caption, encoding) => {
      expect(readXmp(encodeAs(encoding, declared(charset, caption)))?.captions).toEqual([caption]);
    });

    it('ISO-2022-JP, whose bytes are all ASCII, is read in it', () => {
      const bytes = Buffer.from(declared('iso-2022-jp', '\u001B$B3$\u001B(B'));
      expect(readXmp(bytes)?.captions).toEqual(['海']);
    });

    it.each(['ISO-8859-1', 'UTF-16', 'no-such-set'])('%s is read as UTF-8 where it is UTF-8', (charset) => {
      expect(readXmp(Buffer.from(declared(charset, 'Küste')))?.captions).toEqual(['Küste']);
      expect(readXmp(Buffer.from(declared(charset, 'Boats')))?.captions).toEqual(['Boats']);
    });

    it('UTF-16 is read in the order of its mark', () => {
      const text = `\uFEFF${declared('UTF-16', 'Küste')}`;
      expect(readXmp(Buffer.from(text, 'utf16le'))?.captions).toEqual(['Küste']);
      expect(readXmp(Buffer.from(text, 'utf16le').swap16())?.captions).toEqual(['Küste']);
    });
  });

  it('ignores properties of nested structures', () => {
    const nested = '<xmp:Thing><rdf:Description><dc:description>inner</dc:description></rdf:Description></xmp:Thing>';
    expect(read(nested)?.captions).toEqual([]);
  });

  it.each([
    ['entities that explode', '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
    ['an entity from a file', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['binary', Buffer.from([0, 1, 2, 255, 254]).toString('latin1')],
    ['nothing', ''],
    ['no RDF', '<a><b>c</b></a>'],
  ])('reads nothing of %s', (_, text) => {
    expect(readXmp(Buffer.from(text))).toBeNull();
  });

  it('keeps hostile names to itself', () => {
    expect(read('<__proto__><rdf:Bag><rdf:li>x</rdf:li></rdf:Bag></__proto__>', 'constructor="x"')?.tags ?? []).toEqual(
      [],
    );
    expect(Object.prototype).not.toHaveProperty('rdf:Bag');
  });
});
