// What people's programs write and where: one photo a kind, made byte by byte, read as a person means it.
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodeAs } from '../../../../test/support/encode.ts';
import { bag, photoWith, pngWith, xmpOf, type PhotoMetadata } from '../../../../test/support/metadata-photo.ts';
import { folderOf, jpeg, type Tree } from '../../../../test/support/photo-tree.ts';
import { readPhoto, type PhotoFacts } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';

/** Facts of each photo by its path. */
async function readAll(tree: Tree): Promise<Map<string, PhotoFacts>> {
  const root = await folderOf(tree);
  const facts = new Map<string, PhotoFacts>();
  for (const photo of (await scanFolder(root)).photos) facts.set(photo.path, await readPhoto(root, photo));
  return facts;
}

async function readOne(content: Uint8Array, name = 'a.jpg', sidecars: Tree = {}): Promise<PhotoFacts> {
  const facts = (await readAll({ [name]: content, ...sidecars })).get(name);
  if (facts === undefined) throw new Error(`${name} is no photo`);
  return facts;
}

const texts = ({ captions }: PhotoFacts): string[] => captions.map(({ text }) => text);
const day = ({ capturedAt }: PhotoFacts): string | null =>
  capturedAt === null ? null : new Date(capturedAt).toISOString().slice(0, 10);
const period = ({ capturedAt, capturedUntil }: PhotoFacts): (string | null)[] =>
  [capturedAt, capturedUntil].map((time) => (time === null ? null : new Date(time).toISOString().slice(0, 10)));
const tag = {
  description: 0x010e,
  modified: 0x0132,
  rating: 0x4746,
  ratingPercent: 0x4749,
  xpTitle: 0x9c9b,
  original: 0x9003,
  digitized: 0x9004,
  offset: 0x9011,
  comment: 0x9286,
} as const;
const scanned = { [tag.digitized]: { ascii: '2020:11:05 10:00:00' } };
const wide = (text: string) => ({ bytes: Buffer.from(`${text}\0`, 'utf16le') });

describe('a title and no description', () => {
  it.each<[string, PhotoMetadata]>([
    [
      'XMP dc:title',
      { xmp: xmpOf('', '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Ladybug</rdf:li></rdf:Alt></dc:title>') },
    ],
    ['XMP photoshop:Headline', { xmp: xmpOf('photoshop:Headline="Ladybug"') }],
    ['IPTC Object Name', { iptc: { 5: 'Ladybug' } }],
    ['IPTC Headline', { iptc: { 105: 'Ladybug' } }],
    ['EXIF 3.0 ImageTitle', { exif: { exif: { 0xa436: { ascii: 'Ladybug' } } } }],
    ['EXIF DocumentName', { exif: { ifd0: { 0x010d: { ascii: 'Ladybug' } } } }],
    ['XPTitle', { exif: { ifd0: { [tag.xpTitle]: wide('Ladybug') } } }],
    ['alt text', { xmp: xmpOf('Iptc4xmpCore:AltTextAccessibility="Ladybug"') }],
    ['ACDSee', { xmp: xmpOf('acdsee:caption="Ladybug"') }],
  ])('in %s is a caption', async (_, metadata) => {
    expect(texts(await readOne(await photoWith(metadata)))).toEqual(['Ladybug']);
  });

  it('that is the name of the file is none, where the name is a number', async () => {
    const titled = await photoWith({ xmp: xmpOf('dc:title="DSCX_4120"') });
    expect(texts(await readOne(titled, 'DSCX_4120.jpg'))).toEqual([]);
    expect(texts(await readOne(await photoWith({ xmp: xmpOf('dc:title="Ladybug"') }), 'ladybug.jpg'))).toEqual([
      'Ladybug',
    ]);
  });
});

describe('EXIF UserComment', () => {
  const comment = (code: string, text: Buffer, littleEndian = false): Promise<Buffer> =>
    photoWith({
      exif: {
        littleEndian,
        exif: { [tag.comment]: { undefined: Buffer.concat([Buffer.from(code.padEnd(8, '\0')), text]) } },
      },
    });
  it.each<[string, string, string, Buffer, boolean]>([
    ['ASCII', 'The old harbour', 'ASCII', Buffer.from('The old harbour'), false],
    ['UTF-16 of the file', 'Käfer auf Blatt', 'UNICODE', Buffer.from('Käfer auf Blatt', 'utf16le'), true],
    ['big-endian UTF-16', 'Käfer auf Blatt', 'UNICODE', Buffer.from('Käfer auf Blatt', 'utf16le').swap16(), false],
    ['UTF-16 in the other order', 'Käfer auf Blatt', 'UNICODE', Buffer.from('Käfer auf Blatt', 'utf16le'), false],
    ['Chinese UTF-16', '海边的日落', 'UNICODE', Buffer.from('海边的日落', 'utf16le').swap16(), false],
    ['UTF-8 called Unicode', 'Käfer auf Blatt', 'UNICODE', Buffer.from('Käfer auf Blatt'), false],
    ['JIS', '東京タワー', 'JIS', Buffer.from(encodeAs('euc-jp', '東京タワー').map((byte) => byte & 0x7f)), false],
    ['no declared set', 'Grüße aus Köln', '', encodeAs('windows-1252', 'Grüße aus Köln'), false],
    ['UTF-8 called ASCII', 'Grüße', 'ASCII', Buffer.from('Grüße'), false],
    ['UTF-8 called so', 'Grüße', 'UTF-8', Buffer.from('Grüße'), false],
    ['ASCII called Unicode', 'The old harbour', 'UNICODE', Buffer.from('The old harbour'), false],
    ['ASCII behind NULs', 'The old harbour', 'ASCII', Buffer.from('\0\0The old harbour'), false],
    [
      'a prompt with its settings',
      'a red fox',
      'UNICODE',
      Buffer.from('a red fox\nNegative prompt: dog\nSteps: 20, Seed: 1', 'utf16le'),
      true,
    ],
  ])('in %s is read', async (_, text, code, body, littleEndian) => {
    expect(texts(await readOne(await comment(code, body, littleEndian)))).toEqual([text]);
  });

  it('that calls itself a text is read', async () => {
    const photo = await photoWith({ exif: { exif: { [tag.comment]: { ascii: 'The old harbour' } } } });
    expect(texts(await readOne(photo))).toEqual(['The old harbour']);
  });

  it.each([
    ['blanks', Buffer.alloc(40, 0x20)],
    ['NULs', Buffer.alloc(40)],
    ['settings with places', Buffer.from('module:1facing:0;\nhw-remosaic: 0;\ntouch: (-1.0, -1.0);')],
    ['settings of a phone', Buffer.from('filter: 0; fileterIntensity: 0.0; filterMask: 0; algolist: 0;')],
    ['a mark of a phone', Buffer.from('oplus_32')],
    ['Screenshot', Buffer.from('Screenshot')],
    ['JSON', Buffer.from('{"mode":"auto","scene":3}')],
  ])('of %s says nothing', async (_, body) => {
    expect(texts(await readOne(await comment('ASCII', body)))).toEqual([]);
  });
});

describe('what cameras write by themselves', () => {
  it.each([
    'OLYMPUS DIGITAL CAMERA',
    'SONY DSC',
    'DCIM',
    'cof',
    'hdrpl',
    '<KENOX S630 / Samsung S630>',
    'Exif_JPEG_PICTURE',
    'sdr_HDRB',
    'Processed with VSCO with a6 preset',
    'File written by Adobe Photoshop 4.0',
  ])('is left out of EXIF: %s', async (text) => {
    const metadata = { exif: { ifd0: { [tag.description]: { ascii: text } } }, iptc: { 120: text } };
    expect(texts(await readOne(await photoWith(metadata)))).toEqual([]);
  });

  it.each([
    'Created by Anna in 2nd grade',
    'Canon Beach pictures',
    'Vivid',
    'Screenshot',
    'Sony DSC meeting',
    'photo',
    'Test',
  ])('is not taken for it what people write: %s', async (text) => {
    expect(texts(await readOne(await photoWith({ xmp: xmpOf(`dc:description="${text}"`) })))).toEqual([text]);
  });
});

describe('a PNG', () => {
  const chunk = (name: string, keyword: string, text: Buffer): Promise<Buffer> =>
    pngWith([name, Buffer.concat([Buffer.from(`${keyword}\0`), text])]);
  it.each<[string, () => Promise<Buffer>, string]>([
    ['tEXt Description', () => chunk('tEXt', 'Description', Buffer.from('A ladybug')), 'A ladybug'],
    ['tEXt Title in Latin-1', () => chunk('tEXt', 'Title', Buffer.from('Käfer', 'latin1')), 'Käfer'],
    ['tEXt Title in UTF-8', () => chunk('tEXt', 'Title', Buffer.from('Käfer')), 'Käfer'],
    [
      'zTXt Description',
      () => chunk('zTXt', 'Description', Buffer.concat([Buffer.from([0]), deflateSync('Käfer')])),
      'Käfer',
    ],
    ['iTXt', () => chunk('iTXt', 'Description', Buffer.from('\0\0de\0Beschreibung\0Marienkäfer')), 'Marienkäfer'],
    [
      'compressed iTXt',
      () => chunk('iTXt', 'Description', Buffer.concat([Buffer.from('\x01\0\0\0'), deflateSync('Marienkäfer')])),
      'Marienkäfer',
    ],
    [
      'parameters',
      () =>
        chunk(
          'tEXt',
          'parameters',
          Buffer.from('a red fox in the snow\nNegative prompt: dog\nSteps: 20, Sampler: Euler'),
        ),
      'a red fox in the snow',
    ],
  ])('with %s says it', async (_, photo, text) => {
    expect(texts(await readOne(await photo(), 'a.png'))).toEqual([text]);
  });

  it.each<[string, string, string]>([
    [
      'ComfyUI',
      'prompt',
      JSON.stringify({
        3: { class_type: 'KSampler', inputs: { seed: 1, positive: ['6', 0], negative: ['7', 0] } },
        6: { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
        7: { class_type: 'CLIPTextEncode', inputs: { text: 'ugly', clip: ['4', 1] } },
      }),
    ],
    ['InvokeAI', 'invokeai_metadata', JSON.stringify({ positive_prompt: 'a red fox', negative_prompt: 'ugly' })],
    ['InvokeAI of old', 'Dream', '"a red fox" -s 50 -S 1'],
    ['NovelAI', 'Comment', JSON.stringify({ prompt: 'a red fox', steps: 28, uc: 'ugly' })],
    ['Midjourney', 'Description', 'a red fox --ar 3:2 --v 5 Job ID: 1234abcd-5678'],
    ['SwarmUI', 'parameters', JSON.stringify({ sui_image_params: { prompt: 'a red fox', negativeprompt: 'ugly' } })],
  ])('has the prompt of %s alone', async (_, keyword, text) => {
    expect(texts(await readOne(await chunk('tEXt', keyword, Buffer.from(text)), 'a.png'))).toEqual(['a red fox']);
  });

  it('with JSON that has no prompt says nothing', async () => {
    const photo = await chunk('tEXt', 'Comment', Buffer.from('{"steps": 28, "nodes": {"1": {"inputs": {}}}}'));
    expect(texts(await readOne(photo, 'a.png'))).toEqual([]);
  });

  it('with a text that bursts when it is decompressed is kept without it', async () => {
    const bomb = Buffer.concat([Buffer.from([0]), deflateSync(Buffer.alloc(5_000_000, 0x41))]);
    expect(texts(await readOne(await chunk('zTXt', 'Description', bomb), 'a.png'))).toEqual([]);
  });

  it('with a time of creation has that date', async () => {
    const photo = await chunk('tEXt', 'Creation Time', Buffer.from('Wed, 24 Jul 2019 18:30:12 +0200'));
    expect(day(await readOne(photo, 'a.png'))).toBe('2019-07-24');
  });
});

describe('a date', () => {
  it.each<[string, PhotoMetadata, Tree]>([
    ['XMP photoshop:DateCreated', { exif: { exif: scanned }, xmp: xmpOf('photoshop:DateCreated="1968-06-15"') }, {}],
    ['IPTC Date Created', { exif: { exif: scanned }, iptc: { 55: '19680615' } }, {}],
    ['a sidecar', { exif: { exif: scanned } }, { 'a.jpg.xmp': xmpOf('photoshop:DateCreated="1968-06-15T12:00:00"') }],
  ])('of a scan is in %s, not the day of scanning', async (_, metadata, sidecars) => {
    expect(day(await readOne(await photoWith(metadata), 'a.jpg', sidecars))).toBe('1968-06-15');
  });

  it('is taken from the first of its sources, which is named', async () => {
    const original = { [tag.original]: { ascii: '2001:01:01 10:00:00' } };
    const changed = { ifd0: { [tag.modified]: { ascii: '2008:01:01 10:00:00' } } };
    const name = 'IMG-20050101-WA0001.jpg';
    const steps: [string, string, PhotoMetadata, Tree][] = [
      [
        '2000-01-01',
        'sidecar exif:DateTimeOriginal',
        { exif: { exif: original } },
        { [`${name}.xmp`]: xmpOf('exif:DateTimeOriginal="2000-01-01T10:00"') },
      ],
      [
        '2001-01-01',
        'EXIF DateTimeOriginal',
        { exif: { exif: original }, xmp: xmpOf('exif:DateTimeOriginal="2002-01-01T10:00"') },
        {},
      ],
      [
        '2002-01-01',
        'XMP exif:DateTimeOriginal',
        { xmp: xmpOf('exif:DateTimeOriginal="2002-01-01T10:00" photoshop:DateCreated="2003-01-01"') },
        {},
      ],
      [
        '2003-01-01',
        'XMP photoshop:DateCreated',
        { xmp: xmpOf('photoshop:DateCreated="2003-01-01"'), iptc: { 55: '20040101' } },
        {},
      ],
      ['2004-01-01', 'IPTC Date Created', { iptc: { 55: '20040101' } }, {}],
      ['2005-01-01', 'file name', { exif: { exif: scanned } }, {}],
    ];
    for (const [date, source, metadata, sidecars] of steps) {
      const facts = await readOne(await photoWith(metadata), name, sidecars);
      expect([day(facts), facts.dateSource]).toEqual([date, source]);
    }
    const digitized = await readOne(await photoWith({ exif: { exif: scanned, ...changed } }));
    expect([day(digitized), digitized.dateSource]).toEqual(['2020-11-05', 'EXIF DateTimeDigitized']);
    const modified = await readOne(await photoWith({ exif: changed }));
    expect([day(modified), modified.dateSource]).toEqual(['2008-01-01', 'EXIF DateTime']);
    const none = await readOne(await jpeg());
    expect([none.capturedAt, none.dateSource]).toEqual([null, null]);
  });

  it.each<[string, PhotoMetadata, string[]]>([
    [
      'EXIF 1968',
      { exif: { exif: { [tag.original]: { ascii: '1968:00:00 00:00:00' } } } },
      ['1968-01-01', '1969-01-01'],
    ],
    [
      'EXIF June 1968',
      { exif: { exif: { [tag.original]: { ascii: '1968:06:00 12:00:00' } } } },
      ['1968-06-01', '1968-07-01'],
    ],
    ['IPTC 1968', { iptc: { 55: '19680000' } }, ['1968-01-01', '1969-01-01']],
    ['XMP June 1968', { xmp: xmpOf('photoshop:DateCreated="1968-06"') }, ['1968-06-01', '1968-07-01']],
  ])('of which only a part is known stays so: %s', async (_, metadata, expected) => {
    expect(period(await readOne(await photoWith(metadata)))).toEqual(expected);
  });

  it.each(['1970:01:01 00:00:00', '1980:01:01 00:02:10', '2002:12:08 12:00:00', '0000:00:00 00:00:00'])(
    'of a camera whose clock was never set is none: %s',
    async (text) => {
      expect(day(await readOne(await photoWith({ exif: { exif: { [tag.original]: { ascii: text } } } })))).toBeNull();
    },
  );

  it('keeps its time zone', async () => {
    const photo = await photoWith({
      exif: { exif: { [tag.original]: { ascii: '2019:07:31 23:30:00' }, [tag.offset]: { ascii: '+09:00' } } },
    });
    expect(await readOne(photo)).toMatchObject({ capturedAt: Date.UTC(2019, 6, 31, 23, 30), utcOffset: 540 });
  });
});

describe('a rating', () => {
  it.each<[string, PhotoMetadata, number | null]>([
    ['EXIF percent', { exif: { ifd0: { [tag.ratingPercent]: { short: 75 } } } }, 4],
    ['XMP percent', { xmp: xmpOf('MicrosoftPhoto:Rating="75"') }, 4],
    [
      'XMP percent without the last slash',
      { xmp: xmpOf('MicrosoftPhoto:Rating="99"').replace('photo/1.0/"', 'photo/1.0"') },
      5,
    ],
    ['stars with a comma', { xmp: xmpOf('xmp:Rating="3,0"') }, 3],
    ['stars before percent', { xmp: xmpOf('xmp:Rating="2" MicrosoftPhoto:Rating="75"') }, 2],
    ['rejected', { xmp: xmpOf('xmp:Rating="-1"'), exif: { ifd0: { [tag.rating]: { short: 4 } } } }, null],
  ])('in %s', async (_, metadata, rating) => {
    expect((await readOne(await photoWith(metadata))).rating).toBe(rating);
  });
});

describe('keywords', () => {
  const names = ({ tags }: PhotoFacts): string[] => tags.map(({ name }) => name);

  it('that are a list in one are taken apart', async () => {
    const list = 'beach, sunset, Anna';
    expect(names(await readOne(await photoWith({ xmp: xmpOf('', bag('dc:subject', list)) })))).toEqual([
      'beach',
      'sunset',
      'Anna',
    ]);
    expect(names(await readOne(await photoWith({ iptc: { 25: list } })))).toEqual(['beach', 'sunset', 'Anna']);
  });

  it.each([
    ['#beach #sunset', ['beach', 'sunset']],
    ['#sunset', ['sunset']],
    ['beach；sunset', ['beach', 'sunset']],
    ['شاطئ، sunset', ['شاطئ', 'sunset']],
    ['"beach", "sunset"', ['beach', 'sunset']],
    ['Nature > sunset', ['Nature', 'sunset']],
    ['Nature/sunset', ['Nature/sunset', 'Nature', 'sunset']],
    ['AC/DC', ['AC/DC']],
    ['24/7', ['24/7']],
  ])('that programs write otherwise are taken apart: %s', async (written, keywords) => {
    expect(names(await readOne(await photoWith({ xmp: xmpOf('', bag('dc:subject', written)) })))).toEqual(keywords);
  });

  it.each<[string, string]>([
    ['pdf:Keywords', '<pdf:Keywords xmlns:pdf="http://ns.adobe.com/pdf/1.3/">Nature, sunset</pdf:Keywords>'],
    [
      'IDimager',
      '<ics:TagStructure xmlns:ics="http://ns.idimager.com/ics/1.0/"><rdf:Bag><rdf:li rdf:parseType="Resource"><ics:LabelName>Nature</ics:LabelName><ics:SubLabels><rdf:Bag><rdf:li rdf:parseType="Resource"><ics:LabelName>sunset</ics:LabelName></rdf:li></rdf:Bag></ics:SubLabels></rdf:li></rdf:Bag></ics:TagStructure>',
    ],
  ])('of %s are read', async (_, element) => {
    expect(names(await readOne(await photoWith({ xmp: xmpOf('', element) })))).toEqual(['Nature', 'sunset']);
  });

  it('that are a path in one are its steps', async () => {
    expect(names(await readOne(await photoWith({ xmp: xmpOf('', bag('dc:subject', 'Places|Italy|Rome')) })))).toEqual([
      ...['Places', 'Italy', 'Rome'],
    ]);
  });
});

describe('IPTC without a declared character set', () => {
  it.each([
    ['gbk', '海边的日落'],
    ['shift_jis', '海辺の夕日'],
    ['big5', '海邊的日落'],
    ['euc-kr', '해변의 일몰'],
    ['windows-1252', 'Grüße aus Köln'],
    ['windows-1251', 'Закат у моря'],
    ['windows-1250', 'Příliš žluťoučký kůň'],
  ])('is read in %s', async (charset, text) => {
    const facts = await readOne(await photoWith({ iptc: { 120: encodeAs(charset, text), 25: ['sea', 'sun'] } }));
    expect(texts(facts)).toEqual([text]);
  });

  it('says which fields were left out where it cannot be told', async () => {
    const facts = await readOne(await photoWith({ iptc: { 120: encodeAs('gbk', '猫咪'), 25: 'sea' } }));
    expect([texts(facts), facts.unreadable, facts.tags.map(({ name }) => name)]).toEqual([
      [],
      ['Caption/Abstract'],
      ['sea'],
    ]);
  });
});

describe('text of EXIF in a character set of its own', () => {
  it.each([
    ['gbk', '海边的日落'],
    ['shift_jis', '海辺の夕日'],
    ['windows-1252', 'Küste'],
  ])('is read in %s', async (charset, text) => {
    const photo = await photoWith({ exif: { ifd0: { [tag.description]: { ascii: encodeAs(charset, text) } } } });
    expect(texts(await readOne(photo))).toEqual([text]);
  });

  it.each(['Ærø', 'Ça', '海边', 'Łódź'])('is read in UTF-8: %s', async (text) => {
    const photo = await photoWith({ exif: { ifd0: { [tag.description]: { ascii: text } } } });
    expect(texts(await readOne(photo))).toEqual([text]);
  });
});

describe('Google Takeout', () => {
  const json = (more: object = {}): string =>
    JSON.stringify({
      title: 'x',
      description: 'Grandma &amp; I feed the ducks',
      photoTakenTime: { timestamp: '1404554726', formatted: '' },
      geoData: { latitude: 0, longitude: 0 },
      geoDataExif: { latitude: 41.89, longitude: 12.49 },
      people: [{ name: 'Trude Muster' }],
      favorited: true,
      ...more,
    });

  it('says when, what, who and where', async () => {
    expect(await readOne(await jpeg(), 'IMG_1.jpg', { 'IMG_1.jpg.json': json() })).toMatchObject({
      capturedAt: Date.parse('2014-07-05T10:05:26Z'),
      dateSource: 'Google Takeout photoTakenTime',
      captions: [{ text: 'Grandma & I feed the ducks', source: 'takeout' }],
      people: [{ name: 'Trude Muster', source: 'takeout' }],
      tags: [{ name: 'Favorite', source: 'takeout' }],
      position: { latitude: 41.89, longitude: 12.49 },
    });
  });

  it('comes before the name, and behind the photo itself', async () => {
    const name = 'Screenshot_2017-07-05-10-05-26.jpg';
    expect(day(await readOne(await jpeg(), name, { [`${name}.json`]: json() }))).toBe('2014-07-05');
    const dated = await photoWith({ exif: { exif: { [tag.original]: { ascii: '2013:01:01 10:00:00' } } } });
    expect(day(await readOne(dated, name, { [`${name}.json`]: json() }))).toBe('2013-01-01');
  });

  it.each<[string, string]>([
    ['another JSON', '{"shapes": [], "imagePath": "IMG_1.jpg"}'],
    ['no JSON', 'IMG_1.jpg'],
    ['a JSON of an album', '{"title": "Summer", "description": "x", "date": {"timestamp": "1"}}'],
    ['no time', json({ photoTakenTime: { timestamp: '0' }, description: '', people: [], favorited: false })],
  ])('of %s says nothing', async (_, content) => {
    const facts = await readOne(await jpeg(), 'IMG_1.jpg', { 'IMG_1.jpg.json': content });
    expect([facts.capturedAt, facts.captions, facts.people, facts.sidecarFaults]).toEqual([null, [], [], []]);
  });

  it('without a position, or with zeros, says nothing of the place', async () => {
    const zeros = json({ geoDataExif: undefined });
    const none = json({ geoData: undefined, geoDataExif: undefined });
    for (const content of [zeros, none]) {
      expect((await readOne(await jpeg(), 'IMG_1.jpg', { 'IMG_1.jpg.json': content })).position).toBeNull();
    }
  });
});

describe('Picasa', () => {
  it('says captions, keywords, stars and faces of the photos of its folder', async () => {
    const ini = [
      ...[
        '[Picasa]',
        'name=Summer',
        '[IMG_1.JPG]',
        'star=yes',
        'caption=Grandma feeds the ducks',
        'keywords=ducks,lake',
      ],
      'faces=rect64(3f845bcb59418507),8e62398ebda8c1a5;rect64(9eb15e89b6b584c1),d04d6b19b4ac2d8c',
      ...['[other.jpg]', 'caption=Other', '[Contacts2]', '8e62398ebda8c1a5=Trude Muster;;', 'd04d6b19b4ac2d8c=Tom;;'],
    ].join('\r\n');
    const facts = await readAll({ 'IMG_1.jpg': await jpeg(), 'b.jpg': await jpeg({ red: 10 }), '.picasa.ini': ini });
    expect(facts.get('IMG_1.jpg')).toMatchObject({
      captions: [{ text: 'Grandma feeds the ducks', source: 'picasa' }],
      tags: [{ name: 'ducks' }, { name: 'lake' }, { name: 'Favorite' }],
      people: [{ name: 'Trude Muster' }, { name: 'Tom' }],
    });
    expect(facts.get('b.jpg')).toMatchObject({ captions: [], tags: [], people: [] });
  });

  it('says what it has of a photo without stars, keywords or known faces, in older files too', async () => {
    const ini =
      '[a.jpg]\nrotate(1)\ncaption=Ducks\nfaces=rect64(1),ffff;rect64(2)\n[b.jpg]\nfaces=rect64(3),12\n[Contacts]\n12=Tom';
    const facts = await readAll({ 'a.jpg': await jpeg(), 'b.jpg': await jpeg({ red: 10 }), '.picasa.ini': ini });
    expect(facts.get('a.jpg')).toMatchObject({ captions: [{ text: 'Ducks' }], tags: [], people: [] });
    expect(facts.get('b.jpg')).toMatchObject({ captions: [], tags: [], people: [{ name: 'Tom', source: 'picasa' }] });
  });
});

describe('Apple’s export of iCloud Photos', () => {
  const header = 'imgName,fileChecksum,favorite,hidden,deleted,originalCreationDate,viewCount,importDate\n';

  it('says which photos are favourites, and when those were made that do not say it themselves', async () => {
    const rows = [
      'IMG_1.PNG,Abc=,yes,no,no,"Saturday July 5,2014 12:05 AM GMT",10,"Sunday July 6,2014 1:00 PM GMT"',
      'b.png,Abd=,no,no,no,"Thursday December 31,2015 11:59 PM GMT",0,',
      'c.png,Abe=,no,no,no,yesterday,0,',
    ];
    const [png, names] = [
      await sharp(await jpeg())
        .png()
        .toBuffer(),
      ['IMG_1.png', 'b.png', 'c.png', 'd.png'],
    ];
    const facts = await readAll({
      ...Object.fromEntries(names.map((name) => [name, png])),
      'Photo Details.csv': '\uFEFF' + header + rows.slice(0, 1).join('\n'),
      'Photo Details-1.csv': header + rows.slice(1).join('\n'),
    });
    const said = names.map((name) => {
      const { tags, capturedAt, dateSource } = facts.get(name) ?? {};
      return [tags, capturedAt, dateSource];
    });
    const source = 'Apple export originalCreationDate';
    expect(said).toEqual([
      [[{ name: 'Favorite', source: 'apple' }], Date.UTC(2014, 6, 5, 0, 5), source],
      [[], Date.UTC(2015, 11, 31, 23, 59), source],
      [[], null, null],
      [[], null, null],
    ]);
  });

  it('says nothing where its columns have other names', async () => {
    const facts = await readOne(await jpeg(), 'a.jpg', { 'Photo Details.csv': 'name,favourite\na.jpg,yes\n' });
    expect(facts).toMatchObject({ tags: [], sidecarFaults: [] });
  });
});

describe('people', () => {
  it.each([
    ['Getty', 'Personality', 'http://xmp.gettyimages.com/gift/1.0/'],
    ['PRISM', 'person', 'http://prismstandard.org/namespaces/basic/2.0/'],
  ])('of %s are read', async (_, name, uri) => {
    const element = `<n:${name} xmlns:n="${uri}"><rdf:Bag><rdf:li>Ingrid Muster</rdf:li></rdf:Bag></n:${name}>`;
    const { people } = await readOne(await photoWith({ xmp: xmpOf('', element) }));
    expect(people.map((person) => person.name)).toEqual(['Ingrid Muster']);
  });
});

describe('sidecars that have lost what they said', () => {
  it.each<[string, string, string | Buffer, string]>([
    ['empty', 'a.jpg.xmp', '', 'empty'],
    ['zeros', 'a.jpg.xmp', Buffer.alloc(900), 'zeros'],
    ['damaged', 'a.xmp', '<rdf:RDF><rdf:Descr', 'damaged'],
    ['an empty text', 'a.txt', ' \n', 'empty'],
    ['a text of zeros', 'a.jpg.txt', Buffer.alloc(40), 'zeros'],
    ['Picasa’s file, empty', '.picasa.ini', '', 'empty'],
    ['Picasa’s file of zeros', 'Picasa.ini', Buffer.alloc(40), 'zeros'],
    ['Apple’s file, cut short', 'Photo Details.csv', 'imgName,favorite\na.jpg,"ye', 'damaged'],
    ['half a JSON', 'a.jpg.json', '{"photoTakenTime": {"times', 'damaged'],
    ['a text in an unknown set', 'a.caption', encodeAs('gbk', '猫咪'), 'character-set'],
  ])('are faults: %s', async (_, name, content, kind) => {
    const facts = await readOne(await jpeg(), 'a.jpg', { [name]: content });
    expect(facts.sidecarFaults).toMatchObject([{ path: name, kind }]);
  });
});
