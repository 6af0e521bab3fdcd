// Why files were left out, in words; the engine names the reasons.
import { count } from './format.ts';

const words: Readonly<Record<string, string>> = {
  hidden: 'hidden',
  sidecar: 'sidecar files',
  'caption-file': 'caption files',
  heic: 'HEIC',
  raw: 'RAW',
  'jpeg-xl': 'JPEG XL',
  'jpeg-2000': 'JPEG 2000',
  svg: 'SVG',
  'other-image': 'image formats not read',
  video: 'videos',
  'not-a-photo': 'not photos',
  'link-to-folder': 'links to folders',
  'link-outside': 'links out of the folder',
  'link-broken': 'broken links',
  'special-file': 'special files',
  excluded: 'left out on request',
};

/** `9 HEIC, 3 sidecar files`, most first. */
export function describeSkipped(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${count(n)} ${words[reason] ?? reason}`)
    .join(', ');
}
