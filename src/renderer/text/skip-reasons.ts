// Describes the reasons for skipped files in words. The engine names the reasons.
import { count } from './format.ts';

/** Singular and plural. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  hidden: ['hidden file', 'hidden files'],
  trash: ['recycle bin or snapshot', 'recycle bins and snapshots'],
  previews: ["program's previews", "programs' previews"],
  version: ['other version of a photo', 'other versions of photos'],
  sidecar: ['sidecar file', 'sidecar files'],
  'caption-file': ['caption file', 'caption files'],
  'jpeg-2000': ['JPEG 2000', 'JPEG 2000'],
  svg: ['SVG', 'SVG'],
  'other-image': ['image of another format', 'images of other formats'],
  video: ['video (ffmpeg is not installed)', 'videos (ffmpeg is not installed)'],
  'not-a-photo': ['other file', 'other files'],
  'link-to-folder': ['link to a folder', 'links to folders'],
  'link-outside': ['link out of the folder', 'links out of the folder'],
  'link-broken': ['broken link', 'broken links'],
  'special-file': ['special file', 'special files'],
  excluded: ['left out on request', 'left out on request'],
};

/** `9 HEIC, 1 sidecar file`, most first. */
export function describeSkipped(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${count(n)} ${words[reason]?.[n === 1 ? 0 : 1] ?? reason}`)
    .join(', ');
}
