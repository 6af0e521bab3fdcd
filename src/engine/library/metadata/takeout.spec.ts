// The JSON beside a photo of Google Takeout, and Picasa's file of a folder.
import { describe, expect, it } from 'vitest';
import { readPicasa } from './picasa.ts';
import { readTakeout } from './takeout.ts';

const json = (fields: object): Buffer =>
  Buffer.from(JSON.stringify({ title: 'a.jpg', photoTakenTime: { timestamp: '1404554726' }, ...fields }));
const emptyFields = {
  ...{ captions: [''], people: [], tags: [], date: '2014-07-05T10:05:26.000Z', position: null },
  isTrashed: false,
};

describe('Google Takeout', () => {
  it('says what of a photo is known, and nothing of what is missing or of another form', () => {
    expect(readTakeout(json({}))).toEqual(emptyFields);
    const odd = {
      description: 5,
      people: [{ id: 1 }],
      favorited: 'yes',
      geoData: 'here',
      geoDataExif: { latitude: 4 },
    };
    expect(readTakeout(json(odd))).toEqual(emptyFields);
    const all = { description: 'ducks', people: [{ name: 'Ada' }, { name: 'Tom' }], favorited: true };
    expect(readTakeout(json({ ...all, geoData: { latitude: 1, longitude: 2 } }))).toEqual({
      ...{ ...emptyFields, captions: ['ducks'], people: ['Ada', 'Tom'], tags: ['Favorite'] },
      position: { latitude: 1, longitude: 2 },
    });
    expect(readTakeout(json({ favorited: false, trashed: 'yes' }))).toEqual(emptyFields);
    expect(readTakeout(json({ trashed: true }))).toEqual({ ...emptyFields, isTrashed: true });
  });

  it('takes the place a person chose before that of the camera, and none for 0, 0', () => {
    const [chosen, camera] = [
      { latitude: 1, longitude: 2 },
      { latitude: 3, longitude: 4 },
    ];
    const placeOf = (fields: object) => readTakeout(json(fields))?.position;
    expect(placeOf({ geoData: chosen, geoDataExif: camera })).toEqual(chosen);
    expect(placeOf({ geoData: { latitude: 0, longitude: 0 }, geoDataExif: camera })).toEqual(camera);
    expect(placeOf({ geoData: { latitude: 0, longitude: 0 } })).toBeNull();
  });

  it('has a date in seconds, as a number or a text, before 1970 too, and none that cannot be', () => {
    const dateOf = (timestamp: unknown) => readTakeout(json({ photoTakenTime: { timestamp } }))?.date;
    expect(dateOf(1404554726)).toBe('2014-07-05T10:05:26.000Z');
    expect(dateOf('-86400')).toBe('1969-12-31T00:00:00.000Z');
    for (const timestamp of ['', '0', 0, '1e11', '-100000000000', 'soon']) expect(dateOf(timestamp)).toBeNull();
  });

  it('takes back what older exports escape, once', () => {
    const description = '&lt;b&gt; &quot;Tom&#39;s&quot; &amp;lt; &euro;';
    expect(readTakeout(json({ description }))?.captions).toEqual([`<b> "Tom's" &lt; &euro;`]);
  });

  it('is told from other JSON, and from one of its own that is damaged', () => {
    for (const text of ['{"title": "x"}', '{"title": "x", "photoTakenTime": 5}', '[]', 'no JSON', '']) {
      expect([text, readTakeout(Buffer.from(text))]).toEqual([text, null]);
    }
    expect(readTakeout(Buffer.from('{"photoTakenTime": {"timest'))).toBeUndefined();
  });
});

describe('Picasa', () => {
  it('gives a photo the names of its albums as tags', () => {
    const ini = '[.album:ABC]\nname=Italien 2009\ntoken=abc\n[a.jpg]\nalbums=abc,unknown\n[b.jpg]\ncaption=x\n';
    expect(readPicasa(Buffer.from(ini), 'a.jpg')?.tags).toContain('Italien 2009');
    expect(readPicasa(Buffer.from(ini), 'b.jpg')?.tags).not.toContain('Italien 2009');
  });

  const ini = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'));

  it('says nothing of a photo without a section, and empty texts of one without fields', () => {
    expect(readPicasa(ini('[a.jpg]', 'rotate=1'), 'b.jpg')).toBeNull();
    expect(readPicasa(ini('[a.jpg]', 'rotate=1'), 'a.jpg')).toEqual({ captions: [''], tags: [''], people: [] });
  });

  it('reads fields whatever their case, around the first equals sign, of a section in several parts', () => {
    const file = ini(
      ...['[Ä.JPG]', ' Caption = 1+1=2 ', 'no field', '=no name', '[other.jpg]', 'caption=other', '[ä.jpg] '],
      ...['STAR=yes', 'keywords=a,b'],
    );
    expect(readPicasa(file, 'Ä.jpg'.normalize('NFD'))).toEqual({
      ...{ captions: ['1+1=2'], tags: ['a', 'b', 'Favorite'], people: [] },
    });
    expect(readPicasa(ini('[a.jpg]', 'star=no'), 'a.jpg')?.tags).toEqual(['']);
  });

  it('names the faces whose names are known, by the newer list of contacts first', () => {
    const file = ini(
      ...[
        '[a.jpg]',
        'faces=rect64(1),AAA;rect64(2), bbb;rect64(3),ccc;rect64(4);',
        '[Contacts]',
        'aaa=Old;;',
        'bbb=Tom',
      ],
      ...['[Contacts2]', 'aaa=Ada Muster;;'],
    );
    expect(readPicasa(file, 'a.jpg')?.people).toEqual(['Ada Muster', 'Tom']);
  });

  it('reads each line ending, and the file again once it is another', () => {
    expect(readPicasa(Buffer.from('[a.jpg]\r\ncaption=one\r[b.jpg]\rcaption=two'), 'b.jpg')?.captions).toEqual(['two']);
    expect(readPicasa(ini('[b.jpg]', 'caption=three'), 'b.jpg')?.captions).toEqual(['three']);
  });
});
