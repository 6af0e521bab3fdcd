// A generated photo, read by us and by ExifTool, an independent program.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bag, photoWith, xmpOf } from '../../../../test/support/metadata-photo.ts';
import * as asf from '../../../../test/support/asf.ts';
import * as avi from '../../../../test/support/avi.ts';
import * as matroska from '../../../../test/support/matroska.ts';
import { box, movieHeader } from '../../../../test/support/quicktime.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { transportStream } from '../../../../test/support/transport-stream.ts';
import { videoFacts } from '../../../../test/support/video.ts';
import { itemAt, present } from '../../../shared/at.ts';
import { parseJson } from '../../../shared/json.ts';
import { readPhoto, type PhotoFacts } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';

const wide = (text: string) => ({ bytes: Buffer.from(`${text}\0`, 'utf16le') });

const exiftoolPresent = spawnSync('exiftool', ['-ver']).status === 0;
describe.skipIf(!exiftoolPresent)(`ExifTool${exiftoolPresent ? '' : ' (skipped: it is not installed)'}`, () => {
  it('reads in the photos made here what is meant', async () => {
    const photo = await photoWith({
      exif: {
        littleEndian: true,
        ifd0: {
          0x010e: { ascii: 'From EXIF' },
          0x4749: { short: 75 },
          0x9c9b: wide('Käfer'),
        },
        exif: {
          0x9003: { ascii: '2019:07:31 23:30:00' },
          0x9011: { ascii: '+09:00' },
          0x9286: { undefined: Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from('Öl', 'utf16le')]) },
        },
        gps: {
          1: { ascii: 'S' },
          2: {
            rationals: [
              [33, 1],
              [51, 1],
              [54, 1],
            ],
          },
          3: { ascii: 'E' },
          4: {
            rationals: [
              [151, 1],
              [12, 1],
              [36, 1],
            ],
          },
        },
      },
      iptc: { 5: 'Title', 25: ['sea', 'sun'], 55: '19680615', 120: 'Caption' },
      xmp: xmpOf('xmp:Rating="3"', bag('dc:subject', 'one', 'two') + bag('Iptc4xmpExt:PersonInImage', 'Anna')),
    });
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, photo);
    const { stdout } = spawnSync('exiftool', ['-j', '-G1', '-n', file], { encoding: 'utf8' });
    const theirs = itemAt(parseJson(z.array(z.record(z.string(), z.unknown())), stdout), 0);
    expect(theirs).toMatchObject({
      'IFD0:ImageDescription': 'From EXIF',
      'IFD0:RatingPercent': 75,
      'IFD0:XPTitle': 'Käfer',
      'ExifIFD:DateTimeOriginal': '2019:07:31 23:30:00',
      'ExifIFD:OffsetTimeOriginal': '+09:00',
      'ExifIFD:UserComment': 'Öl',
      'IPTC:ObjectName': 'Title',
      'IPTC:Keywords': ['sea', 'sun'],
      'IPTC:DateCreated': '1968:06:15',
      'IPTC:Caption-Abstract': 'Caption',
      'XMP-dc:Subject': ['one', 'two'],
      'XMP-xmp:Rating': 3,
      'XMP-iptcExt:PersonInImage': 'Anna',
    });
    const ours = await readPhoto(folder, itemAt((await scanFolder(folder)).photos, 0));
    expect(ours.position?.latitude).toBeCloseTo(Number(theirs['Composite:GPSLatitude']), 6);
    expect(ours.position?.longitude).toBeCloseTo(Number(theirs['Composite:GPSLongitude']), 6);
    expect(ours).toMatchObject({ rating: 3, people: [{ name: 'Anna' }], utcOffset: 540 });
    expect(ours.captions.map(({ text }) => text)).toEqual(['Caption', 'Title', 'From EXIF', 'Öl', 'Käfer']);
  });

  it('writes events, places, positions and times of satellites that are read here', async () => {
    const folder = temporaryFolder();
    const files = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => path.join(folder, name));
    for (const file of files) await writeFile(file, await photoWith({}));
    const write = (file: string, ...fields: readonly string[]) => {
      const { status, stderr } = spawnSync('exiftool', ['-overwrite_original', '-n', ...fields, file], {
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    };
    write(
      itemAt(files, 0),
      ...['-XMP-iptcExt:Event=Wedding of Anna and Ben', '-XMP-exif:GPSDateTime=2019:07:31 10:20:30Z'],
      ...['-XMP-iptcExt:LocationShownSublocation=Trastevere', '-XMP-iptcExt:LocationShownCity=Rome'],
      ...['-XMP-iptcExt:LocationShownCountryName=Italy', '-XMP-iptcExt:LocationShownWorldRegion=Europe'],
      ...['-XMP-iptcExt:LocationCreatedCity=Vatican', '-XMP-exif:GPSLatitude=-33.865', '-XMP-exif:GPSLongitude=151.21'],
    );
    write(
      itemAt(files, 1),
      ...['-XMP-iptcExt:LocationCreatedCity=Vienna', '-XMP-iptcExt:LocationCreatedCountryName=Austria'],
      ...['-IPTC:City=Graz', '-IPTC:Country-PrimaryLocationName=Austria', '-IPTC:Sub-location=Old Town'],
    );
    write(
      itemAt(files, 2),
      ...['-GPS:GPSDateStamp=2019:07:31', '-GPS:GPSTimeStamp=10:20:30'],
      ...['-XMP-iptcExt:LocationShownGPSLatitude=48.147', '-XMP-iptcExt:LocationShownGPSLongitude=17.098'],
      ...['-XMP-iptcExt:LocationCreatedGPSLatitude=-33.865', '-XMP-iptcExt:LocationCreatedGPSLongitude=151.21'],
    );
    const [first, second, third] = (await scanFolder(folder)).photos;
    const ours = await readPhoto(folder, present(first));
    expect(ours).toMatchObject({
      captions: [{ text: 'Wedding of Anna and Ben', source: 'xmp' }],
      place: 'Trastevere, Rome, Italy, Europe',
      capturedAt: Date.UTC(2019, 6, 31, 10, 20, 30),
      dateSource: 'XMP exif:GPSTimeStamp',
    });
    expect(ours.position?.latitude).toBeCloseTo(-33.865, 6);
    expect(ours.position?.longitude).toBeCloseTo(151.21, 6);
    expect((await readPhoto(folder, present(second))).place).toBe('Vienna, Austria');
    expect(await readPhoto(folder, present(third))).toMatchObject({
      capturedAt: Date.UTC(2019, 6, 31, 10, 20, 30),
      dateSource: 'EXIF GPSDateStamp',
      position: { latitude: expect.closeTo(-33.865, 6) as unknown, longitude: expect.closeTo(151.21, 6) as unknown },
    });
  });

  it('writes texts in several languages and regions of people and pets that are read here', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, await photoWith({}));
    const region = (name: string, type: string): string =>
      `{Area={W=0.1,H=0.1,X=0.5,Y=0.5,Unit=normalized},Name=${name},Type=${type}}`;
    const regions = [
      region('Anna', 'Face'),
      region('Rex', 'Pet'),
      region('Point', 'Focus'),
      region('12345', 'BarCode'),
    ];
    const { status, stderr } = spawnSync(
      'exiftool',
      [
        ...['-overwrite_original', '-XMP-dc:Description-de=Boote im Hafen', '-XMP-dc:Description=Boats in the harbour'],
        ...['-XMP-dc:Description-en=Boats in the harbour', '-XMP-dc:Title=Harbour', '-XMP-dc:Title-ja=港'],
        `-RegionInfo={RegionList=[${regions.join(',')}]}`,
        file,
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { captions, people, tags } = await readPhoto(folder, itemAt((await scanFolder(folder)).photos, 0));
    expect(captions.map(({ text }) => text)).toEqual(['Boats in the harbour', 'Harbour', 'Boote im Hafen', '港']);
    expect([people, tags].map((found) => found.map(({ name }) => name))).toEqual([['Anna'], ['Rex']]);
  });

  it('writes dates, words and places of a video that are read here, and reads the same', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'a.mov');
    await writeFile(
      file,
      Buffer.concat([
        box('ftyp', 'qt  \0\0\0\0qt  '),
        box('mdat', 'x'),
        box('moov', movieHeader(Date.UTC(2020, 1, 1))),
      ]),
    );
    const { status, stderr } = spawnSync(
      'exiftool',
      [
        ...['-overwrite_original', '-Keys:CreationDate=2019:07:31 23:30:00-07:00', '-Keys:Model=iPhone 8'],
        ...['-Keys:GPSCoordinates=37.7749, -122.4194, 5', '-Keys:Title=Wellen', '-ItemList:Comment=Möwen am Strand'],
        ...['-UserData:Title=Wellen', '-XMP-dc:Subject=sea', '-XMP-xmp:Rating=4'],
        file,
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { stdout } = spawnSync('exiftool', ['-j', '-n', '-api', 'QuickTimeUTC=1', file], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    const theirs = itemAt(parseJson(z.array(z.record(z.string(), z.unknown())), stdout), 0);
    expect(theirs).toMatchObject({
      CreationDate: '2019:07:31 23:30:00-07:00',
      CreateDate: '2020:02:01 00:00:00+00:00',
    });
    const ours = await videoFacts('a.mov', readFileSync(file), folder);
    expect(ours).toMatchObject({
      capturedAt: Date.UTC(2019, 6, 31, 23, 30),
      utcOffset: -420,
      camera: 'iPhone 8',
      rating: 4,
      tags: [{ name: 'sea' }],
    });
    expect(ours.captions.map(({ text }) => text).sort()).toEqual(['Möwen am Strand', 'Wellen']);
    expect(ours.position?.latitude).toBeCloseTo(37.7749, 4);
    expect(ours.position?.longitude).toBeCloseTo(-122.4194, 4);
  });

  it('reads the same dates, words and cameras of Matroska and AVI', async () => {
    const folder = temporaryFolder();
    const words = { TITLE: 'Hafen', DESCRIPTION: 'Boote', COMMENT: 'Möwen', KEYWORDS: 'sea, boats' };
    const tagged = matroska.tags({ ...words, DATE_RECORDED: '2018-05-06 07:08:09' });
    const pictures = matroska.cluster(1000);
    const start = [matroska.info(Date.UTC(2019, 6, 31, 12), 'The pier'), pictures];
    const index = (at: number): Buffer => matroska.seekHead([0x1254c367, at]);
    const place = index(0).length + Buffer.concat(start).length;
    const mkv = Buffer.concat([matroska.ebmlHead('matroska'), matroska.segment(index(place), ...start, tagged)]);
    const texts = avi.texts({ INAM: 'Hafen', ISBJ: 'Boote', ICMT: 'Waves', IKEY: 'sea; boats', ICRD: '2005-08-17' });
    const clip = avi.avi(
      avi.header(avi.chunk('IDIT', 'Mon Mar 10 15:04:43 2003\n\0')),
      avi.list('INFO', ...texts),
      avi.list('exif', ...avi.texts({ ecor: 'NIKON', emdl: 'P1' })),
      avi.list('movi', avi.chunk('00dc', 'x')),
    );
    const ours = [await videoFacts('a.mkv', mkv, folder), await videoFacts('a.avi', clip, temporaryFolder())];
    writeFileSync(path.join(folder, 'a.avi'), clip);
    // Without -ee, older releases end at the pictures.
    const { stdout } = spawnSync(
      'exiftool',
      ['-j', '-n', '-ee', ...['a.mkv', 'a.avi'].map((name) => path.join(folder, name))],
      {
        encoding: 'utf8',
      },
    );
    const [theirMkv, theirAvi] = parseJson(z.array(z.record(z.string(), z.unknown())), stdout);
    const written = ({ captions, tags }: PhotoFacts) => ({
      captions: captions.map(({ text }) => text),
      tags: tags.map(({ name }) => name),
    });
    expect(ours.map(written)).toEqual([
      {
        captions: ['The pier', theirMkv?.['Title'], theirMkv?.['Description'], theirMkv?.['Comment']],
        tags: String(theirMkv?.['Keywords']).split(', '),
      },
      {
        captions: [theirAvi?.['Title'], theirAvi?.['Subject'], theirAvi?.['Comment']],
        tags: String(theirAvi?.['Keywords']).split('; '),
      },
    ]);
    const time = ({ capturedAt }: PhotoFacts): string =>
      new Date(capturedAt ?? 0).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', ':');
    expect(ours.map(time)).toEqual([theirMkv?.['DateTimeOriginal'], theirAvi?.['DateTimeOriginal']]);
    expect(theirMkv?.['DateTimeOriginal']).toBe('2018:05:06 07:08:09');
    expect(ours[1]?.camera).toBe([theirAvi?.['Make'], theirAvi?.['Model']].join(' '));
  });

  it('reads the same dates, words, cameras and positions of WMV and of camcorders', async () => {
    const folder = temporaryFolder();
    const clip = asf.asf([
      asf.properties(Date.UTC(2006, 6, 9, 10, 11, 12)),
      asf.description('Hafen', 'Boote'),
      asf.moreDescription({ 'WM/SubTitle': 'Am Kai', 'WM/EncodingTime': Date.UTC(2005, 6, 9, 10, 11, 12) }),
    ]);
    const rational = (value: number): Buffer => Buffer.from([0, value, 0, 1]);
    const stream = transportStream({
      ...{ 0x18: Buffer.from('27201108', 'hex'), 0x19: Buffer.from('14151617', 'hex') },
      ...{ 0xb1: Buffer.from('S\0\0\0'), 0xb2: rational(33), 0xb3: rational(30), 0xb4: rational(36) },
      ...{ 0xb5: Buffer.from('E\0\0\0'), 0xb6: rational(70), 0xb7: rational(15), 0xb8: rational(0) },
      ...{
        0xe0: Buffer.from('01080000', 'hex'),
        0xe4: Buffer.from('HDR-'),
        0xe5: Buffer.from('CX55'),
        0xe6: Buffer.from('0V\0\0'),
      },
    });
    const ours = [await videoFacts('a.wmv', clip, folder), await videoFacts('a.mts', stream, temporaryFolder())];
    writeFileSync(path.join(folder, 'a.mts'), stream);
    const names = ['a.wmv', 'a.mts'].map((name) => path.join(folder, name));
    const { stdout } = spawnSync('exiftool', ['-j', '-n', ...names], { encoding: 'utf8' });
    const [theirWmv, theirMts] = parseJson(z.array(z.record(z.string(), z.unknown())), stdout);
    expect(ours[0]?.captions.map(({ text }) => text)).toEqual([
      theirWmv?.['Title'],
      theirWmv?.['Subtitle'],
      theirWmv?.['Description'],
    ]);
    const time = ({ capturedAt }: PhotoFacts): string =>
      new Date(capturedAt ?? 0).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', ':');
    expect(String(theirWmv?.['CreationDate'])).toBe('2006:07:09 10:11:12Z');
    expect(`${ours.map(time).join(', ')}-03:30`).toBe(`2005:07:09 10:11:12, ${String(theirMts?.['DateTimeOriginal'])}`);
    expect(ours[1]).toMatchObject({ utcOffset: -210, camera: `Sony ${String(theirMts?.['Model'])}` });
    expect(ours[1]?.position).toEqual({ latitude: -33.51, longitude: 70.25 });
    expect([theirMts?.['GPSLatitude'], theirMts?.['GPSLongitude']]).toEqual([-33.51, 70.25]);
  });
});
