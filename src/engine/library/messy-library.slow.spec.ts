// The messy library: 710 files from people and test suites, and reported cases, read by us and by ExifTool, an
// independent program.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../shared/json.ts';
import { HashlensError } from '../../shared/errors.ts';
import { readPhoto, type PhotoFacts } from './read-photo.ts';
import { scanFolder, type FolderScan } from './scan/scan.ts';
import { cleanCaption, cleanTag, isBoilerplate, isExifBoilerplate, splitKeywords } from '../text/file-text.ts';

const root = path.resolve(import.meta.dirname, '../../../../shared/data/messy-library');
/** Small inputs from reports. */
const fieldCases = path.resolve(root, '../field-cases');
/** Photos for which ExifTool's different result is right, too. */
const disagreed = new Set([
  // Fuzzed at their start: ExifTool skips ahead to a smaller picture inside, or past a wrong number in the EXIF header.
  '21ad703b38e2c350215bb92a849486f3.jpg',
  'c3018ebe53d0046eecb58858ca869a99.jpg',
  // Hungarian in Windows-1250, which ExifTool takes for Latin-1.
  'issue-exifr-47.jpeg',
  // Texts with a language, which ExifTool names otherwise.
  ...['cten0g04.png', 'ctfn0g04.png', 'ctgn0g04.png', 'cthn0g04.png', 'ctjn0g04.png', 'ctzn0g04.png'],
  // A comment that is nothing but the name of its character set, cut short.
  'broken1.jpg',
  // An impossible place: latitude 213.
  'buggy_panorama.jpg',
]);
const present = existsSync(root);
const exiftoolPresent = spawnSync('exiftool', ['-ver']).status === 0;

describe.skipIf(!present)(
  `messy library${present ? '' : ' (skipped: ../shared/data/messy-library is not there)'}`,
  () => {
    let scan: FolderScan;
    const facts = new Map<string, PhotoFacts>();
    const errors = new Map<string, unknown>();

    beforeAll(async () => {
      scan = await scanFolder(root);
      for (const photo of scan.photos) {
        // Without sidecars: ExifTool reads the photo alone.
        await readPhoto(root, { ...photo, sidecars: [] }).then(
          (read) => facts.set(photo.path, read),
          (error: unknown) => errors.set(photo.path, error),
        );
      }
    }, 60_000);

    it('has every file in exactly one list', () => {
      const listed = [...scan.photos, ...scan.skipped, ...scan.failures].map((file) => file.path);
      const all = readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
      expect(all).toHaveLength(710);
      expect(listed.sort()).toEqual(all.sort());
    });

    it('counts what is left out by its reason', () => {
      const counts = Object.groupBy(scan.skipped, (file) => file.reason);
      const number = (reason: keyof typeof counts): number => counts[reason]?.length ?? 0;
      expect([number('jpeg-2000'), number('version')]).toEqual([2, 1]);
      expect([number('sidecar'), number('hidden'), number('other-image')]).toEqual([36, 1, 2]);
    });

    it('reads or refuses each photo with a sentence that names it; only broken ones are refused', () => {
      expect(facts.size + errors.size).toBe(scan.photos.length);
      for (const [photo, error] of errors) {
        expect(photo).toMatch(/^broken\//);
        expect(error).toBeInstanceOf(HashlensError);
        if (error instanceof HashlensError) {
          expect(error.message).toContain(path.posix.basename(photo));
          expect(['unreadable', 'not-an-image', 'unsupported-format']).toContain(error.code);
        }
      }
    });

    it('shows all sixteen orientations upright', () => {
      for (const [photo, { width, height }] of facts) {
        const kind = /^orientation\/(portrait|landscape)_\d\.jpg$/.exec(photo)?.[1];
        if (kind !== undefined) expect([photo, height > width]).toEqual([photo, kind === 'portrait']);
      }
    });

    it('pairs the sidecars', () => {
      const paired = scan.photos.flatMap((photo) => photo.sidecars.filter((sidecar) => sidecar.endsWith('.xmp')));
      expect(paired.map((sidecar) => path.posix.basename(sidecar))).toEqual([
        'canon_eos_6d.xmp',
        'BonTonARTSTORplusIPTC.xmp',
        'IMG_5910.xmp',
        'cookiezen.xmp',
        'iphone_7.xmp',
        'ladybug.xmp',
        'photoshop.xmp',
      ]);
    });

    const reason = exiftoolPresent ? '' : ' (skipped: exiftool is not installed)';
    describe.skipIf(!exiftoolPresent)(`agrees with ExifTool${reason}`, () => {
      let theirs: ReadonlyMap<string, Fields>;
      const read = new Map<string, PhotoFacts>();
      beforeAll(async () => {
        theirs = new Map(existsSync(fieldCases) ? [...exiftool(root), ...exiftool(fieldCases)] : exiftool(root));
        for (const [photo, found] of facts) read.set(photo, found);
        if (!existsSync(fieldCases)) return;
        for (const photo of (await scanFolder(fieldCases)).photos) {
          read.set(photo.path, await readPhoto(fieldCases, { ...photo, sidecars: [] }));
        }
      }, 60_000);

      /** Each photo that both have read, as [path, ours, theirs]. */
      const expectAgreement = <T>(
        ours: (read: PhotoFacts) => T,
        them: (fields: Fields, photo: string) => T | null | undefined,
      ): void => {
        let number = 0;
        for (const [photo, ourFacts] of read) {
          const fields = theirs.get(photo);
          const expected = fields === undefined ? undefined : them(fields, photo);
          if (expected === undefined || disagreed.has(path.posix.basename(photo))) continue;
          number++;
          expect.soft({ photo, value: ours(ourFacts) }).toEqual({ photo, value: expected });
        }
        expect(number).toBeGreaterThan(400);
      };

      it('on tags', () => {
        expectAgreement(
          (read) => read.tags.map((tag) => tag.name.toLowerCase()).sort(),
          (fields) => {
            const paths = (separator: string, ...names: string[]): string[] =>
              fields.all(...names).flatMap((tag) => tag.split(separator));
            const kinds = fields.all('XMP-mwg-rs:RegionType');
            const raw = [
              ...fields.all('XMP-mwg-rs:RegionName').filter((_, i) => /pet/i.test(kinds[i] ?? '')),
              ...splitKeywords(fields.all('IPTC:Keywords')),
              ...splitKeywords(fields.all('XMP-dc:Subject')),
              ...splitKeywords(fields.all('IFD0:XPKeywords').flatMap((list) => list.split(';'))),
              ...fields.all('PNG:Keywords').flatMap((list) => list.split(/[,;]/)),
              ...paths('|', 'XMP-lr:HierarchicalSubject', 'XMP-mediapro:CatalogSets'),
              ...paths('/', 'XMP-digiKam:TagsList', 'XMP-microsoft:LastKeywordXMP'),
              ...fields.all('XMP-acdsee:Keywords'),
            ];
            const clean = raw.map((tag) => cleanTag(tag).toLowerCase());
            return [...new Set(clean)].filter((tag) => tag !== '').sort();
          },
        );
      });

      it('on captions', () => {
        expectAgreement(
          (read) => read.captions.map((caption) => caption.text).sort(),
          (fields, photo) => {
            // ExifTool finds comments after the damage, too.
            if (photo.startsWith('broken/') && fields.all('File:Comment', 'GIF:Comment').length > 0) return undefined;
            const exif = [
              'IFD0:ImageDescription',
              'ExifIFD:UserComment',
              'IFD0:XPTitle',
              'IFD0:XPSubject',
              'IFD0:XPComment',
            ];
            const xmp = ['dc:Description', 'acdsee:Caption', 'acdsee:Notes', 'iptcCore:ExtDescrAccessibility'];
            const more = ['iptcCore:AltTextAccessibility', 'tiff:ImageDescription', 'exif:UserComment', 'dc:Title'];
            const other = [
              ...[...xmp, ...more, 'photoshop:Headline', 'iptcExt:Event'].map((name) => `XMP-${name}`),
              ...[
                'IPTC:Caption-Abstract',
                'IPTC:ObjectName',
                'IPTC:Headline',
                'PNG:Description',
                'PNG:Comment',
                'PNG:Title',
                'File:Comment',
                'GIF:Comment',
              ],
            ];
            const clean = (...names: string[]): string[] => fields.all(...names).map(cleanCaption);
            const junk = new Set(clean(...exif).filter(isExifBoilerplate));
            const raw = [...clean(...exif), ...clean(...other)];
            raw.push(
              ...fields
                .all('PNG:Parameters')
                .map((text) => cleanCaption(text.split(/[\n.]*Negative prompt:|\n/)[0] ?? '')),
            );
            return [...new Set(raw)].filter((text) => text !== '' && !isBoilerplate(text) && !junk.has(text)).sort();
          },
        );
      });

      it('on dates', () => {
        expectAgreement(
          (read) =>
            read.capturedAt === null || read.dateSource === 'file name'
              ? null
              : new Date(read.capturedAt).toISOString().slice(0, 19),
          (fields) => {
            const day = fields.all('IPTC:DateCreated')[0];
            const gpsDay = fields.all('GPS:GPSDateStamp')[0];
            const dates = [
              ...fields.all('ExifIFD:DateTimeOriginal', 'XMP-exif:DateTimeOriginal', 'XMP-photoshop:DateCreated'),
              ...(day === undefined ? [] : [`${day} ${fields.all('IPTC:TimeCreated')[0] ?? ''}`]),
              ...fields.all('XMP-acdsee:DateTime', 'PNG:CreationTime', 'XMP-exif:DateTimeDigitized'),
              ...fields.all('XMP-xmp:CreateDate', 'ExifIFD:CreateDate', 'XMP-exif:GPSDateTime'),
              ...(gpsDay === undefined ? [] : [`${gpsDay} ${fields.all('GPS:GPSTimeStamp')[0] ?? ''}`]),
              ...fields.all('IFD0:ModifyDate', 'XMP-tiff:DateTime'),
            ];
            const found = dates.find((date) => /^(?:18[3-9]|19|20)\d/.test(date)) ?? null;
            if (found === null) return null;
            const [whole = '', clockTime = ''] = found.split(' ');
            // For an unknown month or day we keep the known beginning.
            const date = whole.replaceAll(':00', ':01');
            const time = date === whole ? clockTime : '';
            const clock = time.replace(/(?:[+-]\d\d:\d\d|Z)$/, '').slice(0, 8);
            return `${date.replaceAll(':', '-')}T${clock}${'00:00:00'.slice(clock.length)}`;
          },
        );
      });

      it('on ratings', () => {
        expectAgreement(
          (read) => read.rating,
          (fields) => {
            const rating = Number(fields.all('XMP-xmp:Rating', 'XMP-acdsee:Rating')[0] ?? Number.NaN);
            const percent = Number(fields.all('XMP-microsoft:RatingPercent')[0] ?? Number.NaN);
            const ofPercent = (number: number): number => (number > 0 ? 1 + Math.round(number / 25) : number);
            const exif = Number(fields.all('IFD0:Rating')[0] ?? Number.NaN);
            const exifPercent = Number(fields.all('IFD0:RatingPercent')[0] ?? Number.NaN);
            const stars = [rating, ofPercent(percent), exif, ofPercent(exifPercent)];
            const first = stars.find((number) => number <= 5) ?? 0;
            return first >= 1 ? first : null;
          },
        );
      });

      it('on people', () => {
        expectAgreement(
          (read) => read.people.map((person) => person.name.toLowerCase()).sort(),
          (fields) => {
            const kinds = fields.all('XMP-mwg-rs:RegionType');
            const regions = fields.all('XMP-mwg-rs:RegionName').filter((_, i) => /face/i.test(kinds[i] ?? 'face'));
            const others = [
              'XMP-iptcExt:ImageRegionPersonInImage',
              'XMP-MP:RegionPersonDisplayName',
              'XMP-iptcExt:PersonInImage',
              'XMP-mediapro:People',
            ];
            const names = [...regions, ...fields.all(...others, 'XMP-iptcExt:PersonInImageName')];
            return [...new Set(names.map((name) => cleanTag(name).toLowerCase()))].filter((name) => name !== '').sort();
          },
        );
      });

      it('on positions', () => {
        expectAgreement(
          (read) => read.position && [read.position.latitude.toFixed(4), read.position.longitude.toFixed(4)],
          (fields) => {
            const places = ['XMP-iptcExt:LocationCreated', 'XMP-iptcExt:LocationShown'];
            const pairs = ['XMP-exif:', 'Composite:', ...places].map((group) => [
              fields.all(`${group}GPSLatitude`)[0] ?? '',
              fields.all(`${group}GPSLongitude`)[0] ?? '',
            ]);
            const found = pairs.find(
              (pair) => pair.every((text) => text !== '') && pair.some((text) => Number(text) !== 0),
            );
            return found?.map((text) => Number(text).toFixed(4)) ?? null;
          },
        );
      });

      it('on places', () => {
        expectAgreement(
          (read) => read.place,
          (fields) => {
            const first = (names: readonly string[]) => names.map((name) => cleanTag(fields.all(name)[0] ?? ''));
            const core = ['XMP-iptcCore:Location', ...['City', 'State', 'Country'].map((x) => `XMP-photoshop:${x}`)];
            const old = ['Sub-location', 'City', 'Province-State', 'Country-PrimaryLocationName'];
            const parts = [first(core), first(old.map((x) => `IPTC:${x}`))]
              .map((names) => names.filter((name) => name !== ''))
              .find((names) => names.length > 0);
            return parts === undefined ? null : [...new Set(parts)].join(', ');
          },
        );
      });

      it('on photos that have a rating or a place', () => {
        const read = [...facts.values()];
        expect(read.filter((photo) => photo.rating !== null).length).toBeGreaterThan(10);
        expect(read.filter((photo) => photo.place !== null).length).toBeGreaterThan(10);
      });

      it('on dimensions', () => {
        expectAgreement(
          (read) => [read.width, read.height],
          (fields) => {
            const groups = ['File', 'PNG', 'GIF', 'RIFF', 'Meta', 'IFD0'].filter(
              (group) =>
                fields.all(`${group}:ImageWidth`).length > 0 &&
                (group !== 'IFD0' || fields.all('File:FileType')[0] === 'TIFF'),
            );
            const [group] = groups;
            if (group === undefined) return undefined;
            const [width, height] = fields.all(`${group}:ImageWidth`, `${group}:ImageHeight`).map(Number);
            const turned = Number(fields.all('IFD0:Orientation')[0] ?? 1) >= 5;
            return turned ? [height ?? 0, width ?? 0] : [width ?? 0, height ?? 0];
          },
        );
      });

      it('on cameras', () => {
        expectAgreement(
          (read) => read.camera !== null,
          (fields) => {
            const words = fields.all('IFD0:Make', 'IFD0:Model', 'XMP-tiff:Make', 'XMP-tiff:Model');
            return words.some((word) => word.trim() !== '');
          },
        );
      });
    });
  },
);

interface Fields {
  /** Values of the named fields, lists taken apart, in the order of the names. */
  all(...names: string[]): string[];
}

function exiftool(folder: string): ReadonlyMap<string, Fields> {
  const tags = [
    ...[
      'Event',
      'GPSDateTime',
      'GPSDateStamp',
      'GPSTimeStamp',
      'LocationCreatedGPSLatitude#',
      'LocationCreatedGPSLongitude#',
      'LocationShownGPSLatitude#',
      'LocationShownGPSLongitude#',
      'Keywords',
      'Subject',
      'XPKeywords',
      'HierarchicalSubject',
      'TagsList',
      'LastKeywordXMP',
      'Description',
    ],
    ...['Caption-Abstract', 'ImageDescription', 'XPSubject', 'XPComment', 'DateTimeOriginal', 'CreateDate'],
    ...[
      'DateTimeDigitized',
      'DateCreated',
      'TimeCreated',
      'SubSecTimeOriginal',
      'SubSecTimeDigitized',
      'Make',
      'Model',
    ],
    ...[
      'Rating',
      'RatingPercent',
      'Location',
      'City',
      'State',
      'Country',
      'CatalogSets',
      'Title',
      'Headline',
      'ObjectName',
    ],
    ...[
      'UserComment',
      'XPTitle',
      'Comment',
      'Caption',
      'Notes',
      'ExtDescrAccessibility',
      'AltTextAccessibility',
      'ModifyDate',
    ],
    ...['DateTime', 'CreationTime', 'RegionName', 'RegionType', 'RegionPersonDisplayName', 'PersonInImage', 'People'],
    ...['Parameters', 'PersonInImageName', 'ImageRegionPersonInImage', 'GPSLatitude#', 'GPSLongitude#'],
    ...['Sub-location', 'Province-State', 'Country-PrimaryLocationName'],
    ...['ImageWidth', 'ImageHeight', 'Orientation#', 'FileType'],
  ];
  const run = spawnSync('exiftool', ['-j', '-G1', '-r', '-charset', 'UTF8', ...tags.map((tag) => `-${tag}`), folder], {
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const rows = parseJson(z.array(z.record(z.string(), z.unknown())), run.stdout);
  return new Map(
    rows.map((row) => {
      const all = (...names: string[]): string[] => names.flatMap((name) => row[name] ?? []).map(String);
      return [path.relative(folder, String(row['SourceFile'])).replaceAll('\\', '/'), { all }];
    }),
  );
}
