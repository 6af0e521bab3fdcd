// Exposure and colours of a photo, read from the file when a person looks at the photo, because the library neither
// searches nor sorts by them.
import ExifReader from 'exifreader';
import type { PhotoExposure } from '../../../shared/contract/photos.ts';
import { iccName } from '../../imaging/icc-name.ts';
import { attempt, exifBlockOf, type OpenPhoto } from './embedded.ts';
import { tagText, tagValue } from './exif-iptc.ts';

const wanted = [
  ...['ExposureTime', 'FNumber', 'ISOSpeedRatings', 'RecommendedExposureIndex', 'ISOSpeed', 'FocalLength'],
  ...['FocalLengthIn35mmFilm', 'ExposureBiasValue', 'Flash', 'LensModel', 'LensSpecification', 'ColorSpace'],
] as const;

/** EXIF's value where the sensitivity does not fit its 16 bits. */
const beyondShort = 65_535;

/** Missing and impossible values are null. A faulty block counts as none. */
export function readExposure(photo: OpenPhoto, profile: Uint8Array | null): PhotoExposure {
  const { view, block } = exifBlockOf(photo);
  const tags: Readonly<Record<string, unknown>> =
    (view &&
      attempt(() => ({ ...ExifReader.loadView(view, { expanded: true, includeTags: { exif: [...wanted] } }).exif }))) ??
    {};
  const number = (name: string): number | null => rational(tagValue(tags[name]));
  const positive = (name: string): number | null => {
    const value = number(name);
    return value !== null && value > 0 ? value : null;
  };
  const short = positive('ISOSpeedRatings');
  const iso = short === beyondShort ? (positive('RecommendedExposureIndex') ?? positive('ISOSpeed') ?? short) : short;
  const flash = number('Flash');
  const named = tagText(tags['LensModel'], block) ?? null;
  return {
    seconds: positive('ExposureTime'),
    aperture: positive('FNumber'),
    iso,
    bias: number('ExposureBiasValue'),
    flash: flash === null ? null : (flash & 1) === 1,
    focalLength: positive('FocalLength'),
    focalLength35: positive('FocalLengthIn35mmFilm'),
    lens: named ?? lensOf(tagValue(tags['LensSpecification'])),
    colourProfile: (profile && iccName(profile)) ?? (number('ColorSpace') === 1 ? 'sRGB' : null),
  };
}

/** A number, alone or first of a list, or a fraction of two numbers; null for 0/0 and the like. */
function rational(value: unknown): number | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [first, second] = list;
  if (Array.isArray(first)) return rational(first);
  if (typeof first !== 'number') return null;
  const result = typeof second === 'number' ? first / second : first;
  return Number.isFinite(result) ? result : null;
}

/** Least and greatest focal length, and the widest aperture at each: `24-70mm f/2.8`; null if they are unknown. */
function lensOf(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  const [near = null, far = null, wide = null, tele = null] = value.map((part) =>
    Array.isArray(part) ? rational(part) : null,
  );
  if (near === null || near <= 0) return null;
  const short = (n: number): string => String(Math.round(n * 10) / 10);
  const lengths = far === null || far === near ? short(near) : `${short(near)}-${short(far)}`;
  if (wide === null || wide <= 0) return `${lengths}mm`;
  return `${lengths}mm f/${short(wide)}${tele === null || tele === wide ? '' : `-${short(tele)}`}`;
}
