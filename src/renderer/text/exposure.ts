// Settings of a camera, as photographers write them.
import { m } from '../../language/language.ts';
import type { PhotoExposure } from '../../shared/contract/photos.ts';
import { decimal } from './format.ts';

/** A number with at most `digits` digits after the point, without zeros at the end. */
const short = (n: number, digits: number): string =>
  decimal(n, (n.toFixed(digits).split('.')[1] ?? '').replace(/0+$/, '').length);

/** `1/250 s`, `2.5 s`. */
export const exposureTime = (seconds: number): string =>
  seconds <= 0.25 ? `1/${Math.round(1 / seconds)} s` : `${short(seconds, 1)} s`;

/** `1/250 s, f/2.8, ISO 400, +0.7 EV, flash`; null if nothing is known. */
export function exposureText({ seconds, aperture, iso, bias, flash }: PhotoExposure): string | null {
  const parts = [
    seconds === null ? null : exposureTime(seconds),
    aperture === null ? null : `f/${short(aperture, aperture < 1 ? 2 : 1)}`,
    iso === null ? null : `ISO ${iso}`,
    bias === null || Math.abs(bias) < 0.05
      ? null
      : m.photo_facts_bias({ stops: `${bias > 0 ? '+' : '−'}${short(Math.abs(bias), 1)}` }),
    flash === true ? m.photo_facts_flash() : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** `50 mm (75 mm on 35 mm film)`; null if it is unknown. */
export function focalLengthText({ focalLength, focalLength35 }: PhotoExposure): string | null {
  const film = focalLength35 === null ? null : m.photo_facts_film({ length: short(focalLength35, 0) });
  if (focalLength === null) return film;
  const own = `${short(focalLength, 1)} mm`;
  return film === null || short(focalLength, 0) === short(focalLength35 ?? 0, 0) ? own : `${own} (${film})`;
}

/** `12 megapixels`, `0.3 megapixels`, `9,216 pixels`. */
export function pixelsText({ width, height }: { readonly width: number; readonly height: number }): string {
  const pixels = width * height;
  const millions = pixels / 1e6;
  if (millions < 0.1) return m.photo_facts_pixels({ count: pixels });
  return m.photo_facts_megapixels({ amount: decimal(millions, millions < 9.95 ? 1 : 0) });
}
