// Combines all sources about a photo: the precedence of sources for each fact is in field-sources.ts.
import path from 'node:path';
import { cleanCaption, cleanTag, isBoilerplate, isExifBoilerplate, splitKeywords } from '../../text/file-text.ts';
import { cameraName, dayMs, nameDate, parseCaptureDate, type CaptureDate } from './capture.ts';
import type { Embedded } from './embedded.ts';
import { promptOf } from './prompt.ts';
import type { Position } from './position.ts';
import { placeOf, ratingOf } from './rating-place.ts';
import type { SidecarFault, Sidecars } from './sidecars.ts';
import { metadataTable, type FieldSource } from './field-sources.ts';

/** Version of the metadata readers. A higher number makes the next index run read all photos again. */
export const metadataReader = 13;

export type PhotoCaptionSource =
  'iptc' | 'xmp' | 'exif' | 'png' | 'comment' | 'sidecar' | 'text-file' | 'takeout' | 'picasa';
/** `exif`: the keywords of Windows Explorer; `comment`: the keywords of a video. */
export type PhotoTagSource = 'iptc' | 'xmp' | 'exif' | 'png' | 'comment' | 'sidecar' | 'takeout' | 'picasa' | 'apple';
export type PersonSource = 'xmp' | 'sidecar' | 'takeout' | 'picasa';

export interface PhotoWords {
  /** Local wall-clock time, stored as UTC: see `CaptureDate`. */
  readonly capturedAt: number | null;
  /** End of the year, month or day where no more is known; null for a time of day. */
  readonly capturedUntil: number | null;
  /** Minutes from UTC to local time; null if not given. */
  readonly utcOffset: number | null;
  /** Source of the date: `EXIF DateTimeOriginal`, `file name`. */
  readonly dateSource: string | null;
  readonly camera: string | null;
  /** One to five stars; null when not rated or rejected. */
  readonly rating: number | null;
  /** `Trastevere, Rome, Lazio, Italy`, as written in the source. */
  readonly place: string | null;
  readonly position: Position | null;
  /** Most deliberate first: sidecars, then XMP, IPTC and EXIF. Each text once. */
  readonly captions: readonly { readonly text: string; readonly source: PhotoCaptionSource }[];
  /** Each name once, whatever its case. */
  readonly tags: readonly { readonly name: string; readonly source: PhotoTagSource }[];
  readonly people: readonly { readonly name: string; readonly source: PersonSource }[];
  /** Sidecars that are damaged, or empty now and not before. */
  readonly sidecarFaults: readonly SidecarFault[];
  /** Fields whose texts were left out, because their character set is unknown. */
  readonly unreadable: readonly string[];
}

/** Largest number of captions and tags kept per photo. */
const maxCaptions = 200;
const maxTags = 500;

/** @param name of the file, without its folders */
export function describePhoto(embedded: Embedded, sidecars: Sidecars, name: string, now = Date.now()): PhotoWords {
  const { exif, iptc, xmp, png, comments, video } = embedded;
  const deliberate = [...sidecars.xmp, ...xmp];
  const found = dateOf(embedded, sidecars, name, now);
  const described = [...xmp, ...sidecars.xmp].find((fields) => fields.model !== null);
  const positions = [
    ...[...deliberate, ...[exif, video].filter((fields) => fields !== null)].map((fields) => fields.position),
    ...deliberate.flatMap((fields) => fields.locationPositions),
    ...sidecars.takeout.map((fields) => fields.position),
  ];
  return {
    capturedAt: found?.date.time ?? null,
    capturedUntil: found?.date.until ?? null,
    utcOffset: found?.date.offset ?? null,
    dateSource: found?.source ?? null,
    camera:
      cameraName(exif?.make ?? null, exif?.model ?? null) ??
      cameraName(described?.make ?? null, described?.model ?? null) ??
      cameraName(video?.make ?? null, video?.model ?? null),
    rating: ratingOf([...deliberate.flatMap((fields) => fields.ratings), ...(exif?.ratings ?? [])]),
    place: placeOf([
      ...deliberate.flatMap(({ place, locations }) => [place, ...locations]),
      iptc?.place ?? null,
      video?.place ?? null,
    ]),
    position: positions.find((position) => position !== null) ?? null,
    captions: captionsOf(embedded, sidecars, name),
    tags: tagsOf(embedded, sidecars),
    people: peopleOf(embedded, sidecars),
    sidecarFaults: sidecars.faults,
    unreadable: [exif, iptc, png, comments].flatMap((fields) => fields?.unreadable ?? []),
  };
}

/** Sources of dates, best first, as `dateSource` has them. */
const dateSources = metadataTable.date.flatMap(({ standard, field }) =>
  standard === 'XMP sidecar'
    ? [`sidecar ${field}`]
    : standard === 'XMP'
      ? [`sidecar ${field}`, `XMP ${field}`]
      : standard === 'file name'
        ? [standard]
        : [`${standard} ${field}`],
);
const rankOf = ({ dateSource }: PhotoWords): number =>
  dateSource === null ? Infinity : dateSources.indexOf(dateSource);

/** Whether two files of one name are of different shots by their cameras or by the time that these wrote. */
function areOfTwoShots(photo: PhotoWords, version: PhotoWords): boolean {
  if (photo.camera !== null && version.camera !== null && photo.camera !== version.camera) return true;
  const [one, other] = [photo, version].map(({ dateSource, capturedAt }) =>
    dateSource === cameraTime ? capturedAt : null,
  );
  return typeof one === 'number' && typeof other === 'number' && Math.abs(one - other) > dayMs;
}

const cameraTime = 'EXIF DateTimeOriginal';

/** The words about a photo with those in another version of it behind them: programs write into the RAW alone, or the original. */
export function withVersion(photo: PhotoWords, version: PhotoWords): PhotoWords {
  if (areOfTwoShots(photo, version)) return photo;
  const texts = new Set(photo.captions.map(({ text }) => text));
  const dated = rankOf(version) < rankOf(photo) ? version : photo;
  return {
    ...photo,
    capturedAt: dated.capturedAt,
    capturedUntil: dated.capturedUntil,
    utcOffset: dated.utcOffset,
    dateSource: dated.dateSource,
    camera: photo.camera ?? version.camera,
    rating: photo.rating ?? version.rating,
    place: photo.place ?? version.place,
    position: photo.position ?? version.position,
    captions: [...photo.captions, ...version.captions.filter(({ text }) => !texts.has(text))].slice(0, maxCaptions),
    tags: joined(photo.tags, version.tags).slice(0, maxTags),
    people: joined(photo.people, version.people).slice(0, maxTags),
  };
}

const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

function joined<T extends { readonly name: string }>(first: readonly T[], more: readonly T[]): T[] {
  const known = new Set(first.map(({ name }) => keyOf(name)));
  return [...first, ...more.filter(({ name }) => !known.has(keyOf(name)))];
}

function dateOf(
  embedded: Embedded,
  sidecars: Sidecars,
  name: string,
  now: number,
): { date: CaptureDate; source: string } | null {
  const { exif, iptc, xmp, png, video } = embedded;
  /** Texts of a field, best first, each with the name of its source. */
  const candidates = ({
    standard,
    field,
  }: FieldSource): (readonly [source: string, text: string | undefined | null])[] => {
    switch (standard) {
      case 'XMP sidecar':
        return sidecars.xmp.map((fields) => [`sidecar ${field}`, fields.dates.get(field)]);
      case 'XMP':
        return [
          ...sidecars.xmp.map((fields) => [`sidecar ${field}`, fields.dates.get(field)] as const),
          ...xmp.map((fields) => [`XMP ${field}`, fields.dates.get(field)] as const),
        ];
      case 'EXIF':
        return [[`EXIF ${field}`, exif?.dates.get(field)]];
      case 'IPTC':
        return [[`IPTC ${field}`, iptc?.dates.get(field)]];
      case 'PNG':
        return [[`PNG ${field}`, png?.dates.get(field)]];
      case 'QuickTime':
      case 'Matroska':
      case 'AVI':
      case 'AVCHD':
      case 'ASF':
      case 'Ogg':
        return video?.container === standard ? [[`${standard} ${field}`, video.dates.get(field)]] : [];
      case 'Google Takeout':
        return sidecars.takeout.map(({ date }) => [`Google Takeout ${field}`, date]);
      case 'Apple export':
        return sidecars.apple.map(({ date }) => [`Apple export ${field}`, date]);
      case 'Picasa':
      case 'text file':
      case 'file comment':
      case 'caption file':
      case 'file name':
        return [];
    }
  };
  for (const row of metadataTable.date) {
    if (row.standard === 'file name') {
      const date = nameDate(name, now);
      if (date !== null) return { date, source: row.standard };
    }
    for (const [source, text] of candidates(row)) {
      const date = typeof text === 'string' ? parseCaptureDate(text, now) : null;
      if (date === null) continue;
      const isExport = row.standard === 'Google Takeout' || row.standard === 'Apple export';
      const local = isExport ? localTimeIn(name, date, now) : null;
      return local === null ? { date, source } : { date: local, source: 'file name' };
    }
  }
  return null;
}

/** The local time of day in the file's name, which an export gives in UTC; null without one near that time. */
function localTimeIn(name: string, exported: CaptureDate, now: number): CaptureDate | null {
  const date = nameDate(name, now);
  const isLocal = date !== null && date.until === null && date.offset === null;
  return isLocal && Math.abs(date.time - exported.time) <= dayMs ? date : null;
}

function captionsOf(embedded: Embedded, sidecars: Sidecars, name: string): PhotoWords['captions'] {
  const { exif, iptc, xmp, png, comments } = embedded;
  const found: (readonly [PhotoCaptionSource, readonly string[]])[] = [
    ['sidecar', sidecars.xmp.flatMap((fields) => fields.captions)],
    ['text-file', sidecars.lines],
    ['xmp', xmp.flatMap((fields) => fields.captions)],
    ['iptc', iptc?.captions ?? []],
    ['exif', (exif?.captions ?? []).map(promptOf)],
    ['png', png?.captions ?? []],
    ['comment', comments?.captions ?? []],
    ['takeout', sidecars.takeout.flatMap((fields) => fields.captions)],
    ['picasa', sidecars.picasa.flatMap((fields) => fields.captions)],
  ];
  // Programs copy the camera's EXIF values into IPTC and XMP.
  const boilerplate = new Set((exif?.captions ?? []).map(cleanCaption).filter(isExifBoilerplate));
  const stem = path.posix.parse(name).name;
  // Many programs use the file's name as title. `Ladybug` of `ladybug.jpg` may come from a person.
  const names = new Set([name, ...(/\d/.test(stem) ? [stem] : [])].map((text) => text.normalize('NFC').toLowerCase()));
  const captions = new Map<string, PhotoCaptionSource>();
  for (const [source, texts] of found) {
    for (const raw of texts) {
      const text = cleanCaption(raw);
      if (text === '' || captions.has(text)) continue;
      if (source !== 'text-file' && (isBoilerplate(text) || boilerplate.has(text))) continue;
      if (names.has(text.normalize('NFC').toLowerCase())) continue;
      if (captions.size < maxCaptions) captions.set(text, source);
    }
  }
  return [...captions].map(([text, source]) => ({ text, source }));
}

/** Each name once, whatever its case, with its first source. */
function onceEach<S>(found: readonly (readonly [S, readonly string[]])[]): { name: string; source: S }[] {
  const names = new Map<string, { name: string; source: S }>();
  for (const [source, raws] of found) {
    for (const raw of raws) {
      const name = cleanTag(raw);
      const key = keyOf(name);
      if (name !== '' && !names.has(key) && names.size < maxTags) names.set(key, { name, source });
    }
  }
  return [...names.values()];
}

function tagsOf({ exif, iptc, xmp, png, video }: Embedded, sidecars: Sidecars): PhotoWords['tags'] {
  return onceEach<PhotoTagSource>([
    ['sidecar', sidecars.xmp.flatMap((fields) => fields.tags)],
    ['xmp', xmp.flatMap((fields) => fields.tags)],
    ['iptc', splitKeywords(iptc?.keywords ?? [])],
    ['exif', splitKeywords(exif?.keywords ?? [])],
    ['png', png?.keywords ?? []],
    ['comment', splitKeywords(video?.keywords ?? [])],
    ['picasa', sidecars.picasa.flatMap((fields) => fields.tags)],
    ['takeout', sidecars.takeout.flatMap((fields) => fields.tags)],
    ['apple', sidecars.apple.flatMap((fields) => fields.tags)],
  ]);
}

function peopleOf({ xmp }: Embedded, sidecars: Sidecars): PhotoWords['people'] {
  return onceEach<PersonSource>([
    ['sidecar', sidecars.xmp.flatMap((fields) => fields.people)],
    ['xmp', xmp.flatMap((fields) => fields.people)],
    ['takeout', sidecars.takeout.flatMap((fields) => fields.people)],
    ['picasa', sidecars.picasa.flatMap((fields) => fields.people)],
  ]);
}
