// Describes the reasons for skipped files in words. The engine names the reasons.
import { m } from '../../language/language.ts';
import { count } from './format.ts';

const words: Readonly<Record<string, (given: { count: number }) => string>> = {
  hidden: m.skip_reasons_hidden,
  trash: m.skip_reasons_trash,
  previews: m.skip_reasons_previews,
  version: m.skip_reasons_version,
  sidecar: m.skip_reasons_sidecar,
  'caption-file': m.skip_reasons_caption_file,
  'jpeg-2000': m.skip_reasons_jpeg_2000,
  svg: m.skip_reasons_svg,
  'other-image': m.skip_reasons_other_image,
  video: m.skip_reasons_video,
  'not-a-photo': m.skip_reasons_not_a_photo,
  'link-to-folder': m.skip_reasons_link_to_folder,
  'link-outside': m.skip_reasons_link_outside,
  'link-broken': m.skip_reasons_link_broken,
  'special-file': m.skip_reasons_special_file,
  excluded: m.skip_reasons_excluded,
};

/** `9 HEIC, 1 sidecar file`, most first. */
export function describeSkipped(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => words[reason]?.({ count: n }) ?? `${count(n)} ${reason}`)
    .join(', ');
}
