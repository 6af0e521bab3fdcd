// The messy library: 710 files as people and test suites have them, read by us and by ExifTool, which we did not write.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { readPhoto, type PhotoFacts } from './read-photo.ts';
import { scanFolder, type FolderScan } from './scan/scan.ts';
import { cleanCaption, cleanTag, isCameraJunk, splitTags } from '../text/file-text.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../../shared/data/messy-library');
/** Fuzzed at its start: ExifTool skips ahead to a smaller picture inside, the JPEG decoder reads the photo itself. */
const DISAGREED = new Set(['21ad703b38e2c350215bb92a849486f3.jpg']);
const present = existsSync(ROOT);
const exiftoolPresent = spawnSync('exiftool', ['-ver']).status === 0;

describe.skipIf(!present)(
  `messy library${present ? '' : ' (skipped: ../shared/data/messy-library is not there)'}`,
  () => {
    let scan: FolderScan;
    const facts = new Map<string, PhotoFacts>();
    const errors = new Map<string, unknown>();

    beforeAll(async () => {
      scan = await scanFolder(ROOT);
      for (const photo of scan.photos) {
        // Sidecars are left aside: ExifTool reads the photo alone.
        await readPhoto(ROOT, { ...photo, sidecars: [] }).then(
          (read) => facts.set(photo.path, read),
          (error: unknown) => errors.set(photo.path, error),
        );
      }
    }, 60_000);

    it('has every file in exactly one list', () => {
      const listed = [...scan.photos, ...scan.skipped, ...scan.failures].map((file) => file.path);
      const all = readdirSync(ROOT, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
      expect(all).toHaveLength(710);
      expect(listed.sort()).toEqual(all.sort());
    });

    it('counts what is left out by its reason', () => {
      const counts = Object.groupBy(scan.skipped, (file) => file.reason);
      const number = (reason: keyof typeof counts): number => counts[reason]?.length ?? 0;
      expect([number('jpeg-2000'), number('version')]).toEqual([2, 1]);
      expect([number('sidecar'), number('hidden'), number('other-image')]).toEqual([16, 1, 2]);
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
      const paired = scan.photos.filter((photo) => photo.sidecars.length > 0).map((photo) => photo.sidecars.join());
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
      beforeAll(() => {
        theirs = exiftool(ROOT);
      }, 60_000);

      /** Each photo both have read, as [path, ours, theirs]. */
      const expectAgreement = <T>(ours: (read: PhotoFacts) => T, them: (fields: Fields) => T | null): void => {
        let number = 0;
        for (const [photo, read] of facts) {
          const fields = theirs.get(photo);
          const expected = fields === undefined ? undefined : them(fields);
          if (expected === undefined || DISAGREED.has(path.posix.basename(photo))) continue;
          number++;
          expect.soft({ photo, value: ours(read) }).toEqual({ photo, value: expected });
        }
        expect(number).toBeGreaterThan(400);
      };

      it('on tags', () => {
        expectAgreement(
          (read) => read.tags.map((tag) => tag.name.toLowerCase()).sort(),
          (fields) => {
            const raw = [
              ...fields.all('IPTC:Keywords', 'XMP-dc:Subject', 'IFD0:XPKeywords'),
              ...fields.all('XMP-lr:HierarchicalSubject').flatMap((tag) => tag.split('|')),
              ...fields.all('XMP-digiKam:TagsList', 'XMP-microsoft:LastKeywordXMP').flatMap((tag) => tag.split('/')),
            ];
            const clean = raw.flatMap(splitTags).map((tag) => cleanTag(tag).toLowerCase());
            return [...new Set(clean)].filter((tag) => tag !== '').sort();
          },
        );
      });

      it('on captions', () => {
        expectAgreement(
          (read) => read.captions.map((caption) => caption.text).sort(),
          (fields) => {
            const exif = ['IFD0:ImageDescription', 'IFD0:XPSubject', 'IFD0:XPComment'] as const;
            const raw = fields.all('XMP-dc:Description', 'IPTC:Caption-Abstract', ...exif).map(cleanCaption);
            return [...new Set(raw)].filter((text) => text !== '' && !isCameraJunk(text)).sort();
          },
        );
      });

      it('on dates', () => {
        expectAgreement(
          (read) => (read.capturedAt === null ? null : new Date(read.capturedAt).toISOString().slice(0, 19)),
          (fields) => {
            const day = fields.all('IPTC:DateCreated')[0];
            const dates = [
              ...fields.all('ExifIFD:DateTimeOriginal', 'ExifIFD:CreateDate', 'XMP-exif:DateTimeOriginal'),
              ...fields.all('XMP-photoshop:DateCreated', 'XMP-xmp:CreateDate', 'XMP-exif:DateTimeDigitized'),
              ...(day === undefined ? [] : [`${day} ${fields.all('IPTC:TimeCreated')[0] ?? ''}`]),
            ];
            const found = dates.find((date) => /^(?:18[3-9]|19|20)\d/.test(date)) ?? null;
            if (found === null) return null;
            const [date = '', time = ''] = found.split(' ');
            const clock = time.replace(/(?:[+-]\d\d:\d\d|Z)$/, '').slice(0, 8);
            return `${date.replaceAll(':', '-')}T${clock}${'00:00:00'.slice(clock.length)}`;
          },
        );
      });

      it('on ratings', () => {
        expectAgreement(
          (read) => read.rating,
          (fields) => {
            const rating = Number(fields.all('XMP-xmp:Rating', 'IFD0:Rating')[0] ?? 0);
            return rating >= 1 && rating <= 5 ? rating : null;
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

function exiftool(root: string): ReadonlyMap<string, Fields> {
  const tags = [
    ...['Keywords', 'Subject', 'XPKeywords', 'HierarchicalSubject', 'TagsList', 'LastKeywordXMP', 'Description'],
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
    ...['Rating', 'Location', 'City', 'State', 'Country'],
    ...['Sub-location', 'Province-State', 'Country-PrimaryLocationName'],
    ...['ImageWidth', 'ImageHeight', 'Orientation#', 'FileType'],
  ];
  const run = spawnSync('exiftool', ['-j', '-G1', '-r', '-charset', 'UTF8', ...tags.map((tag) => `-${tag}`), root], {
    maxBuffer: 256 * 1024 * 1024,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const rows = JSON.parse(run.stdout) as readonly Readonly<Record<string, unknown>>[];
  return new Map(
    rows.map((row) => {
      const all = (...names: string[]): string[] => names.flatMap((name) => row[name] ?? []).map(String);
      return [path.relative(root, String(row['SourceFile'])).replaceAll('\\', '/'), { all }];
    }),
  );
}
